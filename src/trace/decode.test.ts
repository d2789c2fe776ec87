import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TraceWriter } from '../../test/support/trace-writer.ts';
import { fromHex, toBase64 } from '../base/bytes.ts';
import { FRAME_START } from '../wire/frame.ts';
import { FrameDecoder, flagsOf } from './decode.ts';
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from './headers.ts';

const CLIENT = '10.0.1.2:49152';
const SERVER = '10.0.0.1:7000';

function describe(decoder: FrameDecoder, ...[from, to, segment]: Parameters<TraceWriter['frame']>): string {
  const frame = new TraceWriter('off').frame(from, to, segment);
  return decoder.describe(toBase64(frame.bytes, FRAME_START, frame.end));
}

test('a handshake and a line of text read as tcpdump prints them', () => {
  const decoder = new FrameDecoder();
  const syn = { mss: 1460, sackPermitted: true, timestamps: true, tsval: 7, tsecr: 0, windowScale: 10 };
  expect(describe(decoder, CLIENT, SERVER, { seq: 1000, control: SYN, options: syn })).toBe(
    '10.0.1.2.49152 > 10.0.0.1.7000: Flags [S], seq 1000, win 64240, options [mss 1460,sackOK,TS val 7 ecr 0,nop,wscale 10], length 0',
  );
  expect(describe(decoder, SERVER, CLIENT, { seq: 5000, ack: 1001, control: SYN | ACK, window: 65160 })).toBe(
    '10.0.0.1.7000 > 10.0.1.2.49152: Flags [S.], seq 5000, ack 1001, win 65160, length 0',
  );
  expect(describe(decoder, CLIENT, SERVER, { seq: 1001, ack: 5001, control: ACK, window: 63 })).toBe(
    '10.0.1.2.49152 > 10.0.0.1.7000: Flags [.], ack 1, win 63, length 0',
  );
  expect(
    describe(decoder, CLIENT, SERVER, { seq: 1001, ack: 5001, control: PSH | ACK, window: 63, data: 'hello' }),
  ).toBe('10.0.1.2.49152 > 10.0.0.1.7000: Flags [P.], seq 1:6, ack 1, win 63, length 5');
  const sack = { sackCount: 1, sack: [1011, 1021, 0, 0, 0, 0, 0, 0] };
  expect(describe(decoder, SERVER, CLIENT, { seq: 5001, ack: 1006, control: ACK, options: sack })).toBe(
    '10.0.0.1.7000 > 10.0.1.2.49152: Flags [.], ack 6, win 64240, options [nop,nop,sack 1 {11:21}], length 0',
  );
  expect(describe(decoder, CLIENT, SERVER, { seq: 1006, ack: 5001, control: FIN | ACK })).toBe(
    '10.0.1.2.49152 > 10.0.0.1.7000: Flags [F.], seq 6, ack 1, win 64240, length 0',
  );
  expect(describe(decoder, SERVER, CLIENT, { seq: 5001, control: RST })).toBe(
    '10.0.0.1.7000 > 10.0.1.2.49152: Flags [R], seq 1, win 64240, length 0',
  );
});

test('relative numbers go on across the wrap of the sequence space', () => {
  const decoder = new FrameDecoder();
  describe(decoder, CLIENT, SERVER, { seq: 0xffff_fffe, control: SYN });
  expect(describe(decoder, CLIENT, SERVER, { seq: 0xffff_ffff, ack: 1, control: ACK, data: 'abcd' })).toContain(
    'seq 1:5',
  );
  expect(describe(decoder, CLIENT, SERVER, { seq: 3, ack: 1, control: ACK, data: 'e' })).toContain('seq 5:6');
});

test('each control bit has its letter', () => {
  expect(flagsOf(FIN | SYN | RST | PSH | ACK | URG | ECE | CWR)).toBe('FSRP.UEW');
  expect(flagsOf(0)).toBe('none');
});

test('ARP, ICMP errors, UDP and fragments have their words', () => {
  const decoder = new FrameDecoder();
  const ethernet = (type: string) => `ffffffffffff020000000001${type}`;
  const arp = (operation: string) => `0001080006040${operation}0200000000010a0000010000000000000a000002`;
  const words = (hex: string) => decoder.describeBytes(fromHex(hex));
  expect(words(ethernet('0806') + arp('001'))).toBe('ARP, Request who-has 10.0.0.2 tell 10.0.0.1');
  expect(words(ethernet('0806') + arp('002'))).toBe('ARP, Reply 10.0.0.1 is-at 02:00:00:00:00:01');
  const ip = (length: string, fragment: string, protocol: string) =>
    `${ethernet('0800')}4500${length}0000${fragment}40${protocol}00000a0000010a000002`;
  expect(words(`${ip('0021', '0000', '11')}c350003500 0d0000`.replaceAll(' ', ''))).toBe(
    '10.0.0.1.50000 > 10.0.0.2.53: UDP, length 5',
  );
  const about = '4500003c000000004006000 00a0000020a000001c3501b5800000001'.replaceAll(' ', '');
  expect(words(`${ip('0038', '0000', '01')}0303000000000000${about}`)).toBe(
    '10.0.0.1 > 10.0.0.2: ICMP 10.0.0.1 tcp port 7000 unreachable, length 36',
  );
  expect(words(`${ip('0038', '0000', '01')}0304000000000578${about}`)).toContain(
    '10.0.0.1 unreachable - need to frag (mtu 1400)',
  );
  expect(words(`${ip('0024', '0002', '11')}0000000000000000`)).toBe(
    '10.0.0.1 > 10.0.0.2: udp fragment at 16, length 16',
  );
});

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 128 }), fc.constantFrom('0800', '0806', '86dd'), (bytes, type) => {
      const frame = new Uint8Array(14 + bytes.length);
      frame.set(fromHex(type), 12);
      frame.set(bytes, 14);
      if (bytes.length > 0 && type === '0800') frame[14] = 0x45;
      expect(typeof new FrameDecoder().describeBytes(frame)).toBe('string');
      expect(typeof new FrameDecoder().describeBytes(bytes)).toBe('string');
    }),
  );
});
