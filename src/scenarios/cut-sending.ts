/**
 * The cable is cut while A sends a block each second. `send` goes on succeeding until the send buffer is full, then
 * it blocks; the error comes about 15 minutes after the first block that was lost. Behind a router it is ETIMEDOUT,
 * on one LAN, where ARP fails meanwhile, EHOSTUNREACH.
 */
import { defineScenario } from '../system/scenario.ts';
import { breakable, call, channel, duration, EVERYWHERE, NETWORK, type Network, outcome, PORT } from './plan.ts';

type Params = { readonly network: Network; readonly block: number; readonly seconds: number };

/** tcp_retries2 = 15 from an RTO of 200 ms: 924.6 s; the loss probe that goes first adds 0.2 s at most. */
const NOMINAL_MS = 924_600;

function isNominal(ms: number): boolean {
  return ms >= NOMINAL_MS && ms < NOMINAL_MS + 400;
}

export default defineScenario<Params>({
  name: 'cut-sending',
  title: { en: 'The cable is cut: sending', ko: '케이블이 잘렸습니다: 보내는 중' },
  text: {
    en: 'A sends B a block each second, and has keep-alive on (10 s, 3 × 5 s); at 10.5 s the cable is cut. send() still returns, for it only copies. When the send buffer is full it blocks, and 15 minutes later the operating system gives up.',
    ko: 'A는 B에 1초마다 한 블록을 보내며 킵얼라이브(keep-alive, 10초, 3 × 5초)도 켜 두었습니다. 10.5초에 케이블이 잘립니다. send()는 복사일 뿐이므로 여전히 반환됩니다. 송신 버퍼가 가득 차면 블로킹되고, 약 15분 뒤에 운영체제(OS)가 포기합니다.',
  },
  story: ['S18', 'S19'],
  params: {
    network: NETWORK,
    block: {
      default: 4096,
      unit: 'B',
      min: 1,
      max: 1_000_000,
      text: { en: 'what A sends each second', ko: 'A가 1초마다 보내는 양' },
    },
    seconds: {
      default: 1800,
      unit: 's',
      min: 1,
      max: 3000,
      text: { en: 'when A stops sending and waits in recv()', ko: 'A가 보내기를 그치고 recv()에서 기다리는 때' },
    },
  },
  topology: ({ network }) => breakable(network),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        await socket.setOption('TCP_KEEPIDLE', '10s');
        await socket.setOption('TCP_KEEPINTVL', '5s');
        await socket.setOption('TCP_KEEPCNT', 3);
        await socket.setOption('SO_KEEPALIVE', true);
        const block = new Uint8Array(params.block);
        let sent: number | string = block.length;
        for (let second = 1; second <= params.seconds && sent === block.length; second++) {
          await os.sleep(Math.max(0, second * 1000 - os.now()));
          sent = await outcome(socket.send(block));
        }
        // An error that ends a send which has copied some bytes is left to the next call.
        const last = typeof sent === 'string' ? sent : await outcome(socket.recv(new Uint8Array(64)));
        os.print(`the last call: ${last}`);
        return { last };
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', PORT);
        const buffer = new Uint8Array(65536);
        while ((await socket.recv(buffer)) > 0);
      },
    },
  },
  faults: [{ at: '10.5s', do: 'cut', target: 'cable' }],
  runFor: '1h',
  expect: [
    {
      story: 'S18',
      text: {
        en: 'After the cut send() still succeeds a few times, with no one there; then it blocks for more than 13 minutes.',
        ko: '케이블이 잘린 뒤에도 send()는 몇 번 더 성공합니다. 그 뒤 13분 넘게 블로킹됩니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const after = result.calls('server', 'send').filter(({ atMs }) => atMs > 10_500);
        const blocked = after.findIndex((send) => duration(send) > 780_000);
        return blocked >= 3 && after.slice(0, blocked).every((send) => duration(send) < 1000);
      },
      counter: { without: 'cut' },
    },
    {
      story: 'S18',
      text: {
        en: 'The error comes 924.6 to 925 s after the first block that was lost: ETIMEDOUT behind a router, EHOSTUNREACH on one LAN.',
        ko: '오류는 처음 잃은 블록에서 924.6~925초 뒤에 옵니다. 라우터 너머라면 ETIMEDOUT, 한 LAN이라면 EHOSTUNREACH입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const firstLost = result.calls('server', 'send').find(({ atMs }) => atMs > 10_500)?.atMs ?? Number.NaN;
        const errno = result.params.network === 'routed' ? 'ETIMEDOUT' : 'EHOSTUNREACH';
        const failed = result.calls('server').find(({ error }) => error === errno);
        return failed !== undefined && isNominal(Number(failed.returnedAtMs) - firstLost);
      },
      counter: { without: 'cut' },
    },
    {
      story: 'S18',
      text: {
        en: 'What send() had copied by then is more than B ever got: those bytes were promised to nobody.',
        ko: '그때까지 send()가 복사한 바이트는 B가 받은 것보다 많습니다. send()의 성공은 전달을 뜻하지 않습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const { written, read } = channel(result.ledger, 'A', 'B');
        return Number(read) === 10 * result.params.block && Number(written) >= 13 * result.params.block;
      },
      counter: { without: 'cut' },
    },
    {
      story: 'S19',
      text: {
        en: 'Keep-alive (10 s, 3 × 5 s) would have ended it after 25 s; it keeps silent while bytes are unacknowledged.',
        ko: '킵얼라이브(10초, 3 × 5초)라면 25초 만에 끝났겠지만, 확인 대기 바이트가 있는 동안 킵얼라이브는 조용합니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const last = call(result, 'server', 'recv', -1);
        const failed = last.error === undefined ? call(result, 'server', 'send', -1) : last;
        return failed.error !== undefined && Number(failed.returnedAtMs) - 10_500 > 900_000;
      },
      counter: { set: { seconds: 8 } },
    },
  ],
});
