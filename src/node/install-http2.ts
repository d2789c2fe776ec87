/**
 * The `Date` header of http2's answers, in the time of the simulated host. Node adds its own where an answer has none, so an answer
 * is given one before.
 *
 * Node shows the class of a server's streams only by a stream, so it is put in its place when the first one comes.
 * Source: node's lib/internal/http2/core.js (ServerHttp2Stream.respond, prepareResponseHeaders).
 * Leaves out: respondWithFD and respondWithFile, whose headers may be chosen later by a callback.
 * Calls it: `install.ts`.
 */
import http2 from 'node:http2';
import { syncBuiltinESMExports } from 'node:module';
import { currentProcess } from './context.ts';
import { httpDate } from './http-date.ts';

type Respond = (this: object, headers?: unknown, options?: { readonly sendDate?: boolean }) => unknown;

export function installHttp2(): void {
  const place = http2 as unknown as Record<string, (...values: unknown[]) => http2.Http2Server>;
  for (const name of ['createServer', 'createSecureServer']) {
    const make = place[name];
    if (make === undefined) continue;
    place[name] = (...values) => {
      const server = make(...values);
      server.on('session', (session) => void session.prependListener('stream', dateAnswers));
      return server;
    };
  }
  syncBuiltinESMExports();
}

const dated = new WeakSet<object>();

function dateAnswers(stream: http2.ServerHttp2Stream): void {
  const place = Object.getPrototypeOf(stream) as { respond: Respond };
  if (dated.has(place)) return;
  dated.add(place);
  const { respond } = place;
  place.respond = function (headers, options) {
    const process = currentProcess();
    if (process === undefined || options?.sendDate === false) return respond.call(this, headers, options);
    return respond.call(this, withDate(headers, httpDate(process.time)), options);
  };
}

/** Headers by name, or names and values in turn; what they are is for Node to check. */
function withDate(headers: unknown, date: string): unknown {
  if (Array.isArray(headers)) {
    const holds = headers.some((one, i) => i % 2 === 0 && String(one).toLowerCase() === 'date');
    return holds ? headers : [...headers, 'date', date];
  }
  if (headers === undefined || headers === null) return { date };
  if (typeof headers !== 'object' || Object.keys(headers).some((name) => name.toLowerCase() === 'date')) return headers;
  return { ...headers, date };
}
