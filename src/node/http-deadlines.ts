/**
 * `headersTimeout` and `requestTimeout` of an http server, in virtual time. Node asks its native list of connections every
 * so often which of them began too long ago, by the real clock; here the question, and when each began, are the world's.
 *
 *     connection, or the first byte of a request --> began;   every connectionsCheckingInterval: whose time is over?
 *
 * Source: node's lib/_http_server.js (setupConnectionsTracking, checkConnections), src/node_http_parser.cc (Expired).
 * Calls it: `install-http.ts`.
 */
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { currentProcess } from './context.ts';
import type { NodeProcess } from './node-process.ts';

/** Node's parser of one connection, as far as it is used here. */
interface Parser {
  /** What is being read; another one once the next request's header is whole. */
  incoming: unknown;
  [event: number]: (() => void) | undefined;
}

/** The native list. */
interface Connections {
  active(): Parser[];
  expired(headersTimeout: number, requestTimeout: number): Parser[];
}

/** A request that is under way. */
interface Begun {
  readonly at: number;
  /** What was read when it began: its header is whole when there is another. */
  readonly before: unknown;
}

/** HTTPParser.kOnMessageBegin: called where there is a function, and Node puts none there. */
const MESSAGE_BEGIN = 0;

const INTERVAL = 'http.server.connectionsCheckingInterval';

export function installHttpDeadlines(): void {
  for (const { prototype } of [http.Server, https.Server]) {
    const listen = net.Server.prototype.listen as (this: net.Server, ...values: unknown[]) => net.Server;
    Object.defineProperty(prototype, 'listen', {
      value(this: http.Server, ...values: unknown[]) {
        const process = currentProcess();
        // Behind Node's own listener, which makes the list and the interval.
        if (process !== undefined) this.once('listening', () => track(this, process));
        return listen.apply(this, values);
      },
      writable: true,
      configurable: true,
    });
  }
}

function track(server: http.Server, process: NodeProcess): void {
  const connections = own(server, 'http.server.connections') as Connections;
  const interval = own(server, INTERVAL) as NodeJS.Timeout;
  const begun = new WeakMap<Parser, Begun>();
  const begin = (parser: Parser) => begun.set(parser, { at: process.loop.now, before: parser.incoming });
  server.on(server instanceof https.Server ? 'secureConnection' : 'connection', (socket: net.Socket) => {
    const parser: Parser | undefined = Reflect.get(socket, 'parser');
    if (parser === undefined) return;
    begin(parser);
    // Parsers are used again, for anybody's connections.
    parser[MESSAGE_BEGIN] = () => {
      if (Reflect.get(socket, 'parser') === parser) begin(parser);
      else parser[MESSAGE_BEGIN] = undefined;
    };
  });
  connections.expired = (headersTimeout, requestTimeout) =>
    connections.active().filter((parser) => {
      const { at, before } = begun.get(parser) ?? { at: Number.NaN, before: undefined };
      const lasted = process.loop.now - at;
      // Once the answer before it is out, none is there until its own header is whole.
      const inHeader = parser.incoming === before || parser.incoming === null;
      return (
        (inHeader && headersTimeout > 0 && lasted > headersTimeout) || (requestTimeout > 0 && lasted > requestTimeout)
      );
    });
  // Node's own interval runs in real time; what it does is done here instead, until the server is closed.
  const check: unknown = Reflect.get(interval, '_onTimeout');
  const every: unknown = Reflect.get(interval, '_repeat');
  clearInterval(interval);
  if (typeof check !== 'function' || typeof every !== 'number') return;
  // Where a program finds it.
  const timer = setInterval(() => {
    if (server.listening) check();
    else clearInterval(timer);
  }, every).unref();
  Reflect.set(server, symbolOf(server, INTERVAL), timer);
  // What Node clears it by knows no timers but its own.
  server.prependOnceListener('close', () => clearInterval(timer));
}

function own(server: http.Server, description: string): unknown {
  const found: unknown = Reflect.get(server, symbolOf(server, description));
  if (found !== undefined) return found;
  throw unknownServer(description);
}

function symbolOf(server: http.Server, description: string): symbol {
  const symbol = Object.getOwnPropertySymbols(server).find((one) => one.description === description);
  if (symbol !== undefined) return symbol;
  throw unknownServer(description);
}

function unknownServer(description: string): Error {
  return new Error(
    `halfopen/node: an http server of Node ${process.version} has no '${description}'; known are Node 20, 22, 24 and 26`,
  );
}
