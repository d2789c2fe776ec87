/**
 * Bytes and texts: UTF-8 (RFC 3629; bad bytes as the WHATWG Encoding Standard replaces them), hexadecimal, base64
 * (RFC 4648 section 4). Written out because the core knows no TextEncoder and no Buffer.
 */
import { shown } from './decimal.ts';

const REPLACEMENT = 0xfffd;
/** Up to here a loop is faster than the view and the call that a copy of memory takes. */
const FEW = 64;

/** Copies from[start, start + count) to into[at, at + count). They must not be the same memory. */
export function copyBytes(from: Uint8Array, start: number, count: number, into: Uint8Array, at: number): void {
  if (count > FEW) {
    into.set(start === 0 && count === from.length ? from : from.subarray(start, start + count), at);
    return;
  }
  for (let i = 0; i < count; i++) into[at + i] = from[start + i] as number;
}

/** The text as UTF-8; a lone surrogate becomes U+FFFD. */
export function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  return bytes.slice(0, utf8Into(text, 0, text.length, bytes));
}

/**
 * Writes text[from, to) as UTF-8 to the beginning of `bytes` and answers how many bytes; at most three for each UTF-16
 * unit. A surrogate whose partner lies outside of the range is a lone one.
 */
export function utf8Into(text: string, from: number, to: number, bytes: Uint8Array): number {
  let at = 0;
  for (let i = from; i < to; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      bytes[at++] = code;
      continue;
    }
    if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >>> 6);
      bytes[at++] = 0x80 | (code & 0x3f);
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const next = i + 1 < to ? text.charCodeAt(i + 1) : 0;
      if (code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00);
        i += 1;
        bytes[at++] = 0xf0 | (code >>> 18);
        bytes[at++] = 0x80 | ((code >>> 12) & 0x3f);
        bytes[at++] = 0x80 | ((code >>> 6) & 0x3f);
        bytes[at++] = 0x80 | (code & 0x3f);
        continue;
      }
      code = REPLACEMENT;
    }
    bytes[at++] = 0xe0 | (code >>> 12);
    bytes[at++] = 0x80 | ((code >>> 6) & 0x3f);
    bytes[at++] = 0x80 | (code & 0x3f);
  }
  return at;
}

/** The text that the bytes hold as UTF-8. Every maximal part that cannot begin a character becomes one U+FFFD. */
export function text(bytes: Uint8Array): string {
  const parts: string[] = [];
  let units: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] as number;
    at += 1;
    if (first < 0x80) {
      units.push(first);
    } else {
      // RFC 3629 section 4: how many bytes follow, and between which bounds the second must lie.
      const follow =
        first >= 0xc2 && first <= 0xdf
          ? 1
          : first >= 0xe0 && first <= 0xef
            ? 2
            : first >= 0xf0 && first <= 0xf4
              ? 3
              : 0;
      let lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
      let highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
      let code = follow === 1 ? first & 0x1f : follow === 2 ? first & 0x0f : first & 0x07;
      let read = 0;
      while (read < follow && at < bytes.length) {
        const byte = bytes[at] as number;
        if (byte < lowest || byte > highest) break;
        code = (code << 6) | (byte & 0x3f);
        lowest = 0x80;
        highest = 0xbf;
        read += 1;
        at += 1;
      }
      if (follow === 0 || read < follow) units.push(REPLACEMENT);
      else if (code < 0x10000) units.push(code);
      else units.push(0xd800 + ((code - 0x10000) >>> 10), 0xdc00 + (code & 0x3ff));
    }
    if (units.length >= 4096) {
      parts.push(String.fromCharCode(...units));
      units = [];
    }
  }
  parts.push(String.fromCharCode(...units));
  return parts.join('');
}

const HEX_DIGITS = '0123456789abcdef';

/** Two lower-case digits for each byte. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += HEX_DIGITS.charAt(byte >>> 4) + HEX_DIGITS.charAt(byte & 15);
  return hex;
}

/**
 * The bytes that pairs of hexadecimal digits stand for; white space between pairs is ignored, so that dumps can be read.
 *
 * @throws TypeError for anything else
 */
export function fromHex(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, '').toLowerCase();
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/.test(digits)) {
    throw new TypeError(`hex: ${shown(hex)} is not hexadecimal; allowed is pairs of digits 0-9 a-f`);
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = HEX_DIGITS.indexOf(digits.charAt(2 * i)) * 16 + HEX_DIGITS.indexOf(digits.charAt(2 * i + 1));
  }
  return bytes;
}

const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** bytes[start, end) in base64, with padding; default all. */
export function toBase64(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let base64 = '';
  let at = start;
  for (; at + 3 <= end; at += 3) {
    const bits = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    base64 += digit(bits >>> 18) + digit(bits >>> 12) + digit(bits >>> 6) + digit(bits);
  }
  if (end - at === 1) {
    const bits = (bytes[at] as number) << 16;
    base64 += `${digit(bits >>> 18)}${digit(bits >>> 12)}==`;
  } else if (end - at === 2) {
    const bits = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8);
    base64 += `${digit(bits >>> 18)}${digit(bits >>> 12)}${digit(bits >>> 6)}=`;
  }
  return base64;
}

function digit(bits: number): string {
  return BASE64_DIGITS.charAt(bits & 63);
}

const BASE64_VALUES: Int8Array = (() => {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i++) values[BASE64_DIGITS.charCodeAt(i)] = i;
  return values;
})();

/**
 * The bytes that a base64 text stands for. The form is strict: padded, without white space, the unused bits 0, so that
 * equal bytes have equal texts.
 *
 * @throws TypeError for anything else
 */
export function fromBase64(base64: string): Uint8Array {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const length = base64.length - padding;
  const bytes = new Uint8Array((length * 3) >>> 2);
  let bits = 0;
  let count = 0;
  let at = 0;
  let good = base64.length % 4 === 0;
  for (let i = 0; i < length; i++) {
    const value = BASE64_VALUES[base64.charCodeAt(i)] ?? -1;
    good &&= value >= 0;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[at++] = bits >>> count;
    }
  }
  good &&= (bits & ((1 << count) - 1)) === 0;
  if (!good) throw new TypeError(`base64: ${shown(base64)} is not base64; allowed is RFC 4648 section 4 with padding`);
  return bytes;
}

/** Whether both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
