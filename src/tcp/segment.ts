/**
 * A segment that arrived, in RFC 9293's words (3.3.1, "Current Segment Variables"): SEG.SEQ, SEG.ACK, SEG.LEN, SEG.WND,
 * SEG.UP. There is one object for each stack; it is filled anew for every segment and keeps nothing. Its data stays in
 * the frame; who keeps data keeps the frame.
 */
import { type Endpoint, ipv4 } from '../wire/address.ts';
import { type Frame, FramePool } from '../wire/frame.ts';
import type { IpHeader } from '../wire/ip.ts';
import type { Refusal } from '../wire/refusal.ts';
import { ACK, emptyTcpHeader, FIN, PSH, parseTcp, RST, SYN, TCP_HEADER_LENGTH, URG } from '../wire/tcp.ts';
import { clearTcpOptions, emptyTcpOptions, parseTcpOptions } from '../wire/tcp-options.ts';
import * as seq from './seq.ts';

const NOWHERE: Endpoint = { address: ipv4(0), port: 0 };

export class Segment {
  seq = 0;
  ack = 0;
  /** Octets of sequence space: data, and one each for SYN and FIN. */
  len = 0;
  /** As it stands in the header: the connection knows the scale. */
  wnd = 0;
  /** The urgent pointer, an offset from SEG.SEQ. */
  up = 0;
  /** Control bits of `wire/tcp.ts`. */
  control = 0;
  /** The two ECN bits of its IP header. */
  ecn = 0;
  readonly options = emptyTcpOptions();
  /** Ours: where it came to. */
  local: Endpoint = NOWHERE;
  /** The peer's: where it came from. */
  remote: Endpoint = NOWHERE;
  /** The data is frame.bytes[dataStart, dataEnd). */
  frame: Frame = NO_FRAME;
  dataStart = 0;
  dataEnd = 0;

  get syn(): boolean {
    return (this.control & SYN) !== 0;
  }
  get rst(): boolean {
    return (this.control & RST) !== 0;
  }
  get hasAck(): boolean {
    return (this.control & ACK) !== 0;
  }
  get fin(): boolean {
    return (this.control & FIN) !== 0;
  }
  get urg(): boolean {
    return (this.control & URG) !== 0;
  }
  get psh(): boolean {
    return (this.control & PSH) !== 0;
  }
  /** Sequence number of the first octet of data: a SYN stands before it. */
  get dataSeq(): number {
    return seq.add(this.seq, this.syn ? 1 : 0);
  }
  /** Octets of data. */
  get dataLength(): number {
    return this.dataEnd - this.dataStart;
  }
}

const NO_FRAME = new FramePool().take(0);
const header = emptyTcpHeader();

/**
 * Why the bytes from frame.transport on are no segment, or undefined and `segment` filled from them. Its endpoints are
 * made anew only if they differ from the last segment's, so that a stream of segments allocates nothing here.
 */
export function readSegment(frame: Frame, ip: IpHeader, segment: Segment): Refusal | undefined {
  const refusal = parseTcp(frame, ip, header);
  if (refusal !== undefined) return refusal;
  segment.seq = header.seq;
  segment.ack = header.ack;
  segment.wnd = header.window;
  segment.up = header.urgentPointer;
  segment.control = header.control;
  segment.ecn = ip.tos & 3;
  segment.frame = frame;
  segment.dataStart = frame.payload;
  segment.dataEnd = frame.payloadEnd;
  segment.len =
    segment.dataEnd -
    segment.dataStart +
    ((header.control & SYN) !== 0 ? 1 : 0) +
    ((header.control & FIN) !== 0 ? 1 : 0);
  if (header.dataOffset > TCP_HEADER_LENGTH) {
    parseTcpOptions(frame.bytes, frame.transport + TCP_HEADER_LENGTH, frame.payload, segment.options);
  } else {
    clearTcpOptions(segment.options);
  }
  if (segment.local.port !== header.destinationPort || segment.local.address.key !== ip.destination.key) {
    segment.local = { address: ip.destination, port: header.destinationPort };
  }
  if (segment.remote.port !== header.sourcePort || segment.remote.address.key !== ip.source.key) {
    segment.remote = { address: ip.source, port: header.sourcePort };
  }
  return undefined;
}
