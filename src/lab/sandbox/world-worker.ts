/**
 * The worker in which one run happens: the world, and its programs. It is told the run once, with the port by which it
 * answers, and is gone when the run is over or another begins.
 */
import type { FromSandbox, ToSandbox } from '../run/protocol.ts';
import { execute } from './execute.ts';

/** Wall-clock milliseconds: a fraction of the page's patience. */
const BEAT = 500;

addEventListener(
  'message',
  ({ data, ports }: MessageEvent<ToSandbox>) => {
    const [port] = ports;
    if (port === undefined || data.kind !== 'run') return;
    const { id } = data;
    const say = (message: FromSandbox) => port.postMessage(message);
    // A program that waits for something outside of the world is silent, and not deaf.
    const beat = setInterval(() => say({ kind: 'beat', id }), BEAT);
    execute(data, say).finally(() => clearInterval(beat));
  },
  { once: true },
);
