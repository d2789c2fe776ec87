/**
 * A file through a bad cable: segments are lost and reordered, and the reader is slow. What arrives is what was sent.
 *
 * `--set path=FILE` sends a real file: the command reads it and hands its bytes, in base64, as the parameter's value.
 */
import { fromBase64, Sha256 } from '../system/library.ts';
import { defineScenario } from '../system/scenario.ts';
import { channel, EVERYWHERE, PORT, returned, SIMULATED } from './plan.ts';

type Params = {
  readonly path: string;
  readonly bytes: number;
  readonly loss: number;
  readonly reorder: number;
  readonly pause: string;
  readonly cut: boolean;
};

/** Bytes that no run of equal ones gives away: a Weyl sequence, mixed (the constants of SplitMix32). */
function sample(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (state + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bytes[at] = mixed ^ (mixed >>> 15);
  }
  return bytes;
}

export default defineScenario<Params>({
  name: 'file',
  title: { en: 'A file through a bad cable', ko: '상태가 나쁜 케이블로 파일 보내기' },
  text: {
    en: 'B sends a file to A through a cable that loses and reorders frames, and A reads slowly. TCP repairs it all: the SHA-256 at both ends is the same.',
    ko: '프레임이 사라지거나 순서가 뒤섞이는 케이블로 B가 A에 파일을 보내고, A는 천천히 읽습니다. TCP가 모두 바로잡아, 양쪽의 SHA-256이 같습니다.',
  },
  story: ['S16', 'S12', 'S24'],
  params: {
    path: {
      default: '',
      unit: 'file',
      text: {
        en: 'a file to send; without one, bytes that are made up',
        ko: '보낼 파일. 없으면 만들어 낸 바이트를 보냅니다',
      },
    },
    bytes: {
      default: 1_000_000,
      unit: 'B',
      min: 1,
      max: 1_000_000_000,
      text: { en: 'how many bytes are made up', ko: '만들어 내는 바이트의 수' },
    },
    loss: {
      default: 0.02,
      min: 0,
      max: 0.5,
      text: { en: 'share of frames that is lost', ko: '사라지는 프레임의 비율' },
    },
    reorder: {
      default: 0.02,
      min: 0,
      max: 1,
      text: { en: 'share of frames that is overtaken', ko: '순서가 뒤바뀌는 프레임의 비율' },
    },
    pause: {
      default: '2ms',
      unit: 'time',
      text: { en: 'what A waits between two recv()', ko: 'A가 recv() 사이에 쉬는 시간' },
    },
    cut: { default: false, text: { en: 'the cable is cut half-way', ko: '도중에 케이블을 자를지 여부' } },
  },
  topology: ({ loss, reorder }) => ({
    hosts: { A: { address: '10.0.0.1' }, B: { address: '10.0.0.2' } },
    cables: { cable: { between: ['A', 'B'], delay: '5ms', rate: '100Mbit/s', loss, reorder } },
  }),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const listener = await os.listen(PORT);
        const socket = await listener.accept();
        const hash = new Sha256();
        const buffer = new Uint8Array(16384);
        let bytes = 0;
        let calls = 0;
        for (;;) {
          const count = await socket.recv(buffer);
          if (count === 0) break;
          hash.update(buffer.subarray(0, count));
          bytes += count;
          calls += 1;
          await os.sleep(params.pause);
        }
        const sha256 = hash.digestHex();
        os.print(`read ${bytes} bytes, SHA-256 ${sha256}`);
        return { bytes, sha256, calls };
      },
    },
    client: {
      host: 'B',
      main: async (os, params) => {
        const file = params.path === '' ? sample(params.bytes) : fromBase64(params.path);
        const sha256 = new Sha256().update(file).digestHex();
        os.print(`I send ${file.length} bytes, SHA-256 ${sha256}`);
        const socket = await os.connect('A', PORT);
        const start = os.now();
        await socket.send(file);
        const ms = os.now() - start;
        await socket.close();
        return { bytes: file.length, sha256, ms };
      },
    },
  },
  faults: ({ cut }) => (cut ? [{ at: '100ms', do: 'cut', target: 'cable' }] : []),
  runFor: '1d',
  expect: [
    {
      story: 'S16',
      text: {
        en: 'Both ends have the same number of bytes and the same SHA-256.',
        ko: '양쪽의 바이트 수와 SHA-256이 같습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const [sent, read] = [returned(result, 'client', 'sha256'), returned(result, 'server', 'sha256')];
        return (
          typeof sent === 'string' &&
          sent === read &&
          returned(result, 'client', 'bytes') === returned(result, 'server', 'bytes') &&
          channel(result.ledger, 'B', 'A').read === returned(result, 'client', 'bytes')
        );
      },
      counter: { set: { cut: true } },
    },
    {
      story: 'S16',
      text: {
        en: 'The cable lost segments, and B sent them again from its send buffer.',
        ko: '케이블에서 세그먼트가 사라졌고, B는 송신 버퍼에 남은 바이트를 다시 보냈습니다.',
      },
      worlds: SIMULATED,
      holds: (result) => {
        const lost = result.events('frame.dropped').filter(({ reason }) => reason === 'loss').length;
        // A short file of the user's own may be lucky.
        return lost === 0 ? result.params.path !== '' : result.events('tcp.retransmit').length > 0;
      },
      counter: { set: { loss: 0 } },
    },
    {
      story: 'S24',
      text: {
        en: 'One send() for the file, more than one recv() to read it.',
        ko: '파일은 send() 한 번으로 보냈고, 읽는 데에는 recv()가 여러 번 필요했습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        result.calls('client', 'send').length === 1 &&
        (result.params.path !== '' || Number(returned(result, 'server', 'calls')) > 1),
      counter: { set: { bytes: 1000 } },
    },
    {
      story: 'S12',
      text: {
        en: 'The file is larger than the send buffer, so send() had to wait for room: it did not return at once.',
        ko: '파일이 송신 버퍼보다 커서 send()는 자리가 나기를 기다려야 했습니다. 바로 반환되지 않았습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => result.params.path !== '' || Number(returned(result, 'client', 'ms')) > 10,
      counter: { set: { bytes: 1000 } },
    },
  ],
});
