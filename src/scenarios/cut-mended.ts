/** The cable is cut for 20 s and mended: nobody's call fails, and the bytes arrive with the next retransmission. */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, channel, EVERYWHERE, NETWORK, type Network, PORT, SIMULATED } from './plan.ts';

type Params = { readonly network: Network };

export default defineScenario<Params>({
  name: 'cut-mended',
  title: { en: 'The cable is cut, and mended', ko: '케이블이 잘렸다가 이어졌습니다' },
  text: {
    en: 'B sends 1000 bytes at 11 s into a cable that was cut at 10 s, and is mended at 30 s. The connection outlives it: the next retransmission, whose distance doubles each time, brings the bytes.',
    ko: '케이블은 10초에 잘리고 30초에 이어집니다. 그사이 11초에 B가 1000바이트를 보냅니다. 연결은 살아남습니다. 재전송 간격은 매번 두 배로 늘어나고, 케이블이 이어진 뒤 처음 나가는 재전송이 바이트를 나릅니다.',
  },
  story: ['S18'],
  params: { network: NETWORK },
  topology: ({ network }) => breakable(network),
  programs: {
    server: {
      host: 'A',
      main: async (os) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        const buffer = new Uint8Array(2000);
        return { counts: [await socket.recv(buffer), await socket.recv(buffer)] };
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', PORT);
        await os.sleep(11_000 - os.now());
        await socket.send(new Uint8Array(1000));
        await os.sleep('2min');
        os.print(`${socket.status().info.totalRetrans} segments sent again`);
      },
    },
  },
  faults: [
    { at: '10s', do: 'cut', target: 'cable' },
    { at: '30s', do: 'mend', target: 'cable' },
  ],
  runFor: '1h',
  expect: [
    {
      story: 'S18',
      text: {
        en: 'The bytes sent at 11 s are read at 36.6 s: 6.6 s after the mending, at the retransmission that was due 25.6 s after the first.',
        ko: '11초에 보낸 바이트는 36.6초에 읽힙니다. 케이블이 이어지고 6.6초 뒤, 첫 전송에서 25.6초 뒤에 예정되어 있던 재전송입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const recv = call(result, 'server', 'recv');
        return recv.result === 1000 && Math.abs(Number(recv.returnedAtMs) - 36_600) < 300;
      },
      counter: { without: 'cut' },
    },
    {
      story: 'S18',
      text: {
        en: 'No call of either program failed, and all 1000 bytes were read.',
        ko: '두 프로그램의 어떤 호출도 실패하지 않았고, 1000바이트가 모두 읽혔습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        channel(result.ledger, 'B', 'A').read === 1000 &&
        ['server', 'client'].every((name) => result.calls(name).every(({ error }) => error === undefined)),
      counter: { without: 'mend' },
    },
    {
      story: 'S18',
      text: {
        en: 'B sent its segment again 8 times while and after the cable was cut.',
        ko: '케이블이 잘려 있는 동안과 그 뒤에, B는 세그먼트를 8번 다시 보냈습니다.',
      },
      worlds: SIMULATED,
      holds: (result) => result.events('tcp.retransmit', 'B').length === 8,
      counter: { without: 'cut' },
    },
  ],
});
