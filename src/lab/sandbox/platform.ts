/**
 * What a browser's worker gives to a simulated world (`sim/platform.ts`). A turn of the programs ends with a macrotask:
 * by then every promise reaction that was due has run.
 */
import { toBase64 } from '../../base/bytes.ts';
import { Sha256 } from '../../base/sha256.ts';
import type { Platform } from '../../sim/platform.ts';

/** `turn` is called at each, before the programs run. */
export function browserPlatform(turn: () => void): Platform {
  const { port1, port2 } = new MessageChannel();
  let next: (() => void) | undefined;
  port1.onmessage = () => {
    const then = next;
    next = undefined;
    then?.();
  };
  return {
    giveWay: (then) => {
      turn();
      next = then;
      port2.postMessage(0);
    },
    sha256: () => new Sha256(),
    base64: toBase64,
    abortController: () => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
    },
  };
}
