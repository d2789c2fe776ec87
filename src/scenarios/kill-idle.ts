/**
 * B's program is killed while nothing lies unread: its operating system lives and sends FIN. To A this is a polite
 * close: recv returns 0, the first send even succeeds, and the second ends with EPIPE. Never ECONNRESET.
 */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, EVERYWHERE, NETWORK, type Network, outcome, PORT, returned } from './plan.ts';

type Params = { readonly network: Network; readonly how: 'kill' | 'stop' | 'power-off' };

export default defineScenario<Params>({
  name: 'kill-idle',
  title: { en: 'The process is killed: idle', ko: '프로세스가 강제 종료되었습니다: 유휴 상태' },
  text: {
    en: "At 10 s B's program is killed. Its operating system lives, and closes the socket for it with FIN, for nothing lay unread. A reads the end of the stream, and then finds that nobody takes what it sends.",
    ko: '10초에 B의 프로그램이 강제 종료됩니다. 운영체제(OS)는 살아 있고, 읽기 전 바이트가 없었으므로 대신 FIN으로 소켓을 닫아 줍니다. A는 스트림 끝(EOF)을 읽고, 보내 보고서야 받을 사람이 없다는 것을 압니다.',
  },
  story: ['S21', 'S22'],
  params: {
    network: NETWORK,
    how: {
      default: 'kill',
      oneOf: ['kill', 'stop', 'power-off'],
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
        const buffer = new Uint8Array(64);
        await socket.recv(buffer);
        const results = [await outcome(socket.recv(buffer))];
        results.push(await outcome(socket.send('one')));
        await os.sleep('1s');
        results.push(await outcome(socket.send('two')));
        results.push(await outcome(socket.recv(buffer)));
        os.print(`recv, send, send, recv: ${results.join(', ')}`);
        return { results };
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', PORT);
        await socket.send('hello, A');
        await socket.recv(new Uint8Array(64));
      },
    },
  },
  faults: ({ how }) => [{ at: '10s', do: how, target: how === 'power-off' ? 'B' : 'client' }],
  runFor: '10min',
  expect: [
    {
      story: 'S21',
      text: {
        en: "FIN: A's recv() returns 0 less than 10 ms after the kill.",
        ko: 'FIN: 강제 종료 뒤 10 ms 안에 A의 recv()가 0을 반환합니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const recv = call(result, 'server', 'recv', 1);
        return recv.result === 0 && Number(recv.returnedAtMs) - 10_000 < 10;
      },
      counter: { set: { how: 'stop' } },
    },
    {
      story: 'S21',
      text: {
        en: 'recv, send, send, recv give 0, 3, EPIPE, 0: the first send succeeds, RST answers it, and ECONNRESET is never seen.',
        ko: 'recv, send, send, recv의 결과는 0, 3, EPIPE, 0입니다. 첫 send는 성공하고 RST가 돌아오지만, ECONNRESET은 보이지 않습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => String(returned(result, 'server', 'results')) === '0,3,EPIPE,0',
      counter: { without: 'kill' },
    },
    {
      story: 'S22',
      text: {
        en: 'An operating system that lives reports the end: A noticed within 10 ms. (After a power cut, never.)',
        ko: '살아 있는 운영체제는 끝을 알립니다. A는 10 ms 안에 알아챘습니다. (전원이 꺼졌다면 영영 알지 못합니다.)',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        result.breaks.some(({ noticed }) =>
          noticed.some(({ process, afterMs }) => process === 'server' && afterMs < 10),
        ),
      counter: { set: { how: 'power-off' } },
    },
  ],
});
