/**
 * Only the direction from B to A is cut. B's bytes are lost; A's bytes arrive at B, but B's ACKs do not come back, so
 * A keeps them, sends them again and again, and in the end gives up a connection whose peer had everything.
 */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, channel, channelAt, EVERYWHERE, outcome, PORT } from './plan.ts';

type Params = { readonly direction: 'b-to-a' | 'both' };

export default defineScenario<Params>({
  name: 'cut-one-way',
  title: { en: 'The cable is cut in one direction', ko: '케이블이 한 방향만 잘렸습니다' },
  text: {
    en: 'At 10 s the direction from B to A is cut. At 11 s each sends 1000 bytes: those of A arrive, their ACK does not; those of B are lost.',
    ko: '10초에 B에서 A로 가는 방향이 잘립니다. 11초에 서로 1000바이트를 보냅니다. A의 바이트는 도착하지만 그 ACK가 돌아오지 못하고, B의 바이트는 사라집니다.',
  },
  story: ['S18', 'S4', 'S25'],
  params: {
    direction: {
      default: 'b-to-a',
      oneOf: ['b-to-a', 'both'],
      text: { en: 'what is cut', ko: '잘리는 방향' },
    },
  },
  topology: breakable('routed'),
  programs: {
    server: {
      host: 'A',
      main: async (os) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        await os.sleep(11_000 - os.now());
        await socket.send(new Uint8Array(1000));
        return { end: await outcome(socket.recv(new Uint8Array(2000))) };
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', PORT);
        await os.sleep(11_000 - os.now());
        await socket.send(new Uint8Array(1000));
        const count = await outcome(socket.recv(new Uint8Array(2000)));
        os.print(`recv: ${count}`);
        return { count, end: await outcome(socket.recv(new Uint8Array(2000))) };
      },
    },
  },
  faults: ({ direction }) => [
    { at: '10s', do: 'cut', target: 'cable', ...(direction === 'both' ? {} : { direction: 'b-to-a' }) },
  ],
  runFor: '1h',
  expect: [
    {
      story: 'S4',
      text: {
        en: 'Two channels: at 12 s all 1000 bytes of A are read by B, and 0 of the 1000 bytes of B have arrived.',
        ko: '채널은 둘입니다. 12초에 A의 1000바이트는 B가 모두 읽었고, B의 1000바이트는 하나도 도착하지 않았습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const toA = channelAt(result, 12_000, 'B', 'A');
        const toB = channelAt(result, 12_000, 'A', 'B');
        return toB.read === 1000 && toA.written === 1000 && toA.received === 0;
      },
      counter: { set: { direction: 'both' } },
    },
    {
      story: 'S25',
      text: {
        en: 'And no ACK proves nothing either: B has read the 1000 bytes, A still holds them as unacknowledged.',
        ko: 'ACK가 없다는 것 역시 아무것도 증명하지 않습니다. B는 1000바이트를 읽었지만, A에는 여전히 확인 대기로 남아 있습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const then = channelAt(result, 60_000, 'A', 'B');
        return then.read === 1000 && then.unacknowledged === 1000;
      },
      counter: { without: 'cut' },
    },
    {
      story: 'S18',
      text: {
        en: 'A gives up 924.8 s after its bytes: recv() ends with ETIMEDOUT, though B had read them all along.',
        ko: 'A는 바이트를 보내고 924.8초 뒤에 포기합니다. B는 진작에 읽었지만 A의 recv()는 ETIMEDOUT으로 끝납니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const recv = call(result, 'server', 'recv');
        const waited = Number(recv.returnedAtMs) - call(result, 'server', 'send').atMs;
        return (
          recv.error === 'ETIMEDOUT' &&
          Math.abs(waited - 924_800) < 1000 &&
          channel(result.ledger, 'A', 'B').read === 1000
        );
      },
      counter: { without: 'cut' },
    },
  ],
});
