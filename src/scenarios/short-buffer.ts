/**
 * A's application buffer holds 8 bytes. Each `recv` takes so many; the rest stays in the receive buffer, which was
 * full: its window was 0, and every `recv` opens it again, so that B can send what it still had.
 */
import { text } from '../system/library.ts';
import { defineScenario } from '../system/scenario.ts';
import { call, channelAt, EVERYWHERE, oneCable, PORT, returned, SIZES, type Sizes, socketOptions } from './plan.ts';

type Params = { readonly sizes: Sizes; readonly buffer: number; readonly peek: boolean };

const TEXT = 'The quick brown fox jumps over the lazy dog.';

export default defineScenario<Params>({
  name: 'short-buffer',
  title: { en: 'A short application buffer', ko: '작은 응용 프로그램 버퍼' },
  text: {
    en: 'B sends 44 bytes; 32 fill the receive buffer of A, whose program then takes 8 at a time. What it takes makes room, and the window says so to B.',
    ko: 'B가 44바이트를 보내고, 그중 32바이트가 A의 수신 버퍼를 채웁니다. A의 프로그램은 8바이트씩 가져갑니다. 가져간 만큼 자리가 나고, 수신 윈도우가 그것을 B에 알립니다.',
  },
  story: ['S13', 'S15'],
  params: {
    sizes: SIZES,
    buffer: {
      default: 8,
      unit: 'B',
      min: 1,
      max: 1_000_000,
      text: { en: "A's application buffer", ko: 'A의 응용 프로그램 버퍼' },
    },
    peek: {
      default: false,
      text: {
        en: 'A only looks (MSG_PEEK): nothing leaves the receive buffer',
        ko: 'A가 보기만 함(MSG_PEEK). 수신 버퍼에서 아무것도 나가지 않습니다',
      },
    },
  },
  topology: ({ sizes }) => oneCable(sizes),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT, { options: socketOptions(params.sizes) });
        const socket = await listener.accept();
        await os.sleep('1s');
        const buffer = new Uint8Array(params.buffer);
        const windows = [socket.status().receiveBuffer.window];
        for (let total = 0; total < TEXT.length && windows.length < 10; ) {
          const count = await socket.recv(buffer, { peek: params.peek });
          const { bytes, window } = socket.status().receiveBuffer;
          os.print(`recv: "${text(buffer.subarray(0, count))}"; ${bytes} bytes stay, the window is ${window}`);
          windows.push(window);
          total += count;
          await os.sleep('100ms');
        }
        return { windows };
      },
    },
    client: {
      host: 'B',
      main: async (os, params) => {
        const socket = await os.connect('A', PORT, { options: socketOptions(params.sizes) });
        await socket.send(TEXT);
        await os.sleep('3s');
      },
    },
  },
  expect: [
    {
      story: 'S13',
      text: {
        en: 'The first recv() returned 8, as many as its buffer holds, and left the rest: 24 of 32 bytes (Linux sizes: 36 of 44).',
        ko: '첫 recv()는 버퍼 크기인 8을 반환했고, 나머지는 남겼습니다. 32바이트 중 24바이트입니다(linux 크기: 44바이트 중 36바이트).',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const first = call(result, 'server', 'recv');
        const after = channelAt(result, first.atMs + 1, 'B', 'A');
        return first.result === 8 && after.unread === (result.params.sizes === 'teaching' ? 24 : 36);
      },
      counter: { set: { buffer: 64 } },
    },
    {
      story: 'S15',
      text: {
        en: "A's receive buffer was full: 32 bytes, window 0. The first recv() opened the window to 8, and within 50 ms the next 8 bytes were there. (Linux sizes: 44 bytes never fill it.)",
        ko: 'A의 수신 버퍼는 가득 차 있었습니다. 32바이트, 수신 윈도우 0입니다. 첫 recv()가 윈도우를 8로 열었고, 50 ms 안에 다음 8바이트가 왔습니다. (linux 크기에서는 44바이트로 가득 차지 않습니다.)',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const at = call(result, 'server', 'recv').atMs;
        const [before, after] = [at - 1, at + 50].map((ms) => channelAt(result, ms, 'B', 'A'));
        if (result.params.sizes === 'linux') return before?.unread === 44 && after?.unread === 36;
        const windows = returned(result, 'server', 'windows');
        if (!Array.isArray(windows) || windows[0] !== 0 || windows[1] !== 8) return false;
        return before?.received === 32 && after?.received === 40 && after.unread === 32;
      },
      counter: { set: { peek: true } },
    },
  ],
});
