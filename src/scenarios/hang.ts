/**
 * B's program hangs (it is stopped). Its operating system lives: it acknowledges what A sends and answers every
 * keep-alive probe, so TCP finds nothing wrong, for as long as one likes.
 */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, channel, EVERYWHERE, NETWORK, type Network, PORT, SIMULATED } from './plan.ts';

type Params = { readonly network: Network; readonly how: 'stop' | 'power-off' };

export default defineScenario<Params>({
  name: 'hang',
  title: { en: 'The program hangs', ko: '프로그램이 응답하지 않습니다' },
  text: {
    en: "At 10 s B's program stops running, but is not dead. A sends to it and keeps its connection under keep-alive (10 s, 3 × 5 s). B's operating system answers everything; only the program does not.",
    ko: '10초에 B의 프로그램이 실행을 멈추지만 죽지는 않습니다. A는 보내기도 하고 킵얼라이브(keep-alive, 10초, 3 × 5초)도 켜 두었습니다. B의 운영체제(OS)는 무엇에든 답합니다. 답하지 않는 것은 프로그램뿐입니다.',
  },
  story: ['S23', 'S25'],
  params: {
    network: NETWORK,
    how: {
      default: 'stop',
      oneOf: ['stop', 'power-off'],
      text: { en: 'what happens to B', ko: 'B에 일어나는 일' },
    },
  },
  topology: ({ network }) => breakable(network),
  programs: {
    server: {
      host: 'A',
      main: async (os) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        await socket.setOption('TCP_KEEPIDLE', '10s');
        await socket.setOption('TCP_KEEPINTVL', '5s');
        await socket.setOption('TCP_KEEPCNT', 3);
        await socket.setOption('SO_KEEPALIVE', true);
        await os.sleep(11_000 - os.now());
        await socket.send('please answer');
        await socket.recv(new Uint8Array(64));
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', PORT);
        const buffer = new Uint8Array(64);
        const count = await socket.recv(buffer);
        await socket.send(buffer.subarray(0, count));
      },
    },
  },
  faults: ({ how }) => [{ at: '10s', do: how, target: how === 'stop' ? 'client' : 'B' }],
  runFor: '1h',
  expect: [
    {
      story: 'S23',
      text: {
        en: 'An hour later keep-alive is content and nobody has noticed: recv() still waits.',
        ko: '한 시간이 지나도 킵얼라이브는 아무 이상도 찾지 못했고, 아무도 알아채지 못했습니다. recv()는 여전히 기다립니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        result.breaks.length === 1 &&
        result.breaks.every(({ noticed }) => noticed.length === 0) &&
        call(result, 'server', 'recv').returnedAtMs === undefined,
      counter: { set: { how: 'power-off' } },
    },
    {
      story: 'S23',
      text: {
        en: "B's operating system has answered more than 300 probes for a program that does not run.",
        ko: 'B의 운영체제는 실행되지 않는 프로그램을 대신해 탐침(probe) 300개가 넘게 답했습니다.',
      },
      worlds: SIMULATED,
      holds: (result) => result.events('frame.sent', 'B').filter(({ at }) => Number(at) > 12e9).length > 300,
      counter: { set: { how: 'power-off' } },
    },
    {
      story: 'S25',
      text: {
        en: 'The 13 bytes are acknowledged, and 0 of them are read.',
        ko: '13바이트는 확인 응답(ACK)을 받았지만, 읽힌 것은 0바이트입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const { acknowledged, read } = channel(result.ledger, 'A', 'B');
        return acknowledged === 13 && read === 0;
      },
      counter: { without: 'stop' },
    },
  ],
});
