/**
 * What http has once for the whole process, and simulated processes each for themselves: the global agents, whose
 * connections would else be shared between hosts; and the `Date` header, which comes from a clock of Node's own.
 *
 * Source: node's lib/_http_agent.js, lib/https.js, lib/_http_outgoing.js.
 * Calls it: `install.ts`.
 */
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { currentProcess } from './context.ts';
import { httpDate } from './http-date.ts';
import type { NodeProcess } from './node-process.ts';

export function installHttp(): void {
  http.globalAgent = eachItsOwn(http.globalAgent, (options) => new http.Agent(options));
  https.globalAgent = eachItsOwn(https.globalAgent, (options) => new https.Agent(options)) as https.Agent;
  const place = http.ServerResponse.prototype as unknown as { _storeHeader: StoreHeader };
  const { _storeHeader: store } = place;
  place._storeHeader = function (this: Head, firstLine, headers) {
    store.call(this, firstLine, headers);
    const process = currentProcess();
    if (process === undefined || !this.sendDate || this.hasHeader('date') || holdsDate(headers)) return;
    // Node has just put its own behind the program's headers, and knows no other place for it.
    const at = this._header.lastIndexOf('\r\nDate: ') + 8;
    const end = this._header.indexOf('\r\n', at);
    this._header = this._header.slice(0, at) + httpDate(process.time) + this._header.slice(end);
  };
  syncBuiltinESMExports();
}

/** What Node has of a message, before its head is sent. */
interface Head {
  readonly sendDate: boolean;
  _header: string;
  hasHeader(name: string): boolean;
}

type StoreHeader = (this: Head, firstLine: string, headers: unknown) => void;

/** Headers as `writeHead` takes them: names and values in turn, pairs, or by name. */
function holdsDate(headers: unknown): boolean {
  if (typeof headers !== 'object' || headers === null) return false;
  const names = Array.isArray(headers)
    ? headers.flatMap((one: unknown, i) => (Array.isArray(one) ? [one[0]] : i % 2 === 0 ? [one] : []))
    : Object.keys(headers);
  return names.some((name) => String(name).toLowerCase() === 'date');
}

/** An agent that is another one for each simulated process, and the one that was there for everybody else. */
function eachItsOwn<A extends http.Agent>(shared: A, make: (options: http.AgentOptions) => A): A {
  const own = new WeakMap<NodeProcess, A>();
  const agent = (): A => {
    const process = currentProcess();
    if (process === undefined) return shared;
    const known = own.get(process);
    if (known !== undefined) return known;
    const made = make((shared as A & { options: http.AgentOptions }).options);
    own.set(process, made);
    return made;
  };
  return new Proxy(shared, {
    get: (_target, key) => {
      const target = agent();
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (_target, key, value) => Reflect.set(agent(), key, value),
    has: (_target, key) => Reflect.has(agent(), key),
  });
}
