/**
 * `dns.resolve…`, which asks a server of names: in a simulated process its world answers, which knows addresses and
 * nothing else. No packet is sent for it. A known name without the record asked for is ENODATA, an unknown one ENOTFOUND.
 *
 * Source: node's lib/internal/dns/callback_resolver.js and lib/internal/errors.js (DNSException).
 * Leaves out: setServers and the like, which set what is never asked; times to live (0).
 * Calls it: `install.ts`.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIPv4 } from 'node:net';
import { currentProcess } from './context.ts';
import type { NodeProcess } from './node-process.ts';

/** The records that can be asked for; `query…` is what an error calls it. */
const RECORDS = ['A', 'AAAA', 'ANY', 'CAA', 'CNAME', 'MX', 'NAPTR', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'] as const;
type RecordType = (typeof RECORDS)[number];

/** By the names of Node's functions; `resolve` itself is told the type. */
const FUNCTIONS: Readonly<Record<string, RecordType>> = {
  resolve4: 'A',
  resolve6: 'AAAA',
  resolveAny: 'ANY',
  resolveCaa: 'CAA',
  resolveCname: 'CNAME',
  resolveMx: 'MX',
  resolveNaptr: 'NAPTR',
  resolveNs: 'NS',
  resolvePtr: 'PTR',
  resolveSoa: 'SOA',
  resolveSrv: 'SRV',
  resolveTxt: 'TXT',
};

type Callback = (error: Error | null, records?: readonly unknown[]) => void;
type Answer = { readonly error: Error } | { readonly records: readonly unknown[] };

export function installResolver(): void {
  for (const place of [dns, dns.Resolver.prototype]) {
    for (const [name, type] of Object.entries(FUNCTIONS)) replaceCallback(place, name, () => type);
    replaceCallback(place, 'resolve', typeOf);
    replaceCallback(place, 'reverse', () => 'PTR');
  }
  for (const place of [dns.promises, dns.promises.Resolver.prototype]) {
    for (const [name, type] of Object.entries(FUNCTIONS)) replacePromise(place, name, () => type);
    replacePromise(place, 'resolve', typeOf);
    replacePromise(place, 'reverse', () => 'PTR');
  }
  syncBuiltinESMExports();
}

type TypeOf = (second: unknown) => RecordType;

/** `resolve(name, type)`: 'A' if it does not say. */
const typeOf: TypeOf = (given) => RECORDS.find((type) => type === given) ?? 'A';

function replaceCallback(place: object, name: string, type: TypeOf): void {
  const real = Reflect.get(place, name) as (...values: unknown[]) => unknown;
  const value = function (this: unknown, ...values: unknown[]): unknown {
    const process = currentProcess();
    const then = values.at(-1);
    if (process === undefined || typeof then !== 'function') return real.apply(this, values);
    process.loop.immediate(() => {
      const answer = ask(process, name, type(values[1]), values);
      if ('error' in answer) (then as Callback)(answer.error);
      else (then as Callback)(null, answer.records);
    });
    return {};
  };
  Object.defineProperty(place, name, { value, writable: true, enumerable: true, configurable: true });
}

function replacePromise(place: object, name: string, type: TypeOf): void {
  const real = Reflect.get(place, name) as (...values: unknown[]) => unknown;
  const value = function (this: unknown, ...values: unknown[]): unknown {
    const process = currentProcess();
    if (process === undefined) return real.apply(this, values);
    return new Promise((resolve, reject) => {
      process.loop.immediate(() => {
        const answer = ask(process, name, type(values[1]), values);
        if ('error' in answer) reject(answer.error);
        else resolve(answer.records);
      });
    });
  };
  Object.defineProperty(place, name, { value, writable: true, enumerable: true, configurable: true });
}

function ask(process: NodeProcess, name: string, type: RecordType, [asked, options]: readonly unknown[]): Answer {
  const hostname = String(asked);
  const syscall = name === 'reverse' ? 'getHostByAddr' : `query${type[0]}${type.slice(1).toLowerCase()}`;
  const all = name === 'reverse' ? [] : process.os.nonblocking.resolve(hostname);
  if (all.length === 0) return { error: failure('ENOTFOUND', syscall, hostname) };
  const four = all.filter(isIPv4);
  const six = all.filter((address) => !isIPv4(address));
  const withTtl = typeof options === 'object' && options !== null && 'ttl' in options && options.ttl === true;
  const shaped = (addresses: readonly string[]) =>
    addresses.map((address) => (withTtl ? { address, ttl: 0 } : address));
  const records: Readonly<Partial<Record<RecordType, readonly unknown[]>>> = {
    A: shaped(four),
    AAAA: shaped(six),
    ANY: [
      ...four.map((address) => ({ type: 'A', address, ttl: 0 })),
      ...six.map((address) => ({ type: 'AAAA', address, ttl: 0 })),
    ],
  };
  const found = records[type] ?? [];
  return found.length === 0 ? { error: failure('ENODATA', syscall, hostname) } : { records: found };
}

function failure(code: string, syscall: string, hostname: string): Error {
  return Object.assign(new Error(`${syscall} ${code} ${hostname}`), { errno: undefined, code, syscall, hostname });
}
