/** The same as `kill-idle` where both run Windows: it closes for a dead process with RST, so A's recv fails at once. */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, NETWORK, type Network, outcome, PORT, returned, SIMULATED } from './plan.ts';

type Params = { readonly network: Network; readonly profile: 'windows' | 'linux' };

export default defineScenario<Params>({
  name: 'kill-windows',
  title: { en: 'The process is killed: Windows', ko: '프로세스가 강제 종료되었습니다: Windows' },
  text: {
    en: "At 10 s B's program is killed while nothing lies unread. Windows ends the connection of a dead process with RST: A's recv() does not return 0, as it would with Linux, but fails.",
    ko: '10초에 B의 프로그램이 강제 종료됩니다. 읽기 전 바이트는 없습니다. Windows는 죽은 프로세스의 연결을 RST로 끝냅니다. A의 recv()는 리눅스에서처럼 0을 반환하지 않고 실패합니다.',
  },
  story: ['S21'],
  params: {
    network: NETWORK,
    profile: {
      default: 'windows',
      oneOf: ['windows', 'linux'],
      text: { en: 'the operating system of A and B', ko: 'A와 B의 운영체제' },
    },
  },
  topology: ({ network, profile }) => breakable(network, profile),
  programs: {
    server: {
      host: 'A',
      main: async (os) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        const buffer = new Uint8Array(64);
        await socket.recv(buffer);
        const end = await outcome(socket.recv(buffer));
        os.print(`recv: ${end}`);
        return { end };
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
  faults: [{ at: '10s', do: 'kill', target: 'client' }],
  runFor: '10min',
  expect: [
    {
      story: 'S21',
      text: {
        en: "RST: A's recv() ends with ECONNRESET less than 10 ms after the kill.",
        ko: 'RST: 강제 종료 뒤 10 ms 안에 A의 recv()가 ECONNRESET으로 끝납니다.',
      },
      worlds: SIMULATED,
      holds: (result) =>
        returned(result, 'server', 'end') === 'ECONNRESET' &&
        Number(call(result, 'server', 'recv', 1).returnedAtMs) - 10_000 < 10,
      counter: { set: { profile: 'linux' } },
    },
  ],
});
