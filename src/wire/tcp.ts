/**
 * The TCP header, RFC 9293 section 3.1.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |          Source Port          |       Destination Port        |  0
 *    +-------------------------------+-------------------------------+
 *    |                        Sequence Number                        |  4
 *    +---------------------------------------------------------------+
 *    |                    Acknowledgment Number                      |  8
 *    +-------+-------+---------------+-------------------------------+
 *    | Data  |       |C|E|U|A|P|R|S|F|                               |
 *    | Offset| Rsrvd |W|C|R|C|S|S|Y|I|            Window             | 12
 *    |       |       |R|E|G|K|H|T|N|N|                               |
 *    +-------+-------+---------------+-------------------------------+
 *    |           Checksum            |         Urgent Pointer        | 16
 *    +-------------------------------+-------------------------------+
 *    |                           [Options]                           | 20
 *    +---------------------------------------------------------------+
 *
 * Left out on purpose: what the fields mean (tcp/), the options (tcp-options.ts). The four reserved bits are ignored on
 * receipt and sent as zero, as the RFC asks.
 * Called by tcp/segment.ts and tcp/output.ts; finishTcpChecksum also by whoever lets an offloaded frame out.
 */
import { assert } from '../base/assert.ts';
import type { IpAddress } from './address.ts';
import { fold, pseudoHeaderSum, sum16 } from './checksum.ts';
import type { Frame } from './frame.ts';
import { type IpHeader, ipHeaderLength } from './ip.ts';
import { PROTOCOL_TCP } from './ipv4.ts';
import type { TcpRefusal } from './refusal.ts';

/** Control bits, in the header's order from the right. */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;
export const URG = 32;
export const ECE = 64;
export const CWR = 128;

/** Bytes of the header without options. */
export const TCP_HEADER_LENGTH = 20;
/** IP's and TCP's headers without options, in bytes, in a packet to that address. */
export function headersTo({ family }: IpAddress): number {
  return ipHeaderLength(family) + TCP_HEADER_LENGTH;
}

/** A data offset of 15 words leaves 40 bytes for options. */
export const TCP_OPTIONS_MAX = 40;

const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQUENCE = 4;
const ACKNOWLEDGMENT = 8;
const DATA_OFFSET = 12;
const CONTROL = 13;
const WINDOW = 14;
const CHECKSUM = 16;
const URGENT_POINTER = 18;

export interface TcpHeader {
  sourcePort: number;
  destinationPort: number;
  /** Unsigned 32 bits; compare with tcp/seq.ts only. */
  seq: number;
  ack: number;
  /** Header with options, in bytes: 20 to 60. */
  dataOffset: number;
  /** FIN | SYN | … */
  control: number;
  /** As it stands in the header: not yet scaled. */
  window: number;
  urgentPointer: number;
}

export function emptyTcpHeader(): TcpHeader {
  return {
    sourcePort: 0,
    destinationPort: 0,
    seq: 0,
    ack: 0,
    dataOffset: TCP_HEADER_LENGTH,
    control: 0,
    window: 0,
    urgentPointer: 0,
  };
}

/**
 * Fills `header` from frame.transport on and sets frame.payload; the options lie between the header's 20 bytes and
 * there, the data between there and frame.payloadEnd. `ip` is the packet's header: its addresses are in the checksum.
 * A refusal leaves `header` in any state. The checksum is not verified if the frame is offloaded.
 */
export function parseTcp(frame: Frame, ip: IpHeader, header: TcpHeader): TcpRefusal | undefined {
  const { view, transport: at, payloadEnd: end } = frame;
  const length = end - at;
  if (length < TCP_HEADER_LENGTH) return 'tcp-truncated';
  const dataOffset = (view.getUint8(at + DATA_OFFSET) >>> 4) * 4;
  if (dataOffset < TCP_HEADER_LENGTH || dataOffset > length) return 'tcp-data-offset';
  if (!frame.offloaded) {
    const pseudo = pseudoHeaderSum(ip.source, ip.destination, PROTOCOL_TCP, length);
    if (fold(sum16(frame.bytes, frame.words, at, end, pseudo)) !== 0xffff) return 'tcp-checksum';
  }
  header.sourcePort = view.getUint16(at + SOURCE_PORT);
  header.destinationPort = view.getUint16(at + DESTINATION_PORT);
  header.seq = view.getUint32(at + SEQUENCE);
  header.ack = view.getUint32(at + ACKNOWLEDGMENT);
  header.dataOffset = dataOffset;
  header.control = view.getUint8(at + CONTROL);
  header.window = view.getUint16(at + WINDOW);
  header.urgentPointer = view.getUint16(at + URGENT_POINTER);
  frame.payload = at + dataOffset;
  return undefined;
}

/**
 * Writes the 20 bytes at frame.transport, with a zero checksum, and sets frame.payload behind the options. Options and
 * data are the caller's to write; then frame.end, then `finishTcpChecksum`. `optionsLength` is a multiple of 4, at most
 * 40; `window` is what stands in the header, already scaled.
 */
export function writeTcpHeader(
  frame: Frame,
  sourcePort: number,
  destinationPort: number,
  seq: number,
  ack: number,
  control: number,
  window: number,
  urgentPointer: number,
  optionsLength: number,
): void {
  assert((optionsLength & 3) === 0 && optionsLength >= 0 && optionsLength <= TCP_OPTIONS_MAX, 'options fit the header');
  assert(window >= 0 && window <= 0xffff, 'the window field has 16 bits');
  const { view, transport: at } = frame;
  const dataOffset = TCP_HEADER_LENGTH + optionsLength;
  view.setUint16(at + SOURCE_PORT, sourcePort);
  view.setUint16(at + DESTINATION_PORT, destinationPort);
  view.setUint32(at + SEQUENCE, seq);
  view.setUint32(at + ACKNOWLEDGMENT, ack);
  view.setUint8(at + DATA_OFFSET, dataOffset << 2); // words in the upper four bits: dataOffset / 4 * 16
  view.setUint8(at + CONTROL, control);
  view.setUint16(at + WINDOW, window);
  view.setUint16(at + CHECKSUM, 0);
  view.setUint16(at + URGENT_POINTER, urgentPointer);
  frame.payload = at + dataOffset;
}

/**
 * Writes the checksum of bytes[frame.transport, frame.end) and their pseudo header; the frame is then no longer
 * offloaded. May be called again at any time.
 */
export function finishTcpChecksum(frame: Frame, source: IpAddress, destination: IpAddress): void {
  const { view, transport: at, end } = frame;
  view.setUint16(at + CHECKSUM, 0);
  const pseudo = pseudoHeaderSum(source, destination, PROTOCOL_TCP, end - at);
  view.setUint16(at + CHECKSUM, fold(sum16(frame.bytes, frame.words, at, end, pseudo)) ^ 0xffff);
  frame.offloaded = false;
}
