/**
 * B loses power and boots again. Its new operating system knows nothing of the old connection, and answers its bytes
 * with RST: the moment A sends something, A learns.
 */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, EVERYWHERE, NETWORK, type Network, outcome, PORT, returned } from './plan.ts';

type Params = { readonly network: Network; readonly sendAt: string };

export default defineScenario<Params>({
  name: 'power-off-reboot',
  title: { en: 'The power goes off and comes back', ko: '전원이 꺼졌다가 다시 켜졌습니다' },
  text: {
    en: 'B loses its power at 10 s and has booted again at 20 s. For A nothing has happened, until it sends at 30 s: the new operating system does not know this connection and answers RST.',
    ko: 'B는 10초에 전원이 꺼지고 20초에 다시 켜졌습니다. 30초에 무언가를 보내기 전까지 A에는 아무 일도 없었습니다. B의 새 운영체제(OS)는 이 연결을 모르므로 RST로 답합니다.',
  },
  story: ['S20', 'S22'],
  params: {
    network: NETWORK,
    sendAt: { default: '30s', unit: 'time', text: { en: 'when A sends', ko: 'A가 보내는 때' } },
  },
  topology: ({ network }) => breakable(network),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        const buffer = new Uint8Array(64);
        await socket.recv(buffer);
        const waiting = outcome(socket.recv(buffer));
        await os.sleep(params.sendAt);
        const before = socket.status().state;
        const sent = await outcome(socket.send('are you there?'));
        const learned = await waiting;
        const after = [await outcome(socket.recv(buffer)), await outcome(socket.send('?'))];
        os.print(`${before}: send ${sent}, recv ${learned}, then recv ${after[0]}, send ${after[1]}`);
        return { before, sent, learned, after };
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', PORT);
        await socket.send('hello, A');
        await socket.recv(new Uint8Array(64));
      },
    },
  },
  faults: [
    { at: '10s', do: 'power-off', target: 'B' },
    { at: '20s', do: 'power-on', target: 'B' },
  ],
  runFor: '10min',
  expect: [
    {
      story: 'S22',
      text: {
        en: 'Half-open for 20 s: A is ESTABLISHED at 30 s, 10 s after B has booted without that connection; its send() still returns 14.',
        ko: '20초 동안 하프 오픈: B가 이 연결 없이 부팅한 지 10초가 지난 30초에도 A는 ESTABLISHED이고, A의 send()는 여전히 14를 반환합니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        returned(result, 'server', 'before') === 'ESTABLISHED' &&
        call(result, 'server', 'send').result === 14 &&
        returned(result, 'server', 'learned') === 'ECONNRESET',
      counter: { without: 'power-on' },
    },
    {
      story: 'S20',
      text: {
        en: "The answer is RST: A's waiting recv() ends with ECONNRESET less than 10 ms after the send(), then EOF (0) and EPIPE.",
        ko: '돌아온 답은 RST입니다. 기다리던 A의 recv()는 send() 뒤 10 ms 안에 ECONNRESET으로 끝나고, 그다음은 스트림 끝(0)과 EPIPE입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const recv = call(result, 'server', 'recv', 1);
        return (
          recv.error === 'ECONNRESET' &&
          Number(recv.returnedAtMs) - call(result, 'server', 'send').atMs < 10 &&
          String(returned(result, 'server', 'after')) === '0,EPIPE'
        );
      },
      counter: { without: 'power-on' },
    },
  ],
});
