/** B loses power; A's keep-alive finds out, after its time, as it would find a cut cable. */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, EVERYWHERE, NETWORK, type Network, PORT } from './plan.ts';

type Params = {
  readonly network: Network;
  readonly keepAlive: boolean;
  readonly idle: string;
  readonly interval: string;
  readonly count: number;
};

export default defineScenario<Params>({
  name: 'power-off-keepalive',
  title: { en: 'The power goes off, with keep-alive', ko: '전원이 꺼졌습니다: TCP 킵얼라이브(keep-alive)' },
  text: {
    en: 'At 12 s B loses its power. A has set its keep-alive to 10 s, then 3 probes 5 s apart: the first probe is still answered, the next ones are not.',
    ko: '12초에 B의 전원이 꺼집니다. A의 킵얼라이브는 10초 뒤에 시작하여 탐침(probe)을 5초 간격으로 세 번 보내도록 정해 두었습니다. 첫 탐침에는 아직 답이 오지만, 그다음부터는 오지 않습니다.',
  },
  story: ['S20', 'S22'],
  params: {
    network: NETWORK,
    keepAlive: { default: true, text: { en: 'A turns SO_KEEPALIVE on', ko: 'A가 SO_KEEPALIVE를 켭니다' } },
    idle: { default: '10s', unit: 'time', text: { en: 'TCP_KEEPIDLE', ko: 'TCP_KEEPIDLE' } },
    interval: { default: '5s', unit: 'time', text: { en: 'TCP_KEEPINTVL', ko: 'TCP_KEEPINTVL' } },
    count: { default: 3, min: 1, max: 127, text: { en: 'TCP_KEEPCNT', ko: 'TCP_KEEPCNT' } },
  },
  topology: ({ network }) => breakable(network),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        await socket.setOption('TCP_KEEPIDLE', params.idle);
        await socket.setOption('TCP_KEEPINTVL', params.interval);
        await socket.setOption('TCP_KEEPCNT', params.count);
        await socket.setOption('SO_KEEPALIVE', params.keepAlive);
        const buffer = new Uint8Array(64);
        await socket.recv(buffer);
        await socket.recv(buffer);
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
  faults: [{ at: '12s', do: 'power-off', target: 'B' }],
  runFor: '1d',
  expect: [
    {
      story: 'S20',
      text: {
        en: "A's recv() ends with ETIMEDOUT 23 s after the power went off: 10 s after the last answer it asks 3 times, 5 s apart.",
        ko: '전원이 꺼지고 23초 뒤 A의 recv()가 ETIMEDOUT으로 끝납니다. 마지막 답에서 10초 뒤부터 5초 간격으로 세 번 물어본 것입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const recv = call(result, 'server', 'recv', -1);
        return recv.error === 'ETIMEDOUT' && Math.abs(Number(recv.returnedAtMs) - 35_000) < 500;
      },
      counter: { set: { keepAlive: false } },
    },
    {
      story: 'S22',
      text: {
        en: "A dead operating system reports nothing: it was A's own probe that found out, and the one who noticed is A's server.",
        ko: '죽은 운영체제는 아무것도 알리지 않습니다. 알아낸 것은 A 자신의 탐침이고, 알아챈 것은 A의 server입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        result.breaks.some(({ noticed }) =>
          noticed.some(({ process, result }) => process === 'server' && result === 'ETIMEDOUT'),
        ),
      counter: { without: 'power-off' },
    },
  ],
});
