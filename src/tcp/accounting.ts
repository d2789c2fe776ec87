/**
 * How much fits into a socket's buffers: two ways to charge bytes against `SO_SNDBUF` and `SO_RCVBUF`.
 *
 * `linux` counts as Linux does: the option is doubled, and what is charged is memory, payload with its bookkeeping,
 * so that what fits depends on the sizes of writes and segments. `payload` counts plain bytes of data, with no minimum,
 * so that a send buffer of 32 bytes can be drawn and understood.
 *
 * Source: net/ipv4/tcp.c (tcp_sendmsg_locked, tcp_stream_alloc_skb), net/ipv4/tcp_output.c (__tcp_select_window),
 * include/net/sock.h, measured in docs/measurements/accounting.md.
 * Calls it: the send buffer, and whatever decides the window to offer.
 */

export type BufferKind = 'send' | 'receive';

/** All functions are pure; all figures are bytes. */
export interface Accounting {
  readonly name: 'linux' | 'payload';
  /** What a buffer's limit becomes when a program asks for `option` bytes. */
  bufferLimit(kind: BufferKind, option: number): number;
  /** The empty charge of a new send buffer. */
  newSendCharge(): SendCharge;
  /** What one received segment costs against the receive limit from its arrival until its last byte was read. */
  frameCharge(payloadBytes: number): number;
  /**
   * Room of a receive buffer in payload bytes, not yet rounded for a window: what may still arrive when `charged` of
   * `limit` is taken and segments are `segmentBytes` long (the longest so far; 0: none came yet).
   */
  windowOf(limit: number, charged: number, segmentBytes: number): number;
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
}

/** sk_buff, shared info and room for headers of one skb made by tcp_stream_alloc_skb. */
const SEND_OVERHEAD = 960;
/** The same for a received segment. */
const RECEIVE_OVERHEAD = 960;
/** SOCK_MIN_SNDBUF and SOCK_MIN_RCVBUF of include/net/sock.h: two and one times TCP_SKB_MIN_TRUESIZE. */
const LINUX_MINIMUM = { send: 4608, receive: 2304 } as const;
/** TCP_DEFAULT_SCALING_RATIO of include/net/tcp.h, in 1/256: half of the memory is taken for payload. */
const DEFAULT_SCALING_RATIO = 128;

export const linuxAccounting: Accounting = {
  name: 'linux',
  bufferLimit: (kind, option) => Math.max(2 * option, LINUX_MINIMUM[kind]),
  newSendCharge: () => new UnitCharge(SEND_OVERHEAD),
  frameCharge: (payloadBytes) => payloadBytes + RECEIVE_OVERHEAD,
  windowOf(limit, charged, segmentBytes) {
    const ratio =
      segmentBytes === 0 ? DEFAULT_SCALING_RATIO : Math.floor((segmentBytes * 256) / (segmentBytes + RECEIVE_OVERHEAD));
    return Math.floor((Math.max(0, limit - charged) * ratio) / 256);
  },
};

export const payloadAccounting: Accounting = {
  name: 'payload',
  bufferLimit: (_kind, option) => option,
  newSendCharge: () => new PlainCharge(),
  frameCharge: (payloadBytes) => payloadBytes,
  windowOf: (limit, charged) => Math.max(0, limit - charged),
};

export function accountingOf(name: 'linux' | 'payload'): Accounting {
  return name === 'linux' ? linuxAccounting : payloadAccounting;
}

/** Each byte costs itself. */
class PlainCharge implements SendCharge {
  charged = 0;
  #una = 0;

  room(limit: number): number {
    return Math.max(0, limit - this.charged);
  }

  add(_offset: number, bytes: number): void {
    this.charged += bytes;
  }

  acknowledge(offset: number): void {
    if (offset <= this.#una) return;
    this.charged -= offset - this.#una;
    this.#una = offset;
  }
}

/** Units of up to `unitSize` bytes, each with a fixed overhead; a ring of their ends. */
class UnitCharge implements SendCharge {
  charged = 0;
  readonly #overhead: number;
  /** Ends of the units, oldest first: ends[(first + i) & mask]. Made when first used: an idle connection owns none. */
  #ends = new Float64Array(0);
  #first = 0;
  #count = 0;
  /** Where the oldest unit begins. */
  #start = 0;

  constructor(overhead: number) {
    this.#overhead = overhead;
  }

  room(limit: number, unitSize: number, sentOffset: number): number {
    const tail = this.#tailRoom(unitSize, sentOffset);
    // Memory is asked for only when a new unit begins (sk_stream_memory_free): a unit once begun is filled.
    const left = limit - this.charged - tail;
    if (left <= 0) return tail;
    return tail + Math.ceil(left / (unitSize + this.#overhead)) * unitSize;
  }

  add(offset: number, bytes: number, unitSize: number, sentOffset: number): void {
    if (this.#count === 0) this.#start = offset;
    const tail = Math.min(bytes, this.#tailRoom(unitSize, sentOffset));
    if (tail > 0) this.#ends[this.#slot(this.#count - 1)] = offset + tail;
    for (let done = tail; done < bytes; ) {
      done = Math.min(bytes, done + unitSize);
      this.#push(offset + done);
      this.charged += this.#overhead;
    }
    this.charged += bytes;
  }

  acknowledge(offset: number): void {
    while (this.#count > 0) {
      const end = this.#end(0);
      if (end > offset) return;
      this.charged -= this.#overhead + end - this.#start;
      this.#start = end;
      this.#first = this.#slot(1);
      this.#count--;
    }
  }

  /** What still fits into the last unit; 0 if its bytes were sent. */
  #tailRoom(unitSize: number, sentOffset: number): number {
    if (this.#count === 0) return 0;
    const end = this.#end(this.#count - 1);
    if (end <= sentOffset) return 0;
    const start = this.#count === 1 ? this.#start : this.#end(this.#count - 2);
    return Math.max(0, unitSize - (end - Math.max(start, sentOffset)));
  }

  #slot(i: number): number {
    return (this.#first + i) & (this.#ends.length - 1);
  }

  #end(i: number): number {
    return this.#ends[this.#slot(i)] ?? 0;
  }

  #push(end: number): void {
    if (this.#count === this.#ends.length) {
      const grown = new Float64Array(Math.max(4, 2 * this.#count));
      for (let i = 0; i < this.#count; i++) grown[i] = this.#end(i);
      this.#ends = grown;
      this.#first = 0;
    }
    this.#ends[this.#slot(this.#count)] = end;
    this.#count++;
  }
}
