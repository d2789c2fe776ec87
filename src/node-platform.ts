/**
 * What Node gives to a simulated world (`sim/platform.ts`).
 *
 * Calls it: `index.ts`, `cli/`.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Platform } from './sim/platform.ts';

export const nodePlatform: Platform = {
  giveWay: () => new Promise((resolve) => setImmediate(resolve)),
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
