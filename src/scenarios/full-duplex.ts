/** Two channels in one connection: both programs send at the same moment, and neither waits for the other. */
import { defineScenario } from '../system/scenario.ts';
import type { Socket } from '../system/system.ts';
import { call, channelAt, EVERYWHERE, oneCable, PORT, SIZES, type Sizes, socketOptions } from './plan.ts';

type Params = { readonly sizes: Sizes; readonly turns: boolean };

const LENGTH = 24;

async function receive(socket: Socket): Promise<void> {
  await socket.recv(new Uint8Array(LENGTH), { waitAll: true });
}

export default defineScenario<Params>({
  name: 'full-duplex',
  title: { en: 'Both directions at once', ko: '두 방향이 동시에' },
  text: {
    en: 'At one second, A and B send each other 24 bytes. The bytes pass each other on the cable.',
    ko: '1초가 되면 A와 B가 서로에게 24바이트를 보냅니다. 바이트들은 케이블 위에서 서로 스쳐 지나갑니다.',
  },
  story: ['S4'],
  params: {
    sizes: SIZES,
    turns: {
      default: false,
      text: {
        en: 'A answers only when it has read, as through one pipe',
        ko: 'A가 다 읽은 뒤에야 보냅니다. 파이프 하나를 쓸 때처럼',
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
        await os.sleep(1000 - os.now());
        if (params.turns) await receive(socket);
        await socket.send('a'.repeat(LENGTH));
        if (!params.turns) await receive(socket);
      },
    },
    client: {
      host: 'B',
      main: async (os, params) => {
        const socket = await os.connect('A', PORT, { options: socketOptions(params.sizes) });
        await os.sleep(1000 - os.now());
        await socket.send('b'.repeat(LENGTH));
        await receive(socket);
      },
    },
  },
  expect: [
    {
      story: 'S4',
      text: {
        en: '2 ms after the two send(), 24 bytes are in flight in each of the two channels.',
        ko: '두 send()의 2 ms 뒤, 두 채널에서 각각 24바이트가 전송 중입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const at = call(result, 'client', 'send').atMs + 2;
        return (
          channelAt(result, at, 'A', 'B').inFlight === LENGTH && channelAt(result, at, 'B', 'A').inFlight === LENGTH
        );
      },
      counter: { set: { turns: true } },
    },
    {
      story: 'S4',
      text: {
        en: 'Both programs had all 24 bytes within 8 ms: the time of one way (5 ms), not of two (10 ms).',
        ko: '두 프로그램 모두 8 ms 안에 24바이트를 다 받았습니다. 두 번(10 ms)이 아니라 한 번 가는 시간(5 ms)입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const start = call(result, 'client', 'send').atMs;
        return ['server', 'client'].every((name) => Number(call(result, name, 'recv').returnedAtMs) - start < 8);
      },
      counter: { set: { turns: true } },
    },
  ],
});
