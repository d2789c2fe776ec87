/** B loses power: no frame says so. To A it is the same as a cut cable, and A goes on believing in the connection. */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, EVERYWHERE, NETWORK, type Network, PORT, SIMULATED } from './plan.ts';

type Params = { readonly network: Network; readonly how: 'power-off' | 'kill' };

export default defineScenario<Params>({
  name: 'power-off',
  title: { en: 'The power goes off', ko: '전원이 꺼졌습니다' },
  text: {
    en: 'At 10 s B loses its power, and with it everything that its operating system knew. A waits in recv() and is told nothing. This is a half-open connection: one end is gone, the other does not know.',
    ko: '10초에 B의 전원이 꺼지고, B의 운영체제(OS)가 알던 모든 것이 함께 사라집니다. recv()에서 기다리는 A에는 아무 말도 오지 않습니다. 이것이 하프 오픈(half-open): 한쪽에만 남은 연결입니다.',
  },
  story: ['S20', 'S22'],
  params: {
    network: NETWORK,
    how: {
      default: 'power-off',
      oneOf: ['power-off', 'kill'],
      text: {
        en: 'what happens to B: its power goes off, or only its program is killed',
        ko: 'B에 일어나는 일: 전원 끄기, 또는 프로그램만 강제 종료',
      },
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
        const wait = socket.recv(buffer);
        await os.sleep('24h');
        os.print(`after a day: ${socket.status().state}`);
        await wait;
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
  faults: ({ how }) => [{ at: '10s', do: how, target: how === 'kill' ? 'client' : 'B' }],
  runFor: '30d',
  expect: [
    {
      story: 'S20',
      text: {
        en: 'As after a cut: in 30 days no call of A has returned, and nobody has noticed.',
        ko: '케이블이 잘렸을 때와 같습니다. 30일 동안 A의 recv()는 반환되지 않았고, 아무도 알아채지 못했습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        result.breaks.length === 1 &&
        result.breaks.every(({ noticed }) => noticed.length === 0) &&
        call(result, 'server', 'recv', -1).returnedAtMs === undefined,
      counter: { set: { how: 'kill' } },
    },
    {
      story: 'S20',
      text: {
        en: 'B sent 0 frames after its power went off: no FIN and no RST.',
        ko: '전원이 꺼진 뒤 B는 프레임을 하나도 보내지 않았습니다. FIN도 RST도 없습니다.',
      },
      worlds: SIMULATED,
      holds: (result) => result.events('frame.sent', 'B').every(({ at }) => Number(at) < 10e9),
      counter: { set: { how: 'kill' } },
    },
    {
      story: 'S22',
      text: {
        en: "Half-open: a day later A's socket is still ESTABLISHED, while B knows of no connection.",
        ko: '하프 오픈: 하루가 지나도 A의 소켓은 여전히 ESTABLISHED이지만, B는 어떤 연결도 알지 못합니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => result.process('server').printed.some(({ text }) => text === 'after a day: ESTABLISHED'),
      counter: { set: { how: 'kill' } },
    },
  ],
});
