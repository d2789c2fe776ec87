/**
 * Sequence numbers: unsigned 32-bit integers that wrap (RFC 9293, 3.4). They are compared with these functions only;
 * `<` between two of them is a bug. Two numbers half the space (2^31) apart have no order; windows are at most 2^30.
 */

/** a < b, modulo 2^32. */
export function lt(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

/** a =< b, modulo 2^32. */
export function le(a: number, b: number): boolean {
  return ((a - b) | 0) <= 0;
}

export function gt(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}

export function ge(a: number, b: number): boolean {
  return ((a - b) | 0) >= 0;
}

/** a + n, wrapped; n may be negative. */
export function add(a: number, n: number): number {
  return (a + n) >>> 0;
}

/** How far a lies behind b: b - a as a signed number. */
export function distance(a: number, b: number): number {
  return (b - a) | 0;
}

export function max(a: number, b: number): number {
  return lt(a, b) ? b : a;
}

export function min(a: number, b: number): number {
  return lt(a, b) ? a : b;
}

/** left =< a < right, modulo 2^32. */
export function within(a: number, left: number, right: number): boolean {
  return le(left, a) && lt(a, right);
}
