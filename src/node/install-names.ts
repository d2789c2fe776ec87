/**
 * Names of hosts: `dns.lookup` and `dns.promises.lookup` ask the simulated world. Nothing is sent for it: a host knows all
 * names of its world, as by a file.
 *
 * Source: node's lib/dns.js and lib/internal/errors.js (the error's shape; EAI_NONAME is -3008 in libuv); getaddrinfo(3)
 * for the hints. The order is the world's (`os.nonblocking.resolve`) unless another is asked for.
 * Leaves out: the resolvers that ask a server (`install-resolver.ts`); the hint AI_ADDRCONFIG, since what a host does not
 * speak comes last anyway.
 * Calls it: `install.ts`.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';
import { currentProcess } from './context.ts';
import type { NodeProcess } from './node-process.ts';

/** libuv's UV_EAI_NONAME. */
const EAI_NONAME = -3008;
/** Any. */
const ADDRESS = '127.0.0.1';

type Found = { readonly address: string; readonly family: number };
type Told = (error: Error | null, address?: string | readonly Found[], family?: number) => void;

export function installNames(): void {
  const real = dns.lookup as (...values: unknown[]) => unknown;
  const realPromise = dns.promises.lookup as (...values: unknown[]) => Promise<unknown>;
  /** Node's own check of arguments: it looks at all of them before it sees that an address needs no looking up. */
  const checkLookup = (name: unknown, options: readonly unknown[], callback: unknown) => {
    const idle = typeof callback === 'function' ? () => {} : callback;
    real(typeof name === 'string' ? ADDRESS : name, ...options, idle);
  };
  const lookup = (name: string, ...rest: unknown[]): unknown => {
    const process = currentProcess();
    if (process === undefined) return real(name, ...rest);
    // An address, or no name, is answered by Node itself and by nobody else.
    if (!name || isIP(name) !== 0) return real(name, ...rest);
    const callback = rest.at(-1) as Told;
    checkLookup(name, rest.slice(0, -1), callback);
    const wanted = wantedOf(rest.length > 1 ? rest[0] : undefined);
    // As libuv's threads would, it answers later.
    process.loop.immediate(() => {
      const found = find(process, name, wanted);
      const [first] = found;
      if (first === undefined) callback(notFound(name));
      else if (wanted.all) callback(null, found);
      else callback(null, first.address, first.family);
    });
    return {};
  };
  const promised = (name: string, options?: unknown): Promise<unknown> => {
    const process = currentProcess();
    if (process === undefined || !name || isIP(name) !== 0) return realPromise(name, options);
    void realPromise(typeof name === 'string' ? ADDRESS : name, options); // throws for wrong options
    return new Promise((resolve, reject) => {
      const wanted = wantedOf(options);
      process.loop.immediate(() => {
        const found = find(process, name, wanted);
        if (found.length === 0) reject(notFound(name));
        else resolve(wanted.all ? found : found[0]);
      });
    });
  };
  Object.assign(dns, { lookup });
  Object.assign(dns.promises, { lookup: promised });
  syncBuiltinESMExports();
}

type Order = 'verbatim' | 'ipv4first' | 'ipv6first';

interface Wanted {
  readonly family: number;
  readonly all: boolean;
  readonly order: string;
  readonly hints: number;
}

/** What the options say: a family alone, or an object. */
function wantedOf(options: unknown): Wanted {
  const given: Readonly<Record<string, unknown>> =
    typeof options === 'object' && options !== null ? { ...options } : { family: options };
  const verbatim: Order | undefined =
    given.verbatim === undefined ? undefined : given.verbatim === true ? 'verbatim' : 'ipv4first';
  checkHints(given.hints);
  return {
    family: familyOf(given.family),
    all: given.all === true,
    order: typeof given.order === 'string' ? given.order : (verbatim ?? dns.getDefaultResultOrder()),
    hints: typeof given.hints === 'number' ? given.hints : 0,
  };
}

/** Bits that no hint has. */
function checkHints(hints: unknown): void {
  if (typeof hints !== 'number' || (hints & ~(dns.ADDRCONFIG | dns.V4MAPPED | dns.ALL)) === 0) return;
  const error = new TypeError(`The argument 'hints' is invalid. Received ${hints}`);
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_VALUE' });
}

function familyOf(given: unknown): number {
  if (given === 4 || given === 'IPv4') return 4;
  return given === 6 || given === 'IPv6' ? 6 : 0;
}

/** All addresses of a name that are wanted, in the order in which they are. */
function find(process: NodeProcess, name: string, { family, order, hints }: Wanted): readonly Found[] {
  const all = process.os.nonblocking.resolve(name).map((address) => ({ address, family: isIP(address) }));
  const found = family === 0 ? all : all.filter((one) => one.family === family);
  // AI_V4MAPPED: who asks for IPv6 alone gets IPv4's in its clothes.
  if (found.length === 0 && family === 6 && (hints & dns.V4MAPPED) !== 0) {
    return all.map(({ address }) => ({ address: `::ffff:${address}`, family: 6 }));
  }
  if (order === 'verbatim') return found;
  const first = order === 'ipv4first' ? 4 : 6;
  return [...found.filter((one) => one.family === first), ...found.filter((one) => one.family !== first)];
}

function notFound(hostname: string): Error {
  const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
  return Object.assign(error, { errno: EAI_NONAME, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname });
}
