/** B's program is killed with bytes unread in its receive buffer: its operating system sends RST, for they are lost. */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, channel, EVERYWHERE, NETWORK, type Network, outcome, PORT, returned } from './plan.ts';

type Params = { readonly network: Network; readonly bytes: number };

export default defineScenario<Params>({
  name: 'kill-unread',
  title: { en: 'The process is killed: bytes unread', ko: '프로세스가 강제 종료되었습니다: 읽기 전 바이트가 있을 때' },
  text: {
    en: "A has sent 5 bytes that B's program has not read when it is killed at 10 s. They die with it, so B's operating system does not say FIN but RST: not everything was taken.",
    ko: 'B의 프로그램이 A가 보낸 5바이트를 읽지 않은 채 10초에 강제 종료됩니다. 이 바이트는 함께 사라지므로 B의 운영체제(OS)는 FIN이 아니라 RST를 보냅니다. 다 받지는 못했다는 뜻입니다.',
  },
  story: ['S21'],
  params: {
    network: NETWORK,
    bytes: { default: 5, unit: 'B', min: 0, max: 10_000, text: { en: 'what A sends', ko: 'A가 보내는 양' } },
  },
  topology: ({ network }) => breakable(network),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        if (params.bytes > 0) await socket.send(new Uint8Array(params.bytes));
        const buffer = new Uint8Array(64);
        const results = [await outcome(socket.recv(buffer)), await outcome(socket.recv(buffer))];
        results.push(await outcome(socket.send('?')));
        os.print(`recv, recv, send: ${results.join(', ')}`);
        return { results };
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        await os.connect('A', PORT);
        await os.sleep('1h');
      },
    },
  },
  faults: [{ at: '10s', do: 'kill', target: 'client' }],
  runFor: '10min',
  expect: [
    {
      story: 'S21',
      text: {
        en: 'recv, recv, send give ECONNRESET, 0, EPIPE: the error is told once, less than 10 ms after the kill.',
        ko: 'recv, recv, send의 결과는 ECONNRESET, 0, EPIPE입니다. 오류는 한 번만, 강제 종료 뒤 10 ms 안에 알려집니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        String(returned(result, 'server', 'results')) === 'ECONNRESET,0,EPIPE' &&
        Number(call(result, 'server', 'recv').returnedAtMs) - 10_000 < 10,
      counter: { set: { bytes: 0 } },
    },
    {
      story: 'S21',
      text: {
        en: '5 bytes were acknowledged by B and never read; they are discarded.',
        ko: '5바이트는 B가 확인 응답(ACK)까지 했지만 읽히지 않은 채 버려졌습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const { acknowledged, read, discarded } = channel(result.ledger, 'A', 'B');
        const lost = discarded.reduce((sum, { bytes }) => sum + bytes, 0);
        return acknowledged === result.params.bytes && read === 0 && lost === result.params.bytes && lost > 0;
      },
      counter: { without: 'kill' },
    },
  ],
});
