/** The application's own heartbeat: a question that only the peer's program can answer. It finds the hang of `hang`. */
import { text } from '../system/library.ts';
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, channelAt, EVERYWHERE, NETWORK, type Network, outcome, PORT, returned } from './plan.ts';

type Params = { readonly network: Network; readonly patience: string };

export default defineScenario<Params>({
  name: 'hang-heartbeat',
  title: { en: 'The program hangs, with a heartbeat', ko: '프로그램이 응답하지 않습니다: 하트비트' },
  text: {
    en: "Every 5 s A asks B's program 'ping' and wants 'pong' within 2 s. At 12 s B's program stops running: its operating system takes the next ping, but no pong comes.",
    ko: 'A는 5초마다 B의 프로그램에 ping을 보내고 2초 안에 pong을 기다립니다. 12초에 B의 프로그램이 실행을 멈춥니다. 다음 ping은 B의 운영체제(OS)가 받지만 pong은 오지 않습니다.',
  },
  story: ['S23'],
  params: {
    network: NETWORK,
    patience: {
      default: '2s',
      unit: 'time',
      text: {
        en: 'how long A waits for a pong (SO_RCVTIMEO); 0s: for ever',
        ko: 'A가 pong을 기다리는 시간(SO_RCVTIMEO). 0s이면 끝없이 기다립니다',
      },
    },
  },
  topology: ({ network }) => breakable(network),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT, { options: { SO_RCVTIMEO: params.patience } });
        const socket = await outcome(listener.accept());
        if (typeof socket === 'string') return { pongs: 0 };
        const buffer = new Uint8Array(8);
        let pongs = 0;
        for (; pongs < 20; pongs++) {
          await os.sleep((pongs + 1) * 5000 - os.now());
          await socket.send('ping');
          const count = await outcome(socket.recv(buffer));
          if (typeof count === 'number' && text(buffer.subarray(0, count)) === 'pong') continue;
          os.print(`no pong: ${count}. The connection is of no use; I close it.`);
          await socket.close();
          break;
        }
        return { pongs };
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', PORT);
        const buffer = new Uint8Array(8);
        while ((await socket.recv(buffer)) > 0) await socket.send('pong');
      },
    },
  },
  faults: [{ at: '12s', do: 'stop', target: 'client' }],
  runFor: '1h',
  expect: [
    {
      story: 'S23',
      text: {
        en: '2 pongs came; for the third A waited 2 s: recv() ends with EAGAIN at 17 s, 5 s after the hang.',
        ko: 'pong은 두 번 왔습니다. 세 번째는 2초를 기다렸고, 응답이 멈춘 지 5초 뒤인 17초에 recv()가 EAGAIN으로 끝납니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const recv = call(result, 'server', 'recv', -1);
        return (
          returned(result, 'server', 'pongs') === 2 &&
          recv.error === 'EAGAIN' &&
          Math.abs(Number(recv.returnedAtMs) - 17_000) < 100
        );
      },
      counter: { set: { patience: '0s' } },
    },
    {
      story: 'S23',
      text: {
        en: "A's program noticed, by its own question; TCP had acknowledged the ping.",
        ko: 'A의 프로그램이 자기 질문으로 알아챘습니다. TCP는 ping에 확인 응답(ACK)까지 했습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        channelAt(result, 14_900, 'A', 'B').acknowledged === 8 &&
        channelAt(result, 16_900, 'A', 'B').acknowledged === 12 &&
        result.calls('server', 'recv').length === 3,
      counter: { without: 'stop' },
    },
  ],
});
