/** V7: whole frames, as an attacker would send them, through all parsers in turn, as a stack calls them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LINUX_FRAMES } from '../../test/support/linux-frames.ts';
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
  for (const sample of LINUX_FRAMES) expect(outcome(sample)).toBe(undefined);
});

test('every truncation of a sample is refused', () => {
  for (const sample of LINUX_FRAMES) {
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
  for (const sample of LINUX_FRAMES) {
    for (let at = 0; at < sample.length; at++) {
      for (let byte = 0; byte < 256; byte++) outcome(mutated(sample, at, byte), true);
    }
  }
});

test('two changes at once, and a truncation: no throw, nothing outside of the frame', () => {
  const place = fc.nat({ max: 90 });
  const byte = fc.nat({ max: 255 });
  fc.assert(
    fc.property(fc.constantFrom(...LINUX_FRAMES), place, byte, place, byte, place, (sample, at, a, and, b, cut) => {
      const bytes = mutated(mutated(sample, at % sample.length, a), and % sample.length, b);
      outcome(bytes.subarray(0, Math.max(0, bytes.length - (cut > 45 ? 0 : cut))), true);
    }),
    { numRuns: 2000 },
  );
});

test('a frame that was refused leaves its bytes as they were', () => {
  for (const sample of LINUX_FRAMES) {
    for (let length = 0; length <= sample.length; length += 3) {
      const frame = pool.from(sample.subarray(0, length));
      parse(frame);
      expect(frame.bytes.subarray(FRAME_START, frame.end)).toEqual(sample.subarray(0, length));
      frame.release();
    }
  }
});
