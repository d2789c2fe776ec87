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
  const prototype = http.OutgoingMessage.prototype as unknown as Outgoing;
  const { _storeHeader: storeHeader } = prototype;
  prototype._storeHeader = function (this: Outgoing, firstLine: string, headers: unknown) {
    storeHeader.call(this, firstLine, headers);
    const process = currentProcess();
    if (process === undefined || !this.sendDate || hasDate(headers)) return;
    this._header = this._header.replace(DATE, `\r\nDate: ${httpDate(process.time)}\r\n`);
  };
  syncBuiltinESMExports();
}

/** A message whose headers are put into one text. */
interface Outgoing {
  readonly sendDate: boolean;
  _header: string;
  _storeHeader(firstLine: string, headers: unknown): void;
}

/** The line that Node adds by a clock of its own, which is the only one where the program gave none. */
const DATE = /\r\nDate: [^\r]*\r\n/;

/** Whether the program gave it. `headers`: an object, pairs, or names and values by turns. */
function hasDate(headers: unknown): boolean {
  if (typeof headers !== 'object' || headers === null) return false;
  if (!Array.isArray(headers)) return Object.keys(headers).some(isDate);
  return headers.some((one: unknown, i) => (Array.isArray(one) ? isDate(one[0]) : i % 2 === 0 && isDate(one)));
}

function isDate(name: unknown): boolean {
  return typeof name === 'string' && name.length === 4 && name.toLowerCase() === 'date';
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
