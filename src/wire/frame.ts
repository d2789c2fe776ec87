/**
 * A frame: the bytes that travel on a cable, in memory that is used again.
 *
 *     bytes   0  2                16                  36               payload      payloadEnd   end
 *             |  |                |                   |                |            |            |
 *             |..| Ethernet (14)  | IPv4 (20 or more) | TCP, UDP, ICMP | data ...   | padding    |
 *                ^FRAME_START     ^network            ^transport
 *
 * Behind an IPv6 header, of 40 bytes, the transport's starts at 56.
 *
 * The Ethernet header starts at 2, so that the IP header behind its 14 bytes lies on a multiple of 4: then the checksum
 * is summed in whole 32-bit words, the fastest way that V8 has.
 *
 * A frame has one owner more for each `retain` and one less for each `release`; without owners it goes back to its pool
 * and its bytes may become any other frame's. Who keeps a part of the payload keeps the frame.
 * Left out on purpose: chains of buffers. A frame is one piece of memory; the largest IP packet fits.
 */
import { assert } from '../base/assert.ts';

/** Where the Ethernet header starts. */
export const FRAME_START = 2;
/** Where the IP header starts in every frame. */
export const NETWORK = 16;
/** Where the transport header starts in a frame that we build: behind an IPv4 header without options. */
export const TRANSPORT = 36;
/** The same behind an IPv6 header; a multiple of 4 too. */
export const TRANSPORT_IPV6 = 56;

export class Frame {
  readonly bytes: Uint8Array;
  /** The same memory, for numbers in network byte order. */
  readonly view: DataView;
  /** The same memory, for the checksum: words[i] are the bytes 4i to 4i + 3. */
  readonly words: Uint32Array;
  /** One past the last byte; the frame is bytes[FRAME_START, end). */
  end: number = FRAME_START;
  /** Offset of the IP or ARP header. */
  network: number = NETWORK;
  /** Offset of the header behind IP's. */
  transport: number = TRANSPORT;
  /** Offset of the data that TCP or UDP carries; set when their header is parsed or written. */
  payload = 0;
  /** One past the data; what is left up to `end` is padding. */
  payloadEnd = 0;
  /** The transport checksum was left out. Only inside of a simulation: such a frame never leaves it as bytes. */
  offloaded = false;
  /** Number of the event of the trace that sent it. 0: none. */
  n = 0;
  readonly #pool: FramePool;
  #owners = 0;

  /** Called by FramePool only; take frames from there. The memory starts on a multiple of 4. */
  constructor(pool: FramePool, memory: ArrayBuffer, start: number, length: number) {
    this.#pool = pool;
    this.bytes = new Uint8Array(memory, start, length);
    this.view = new DataView(memory, start, length);
    this.words = new Uint32Array(memory, start, length / 4);
  }

  /** Bytes from the Ethernet header to the end. */
  get length(): number {
    return this.end - FRAME_START;
  }

  /** One owner more. */
  retain(): void {
    assert(this.#owners > 0, 'a frame without owners is retained');
    this.#owners += 1;
  }

  /** One owner less. After the last one has let go, nobody may touch it. */
  release(): void {
    assert(this.#owners > 0, 'a frame is released more often than retained');
    this.#owners -= 1;
    if (this.#owners === 0) this.#pool.put(this);
  }

  /** A copy with the same bytes and offsets, from the same pool, with one owner. */
  clone(): Frame {
    const copy = this.#pool.take(this.length);
    copy.bytes.set(this.bytes.subarray(FRAME_START, this.end), FRAME_START);
    copy.network = this.network;
    copy.transport = this.transport;
    copy.payload = this.payload;
    copy.payloadEnd = this.payloadEnd;
    copy.offloaded = this.offloaded;
    copy.n = this.n;
    return copy;
  }

  /** Called by FramePool only: a frame as it is handed out. Its bytes are whatever they were. */
  reset(end: number): void {
    assert(this.#owners === 0, 'a frame with owners is handed out');
    this.#owners = 1;
    this.end = end;
    this.network = NETWORK;
    this.transport = TRANSPORT;
    this.payload = 0;
    this.payloadEnd = 0;
    this.offloaded = false;
    this.n = 0;
  }
}

/** Sizes of memory: a frame of an ordinary Ethernet, a jumbo frame, the largest IP packet; above, powers of two. */
const SIZES = [2048, 16_384, 69_632] as const;
/** The smallest frames are cut from slabs of this many, since an allocation costs as much as a segment. */
const SLAB = 32;

/** Where frames come from and go back to. One for each world. */
export class FramePool {
  readonly #free: Frame[][] = SIZES.map(() => []);
  #taken = 0;

  /** How many frames are out: taken and not yet back. For tests that look for leaks. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * A frame with room for `frameLength` bytes, Ethernet header included, one owner, `end` set to that length. Its bytes
   * are not cleared: whoever writes the frame writes all of them.
   */
  take(frameLength: number): Frame {
    assert(frameLength >= 0 && Number.isSafeInteger(frameLength), 'a frame has a length');
    const end = FRAME_START + frameLength;
    const size = sizeClass(end);
    let free = this.#free[size];
    while (free === undefined) {
      this.#free.push([]);
      free = this.#free[size];
    }
    if (free.length === 0) this.#fill(free, size);
    const frame = free.pop();
    assert(frame !== undefined, 'the pool was filled');
    this.#taken += 1;
    frame.reset(end);
    return frame;
  }

  /** A frame that holds a copy of these bytes, the first of them being the Ethernet header's. */
  from(bytes: Uint8Array): Frame {
    const frame = this.take(bytes.length);
    frame.bytes.set(bytes, FRAME_START);
    return frame;
  }

  /** Called by Frame only, when its last owner has let go. */
  put(frame: Frame): void {
    this.#taken -= 1;
    const free = this.#free[sizeClass(frame.bytes.length)];
    assert(free !== undefined, 'a frame goes back where it came from');
    free.push(frame);
  }

  #fill(free: Frame[], size: number): void {
    const length = classSize(size);
    const count = size === 0 ? SLAB : 1;
    const memory = new ArrayBuffer(length * count);
    // From the last to the first, so that they are handed out in the order of their memory.
    for (let i = count - 1; i >= 0; i--) free.push(new Frame(this, memory, i * length, length));
  }
}

/** Index of the smallest class that has room for so many bytes. */
function sizeClass(bytes: number): number {
  let size = 0;
  while (classSize(size) < bytes) size += 1;
  return size;
}

function classSize(size: number): number {
  const fixed = SIZES[size];
  if (fixed !== undefined) return fixed;
  let bytes = 131_072;
  for (let i = SIZES.length; i < size; i++) bytes *= 2;
  return bytes;
}
