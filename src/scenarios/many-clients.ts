/**
 * Three clients on two hosts behind a switch, one listening socket: each connection gets a socket of its own at A,
 * with its own two buffers, and the listening socket goes on listening.
 */
import { defineScenario } from '../system/scenario.ts';
import type { Socket, System } from '../system/system.ts';
import { call, channelAt, EVERYWHERE, oneCable, PORT, returned, SIZES, type Sizes, socketOptions } from './plan.ts';

type Params = { readonly sizes: Sizes; readonly clients: number; readonly readAfter: string };

/** The client of that number sends so many bytes and reads how many A has counted. */
async function client(os: System, params: Params, number: number): Promise<void> {
  if (number > params.clients) return;
  const socket = await os.connect('A', PORT, { options: socketOptions(params.sizes) });
  await socket.send(String(number).repeat(8 * number));
  await socket.recv(new Uint8Array(8));
  await socket.close();
}

export default defineScenario<Params>({
  name: 'many-clients',
  title: { en: 'One listener, many sockets', ko: '리스닝 소켓 하나, 통신 소켓 여럿' },
  text: {
    en: 'Three clients send 8, 16 and 24 bytes to one port. A holds three sockets with two buffers each, beside the one that listens.',
    ko: '클라이언트 셋이 한 포트로 8, 16, 24바이트를 보냅니다. A에는 리스닝 소켓 하나 말고도, 버퍼를 둘씩 가진 통신 소켓이 셋 생깁니다.',
  },
  story: ['S5', 'S8'],
  params: {
    sizes: SIZES,
    clients: { default: 3, min: 1, max: 3, text: { en: 'how many clients connect', ko: '연결하는 클라이언트의 수' } },
    readAfter: { default: '1s', unit: 'time', text: { en: 'when A begins to read', ko: 'A가 읽기 시작하는 때' } },
  },
  topology: ({ sizes }) => {
    const { A, B } = oneCable(sizes).hosts;
    return {
      hosts: { A, B, C: { ...B, address: '10.0.0.3' } },
      switches: { S: {} },
      cables: {
        'cable-A': { between: ['A', 'S'], delay: '1ms' },
        'cable-B': { between: ['B', 'S'], delay: '4ms' },
        'cable-C': { between: ['C', 'S'], delay: '4ms' },
      },
    };
  },
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT, { options: socketOptions(params.sizes) });
        const sockets: Socket[] = [];
        while (sockets.length < params.clients) sockets.push(await listener.accept());
        await os.sleep(params.readAfter);
        const counts: number[] = [];
        for (const socket of sockets) {
          const count = await socket.recv(new Uint8Array(32));
          await socket.send(String(count));
          counts.push(count);
        }
        const listening = await listener.getOption('SO_ACCEPTCONN');
        return { ids: [listener.id, ...sockets.map(({ id }) => id)], counts, listening };
      },
    },
    'client-1': { host: 'B', main: (os, params) => client(os, params, 1) },
    'client-2': { host: 'B', start: '20ms', main: (os, params) => client(os, params, 2) },
    'client-3': { host: 'C', start: '40ms', main: (os, params) => client(os, params, 3) },
  },
  expect: [
    {
      story: 'S5',
      text: {
        en: "Before A reads, 8, 16 and 24 bytes lie unread in three receive buffers: no client's bytes lie in another's.",
        ko: 'A가 읽기 전, 수신 버퍼 셋에 각각 8, 16, 24바이트가 읽기 전 상태로 있습니다. 한 클라이언트의 바이트가 다른 버퍼에 섞이지 않습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const before = call(result, 'server', 'recv').atMs - 1;
        const unread = [
          channelAt(result, before, 'B', 'A', 0).unread,
          channelAt(result, before, 'B', 'A', 1).unread,
          channelAt(result, before, 'C', 'A').unread,
        ];
        return String(unread) === '8,16,24';
      },
      counter: { set: { clients: 2 } },
    },
    {
      story: 'S8',
      text: {
        en: 'accept() handed out three sockets that are not the listening one, which listens still: four sockets at one port.',
        ko: 'accept()가 내준 통신 소켓 셋은 리스닝 소켓과 다르며, 리스닝 소켓은 여전히 기다립니다. 한 포트에 소켓이 넷입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const ids = returned(result, 'server', 'ids');
        return Array.isArray(ids) && new Set(ids).size === 4 && returned(result, 'server', 'listening') === 1;
      },
      counter: { set: { clients: 1 } },
    },
    {
      story: 'S5',
      text: {
        en: 'Three connections are six channels, and each took its own bytes: 48 to A in all.',
        ko: '연결 셋은 채널 여섯이고, 저마다 자기 바이트만 날랐습니다. A로 간 것은 모두 48바이트입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => result.ledger.length === 6 && String(returned(result, 'server', 'counts')) === '8,16,24',
      counter: { set: { clients: 2 } },
    },
  ],
});
