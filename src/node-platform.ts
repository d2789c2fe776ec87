/**
 * What Node gives to a simulated world (`sim/platform.ts`).
 *
 * Calls it: `index.ts`, `cli/`.
 */
import { AsyncResource } from 'node:async_hooks';
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { nextTick } from 'node:process';
import { gatewayTo } from './kit/gateway.ts';
import type { Platform } from './sim/platform.ts';

/** After so many turns Node's own events have theirs: Ctrl-C, messages, timers of the program outside of the world. */
const TURNS_WITHOUT_EVENTS = 4096;

// What a program is given in their place is virtual; for nobody in particular they are Node's.
const nobody = new AsyncResource('World');
const setRealTimeout = (then: () => void, delay: number) => void nobody.runInAsyncScope(setTimeout, null, then, delay);
const setRealImmediate = (then: () => void) => void nobody.runInAsyncScope(setImmediate, null, then);
const realNow = () => nobody.runInAsyncScope(() => performance.now());

let turns = 0;

const NOW = Promise.resolve();

/**
 * Asked for by a promise's reaction, a tick comes when no promise has anything left to do: then all programs wait. (Asked
 * for by a tick it would come before the promises.) A macrotask would wait for the same, and for a system call of the
 * event loop as well.
 */
function giveWay(then: () => void): void {
  turns += 1;
  if (turns % TURNS_WITHOUT_EVENTS === 0) setRealImmediate(then);
  else NOW.then(() => nextTick(then));
}

export const nodePlatform: Platform = {
  giveWay,
  keepContext: () => {
    const context = new AsyncResource('World');
    return (work) => context.runInAsyncScope(work);
  },
  wall: {
    now: realNow,
    // Behind the sockets of the next poll, which may take long: what has come before it is heard by it.
    wait: (milliseconds, then) => {
      setRealTimeout(() => {
        const at = realNow();
        setRealImmediate(() => then(at));
      }, milliseconds);
    },
  },
  gateway: gatewayTo,
  sha256: () => {
    const hash = createHash('sha256');
    return {
      updateText: (text) => hash.update(text),
      // A copy is finished, so that the hash can go on.
      digestHex: () => hash.copy().digest('hex'),
    };
  },
  base64: (bytes, start, end) => Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('base64'),
  abortController: () => {
    const controller = new AbortController();
    return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
  },
};
