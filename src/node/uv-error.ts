/**
 * libuv's numbers for errors: Linux's, negative.
 *
 * Calls it: `tcp-handle.ts`.
 */
import { type ErrnoCode, errnoNumber } from '../socket/errno.ts';

/** -104 for 'ECONNRESET'. */
export function uvError(code: ErrnoCode): number {
  return -errnoNumber(code);
}
