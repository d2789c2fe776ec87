/**
 * What would make a simulated program go wrong without a word is refused in a sentence: a Node that is not known, another
 * copy of this package in the same program, fake timers, and sockets that are no TCP.
 *
 * Calls it: `install.ts`, `program.ts`, `node-process.ts`.
 */
import childProcess from 'node:child_process';
import cluster from 'node:cluster';
import dgram from 'node:dgram';
import { syncBuiltinESMExports } from 'node:module';
import { currentProcess } from './context.ts';

const KNOWN = [20, 22, 24, 26];

/** @throws Error on a Node in which nobody has looked where sockets are */
export function checkNodeVersion(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (KNOWN.includes(major) && (major > 20 || minor >= 19)) return;
  throw new Error(`halfopen/node: Node ${version} is not known; allowed are 20 (from 20.19 on), 22, 24 and 26`);
}

const COPY = Symbol.for('halfopen/node');

/** @throws Error if another copy of this package has put its own in the place of Node's parts */
export function checkCopies(url: string = import.meta.url): void {
  const other: unknown = Reflect.get(globalThis, COPY);
  if (typeof other === 'string' && other !== url) {
    throw new Error(
      `halfopen/node: there are two copies of it, ${other} and ${url}, and each would stand in for Node's parts; allowed is one: see \`npm ls halfopen\``,
    );
  }
  Object.defineProperty(globalThis, COPY, { value: url, configurable: true });
}

/** @throws Error where fake timers (Vitest's, Jest's, Sinon's: each puts its clock on them) stand where a program looks */
export function checkTimers(): void {
  if (!('clock' in globalThis.setTimeout)) return;
  throw new Error(
    'halfopen/node: fake timers stand in place of setTimeout, and a program on a simulated host would wait for ever; its time is virtual as it is: call vi.useRealTimers(), jest.useRealTimers() or clock.restore() before it runs',
  );
}

/** In a simulated process these throw: what they open would be real, and no part of the world. */
export function installGuards(): void {
  const refuse = (place: object, name: string, what: string, instead: string) => {
    const real: unknown = Reflect.get(place, name);
    if (typeof real !== 'function') return;
    Object.defineProperty(place, name, {
      value(this: unknown, ...values: unknown[]) {
        const own = currentProcess();
        if (own === undefined) return Reflect.apply(real, this, values);
        throw new Error(
          `halfopen/node: process '${own.os.process}' asks for ${what}, which would be real; allowed is ${instead}`,
        );
      },
      writable: true,
      configurable: true,
    });
  };
  refuse(dgram, 'createSocket', 'a UDP socket (dgram)', "TCP, or os.socket('datagram') of a program of its own");
  refuse(cluster, 'fork', 'a worker (cluster)', 'several spawns');
  refuse(childProcess, 'fork', 'a process of Node (child_process.fork)', 'another spawn');
  syncBuiltinESMExports();
}
