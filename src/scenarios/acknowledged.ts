/**
 * When a byte may leave the send buffer: not when it is sent, but when its ACK arrives. First A's operating system delays
 * an ACK, and for that time a byte lies in both buffers; then a segment is lost on the cable, and B still has its bytes.
 * A's program reads neither until the end: acknowledged is not read.
 */
import { defineScenario } from '../system/scenario.ts';
import { call, channelAt, EVERYWHERE, oneCable, PORT, SIZES, type Sizes, socketOptions } from './plan.ts';

type Params = { readonly sizes: Sizes; readonly quickAck: boolean; readonly readAfter: string };

export default defineScenario<Params>({
  name: 'acknowledged',
  title: { en: 'Until the ACK comes', ko: '확인 응답(ACK)이 올 때까지' },
  text: {
    en: 'After a question and an answer, B sends 8 bytes whose ACK is delayed: for that time they lie at both ends. Then it sends 8 while the cable is cut for a tenth of a second: they are lost, but B has kept them, and sends them again.',
    ko: '질문과 답을 한 번 주고받은 뒤, B가 보낸 8바이트의 확인 응답(ACK)이 늦게 옵니다. 그동안 이 바이트는 양쪽에 다 있습니다. 다음에는 케이블이 0.1초 동안 잘린 사이에 8바이트를 보내서 잃어버립니다. 하지만 B의 송신 버퍼에 남아 있으므로 다시 보냅니다.',
  },
  story: ['S16', 'S25'],
  params: {
    sizes: SIZES,
    quickAck: {
      default: false,
      text: { en: "whether A's operating system acknowledges at once", ko: 'A의 운영체제가 바로 확인 응답하는지 여부' },
    },
    readAfter: { default: '3s', unit: 'time', text: { en: 'when A reads on', ko: 'A가 이어서 읽는 때' } },
  },
  topology: ({ sizes }) => oneCable(sizes),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT, {
          options: socketOptions(params.sizes, { TCP_QUICKACK: params.quickAck }),
        });
        const socket = await listener.accept();
        await socket.recv(new Uint8Array(8));
        await socket.send('answered');
        await os.sleep(params.readAfter);
        return { count: await socket.recv(new Uint8Array(16), { waitAll: true }) };
      },
    },
    client: {
      host: 'B',
      main: async (os, params) => {
        const socket = await os.connect('A', PORT, { options: socketOptions(params.sizes) });
        await socket.send('question');
        await socket.recv(new Uint8Array(8));
        await os.sleep(1000 - os.now());
        await socket.send('late ACK');
        await os.sleep(2000 - os.now());
        await socket.send('lost one');
        os.print(`${socket.status().sendBuffer.bytes} bytes in my send buffer`);
        await os.sleep('2s');
        os.print(`${socket.status().sendBuffer.bytes} bytes in my send buffer`);
      },
    },
  },
  faults: [
    { name: 'lose', at: '1990ms', do: 'cut', target: 'cable', direction: 'b-to-a' },
    { at: '2100ms', do: 'mend', target: 'cable' },
  ],
  expect: [
    {
      story: 'S16',
      text: {
        en: "20 ms after B's second send() its 8 bytes lie in both buffers: received by A, and not yet acknowledged to B.",
        ko: '둘째 send() 20 ms 뒤, 8바이트는 두 버퍼에 다 있습니다. A는 받았고, B는 아직 확인 응답을 받지 못했습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const both = channelAt(result, call(result, 'client', 'send', 1).atMs + 20, 'B', 'A');
        return both.received === 16 && both.unread === 8 && both.unacknowledged === 8;
      },
      counter: { set: { quickAck: true } },
    },
    {
      story: 'S16',
      text: {
        en: "100 ms after the third send() the 8 bytes are lost: A has not received them, B's send buffer still holds all 8. Sent again, they arrived.",
        ko: '셋째 send() 100 ms 뒤, 8바이트는 사라져 A가 받지 못했고 B의 송신 버퍼에는 8바이트가 그대로 있습니다. 다시 보내서 도착했습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const sent = call(result, 'client', 'send', 2).atMs;
        const lost = channelAt(result, sent + 100, 'B', 'A');
        const later = channelAt(result, sent + 900, 'B', 'A');
        return lost.received === 16 && lost.inFlight === 8 && lost.unacknowledged === 8 && later.received === 24;
      },
      counter: { without: 'lose' },
    },
    {
      story: 'S25',
      text: {
        en: 'Before A reads on, all 24 bytes of B are acknowledged and only 8 are read: only an answer would tell B more.',
        ko: 'A가 이어서 읽기 전, B의 24바이트 모두 확인 응답을 받았지만 읽힌 것은 8바이트뿐입니다. B가 그 이상을 알려면 A의 답이 필요합니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const before = channelAt(result, call(result, 'server', 'recv', 1).atMs - 1, 'B', 'A');
        return before.acknowledged === 24 && before.read === 8;
      },
      counter: { set: { readAfter: '0s' } },
    },
  ],
});
