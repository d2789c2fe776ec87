/**
 * Network namespaces: networks of one's own in one kernel, made and removed with `ip netns`.
 * Calls it: tap.ts, which lets a device be born in one; tests, which do all their traffic in some.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setns } from './libc.ts';

/**
 * What `work` returns, called with this thread inside the namespace. What it opens there stays there. `work` must not
 * give way: everything that runs before it returns would be inside as well.
 * @throws LinuxError, ENOENT when there is no such namespace
 */
export function inNamespace<T>(name: string, work: () => T): T {
  const inside = openSync(`/run/netns/${name}`, 'r');
  try {
    // This thread's own: /proc/self would be the main thread's, and workers may stand elsewhere.
    const outside = openSync('/proc/thread-self/ns/net', 'r');
    try {
      setns(inside);
      try {
        return work();
      } finally {
        setns(outside);
      }
    } finally {
      closeSync(outside);
    }
  } finally {
    closeSync(inside);
  }
}

/** A namespace with its loopback up. `using` or `destroy` removes it and what is inside. */
export class Namespace implements Disposable {
  readonly name: string;

  /** @throws when there is no `ip`, no right, or such a namespace exists */
  constructor(name: string) {
    execFileSync('ip', ['netns', 'add', name], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.name = name;
    this.ip('link', 'set', 'lo', 'up');
  }

  /** What `ip -n NAME …` prints. */
  ip(...args: string[]): string {
    return execFileSync('ip', ['-n', this.name, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** The command, prefixed so that it runs inside: for spawn. */
  command(program: string, ...args: string[]): [string, string[]] {
    return ['ip', ['netns', 'exec', this.name, program, ...args]];
  }

  destroy(): void {
    execFileSync('ip', ['netns', 'del', this.name], { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}
