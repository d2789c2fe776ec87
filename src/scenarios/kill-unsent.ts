/** B's program is killed while most of what it sent lies in its send buffer: its operating system still delivers it. */
import { defineScenario } from '../system/scenario.ts';
import {
  breakable,
  call,
  channel,
  channelAt,
  EVERYWHERE,
  NETWORK,
  type Network,
  outcome,
  PORT,
  returned,
} from './plan.ts';

type Params = { readonly network: Network; readonly how: 'kill' | 'power-off' };

const BYTES = 2_000_000;

export default defineScenario<Params>({
  name: 'kill-unsent',
  title: { en: 'The process is killed: bytes unsent', ko: '프로세스가 강제 종료되었습니다: 미전송 바이트가 있을 때' },
  text: {
    en: "B sends 2 MB, A does not read yet, and B's program is killed at 10 s, blocked in send(). What send() had copied belongs to the operating system, which goes on sending it when A reads at 20 s, and then says FIN.",
    ko: 'B가 2 MB를 보내는데 A는 아직 읽지 않습니다. B의 프로그램은 send()에서 블로킹된 채 10초에 강제 종료됩니다. send()가 이미 복사한 바이트는 운영체제(OS)의 것이므로, 20초에 A가 읽기 시작하면 계속 보내고 마지막에 FIN을 보냅니다.',
  },
  story: ['S21', 'S1'],
  params: {
    network: NETWORK,
    how: {
      default: 'kill',
      oneOf: ['kill', 'power-off'],
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
        await os.sleep(20_000 - os.now());
        const buffer = new Uint8Array(65536);
        let total = 0;
        let end: number | string = 1;
        while (typeof end === 'number' && end > 0) {
          end = await outcome(socket.recv(buffer));
          if (typeof end === 'number') total += end;
        }
        os.print(`read ${total} bytes, then ${end}`);
        return { total, end };
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', PORT);
        await socket.send(new Uint8Array(BYTES));
      },
    },
  },
  faults: ({ how }) => [{ at: '10s', do: how, target: how === 'kill' ? 'client' : 'B' }],
  runFor: '1h',
  expect: [
    {
      story: 'S21',
      text: {
        en: 'When the program died, more than 100,000 bytes lay in its send buffer, unsent; A read every one of them afterwards, then 0.',
        ko: '프로그램이 죽을 때 송신 버퍼에는 10만 바이트가 넘는 미전송 바이트가 있었습니다. 그 뒤 A는 이것을 하나도 빠짐없이 읽었고, 다음에 0을 읽었습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const death = channelAt(result, 9_999, 'B', 'A');
        const end = channel(result.ledger, 'B', 'A');
        return (
          Number(death.unsent) > 100_000 &&
          end.read === death.written &&
          returned(result, 'server', 'total') === end.read &&
          returned(result, 'server', 'end') === 0
        );
      },
      counter: { set: { how: 'power-off' } },
    },
    {
      story: 'S1',
      text: {
        en: "The bytes that send() had not yet copied were the program's, and died with it: A has fewer than 2,000,000.",
        ko: 'send()가 아직 복사하지 못한 바이트는 프로그램의 것이어서 함께 사라졌습니다. A에 온 것은 2,000,000바이트보다 적습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const { read, written } = channel(result.ledger, 'B', 'A');
        return (
          read === written &&
          Number(read) > 0 &&
          Number(read) < BYTES &&
          call(result, 'client', 'send').returnedAtMs === undefined
        );
      },
      counter: { without: 'kill' },
    },
  ],
});
