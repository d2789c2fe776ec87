/**
 * The plug is pulled at B itself: B's operating system sees the carrier go at once, A's sees nothing. B's programs are
 * not told either: a connection may come back with the cable.
 */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, EVERYWHERE, outcome, PORT, SIMULATED } from './plan.ts';

type Params = { readonly carrier: 'lost' | 'kept'; readonly mendAt: string };

export default defineScenario<Params>({
  name: 'unplugged',
  title: { en: 'The plug is pulled', ko: '플러그가 뽑혔습니다' },
  text: {
    en: 'At 10 s the plug is pulled at B, and put back at 20 s. This is not a cable cut somewhere: the link light of B goes out, and its operating system knows.',
    ko: '10초에 B의 플러그가 뽑히고 20초에 다시 꽂힙니다. 어딘가에서 케이블이 잘리는 것과는 다릅니다. B의 링크 표시등이 꺼지고, B의 운영체제(OS)가 바로 압니다.',
  },
  story: ['S18'],
  params: {
    carrier: {
      default: 'lost',
      oneOf: ['lost', 'kept'],
      text: {
        en: 'kept: cut farther along, the link light stays on',
        ko: 'kept: 더 먼 곳에서 잘려 링크 표시등은 켜진 그대로입니다',
      },
    },
    mendAt: { default: '20s', unit: 'time', text: { en: 'when the plug is put back', ko: '플러그를 다시 꽂는 때' } },
  },
  topology: breakable('routed'),
  programs: {
    server: {
      host: 'A',
      main: async (os) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        return { count: await outcome(socket.recv(new Uint8Array(64))) };
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', PORT);
        await os.sleep(15_000 - os.now());
        const sent = await outcome(socket.send('are you there?'));
        os.print(`send without a cable: ${sent}`);
        await os.sleep('2min');
        return { sent };
      },
    },
  },
  faults: ({ carrier, mendAt }) => [
    { at: '10s', do: 'cut', target: 'cable', carrier },
    { at: mendAt, do: 'mend', target: 'cable' },
  ],
  runFor: '1h',
  expect: [
    {
      story: 'S18',
      text: {
        en: "B's operating system sees its link go down at 10 s, 0 ms after the plug is pulled; A's sees nothing.",
        ko: 'B의 운영체제는 플러그가 뽑힌 10초에 0 ms 만에 링크가 끊긴 것을 봅니다. A의 운영체제는 아무것도 보지 못합니다.',
      },
      worlds: SIMULATED,
      holds: (result) => {
        const down = result.events('interface.carrier').filter(({ up }) => up === false);
        return down.some(({ host, at }) => host === 'B' && at === 10e9) && down.every(({ host }) => host !== 'A');
      },
      counter: { set: { carrier: 'kept' } },
    },
    {
      story: 'S18',
      text: {
        en: "B's send() at 15 s returns 14 all the same, and A reads the 14 bytes soon after the plug is back: after 20 s, before 33 s.",
        ko: '그래도 15초에 B의 send()는 14를 반환하고, 플러그를 다시 꽂은 뒤 A가 14바이트를 읽습니다. 20초와 33초 사이입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const recv = call(result, 'server', 'recv');
        const at = Number(recv.returnedAtMs);
        return call(result, 'client', 'send').result === 14 && recv.result === 14 && at > 20_000 && at < 33_000;
      },
      counter: { without: 'cut' },
    },
  ],
});
