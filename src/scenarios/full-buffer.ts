/**
 * A does not read. B's send goes on until A's receive buffer and B's send buffer are full, then it blocks; A reads,
 * and it goes on. Windows has another rule: a blocking send of any size is taken whole while less than SO_SNDBUF
 * is pending, so there the second send is the one that blocks.
 */
import { defineScenario } from '../system/scenario.ts';
import {
  call,
  channel,
  channelAt,
  duration,
  EVERYWHERE,
  oneCable,
  PORT,
  SIZES,
  type Sizes,
  socketOptions,
} from './plan.ts';

type Params = {
  readonly sizes: Sizes;
  readonly profile: 'linux' | 'windows';
  readonly bytes: number;
  readonly readAfter: string;
  readonly reads: boolean;
};

/** Linux's buffers are that many times larger, and grow by themselves. */
function amount({ sizes, bytes }: Params): number {
  return sizes === 'teaching' ? bytes : bytes * 100_000;
}

export default defineScenario<Params>({
  name: 'full-buffer',
  title: { en: 'The send buffer is full', ko: '송신 버퍼가 가득 찼습니다' },
  text: {
    en: 'B sends 100 bytes twice, and A does not read for two seconds. What finds no room in the buffers stays in the program, and its send() blocks.',
    ko: 'B는 100바이트를 두 번 보내고, A는 2초 동안 읽지 않습니다. 버퍼에 들어가지 못한 바이트는 프로그램에 남고, send()는 블로킹됩니다.',
  },
  story: ['S12'],
  params: {
    sizes: SIZES,
    profile: {
      default: 'linux',
      oneOf: ['linux', 'windows'],
      text: { en: 'whose rule B and A follow', ko: 'B와 A가 따르는 운영체제의 규칙' },
    },
    bytes: {
      default: 100,
      unit: 'B',
      min: 1,
      max: 10_000,
      text: {
        en: 'how much each send() is given (at Linux sizes, times 100,000)',
        ko: 'send() 하나에 주는 양(linux 크기일 때는 100,000배)',
      },
    },
    readAfter: { default: '2s', unit: 'time', text: { en: 'when A begins to read', ko: 'A가 읽기 시작하는 때' } },
    reads: { default: true, text: { en: 'whether A reads at all', ko: 'A가 읽는지 여부' } },
  },
  topology: ({ sizes, profile }) => {
    const { hosts, cables } = oneCable(sizes);
    return { cables, hosts: { A: { ...hosts.A, profile }, B: { ...hosts.B, profile } } };
  },
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT, { options: socketOptions(params.sizes) });
        const socket = await listener.accept();
        await os.sleep(params.readAfter);
        const { receiveBuffer } = socket.status();
        os.print(`${receiveBuffer.bytes} bytes lie in my receive buffer; its window is ${receiveBuffer.window}`);
        if (!params.reads) await os.sleep('1h');
        const buffer = new Uint8Array(params.sizes === 'teaching' ? 32 : 65536);
        while ((await socket.recv(buffer)) > 0);
      },
    },
    client: {
      host: 'B',
      main: async (os, params) => {
        const socket = await os.connect('A', PORT, { options: socketOptions(params.sizes) });
        const data = new Uint8Array(amount(params)).fill(0x2e);
        for (const which of ['first', 'second']) {
          const start = os.now();
          const count = await socket.send(data);
          os.print(`the ${which} send() copied ${count} bytes in ${os.now() - start} ms`);
        }
        await socket.close();
      },
    },
  },
  runFor: '1min',
  expect: [
    {
      story: 'S12',
      text: {
        en: 'Until A reads, send() is blocked with 64 bytes copied: 32 lie in A, 32 in B. (Windows took the first 100 whole; the second send() is blocked with 0.)',
        ko: 'A가 읽을 때까지 send()는 64바이트를 복사한 채 블로킹되어 있습니다. 32바이트는 A에, 32바이트는 B에 있습니다. (Windows는 첫 100바이트를 통째로 받았고, 둘째 send()가 0바이트에서 블로킹됩니다.)',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const windows = result.params.profile === 'windows';
        const blocked = call(result, 'client', 'send', windows ? 1 : 0);
        const before = channelAt(result, call(result, 'server', 'recv').atMs - 1, 'B', 'A');
        if (!(duration(blocked) > 1900)) return false;
        if (windows) return before.written === amount(result.params) && before.waiting === amount(result.params);
        return result.params.sizes === 'teaching'
          ? before.written === 64 && before.waiting === 36
          : Number(before.waiting) > 0;
      },
      counter: { set: { readAfter: '0s' } },
    },
    {
      story: 'S12',
      text: {
        en: 'A reads, room comes free, send() goes on: both return 100, and A has read 200.',
        ko: 'A가 읽으면 자리가 나고 send()는 이어집니다. 두 send() 모두 100을 반환하고, A는 200바이트를 읽었습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const counts = result.calls('client', 'send').map(({ result }) => result);
        const whole = amount(result.params);
        return String(counts) === String([whole, whole]) && channel(result.ledger, 'B', 'A').read === 2 * whole;
      },
      counter: { set: { reads: false } },
    },
  ],
});
