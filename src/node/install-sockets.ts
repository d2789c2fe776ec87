/**
 * Times that Node's library measures with timers of its own, which no replaced `setTimeout` reaches: sockets' time-outs
 * (http's keep-alive and request time-outs are made of them) and `AbortSignal.timeout`.
 *
 * A socket keeps its timer under a symbol of Node's, and calls its `refresh()` whenever something passes.
 * Source: node's lib/net.js, lib/internal/stream_base_commons.js (setStreamTimeout).
 * Leaves out: http's `headersTimeout` and `requestTimeout` of a server, which a native list of connections measures.
 * Calls it: `install.ts`.
 */
import net from 'node:net';
import { currentProcess } from './context.ts';
import { VirtualTimeout } from './timers.ts';

/** Of Node's timers, in milliseconds (TIMEOUT_MAX). */
const LONGEST = 2 ** 31 - 1;

/** As much of a socket as its time-out needs. */
interface Timed {
  timeout?: number;
  readonly destroyed: boolean;
  _onTimeout(): void;
  on(event: string, callback: () => void): unknown;
  once(event: string, callback: () => void): unknown;
  removeListener(event: string, callback: () => void): unknown;
}

export function installSocketTimes(): void {
  const timer = timerSymbol();
  const real = net.Socket.prototype.setTimeout as (this: unknown, delay: number, callback?: () => void) => unknown;
  const setTimeout = function (this: Timed & Record<symbol, unknown>, delay: number, callback?: () => void): unknown {
    const own = currentProcess();
    if (own === undefined) return real.call(this, delay, callback);
    if (this.destroyed) return this;
    // Node's own throws, upon a socket that nobody has.
    if (!isDelay(delay) || !isCallback(callback)) return real.call(new net.Socket(), delay, callback);
    this.timeout = delay;
    const before = this[timer];
    if (before instanceof VirtualTimeout) before.close();
    if (delay === 0) {
      if (callback !== undefined) this.removeListener('timeout', callback);
      return this;
    }
    const fire = () => {
      if (!this.destroyed) this._onTimeout();
    };
    this[timer] = new VirtualTimeout(own.loop, fire, Math.min(delay, LONGEST), false).unref();
    if (callback !== undefined) this.once('timeout', callback);
    return this;
  };
  Object.assign(net.Socket.prototype, { setTimeout });
  const realSignal = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (delay) => {
    const own = currentProcess();
    if (own === undefined) return realSignal(delay);
    const controller = new AbortController();
    const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    new VirtualTimeout(own.loop, () => controller.abort(reason), delay, false).unref();
    return controller.signal;
  };
}

/** They come from programs that no type holds to it. */
function isDelay(delay: unknown): boolean {
  return typeof delay === 'number' && delay >= 0 && Number.isFinite(delay);
}

function isCallback(callback: unknown): boolean {
  return callback === undefined || typeof callback === 'function';
}

/** The symbol under which a socket keeps its timer. @throws Error on a Node that has none */
function timerSymbol(): symbol {
  const socket = new net.Socket();
  const found = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'timeout');
  socket.destroy();
  if (found !== undefined) return found;
  throw new Error(
    `halfopen/node: a socket of Node ${process.version} keeps its timer where it was not known; known are Node 20, 22, 24 and 26`,
  );
}
