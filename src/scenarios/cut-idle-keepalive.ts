/** As `cut-idle`, but A asked its operating system to probe: keep-alive finds the cut after its time. */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, EVERYWHERE, NETWORK, type Network, PORT, SIMULATED } from './plan.ts';

type Params = { readonly network: Network; readonly keepAlive: boolean; readonly profile: 'linux' | 'windows' };

/** From the last segment that came to the error: 2 h, then 9 probes 75 s apart; Windows 10 probes 1 s apart. */
const NOMINAL_MS = { linux: 7_875_000, windows: 7_210_000 };

export default defineScenario<Params>({
  name: 'cut-idle-keepalive',
  title: {
    en: 'The cable is cut: idle, with keep-alive',
    ko: '케이블이 잘렸습니다: 유휴 상태, TCP 킵얼라이브(keep-alive)',
  },
  text: {
    en: "At 10 s the cable is cut. A has SO_KEEPALIVE on, B has not. After two hours of silence A's operating system asks nine times, 75 s apart, and then gives up.",
    ko: '10초에 케이블이 잘립니다. A는 SO_KEEPALIVE를 켰고 B는 켜지 않았습니다. 두 시간 동안 조용하면 A의 운영체제(OS)가 75초 간격으로 아홉 번 물어보고, 답이 없으면 포기합니다.',
  },
  story: ['S19', 'S22'],
  params: {
    network: NETWORK,
    keepAlive: { default: true, text: { en: 'A turns SO_KEEPALIVE on', ko: 'A가 SO_KEEPALIVE를 켭니다' } },
    profile: {
      default: 'linux',
      oneOf: ['linux', 'windows'],
      text: { en: 'whose keep-alive A and B have', ko: 'A와 B가 따르는 운영체제' },
    },
  },
  topology: ({ network, profile }) => breakable(network, profile),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
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
  faults: [{ at: '10s', do: 'cut', target: 'cable' }],
  runFor: '3d',
  expect: [
    {
      story: 'S19',
      text: {
        en: "A's recv() ends with ETIMEDOUT 7875 s after the last bytes came (2 h + 9 × 75 s; Windows: 2 h + 10 × 1 s).",
        ko: '마지막 바이트가 온 지 7875초 만에 A의 recv()가 ETIMEDOUT으로 끝납니다(2시간 + 9 × 75초. Windows: 2시간 + 10 × 1초).',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const [first, second] = result.calls('server', 'recv');
        const waited = Number(second?.returnedAtMs) - Number(first?.returnedAtMs);
        const nominal = NOMINAL_MS[result.params.profile];
        return second?.error === 'ETIMEDOUT' && Math.abs(waited - nominal) < nominal / 500;
      },
      counter: { set: { keepAlive: false } },
    },
    {
      story: 'S19',
      text: {
        en: 'The probes are the only frames after the cut: 9, then one RST (Windows: 10 probes).',
        ko: '케이블이 잘린 뒤의 프레임은 탐침(probe)뿐입니다. 9개이고, 마지막에 RST 하나가 갑니다(Windows: 탐침 10개).',
      },
      worlds: SIMULATED,
      holds: (result) => {
        const cut = Number(result.events('cable.cut')[0]?.at);
        const probes = result
          .events('tcp.timer', 'A')
          .filter(({ at, timer }) => Number(at) > cut && timer === 'keep-alive');
        return probes.length === (result.params.profile === 'linux' ? 10 : 11);
      },
      counter: { set: { keepAlive: false } },
    },
    {
      story: 'S22',
      text: {
        en: 'Only the side that asks finds out: A after 7865 s of the cut, B, which does not ask, never.',
        ko: '물어보는 쪽만 알아냅니다. A는 잘린 뒤 7865초 만에, 묻지 않는 B는 영영 알지 못합니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        String(result.breaks.flatMap(({ noticed }) => noticed.map(({ process }) => process))) === 'server' &&
        call(result, 'client', 'recv').returnedAtMs === undefined,
      counter: { set: { keepAlive: false } },
    },
  ],
});
