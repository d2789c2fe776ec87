/**
 * Names of hosts: `dns.lookup` and `dns.promises.lookup` ask the simulated world. Nothing is sent for it: a host knows all
 * names of its world, as by a file.
 *
 * Source: node's lib/dns.js and lib/internal/errors.js (the error's shape; EAI_NONAME is -3008 in libuv).
 * Leaves out: the resolvers that ask a server (`dns.resolve…`), which stay Node's.
 * Calls it: `install.ts`.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';
import { currentProcess } from './context.ts';
import type { NodeProcess } from './node-process.ts';

/** libuv's UV_EAI_NONAME. */
const EAI_NONAME = -3008;

type Found = { readonly address: string; readonly family: number };
type Told = (error: Error | null, address?: string | readonly Found[], family?: number) => void;

export function installNames(): void {
  const real = dns.lookup as (...values: unknown[]) => unknown;
  const realPromise = dns.promises.lookup as (...values: unknown[]) => Promise<unknown>;
  const lookup = (name: string, ...rest: unknown[]): unknown => {
    const process = currentProcess();
    if (process === undefined) return real(name, ...rest);
    const callback = rest.at(-1) as Told;
    const all = asksForAll(rest[0]);
    // As libuv's threads would, it answers later.
    process.loop.immediate(() => {
      const found = find(process, name);
      if (found === undefined) callback(notFound(name));
      else if (all) callback(null, [found]);
      else callback(null, found.address, found.family);
    });
    return {};
  };
  const promised = (name: string, options?: unknown): Promise<unknown> => {
    const process = currentProcess();
    if (process === undefined) return realPromise(name, options);
    return new Promise((resolve, reject) => {
      process.loop.immediate(() => {
        const found = find(process, name);
        if (found === undefined) reject(notFound(name));
        else resolve(asksForAll(options) ? [found] : found);
      });
    });
  };
  Object.assign(dns, { lookup });
  Object.assign(dns.promises, { lookup: promised });
  syncBuiltinESMExports();
}

function asksForAll(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'all' in options && options.all === true;
}

function find(process: NodeProcess, name: string): Found | undefined {
  const family = isIP(name);
  if (family !== 0) return { address: name, family };
  const address = process.os.nonblocking.resolve(name)[0];
  return address === undefined ? undefined : { address, family: 4 };
}

function notFound(hostname: string): Error {
  const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
  return Object.assign(error, { errno: EAI_NONAME, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname });
}
