/**
 * `send` is a copy into the operating system, and no more: it returns before a frame has left, the program may
 * overwrite its memory at once, and neither its success nor the ACK says that A's program has read anything.
 */
import { text, utf8 } from '../system/library.ts';
import { defineScenario } from '../system/scenario.ts';
import {
  call,
  channelAt,
  EVERYWHERE,
  oneCable,
  PORT,
  returned,
  SIMULATED,
  SIZES,
  type Sizes,
  socketOptions,
} from './plan.ts';

type Params = {
  readonly sizes: Sizes;
  readonly text: string;
  readonly overwrite: 'after-send' | 'before-send';
  readonly sendBuffer: number;
  readonly readAfter: string;
};

export default defineScenario<Params>({
  name: 'copy',
  title: { en: 'send() is a copy', ko: 'send()는 복사입니다' },
  text: {
    en: 'B sends a text and overwrites its own memory as soon as send() returns. A reads a second later, and reads the old text.',
    ko: 'B는 글을 보내고, send()가 반환되자마자 자기 메모리를 덮어씁니다. A는 1초 뒤에 읽는데, 읽히는 것은 원래의 글입니다.',
  },
  story: ['S9', 'S10', 'S11', 'S25'],
  params: {
    sizes: SIZES,
    text: { default: 'Hello, 안녕, TCP!!', text: { en: 'what B sends', ko: 'B가 보내는 글' } },
    overwrite: {
      default: 'after-send',
      oneOf: ['after-send', 'before-send'],
      text: { en: 'when B fills its buffer with x', ko: 'B가 자기 버퍼를 x로 채우는 때' },
    },
    sendBuffer: {
      default: 32,
      unit: 'B',
      min: 1,
      max: 1_000_000,
      text: { en: "B's send buffer, at teaching sizes", ko: 'B의 송신 버퍼(teaching 크기일 때)' },
    },
    readAfter: {
      default: '1s',
      unit: 'time',
      text: { en: 'when A begins to read', ko: 'A가 읽기 시작하는 때' },
    },
  },
  topology: ({ sizes }) => oneCable(sizes),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT, { options: socketOptions(params.sizes) });
        const socket = await listener.accept();
        await os.sleep(params.readAfter);
        const buffer = new Uint8Array(64);
        const count = await socket.recv(buffer, { waitAll: true });
        const read = text(buffer.subarray(0, count));
        os.print(`read: ${read}`);
        return { read };
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
        const buffer = utf8(params.text);
        if (params.overwrite === 'before-send') buffer.fill(0x78);
        await socket.send(buffer);
        buffer.fill(0x78);
        const mine = text(buffer);
        os.print(`my buffer now: ${mine}`);
        await socket.close();
        return { mine };
      },
    },
  },
  expect: [
    {
      story: 'S9',
      text: {
        en: "B's application buffer holds only x now; A read the text that was in it when send() copied it: two memories.",
        ko: '지금 B의 응용 프로그램 버퍼에는 x뿐입니다. A가 읽은 것은 send()가 복사할 때 있던 글입니다. 두 버퍼는 서로 다른 메모리입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const mine = returned(result, 'client', 'mine');
        return (
          mine === 'x'.repeat(utf8(result.params.text).length) &&
          returned(result, 'server', 'read') === result.params.text
        );
      },
      counter: { set: { overwrite: 'before-send' } },
    },
    {
      story: 'S10',
      text: {
        en: 'send() was given 20 bytes and took 20: it took no virtual time (0 ms), for it is a copy in memory.',
        ko: 'send()는 20바이트를 받아 20바이트를 모두 복사했습니다. 메모리 안의 복사이므로 가상 시간은 흐르지 않았습니다(0 ms).',
      },
      worlds: SIMULATED,
      holds: (result) => {
        const send = call(result, 'client', 'send');
        return send.result === utf8(result.params.text).length && send.returnedAtMs === send.atMs;
      },
      counter: { set: { sendBuffer: 8 } },
    },
    {
      story: 'S11',
      text: {
        en: 'send() had returned before the first of its bytes left B.',
        ko: '첫 바이트가 B를 떠나기 전에 send()는 이미 반환되었습니다.',
      },
      worlds: SIMULATED,
      holds: (result) => {
        const send = result.events('call.returned', 'B').find((event) => event.call === 'send');
        const next = result.events('frame.sent', 'B').find((event) => Number(event.n) > Number(send?.entered));
        return send !== undefined && next !== undefined && Number(send.n) < Number(next.n);
      },
      counter: { set: { sendBuffer: 8 } },
    },
    {
      story: 'S25',
      text: {
        en: "When A's program first asked for bytes, all of them had been acknowledged for long, and none had been read.",
        ko: 'A의 프로그램이 처음으로 바이트를 달라고 했을 때, 모든 바이트는 이미 확인 응답을 받았지만 읽힌 것은 하나도 없었습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const before = channelAt(result, call(result, 'server', 'recv').atMs - 1, 'B', 'A');
        return before.acknowledged === utf8(result.params.text).length && before.read === 0;
      },
      counter: { set: { readAfter: '0s' } },
    },
  ],
});
