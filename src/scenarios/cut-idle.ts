/** The cable is cut while both programs wait in `recv`: nothing happens, for ever. */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, EVERYWHERE, NETWORK, type Network, PORT, SIMULATED } from './plan.ts';

type Params = { readonly network: Network; readonly keepAlive: boolean };

export default defineScenario<Params>({
  name: 'cut-idle',
  title: { en: 'The cable is cut: idle', ko: '케이블이 잘렸습니다: 유휴 상태' },
  text: {
    en: 'A and B have said hello and wait for each other in recv(). At 10 s the cable between them is cut. The link lights stay on, nothing is sent, and neither side ever learns of it.',
    ko: 'A와 B는 인사를 나눈 뒤 recv()에서 서로를 기다립니다. 10초에 둘 사이의 케이블이 잘립니다. 링크 표시등은 켜진 그대로이고, 아무것도 보내지 않으므로 어느 쪽도 영영 알지 못합니다.',
  },
  story: ['S18'],
  params: {
    network: NETWORK,
    keepAlive: {
      default: false,
      text: { en: 'A turns SO_KEEPALIVE on', ko: 'A가 SO_KEEPALIVE를 켭니다' },
    },
  },
  topology: ({ network }) => breakable(network),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        await socket.setOption('SO_KEEPALIVE', params.keepAlive);
        const buffer = new Uint8Array(64);
        await socket.recv(buffer);
        await socket.send('hello, B');
        await socket.recv(buffer);
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', PORT);
        await socket.send('hello, A');
        const buffer = new Uint8Array(64);
        await socket.recv(buffer);
        await socket.recv(buffer);
      },
    },
  },
  faults: [{ at: '10s', do: 'cut', target: 'cable' }],
  runFor: '30d',
  expect: [
    {
      story: 'S18',
      text: {
        en: 'After 30 days nobody has noticed: both recv() still wait.',
        ko: '30일이 지나도 아무도 알아채지 못했습니다. 두 recv()는 여전히 기다립니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        result.breaks.length === 1 &&
        result.breaks.every(({ noticed }) => noticed.length === 0) &&
        call(result, 'server', 'recv', -1).returnedAtMs === undefined &&
        call(result, 'client', 'recv', -1).returnedAtMs === undefined,
      counter: { set: { keepAlive: true } },
    },
    {
      story: 'S18',
      text: {
        en: 'After the cut no host has sent a single frame: 0 in 30 days.',
        ko: '케이블이 잘린 뒤 어느 호스트도 프레임을 하나도 보내지 않았습니다. 30일 동안 0개입니다.',
      },
      worlds: SIMULATED,
      holds: (result) => {
        const cut = result.events('cable.cut')[0];
        return cut !== undefined && result.events('frame.sent').every((event) => Number(event.at) < Number(cut.at));
      },
      counter: { set: { keepAlive: true } },
    },
  ],
});
