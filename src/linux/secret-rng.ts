/**
 * Random numbers that nobody outside can guess, for a stack that real peers talk to: initial sequence numbers, ports and
 * challenge ACKs depend on them (RFC 9293 3.4.1, RFC 6056, RFC 5961). From the kernel's generator; no seed, no repeat.
 * Calls it: live.ts.
 */
import { randomFillSync } from 'node:crypto';
import { Rng } from '../base/rng.ts';

/** Drawn from the kernel many at a time. Outside of the class: Rng's constructor draws before a field would exist. */
const drawn = new Uint32Array(256);
let left = 0;

export class SecretRng extends Rng {
  constructor() {
    super(0);
  }

  override uint32(): number {
    if (left === 0) {
      randomFillSync(drawn);
      left = drawn.length;
    }
    left -= 1;
    const value = drawn[left] ?? 0;
    drawn[left] = 0;
    return value;
  }

  /** Each draw is independent of all others already. */
  override fork(): Rng {
    return this;
  }
}
