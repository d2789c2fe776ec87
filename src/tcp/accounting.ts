/**
 * How much fits into a socket's buffers: two ways to charge bytes against `SO_SNDBUF` and `SO_RCVBUF`.
 *
 * `linux` counts as Linux does: the option is doubled, and what is charged is memory, payload with its bookkeeping,
 * so that what fits depends on the sizes of writes and segments. `payload` counts plain bytes of data, with no minimum,
 * so that a send buffer of 32 bytes can be drawn and understood.
 *
 * Source: net/ipv4/tcp.c (tcp_sendmsg_locked), net/ipv4/tcp_input.c (tcp_try_coalesce, tcp_collapse,
 * tcp_measure_rcv_mss, tcp_sndbuf_expand), include/net/tcp.h (tcp_bound_to_half_wnd, tcp_win_from_space); the figures
 * were measured: docs/measurements/accounting.md.
 * Left out: merging on retransmission, the system-wide limit tcp_mem.
 * Calls it: the send buffer, the receive queue, and whatever decides the window to offer.
 */
import { ceilDivide } from '../base/integer.ts';
import { DEFAULT_MSS } from '../wire/tcp-options.ts';
import { EMPTY, ringFor } from './ring.ts';

export type BufferKind = 'send' | 'receive';

/** All figures are bytes. */
export interface Accounting {
  readonly name: 'linux' | 'payload';
  /** What a buffer's limit becomes when a program asks for `option` bytes. */
  bufferLimit(kind: BufferKind, option: number): number;
  /**
   * The limit of a send buffer that is tuned automatically, for segments of `mss` bytes of which `segments` may be in
   * flight (the congestion window). Linux never lowers it.
   */
  autoSendLimit(mss: number, segments: number): number;
  /**
   * The longest segment to be sent where the path takes `mss` bytes: at most half of the largest window that the peer ever
   * offered (Linux tcp_bound_to_half_wnd).
   */
  segmentSize(mss: number, maxWindow: number): number;
  /**
   * The longest unit into which a send buffer puts bytes: whole segments, at most half of the largest window that the
   * peer ever offered.
   */
  unitSize(mss: number, maxWindow: number): number;
  /** The empty charge of a new send buffer. */
  newSendCharge(): SendCharge;
  /** The empty charge of a new receive buffer. */
  newReceiveCharge(): ReceiveCharge;
  /** What a received packet costs that is kept by itself: a datagram. */
  frameCharge(payloadBytes: number): number;
}

/**
 * What the bytes between SND.UNA and the end of the stream cost. Offsets are counted from the stream's first byte.
 * Bytes are kept in units (Linux: skbs), each of at most `unitSize` bytes; the last one is filled up as long as it
 * was not sent.
 */
export interface SendCharge {
  /** To be compared with the limit. */
  readonly charged: number;
  /** How many bytes SEND would take now. `sentOffset`: all below was sent at least once. */
  room(limit: number, unitSize: number, sentOffset: number): number;
  /** Charges `bytes` that were appended at stream offset `offset`; at most as many as `room` said. */
  add(offset: number, bytes: number, unitSize: number, sentOffset: number): void;
  /** All below `offset` left the buffer: gives back what the units that lie wholly below it cost. */
  acknowledge(offset: number): void;
  /**
   * Sending was tried and the first unit has to wait: it takes over what the next one holds, up to `most` bytes, which
   * saves a unit (Linux tcp_grow_skb, since 6.10).
   */
  fillHead(most: number, sentOffset: number): void;
}

/** What the bytes cost that arrived and were not read yet, those behind a hole included. */
export interface ReceiveCharge {
  /** To be compared with the limit. */
  readonly charged: number;
  /** Ranges that lie behind holes, kept here by the buffer: nothing can merge them (trust.md's V5). */
  apart: number;
  /** False: there is no memory for one more segment, it must be dropped. Squeezes out bookkeeping before it says so. */
  admits(limit: number): boolean;
  /** A segment arrived of which `bytes` are kept. */
  add(bytes: number): void;
  /** The program took `bytes` out of the buffer. */
  read(bytes: number): void;
  /** Room in payload bytes, not yet rounded to segments or scaled: how far the window may reach beyond RCV.NXT. */
  window(limit: number): number;
}

/** sk_buff, room for headers and shared info of one skb: what `ss -m` shows beside the payload. */
const SKB_OVERHEAD = 832;
/** SOCK_MIN_SNDBUF and SOCK_MIN_RCVBUF of include/net/sock.h: two and one times TCP_SKB_MIN_TRUESIZE. */
const LINUX_MINIMUM = { send: 4608, receive: 2304 } as const;
/** GSO_LEGACY_MAX_SIZE: no skb that is to be segmented is longer. */
const LONGEST_UNIT = 65536;
/** MAX_SKB_FRAGS: so many segments are merged into one received skb. */
const SEGMENTS_MERGED = 17;
/** SKB_MAX_ORDER(0, 0): payload of one skb when tcp_collapse copies the queue together. */
const COLLAPSED_PAYLOAD = 3776;
/** TCP_DEFAULT_SCALING_RATIO, in 1/256: half of the memory is expected to hold payload. */
const DEFAULT_SCALING_RATIO = 128;

/** Half of the largest window, but all of one that a segment of the default length fills. */
function halfWindow(maxWindow: number): number {
  return Math.max(1, maxWindow > DEFAULT_MSS ? Math.floor(maxWindow / 2) : maxWindow);
}

export const linuxAccounting: Accounting = {
  name: 'linux',
  bufferLimit: (kind, option) => Math.max(2 * option, LINUX_MINIMUM[kind]),
  autoSendLimit(mss, segments) {
    // tcp_sndbuf_expand: a segment with its headers and shared info, in a power of two, and its sk_buff; twice.
    let memory = 2048;
    while (memory < mss + 588) memory *= 2;
    return 2 * Math.max(10, segments) * (memory + 256);
  },
  segmentSize: (mss, maxWindow) => (maxWindow === 0 ? mss : Math.min(mss, halfWindow(maxWindow))),
  unitSize(mss, maxWindow) {
    const segment = linuxAccounting.segmentSize(mss, maxWindow);
    const most = Math.min(LONGEST_UNIT, halfWindow(maxWindow));
    return Math.max(1, Math.floor(most / segment)) * segment;
  },
  newSendCharge: () => new UnitCharge(),
  newReceiveCharge: () => new MergedCharge(),
  frameCharge: (payloadBytes) => payloadBytes + SKB_OVERHEAD,
};

export const payloadAccounting: Accounting = {
  name: 'payload',
  bufferLimit: (_kind, option) => option,
  autoSendLimit: (mss, segments) => 2 * Math.max(10, segments) * mss,
  segmentSize: (mss) => mss,
  unitSize: (mss) => mss,
  newSendCharge: () => new PlainSendCharge(),
  newReceiveCharge: () => new PlainReceiveCharge(),
  frameCharge: (payloadBytes) => payloadBytes,
};

export function accountingOf(name: 'linux' | 'payload'): Accounting {
  return name === 'linux' ? linuxAccounting : payloadAccounting;
}

/** Each byte costs itself. */
class PlainSendCharge implements SendCharge {
  charged = 0;
  #acknowledged = 0;

  room(limit: number): number {
    return Math.max(0, limit - this.charged);
  }

  add(_offset: number, bytes: number): void {
    this.charged += bytes;
  }

  acknowledge(offset: number): void {
    if (offset <= this.#acknowledged) return;
    this.charged -= offset - this.#acknowledged;
    this.#acknowledged = offset;
  }

  fillHead(): void {}
}

class PlainReceiveCharge implements ReceiveCharge {
  apart = 0;
  charged = 0;

  /** Always: the window alone decides, to the byte. */
  admits(): boolean {
    return true;
  }

  add(bytes: number): void {
    this.charged += bytes;
  }

  read(bytes: number): void {
    this.charged -= bytes;
  }

  window(limit: number): number {
    return Math.max(0, limit - this.charged);
  }
}

/**
 * Units with a fixed overhead each. As in Linux they stand in two queues, each by the ends of its units:
 *
 *        #start            #sent              #waiting
 *          |-- unit --|-- unit --|-- unit --|-- unit --|- tail -|
 *                                ^ sentOffset
 */
class UnitCharge implements SendCharge {
  charged = 0;
  /** Sent and not acknowledged (tcp_rtx_queue). */
  #sent = EMPTY;
  /** Not sent (sk_write_queue). */
  #waiting = EMPTY;
  /** Where the oldest unit of all begins, and where the first that waits does. */
  #start = 0;
  #waitingStart = 0;

  room(limit: number, unitSize: number, sentOffset: number): number {
    this.#moveSent(sentOffset);
    const tail = this.#tailRoom(unitSize);
    // Memory is asked for only when a new unit begins (sk_stream_memory_free); a unit once begun is filled.
    const left = limit - this.charged - tail;
    if (left <= 0) return tail;
    return tail + ceilDivide(left, unitSize + SKB_OVERHEAD) * unitSize;
  }

  add(offset: number, bytes: number, unitSize: number, sentOffset: number): void {
    if (bytes === 0) return;
    this.#moveSent(sentOffset);
    this.#waiting = ringFor(this.#waiting);
    const waiting = this.#waiting;
    if (this.#sent.length + waiting.length === 0) this.#start = offset;
    if (waiting.length === 0) this.#waitingStart = offset;
    const tail = Math.min(bytes, this.#tailRoom(unitSize));
    if (tail > 0) waiting.set(waiting.length - 1, offset + tail);
    for (let done = tail; done < bytes; ) {
      done = Math.min(bytes, done + unitSize);
      waiting.push(offset + done);
      this.charged += SKB_OVERHEAD;
    }
    this.charged += bytes;
  }

  acknowledge(offset: number): void {
    this.#moveSent(offset);
    const sent = this.#sent;
    while (sent.length > 0 && sent.at(0) <= offset) {
      const end = sent.shift();
      this.charged -= SKB_OVERHEAD + end - this.#start;
      this.#start = end;
    }
  }

  fillHead(most: number, sentOffset: number): void {
    this.#moveSent(sentOffset);
    const waiting = this.#waiting;
    if (waiting.length < 2) return;
    const head = waiting.at(0);
    const next = waiting.at(1);
    const end = Math.min(next, this.#waitingStart + most);
    if (end <= head) return;
    if (end < next) {
      waiting.set(0, end);
      return;
    }
    waiting.shift();
    this.charged -= SKB_OVERHEAD;
  }

  /** What was sent meanwhile changes its queue. A unit of which a part was sent is cut in two there (tso_fragment). */
  #moveSent(offset: number): void {
    const waiting = this.#waiting;
    if (waiting.length === 0 || this.#waitingStart >= offset) return;
    this.#sent = ringFor(this.#sent);
    while (waiting.length > 0 && this.#waitingStart < offset) {
      const end = waiting.at(0);
      if (end > offset) {
        this.#sent.push(offset);
        this.charged += SKB_OVERHEAD;
        this.#waitingStart = offset;
        return;
      }
      this.#sent.push(waiting.shift());
      this.#waitingStart = end;
    }
  }

  /** What still fits into the last unit that waits. */
  #tailRoom(unitSize: number): number {
    const waiting = this.#waiting;
    const count = waiting.length;
    if (count === 0) return 0;
    const start = count === 1 ? this.#waitingStart : waiting.at(count - 2);
    return Math.max(0, unitSize - (waiting.at(count - 1) - start));
  }
}

/**
 * Segments merged into skbs as they arrive. Bytes and overhead are two sums: which skb a byte lies in is not kept, so
 * reading gives back overhead in proportion.
 */
class MergedCharge implements ReceiveCharge {
  apart = 0;
  #bytes = 0;
  #overhead = 0;
  /** Segments in the newest skb. */
  #merged = SEGMENTS_MERGED;
  /** The longest segment so far; what tcp_measure_rcv_mss knows. */
  #longest = DEFAULT_MSS - 1;
  #ratio = DEFAULT_SCALING_RATIO;

  get charged(): number {
    // Linux: each range behind a hole is an skb at least, which neither tcp_try_coalesce nor tcp_collapse joins to another.
    return this.#bytes + Math.max(this.#overhead, this.apart * SKB_OVERHEAD);
  }

  admits(limit: number): boolean {
    if (this.charged > limit) this.#collapse();
    return this.charged <= limit;
  }

  add(bytes: number): void {
    if (bytes > this.#longest) {
      this.#longest = bytes;
      this.#ratio = Math.floor((bytes * 256) / (bytes + SKB_OVERHEAD));
    }
    this.#bytes += bytes;
    if (this.#merged < SEGMENTS_MERGED) {
      this.#merged++;
    } else {
      this.#merged = 1;
      this.#overhead += SKB_OVERHEAD;
    }
  }

  read(bytes: number): void {
    if (bytes === 0) return;
    this.#overhead -= Math.floor((this.#overhead * bytes) / this.#bytes);
    this.#bytes -= bytes;
    if (this.#bytes === 0) this.#merged = SEGMENTS_MERGED;
  }

  window(limit: number): number {
    return Math.floor((Math.max(0, limit - this.charged) * this.#ratio) / 256);
  }

  /** tcp_collapse: copies the queue into as few skbs as hold it. */
  #collapse(): void {
    this.#overhead = Math.min(this.#overhead, SKB_OVERHEAD * ceilDivide(this.#bytes, COLLAPSED_PAYLOAD));
    this.#merged = SEGMENTS_MERGED;
  }
}
