/**
 * SHA-256, FIPS 180-4. For the hash of a trace where the host offers none that is synchronous (the page); under Node the
 * platform's own is used, and both must agree.
 */
import { utf8Into } from './bytes.ts';

/** FIPS 180-4 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K: Uint32Array = Uint32Array.from([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

/** FIPS 180-4 5.3.3: the square roots of the first eight primes. */
const INITIAL = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
] as const;

const BLOCK = 64;
/** UTF-16 units of a text that are encoded at a time. */
const SLICE = 1024;

export class Sha256 {
  readonly #state = Int32Array.from(INITIAL);
  readonly #block = new Uint8Array(BLOCK);
  readonly #schedule = new Int32Array(64);
  #scratch: Uint8Array | undefined;
  #length = 0;

  /** Adds bytes. */
  update(bytes: Uint8Array): this {
    this.#add(bytes, bytes.length);
    return this;
  }

  /** Adds a text as UTF-8; a lone surrogate counts as U+FFFD. */
  updateText(text: string): this {
    this.#scratch ??= new Uint8Array(SLICE * 3);
    for (let from = 0; from < text.length; ) {
      let to = Math.min(from + SLICE, text.length);
      // A pair of surrogates is one character: it must not be cut.
      if (to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to -= 1;
      this.#add(this.#scratch, utf8Into(text, from, to, this.#scratch));
      from = to;
    }
    return this;
  }

  /** The hash of what was added so far, 64 lower-case hexadecimal digits. More may be added afterwards. */
  digestHex(): string {
    const state = this.#state.slice();
    const used = this.#length % BLOCK;
    // 5.1.1: a one bit, zeros, and the length in bits as 64-bit number at the end of a block.
    const tail = new Uint8Array(used < 56 ? BLOCK : 2 * BLOCK);
    tail.set(this.#block.subarray(0, used));
    tail[used] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(this.#length / 0x2000_0000));
    view.setUint32(tail.length - 4, this.#length * 8);
    for (let at = 0; at < tail.length; at += BLOCK) compress(state, this.#schedule, tail, at);
    let hex = '';
    for (const word of state) hex += (word >>> 0).toString(16).padStart(8, '0');
    return hex;
  }

  #add(bytes: Uint8Array, length: number): void {
    let at = 0;
    const used = this.#length % BLOCK;
    this.#length += length;
    if (used > 0) {
      at = Math.min(BLOCK - used, length);
      this.#block.set(bytes.subarray(0, at), used);
      if (used + at < BLOCK) return;
      compress(this.#state, this.#schedule, this.#block, 0);
    }
    for (; at + BLOCK <= length; at += BLOCK) compress(this.#state, this.#schedule, bytes, at);
    if (at < length) this.#block.set(bytes.subarray(at, length));
  }
}

/** 6.2.2: one block of 64 bytes from `at` on. The variables are the standard's. */
function compress(state: Int32Array, w: Int32Array, bytes: Uint8Array, at: number): void {
  for (let t = 0; t < 16; t++) {
    const i = at + t * 4;
    const high = ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
    w[t] = (high << 16) | ((bytes[i + 2] as number) << 8) | (bytes[i + 3] as number);
  }
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15] as number;
    const y = w[t - 2] as number;
    const sigma0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const sigma1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (sigma1 + (w[t - 7] as number) + sigma0 + (w[t - 16] as number)) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let t = 0; t < 64; t++) {
    const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + sum1 + choice + (K[t] as number) + (w[t] as number)) | 0;
    const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const t2 = (sum0 + majority) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}
