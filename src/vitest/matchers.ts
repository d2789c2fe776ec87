/**
 * Expectations of a process, in the words of sockets.
 *
 * Calls it: `index.ts`.
 */
import { formatDuration } from '../base/time.ts';
import { blockedIn, failures, halfOpen, lasting, noticedAfter, processOf, received } from '../kit/observed.ts';
import { type ErrnoCode, isErrnoCode } from '../socket/errno.ts';

export interface ProcessMatchers<R = unknown> {
  /** Its calls have received so many bytes in all. */
  toHaveReceived(bytes: number): R;
  /** A connection of it is synchronized, and the other host holds no such connection (RFC 9293, 3.5.1). */
  toBeHalfOpen(): R;
  /** A call of that name has not returned. */
  toBeBlockedIn(call: string): R;
  /** A call of it has failed so. */
  toHaveFailedWith(code: ErrnoCode): R;
  /** It noticed a break within that virtual time. */
  toHaveNoticedWithin(duration: number | string): R;
}

declare module 'vitest' {
  interface Assertion<T> extends ProcessMatchers<T> {}
  interface AsymmetricMatchersContaining extends ProcessMatchers {}
}

interface Verdict {
  readonly pass: boolean;
  message(): string;
}

/** `fact` says what is so; the sentence is the same for an expectation and its negation. */
function verdict(pass: boolean, process: string, wanted: string, fact: string): Verdict {
  return {
    pass,
    message: () => `process '${process}' was expected ${pass ? 'not ' : ''}to ${wanted}, but ${fact}`,
  };
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

export const MATCHERS = {
  toHaveReceived(actual: unknown, bytes: number): Verdict {
    const process = processOf('expect(…)', actual);
    const count = received(process);
    return verdict(count === bytes, process.name, `have received ${bytes} bytes`, `it has received ${count}`);
  },

  toBeHalfOpen(actual: unknown): Verdict {
    const process = processOf('expect(…)', actual);
    const found = halfOpen(process);
    const all = process.connections().map(({ id, state }) => `${id} ${state}`);
    const fact = `half-open are: ${listed(found)}; all of its connections: ${listed(all)}`;
    return verdict(found.length > 0, process.name, 'hold a half-open connection', fact);
  },

  toBeBlockedIn(actual: unknown, call: string): Verdict {
    const process = processOf('expect(…)', actual);
    const calls = blockedIn(process);
    return verdict(calls.includes(call), process.name, `be blocked in ${call}`, `it is blocked in: ${listed(calls)}`);
  },

  toHaveFailedWith(actual: unknown, code: string): Verdict {
    if (!isErrnoCode(code)) throw new TypeError(`code: '${code}' is no errno; allowed are names such as 'ETIMEDOUT'`);
    const process = processOf('expect(…)', actual);
    const all = failures(process);
    const told = listed(all.map((failure) => `${failure.call} → ${failure.code}`));
    const pass = all.some((failure) => failure.code === code);
    return verdict(pass, process.name, `have failed with ${code}`, `its calls that failed: ${told}`);
  },

  toHaveNoticedWithin(actual: unknown, duration: number | string): Verdict {
    const process = processOf('expect(…)', actual);
    const most = lasting('duration', duration);
    const after = noticedAfter(process);
    const fact = after === undefined ? 'it has noticed none' : `it noticed one after ${formatDuration(after)}`;
    const wanted = `have noticed a break within ${formatDuration(most)}`;
    return verdict(after !== undefined && after <= most, process.name, wanted, fact);
  },
};
