/**
 * What TLS and HTTP/2 ask of the native stream below them. In a simulated process that is Node's stand-in for one
 * (JSStreamSocket, over the socket), whose handle answers nothing of this; here it asks the socket's own handle. So Nagle's
 * algorithm is turned off where HTTP/2 wants it, keep-alive is set, and both addresses are known.
 *
 * Source: node's lib/internal/js_stream_socket.js, lib/internal/http2/core.js (Http2Session), lib/_tls_wrap.js
 * (proxiedMethods).
 * Calls it: `install.ts`.
 */
import net from 'node:net';
import { PassThrough } from 'node:stream';
import tls from 'node:tls';
import { socketBelow } from './install-tls.ts';

const ASKED = ['setNoDelay', 'setKeepAlive', 'getsockname', 'getpeername'] as const;

type Method = (...values: unknown[]) => unknown;

/** @throws Error on a Node whose stand-in is not where it was known */
export function installStream(): void {
  const socket = new tls.TLSSocket(new PassThrough());
  const wrap: unknown = Reflect.get(Reflect.get(socket, '_handle'), '_parentWrap');
  const handle: unknown = wrap instanceof net.Socket ? Reflect.get(wrap, '_handle') : undefined;
  socket.destroy();
  const owner = symbolOf(handle, 'owner_symbol');
  if (typeof handle !== 'object' || handle === null || owner === undefined) {
    throw new Error(
      `halfopen/node: TLS of Node ${process.version} stands on another stream than was known; known are Node 20, 22, 24 and 26`,
    );
  }
  const place: object = Object.getPrototypeOf(handle);
  for (const name of ASKED) {
    const answer = function (this: object, ...values: unknown[]): unknown {
      const below = handleBelow(Reflect.get(this, owner));
      const method: unknown = below && Reflect.get(below, name);
      return typeof method === 'function' ? (method as Method).apply(below, values) : 0;
    };
    Object.defineProperty(place, name, { value: answer, writable: true, configurable: true });
  }
}

function symbolOf(value: unknown, description: string): symbol | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertySymbols(value).find((symbol) => symbol.description === description);
}

/** The handle of the socket that a stand-in stands on; undefined: it stands on no socket, or that is closed. */
function handleBelow(standIn: unknown): object | undefined {
  const stream: unknown = standIn instanceof net.Socket ? Reflect.get(standIn, 'stream') : undefined;
  const handle: unknown = Reflect.get(socketBelow(stream) ?? {}, '_handle');
  return typeof handle === 'object' && handle !== null ? handle : undefined;
}
