/**
 * The keyboard, a program, and a connection: what is typed at B goes into B's program, from there into the operating
 * system, and comes out at A in pieces that A's own buffer cuts. Nothing of it passes by the programs.
 */
import { text, utf8 } from '../system/library.ts';
import { defineScenario } from '../system/scenario.ts';
import { call, oneCable, PORT, SIMULATED, SIZES, type Sizes, socketOptions } from './plan.ts';

type Params = {
  readonly sizes: Sizes;
  readonly text: string;
  readonly readSize: number;
  readonly sendBuffer: number;
};

export default defineScenario<Params>({
  name: 'typing',
  title: { en: 'Type, and see the bytes go', ko: '입력한 바이트가 가는 길' },
  text: {
    en: 'B sends a greeting, then waits at its standard input and sends all that is typed. A reads with a small buffer and prints.',
    ko: 'B는 인사말을 보낸 뒤 표준 입력에서 기다리다가 입력된 것을 모두 보냅니다. A는 작은 버퍼로 읽어 출력합니다.',
  },
  story: ['S10', 'S13'],
  params: {
    sizes: SIZES,
    text: {
      default: 'Type something! ',
      text: { en: 'what B sends before anybody has typed', ko: '아무것도 입력되기 전에 B가 보내는 글' },
    },
    readSize: {
      default: 8,
      unit: 'B',
      min: 1,
      max: 65_536,
      text: { en: "A's application buffer", ko: 'A의 응용 프로그램 버퍼' },
    },
    sendBuffer: {
      default: 32,
      unit: 'B',
      min: 1,
      max: 1_000_000,
      text: { en: "B's send buffer, at teaching sizes", ko: 'B의 송신 버퍼(teaching 크기일 때)' },
    },
  },
  topology: ({ sizes }) => oneCable(sizes),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT, { options: socketOptions(params.sizes) });
        const socket = await listener.accept();
        const buffer = new Uint8Array(params.readSize);
        for (;;) {
          const count = await socket.recv(buffer);
          if (count === 0) break;
          os.print(text(buffer.subarray(0, count)));
        }
        await socket.close();
      },
    },
    client: {
      host: 'B',
      main: async (os, params) => {
        const options = socketOptions(
          params.sizes,
          params.sizes === 'teaching' ? { SO_SNDBUF: params.sendBuffer } : {},
        );
        const socket = await os.connect('A', PORT, { options });
        await socket.send(params.text);
        const line = new Uint8Array(4096);
        for (;;) {
          const count = await os.read(line);
          if (count === 0) break;
          await socket.send(line.subarray(0, count));
        }
        await socket.close();
      },
    },
  },
  expect: [
    {
      story: 'S10',
      text: {
        en: 'send() took the greeting in no virtual time (0 ms), and B went back to its standard input: the sending is not its work.',
        ko: 'send()는 가상 시간이 흐르지 않는 동안(0 ms) 인사말을 모두 복사했고, B는 표준 입력으로 돌아갔습니다. 전송은 B의 일이 아닙니다.',
      },
      worlds: SIMULATED,
      holds: (result) => {
        const send = call(result, 'client', 'send');
        const read = call(result, 'client', 'read');
        return send.result === utf8(result.params.text).length && read.atMs === send.atMs;
      },
      counter: { set: { sendBuffer: 8 } },
    },
    {
      story: 'S13',
      text: {
        en: "A's first recv() returned as many bytes as A's buffer holds, and not the whole greeting.",
        ko: 'A의 첫 recv()는 인사말 전체가 아니라 A의 버퍼에 들어가는 만큼만 반환했습니다.',
      },
      worlds: SIMULATED,
      holds: (result) => {
        const { readSize } = result.params;
        return readSize < utf8(result.params.text).length && call(result, 'server', 'recv').result === readSize;
      },
      counter: { set: { readSize: 64 } },
    },
  ],
});
