/** TCP is a byte stream: where one `send` ends and the next begins is nowhere written down. */
import { text } from '../system/library.ts';
import { defineScenario } from '../system/scenario.ts';
import { EVERYWHERE, oneCable, PORT, returned, SIZES, type Sizes, socketOptions } from './plan.ts';

type Params = { readonly sizes: Sizes; readonly buffer: number; readonly readAfter: string };

export default defineScenario<Params>({
  name: 'no-boundaries',
  title: { en: 'No message boundaries', ko: '메시지 경계는 없습니다' },
  text: {
    en: 'First B sends once and A needs several recv() to read it; then B sends three times and A reads it all with one recv().',
    ko: '먼저 B가 한 번 보낸 것을 A는 여러 번의 recv()로 읽습니다. 다음에는 B가 세 번 보낸 것을 A가 recv() 한 번에 모두 읽습니다.',
  },
  story: ['S24'],
  params: {
    sizes: SIZES,
    buffer: {
      default: 8,
      unit: 'B',
      min: 1,
      max: 1_000_000,
      text: { en: "A's application buffer in the first part", ko: '첫 부분에서 A의 응용 프로그램 버퍼' },
    },
    readAfter: {
      default: '500ms',
      unit: 'time',
      text: { en: 'how long A lets the bytes lie', ko: 'A가 바이트를 그대로 두는 시간' },
    },
  },
  topology: ({ sizes }) => oneCable(sizes),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT, { options: socketOptions(params.sizes) });
        const socket = await listener.accept();
        const read = async (size: number, length: number): Promise<number[]> => {
          await os.sleep(params.readAfter);
          const counts: number[] = [];
          for (let total = 0; total < length; ) {
            const buffer = new Uint8Array(size);
            const count = await socket.recv(buffer);
            if (count === 0) break;
            os.print(`recv: "${text(buffer.subarray(0, count))}"`);
            counts.push(count);
            total += count;
          }
          return counts;
        };
        const one = await read(params.buffer, 20);
        await os.sleep(1000 - os.now());
        const three = await read(64, 11);
        return { one, three };
      },
    },
    client: {
      host: 'B',
      main: async (os, params) => {
        const socket = await os.connect('A', PORT, { options: socketOptions(params.sizes) });
        await socket.send('one message, or more');
        await os.sleep(1100 - os.now());
        for (const word of ['one', 'two', 'three']) {
          await socket.send(word);
          await os.sleep('20ms');
        }
        await socket.close();
      },
    },
  },
  expect: [
    {
      story: 'S24',
      text: {
        en: 'One send() of 20 bytes needed three recv() with a buffer of 8: 8, 8 and 4.',
        ko: '20바이트를 보낸 send() 하나에, 8바이트 버퍼로는 recv()가 세 번 필요했습니다. 8, 8, 4입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => String(returned(result, 'server', 'one')) === '8,8,4',
      counter: { set: { buffer: 64 } },
    },
    {
      story: 'S24',
      text: {
        en: 'Three send() of 3, 3 and 5 bytes came in one recv() of 11.',
        ko: '3, 3, 5바이트를 보낸 send() 세 번이 recv() 한 번에 11바이트로 왔습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        String(result.calls('client', 'send').map(({ result }) => result)) === '20,3,3,5' &&
        String(returned(result, 'server', 'three')) === '11',
      counter: { set: { readAfter: '0s' } },
    },
  ],
});
