/** V7: whole frames, as an attacker would send them, through all parsers in turn, as a stack calls them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex } from '../base/bytes.ts';
import { emptyArpHeader, parseArp } from './arp.ts';
import { checksumOf } from './checksum.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, emptyEthernetHeader, parseEthernet } from './ethernet.ts';
import { FRAME_START, type Frame, FramePool, NETWORK } from './frame.ts';
import { emptyIcmpHeader, parseIcmp } from './icmp.ts';
import { checkIcmpv6, parseIcmpv6 } from './icmpv6.ts';
import { emptyIpv4Header, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, parseIpv4 } from './ipv4.ts';
import { emptyIpv6Header, PROTOCOL_ICMPV6, parseIpv6Header } from './ipv6.ts';
import { emptyNdpMessage, parseNdp } from './ndp.ts';
import type { Refusal } from './refusal.ts';
import { emptyTcpHeader, parseTcp, TCP_HEADER_LENGTH } from './tcp.ts';
import { emptyTcpOptions, parseTcpOptions } from './tcp-options.ts';
import { emptyUdpHeader, parseUdp } from './udp.ts';

const pool = new FramePool();
const ethernet = emptyEthernetHeader();
const arp = emptyArpHeader();
const ipv4 = emptyIpv4Header();
const ipv6 = emptyIpv6Header();
const ndp = emptyNdpMessage();
const icmp = emptyIcmpHeader();
const udp = emptyUdpHeader();
const tcp = emptyTcpHeader();
const options = emptyTcpOptions();

/** One frame of each kind, all as Linux 6.18 sent them through a TAP device. */
const SAMPLES = [
  'ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000002',
  '02000000000202000000000108004500003c3b5040004006eb690a0000010a000002e04e1b583dc616fb00000000a002faf0cde80000020405b40402080ab92c618c000000000103030a',
  '0200000000020200000000010800450000393b5240004006eb6a0a0000010a000002e04e1b583dc616fc111111128018003f915500000101080ab92c618d0000000168656c6c6f',
  '0200000000020200000000010800450000483b5440004006eb590a0000010a000002e04e1b583dc6170111111112d010003ff5b700000101080ab92c61f2000000010101051211111130111111351111111c11111126',
  '02000000000202000000000108004500001f01444000401125880a0000010a0000029c400035000b7bfb6f6464',
  '020000000002020000000001080045c0003eb66100004001af9b0a0000010a0000020303111f000000004500002212344000401114950a0000020a00000114e90009000ea1856e6f626f6479',
  '020000000002020000000001080045000024b67600004001b0600a0000010a00000200005c35123400016162636465666768',
  // Over IPv6: a neighbour solicitation, an echo, a SYN, a segment with data; the echo as a fragment that is alone.
  '3333ff0000024e220d93f71f86dd6000000000203afffd770000000000000000000000000001ff0200000000000000000001ff00000287002bd500000000fd7700000000000000000000000000020101 4e220d93f71f',
  '0200000000774e220d93f71f86dd6008e28400403a40fd770000000000000000000000000001fd7700000000000000000000000000028000812909a80001ae14046b000000007f6d090000000000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637',
  '020000000077c21b499c215d86dd600b7b4a00280640fd770000000000000000000000000001fd770000000000000000000000000002a146005134b30b7700000000a002fb40e73b00000204053c0402080a18b17093000000000103030a',
  '020000000077aea4c59fa37986dd6009d36c00690640fd770000000000000000000000000001fd770000000000000000000000000002e714005034e3a37a13739bd88018003fb99900000101080a23d11de1c3608888474554202f20485454502f312e310d0a486f73743a205b666437373a3a325d0d0a557365722d4167656e743a206375726c2f372e38382e310d0a4163636570743a202a2f2a0d0a0d0a',
  '0200000000774e220d93f71f86dd6008e28400482c40fd770000000000000000000000000001fd7700000000000000000000000000023a00000012345678 8000812909a80001ae14046b000000007f6d090000000000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637',
].map((text) => fromHex(text.replaceAll(' ', '')));

/** A message of ICMPv6; its checksum only if the frame is not to be taken on trust. */
function parseSix(frame: Frame): Refusal | 'not-handled' | undefined {
  if (ipv6.protocol !== PROTOCOL_ICMPV6) return 'not-handled';
  const refusal = frame.offloaded && frame.payloadEnd - frame.transport >= 8 ? undefined : checkIcmpv6(frame, ipv6);
  if (refusal !== undefined) return refusal;
  const type = frame.view.getUint8(frame.transport);
  return type === 135 || type === 136 ? parseNdp(frame, ipv6, ndp) : parseIcmpv6(frame, icmp);
}

function parse(frame: Frame): Refusal | 'not-handled' | undefined {
  const refusal = parseEthernet(frame, ethernet);
  if (refusal !== undefined) return refusal;
  if (ethernet.type === ETHERTYPE_ARP) return parseArp(frame, arp);
  const isSix = ethernet.type === ETHERTYPE_IPV6;
  if (ethernet.type !== ETHERTYPE_IPV4 && !isSix) return 'not-handled';
  const ip = isSix ? ipv6 : ipv4;
  const ipRefusal = isSix ? parseIpv6Header(frame, ipv6) : parseIpv4(frame, ipv4);
  if (ipRefusal !== undefined) return ipRefusal;
  const inside = (start: number, end: number) => {
    if (!(FRAME_START <= start && start <= end && end <= frame.end))
      throw new Error(`${start} to ${end} of ${frame.end}`);
  };
  inside(frame.transport, frame.payloadEnd);
  switch (ip.protocol) {
    case PROTOCOL_TCP: {
      const tcpRefusal = parseTcp(frame, ip, tcp);
      if (tcpRefusal !== undefined) return tcpRefusal;
      inside(frame.payload, frame.payloadEnd);
      parseTcpOptions(frame.bytes, frame.transport + TCP_HEADER_LENGTH, frame.payload, options);
      return undefined;
    }
    case PROTOCOL_UDP: {
      const udpRefusal = parseUdp(frame, ip, udp);
      if (udpRefusal === undefined) inside(frame.payload, frame.payloadEnd);
      return udpRefusal;
    }
    case PROTOCOL_ICMP: {
      const icmpRefusal = parseIcmp(frame, frame.payloadEnd, icmp);
      if (icmpRefusal === undefined) inside(icmp.dataStart, icmp.dataEnd);
      return icmpRefusal;
    }
    default:
      return isSix ? parseSix(frame) : 'not-handled';
  }
}

/** Parses and gives back. */
function outcome(bytes: Uint8Array, offloaded = false): Refusal | 'not-handled' | undefined {
  const frame = pool.from(bytes);
  frame.offloaded = offloaded;
  const refusal = parse(frame);
  frame.release();
  return refusal;
}

test('the samples are accepted', () => {
  for (const sample of SAMPLES) expect(outcome(sample)).toBe(undefined);
});

test('every truncation of a sample is refused', () => {
  for (const sample of SAMPLES) {
    for (let length = 0; length < sample.length; length++) {
      expect(outcome(sample.subarray(0, length)), `${length} of ${sample.length}`).toBeDefined();
    }
  }
});

test('any bytes are refused or read, never thrown at', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(0x0800, 0x0806, 0x86dd, undefined),
      (bytes, type) => {
        if (type !== undefined && bytes.length >= 14) {
          bytes[12] = type >>> 8;
          bytes[13] = type & 255;
        }
        outcome(bytes);
      },
    ),
    { numRuns: 1000 },
  );
});

/** Any byte of a sample changed, and IP's checksum made right again, so that the change reaches the parsers behind it. */
function mutated(sample: Uint8Array, at: number, byte: number): Uint8Array {
  const bytes = sample.slice();
  bytes[at] = byte;
  const header = NETWORK - FRAME_START;
  const length = Math.min(((bytes[header] ?? 0) & 15) * 4, bytes.length - header);
  if (bytes[12] === 8 && bytes[13] === 0 && length >= 20) {
    bytes[header + 10] = 0;
    bytes[header + 11] = 0;
    const checksum = checksumOf(bytes, header, header + length, 0);
    bytes[header + 10] = checksum >>> 8;
    bytes[header + 11] = checksum & 255;
  }
  return bytes;
}

test('every byte of every sample, changed to every value: no throw, nothing outside of the frame', () => {
  for (const sample of SAMPLES) {
    for (let at = 0; at < sample.length; at++) {
      for (let byte = 0; byte < 256; byte++) outcome(mutated(sample, at, byte), true);
    }
  }
});

test('two changes at once, and a truncation: no throw, nothing outside of the frame', () => {
  const place = fc.nat({ max: 90 });
  const byte = fc.nat({ max: 255 });
  fc.assert(
    fc.property(fc.constantFrom(...SAMPLES), place, byte, place, byte, place, (sample, at, a, and, b, cut) => {
      const bytes = mutated(mutated(sample, at % sample.length, a), and % sample.length, b);
      outcome(bytes.subarray(0, Math.max(0, bytes.length - (cut > 45 ? 0 : cut))), true);
    }),
    { numRuns: 2000 },
  );
});

test('a frame that was refused leaves its bytes as they were', () => {
  for (const sample of SAMPLES) {
    for (let length = 0; length <= sample.length; length += 3) {
      const frame = pool.from(sample.subarray(0, length));
      parse(frame);
      expect(frame.bytes.subarray(FRAME_START, frame.end)).toEqual(sample.subarray(0, length));
      frame.release();
    }
  }
});
