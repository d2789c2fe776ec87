/**
 * One line each way, and what was there before: the buffers before the connection, the connection before `accept`,
 * the bytes before `recv`. B's line has a 0 byte in its middle, for which `strlen` would stop and `send` does not.
 */
import { addressIn, text, utf8 } from '../system/library.ts';
import { defineScenario } from '../system/scenario.ts';
import {
  call,
  channel,
  channelAt,
  duration,
  EVERYWHERE,
  oneCable,
  PORT,
  returned,
  SIZES,
  type Sizes,
  socketOptions,
} from './plan.ts';

type Params = {
  readonly sizes: Sizes;
  readonly acceptAfter: string;
  readonly port: number;
  readonly length: 'all' | 'strlen';
  readonly waitAll: boolean;
  readonly ask: 'before-connect' | 'after-connect';
  readonly stay: string;
};

const LINE = utf8('Hello\0world!');
const ANSWER = 'Hi, B!';

export default defineScenario<Params>({
  name: 'hello',
  title: { en: 'One line each way', ko: '한 줄씩 주고받기' },
  text: {
    en: 'B connects to A, sends a line and gets one back. A calls accept() only after a second: by then its operating system has long made the connection and holds the line.',
    ko: 'B가 A에 연결하여 한 줄을 보내고 한 줄을 받습니다. A는 1초가 지나서야 accept()를 호출합니다. 그때는 이미 A의 운영체제(OS)가 연결을 만들어 두었고, 받은 줄도 쥐고 있습니다.',
  },
  story: ['S1', 'S2', 'S3', 'S7', 'S8', 'S10', 'S13', 'S17'],
  params: {
    sizes: SIZES,
    acceptAfter: {
      default: '1s',
      unit: 'time',
      text: { en: 'when A calls accept()', ko: 'A가 accept()를 호출하는 때' },
    },
    port: {
      default: PORT,
      min: 1,
      max: 65535,
      text: {
        en: 'the port that B connects to; A listens on 7000',
        ko: 'B가 연결하는 포트. A는 7000번에서 기다립니다',
      },
    },
    length: {
      default: 'all',
      oneOf: ['all', 'strlen'],
      text: { en: 'the length that B gives send()', ko: 'B가 send()에 주는 길이' },
    },
    waitAll: {
      default: false,
      text: { en: 'A calls recv() with MSG_WAITALL', ko: 'A가 recv()를 MSG_WAITALL로 호출할지 여부' },
    },
    ask: {
      default: 'before-connect',
      oneOf: ['before-connect', 'after-connect'],
      text: { en: 'when B asks its socket for the sizes of the buffers', ko: 'B가 소켓에 버퍼 크기를 묻는 때' },
    },
    stay: {
      default: '0s',
      unit: 'time',
      text: { en: "how long A's program lives on after its answer", ko: 'A의 프로그램이 답한 뒤 더 살아 있는 시간' },
    },
  },
  topology: ({ sizes }) => oneCable(sizes),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT, { options: socketOptions(params.sizes) });
        await os.sleep(params.acceptAfter);
        const socket = await listener.accept();
        const buffer = new Uint8Array(64);
        const count = await socket.recv(buffer, { waitAll: params.waitAll });
        os.print(`recv: ${text(buffer.subarray(0, count)).replace('\0', '\\0')}`);
        const listening = [await listener.getOption('SO_ACCEPTCONN'), await socket.getOption('SO_ACCEPTCONN')];
        await socket.send(ANSWER);
        await os.sleep(params.stay);
        await socket.close();
        return { listener: listener.id, socket: socket.id, listening, local: socket.local, remote: socket.remote };
      },
    },
    client: {
      host: 'B',
      main: async (os, params) => {
        const socket = await os.socket('stream', socketOptions(params.sizes));
        if (params.ask === 'after-connect') await socket.connect('A', params.port);
        await socket.getOption('SO_SNDBUF');
        await socket.getOption('SO_RCVBUF');
        if (params.ask === 'before-connect') await socket.connect('A', params.port);
        const { local, remote } = socket;
        await socket.send(params.length === 'strlen' ? LINE.subarray(0, LINE.indexOf(0)) : LINE);
        const buffer = new Uint8Array(64);
        const count = await socket.recv(buffer);
        os.print(`recv: ${text(buffer.subarray(0, count))}`);
        await socket.close();
        return { local, remote };
      },
    },
  },
  expect: [
    {
      story: 'S1',
      text: {
        en: "When A's program ended, none of its answer's 6 bytes had reached B; A's operating system delivered them alone.",
        ko: 'A의 프로그램이 끝날 때 답 6바이트는 하나도 B에 닿지 않았습니다. A의 운영체제가 혼자서 전달했습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const end = call(result, 'server', 'close').atMs;
        return (
          channelAt(result, end, 'A', 'B').received === 0 && channel(result.ledger, 'A', 'B').read === ANSWER.length
        );
      },
      counter: { set: { stay: '1s' } },
    },
    {
      story: 'S2',
      text: {
        en: "B's socket has its two buffers before it is connected: SO_SNDBUF and SO_RCVBUF answer 32 and 32 (Linux: 16384 and 131072).",
        ko: 'B의 소켓에는 연결되기 전부터 버퍼가 둘 있습니다. SO_SNDBUF와 SO_RCVBUF의 답은 32와 32입니다(리눅스: 16384와 131072).',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const calls = result.calls('client');
        const before = calls.slice(
          0,
          calls.findIndex(({ call }) => call === 'connect'),
        );
        const limits = before.filter(({ call }) => call === 'getOption').map(({ result }) => result);
        return String(limits) === (result.params.sizes === 'teaching' ? '32,32' : '16384,131072');
      },
      counter: { set: { ask: 'after-connect' } },
    },
    {
      story: 'S3',
      text: {
        en: "Each socket knows the other's address and port: over IPv4 B's is 10.0.0.2, A's 10.0.0.1:7000. No more connects them.",
        ko: '두 소켓은 서로의 주소와 포트를 압니다. IPv4에서 B는 10.0.0.2, A는 10.0.0.1:7000입니다. 둘을 잇는 것은 이것뿐입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const [a, b] = [returned(result, 'server', 'local'), returned(result, 'client', 'local')];
        return (
          same(a, { address: addressIn(result.family, '10.0.0.1'), port: PORT }) &&
          same(a, returned(result, 'client', 'remote')) &&
          same(b, returned(result, 'server', 'remote'))
        );
      },
      counter: { set: { port: 7001 } },
    },
    {
      story: 'S7',
      text: {
        en: "connect() returned before A called accept(), and A's first recv() took 12 bytes without waiting (0 ms).",
        ko: 'A가 accept()를 호출하기 전에 connect()가 반환되었고, A의 첫 recv()는 기다리지 않고(0 ms) 12바이트를 가져갔습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const recv = call(result, 'server', 'recv');
        const connected = call(result, 'client', 'connect').returnedAtMs ?? Number.NaN;
        return connected < call(result, 'server', 'accept').atMs && recv.result === LINE.length && duration(recv) < 1;
      },
      counter: { set: { acceptAfter: '0s' } },
    },
    {
      story: 'S8',
      text: {
        en: 'accept() made a second socket. SO_ACCEPTCONN answers 1 for the listening socket still, and 0 for the connected one.',
        ko: 'accept()는 소켓을 새로 만들었습니다. SO_ACCEPTCONN의 답은 리스닝 소켓이 여전히 1, 통신 소켓은 0입니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        returned(result, 'server', 'listener') !== returned(result, 'server', 'socket') &&
        same(returned(result, 'server', 'listening'), [1, 0]),
      counter: { set: { port: 7001 } },
    },
    {
      story: 'S10',
      text: {
        en: 'send() copied the 12 bytes that it was given, though the sixth is 0, and A got 12.',
        ko: '여섯째 바이트가 0이지만 send()는 주어진 12바이트를 모두 복사했고, A는 12바이트를 받았습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => call(result, 'client', 'send').result === 12 && channel(result.ledger, 'B', 'A').read === 12,
      counter: { set: { length: 'strlen' } },
    },
    {
      story: 'S13',
      text: {
        en: "A's buffer has 64 bytes; recv() returned with 12 at once and did not wait for more.",
        ko: 'A의 버퍼는 64바이트이지만 recv()는 12바이트를 가지고 바로 반환되었으며, 더 기다리지 않았습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => call(result, 'server', 'recv').result === 12 && duration(call(result, 'server', 'recv')) < 1,
      counter: { set: { waitAll: true } },
    },
    {
      story: 'S17',
      text: {
        en: "While A's program slept, A's operating system took the connection and acknowledged 12 bytes.",
        ko: 'A의 프로그램이 잠든 동안 A의 운영체제가 연결을 받아들이고 12바이트에 확인 응답(ACK)을 보냈습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => channelAt(result, call(result, 'server', 'accept').atMs - 1, 'B', 'A').acknowledged === 12,
      counter: { set: { acceptAfter: '0s' } },
    },
  ],
});

function same(left: unknown, right: unknown): boolean {
  return left !== undefined && JSON.stringify(left) === JSON.stringify(right);
}
