/**
 * The UDP header, RFC 768.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |          Source Port          |       Destination Port        |  0
 *    +-------------------------------+-------------------------------+
 *    |            Length             |           Checksum            |  4
 *    +-------------------------------+-------------------------------+
 *
 * Called by host/ for datagram sockets.
 */
import { assert } from '../base/assert.ts';
import type { IpAddress } from './address.ts';
import { fold, pseudoHeaderSum, sum16 } from './checksum.ts';
import type { Frame } from './frame.ts';
import type { IpHeader } from './ip.ts';
import { PROTOCOL_UDP } from './ipv4.ts';
import type { UdpRefusal } from './refusal.ts';

export const UDP_HEADER_LENGTH = 8;

const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const LENGTH = 4;
const CHECKSUM = 6;

export interface UdpHeader {
  sourcePort: number;
  destinationPort: number;
  /** Header and data, in bytes. */
  length: number;
}

export function emptyUdpHeader(): UdpHeader {
  return { sourcePort: 0, destinationPort: 0, length: UDP_HEADER_LENGTH };
}

/**
 * Fills `header` from frame.transport on; sets frame.payload and lowers frame.payloadEnd to the end that the length
 * tells. A checksum of 0 means that the sender made none (RFC 768; never over IPv6); it is not verified if the frame is offloaded.
 * A refusal leaves `header` as it was.
 */
export function parseUdp(frame: Frame, ip: IpHeader, header: UdpHeader): UdpRefusal | undefined {
  const { view, transport: at } = frame;
  if (frame.payloadEnd - at < UDP_HEADER_LENGTH) return 'udp-truncated';
  const length = view.getUint16(at + LENGTH);
  if (length < UDP_HEADER_LENGTH || at + length > frame.payloadEnd) return 'udp-length';
  // RFC 8200 8.1: over IPv6 there is always one.
  const has = view.getUint16(at + CHECKSUM) !== 0 || ip.source.family === 'ipv6';
  if (!frame.offloaded && has) {
    const pseudo = pseudoHeaderSum(ip.source, ip.destination, PROTOCOL_UDP, length);
    if (fold(sum16(frame.bytes, frame.words, at, at + length, pseudo)) !== 0xffff) return 'udp-checksum';
  }
  header.sourcePort = view.getUint16(at + SOURCE_PORT);
  header.destinationPort = view.getUint16(at + DESTINATION_PORT);
  header.length = length;
  frame.payload = at + UDP_HEADER_LENGTH;
  frame.payloadEnd = at + length;
  return undefined;
}

/**
 * Writes the 8 bytes at frame.transport, the length up to frame.end, the checksum 0; sets frame.payload. The data is
 * the caller's to write, then `finishUdpChecksum`.
 */
export function writeUdpHeader(frame: Frame, sourcePort: number, destinationPort: number): void {
  const { view, transport: at } = frame;
  const length = frame.end - at;
  assert(length >= UDP_HEADER_LENGTH && length <= 0xffff, 'a UDP datagram has 8 to 65535 bytes');
  view.setUint16(at + SOURCE_PORT, sourcePort);
  view.setUint16(at + DESTINATION_PORT, destinationPort);
  view.setUint16(at + LENGTH, length);
  view.setUint16(at + CHECKSUM, 0);
  frame.payload = at + UDP_HEADER_LENGTH;
  frame.payloadEnd = frame.end;
}

/** Writes the checksum of bytes[frame.transport, frame.end) and their pseudo header; the frame is no longer offloaded. */
export function finishUdpChecksum(frame: Frame, source: IpAddress, destination: IpAddress): void {
  const { view, transport: at, end } = frame;
  view.setUint16(at + CHECKSUM, 0);
  const pseudo = pseudoHeaderSum(source, destination, PROTOCOL_UDP, end - at);
  const checksum = fold(sum16(frame.bytes, frame.words, at, end, pseudo)) ^ 0xffff;
  // RFC 768: a checksum that comes out as 0 is sent as all ones, since 0 says that there is none.
  view.setUint16(at + CHECKSUM, checksum === 0 ? 0xffff : checksum);
  frame.offloaded = false;
}
