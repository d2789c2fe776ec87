/** `recv` on an empty receive buffer sleeps until bytes come; `send` into a buffer with room does not wait at all. */
import { text } from '../system/library.ts';
import { defineScenario } from '../system/scenario.ts';
import { call, duration, EVERYWHERE, oneCable, outcome, PORT, SIZES, type Sizes, socketOptions } from './plan.ts';

type Params = { readonly sizes: Sizes; readonly sendAfter: string; readonly wait: boolean };

export default defineScenario<Params>({
  name: 'empty-buffer',
  title: { en: 'The receive buffer is empty', ko: '수신 버퍼가 비었습니다' },
  text: {
    en: 'A calls recv() at once; B sends only after a second. A sleeps in recv() until the bytes are there.',
    ko: 'A는 곧바로 recv()를 호출하고, B는 1초 뒤에야 보냅니다. A는 바이트가 올 때까지 recv() 안에서 잠들어 있습니다.',
  },
  story: ['S14'],
  params: {
    sizes: SIZES,
    sendAfter: { default: '1s', unit: 'time', text: { en: 'when B sends', ko: 'B가 보내는 때' } },
    wait: {
      default: true,
      text: { en: 'false: A calls recv() with MSG_DONTWAIT', ko: 'false: A가 recv()를 MSG_DONTWAIT로 호출합니다' },
    },
  },
  topology: ({ sizes }) => oneCable(sizes),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT, { options: socketOptions(params.sizes) });
        const socket = await listener.accept();
        const buffer = new Uint8Array(32);
        const count = await outcome(socket.recv(buffer, { dontWait: !params.wait }));
        os.print(typeof count === 'number' ? `recv: ${text(buffer.subarray(0, count))}` : `recv: ${count}`);
      },
    },
    client: {
      host: 'B',
      main: async (os, params) => {
        const socket = await os.connect('A', PORT, { options: socketOptions(params.sizes) });
        await os.sleep(params.sendAfter);
        await outcome(socket.send('ready'));
      },
    },
  },
  expect: [
    {
      story: 'S14',
      text: {
        en: 'recv() waited about 1 s and returned 5, at the moment the 5 bytes came.',
        ko: 'recv()는 약 1초를 기다렸고, 5바이트가 도착한 순간 5를 반환했습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const recv = call(result, 'server', 'recv');
        const arrived = call(result, 'client', 'send').atMs + 5;
        return recv.result === 5 && duration(recv) > 900 && Math.abs(Number(recv.returnedAtMs) - arrived) < 1;
      },
      counter: { set: { wait: false } },
    },
    {
      story: 'S14',
      text: {
        en: 'So send is short and recv long: send() took under 1 ms, recv() more than 900 times as long.',
        ko: '그래서 send는 짧고 recv는 깁니다. send()는 1 ms도 걸리지 않았고, recv()는 그 900배가 넘게 걸렸습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => duration(call(result, 'client', 'send')) < 1 && duration(call(result, 'server', 'recv')) > 900,
      counter: { set: { sendAfter: '0s' } },
    },
  ],
});
