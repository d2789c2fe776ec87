/**
 * Tests that need something of the machine: root, /dev/net/tun, a program, another Node.
 *
 * Where it is missing, such a test is skipped and its name says why; in CI (the variable CI is set) it fails instead,
 * so that nothing stops being tested without anybody noticing.
 *
 * ```ts
 * const linux = needs({ root: true, tun: true, programs: ['curl'] });
 * linux.test('curl gets the file', async () => { … });
 * linux.describe('a killed client', () => { … });
 * ```
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, test } from 'vitest';
import { otherNode } from '../../scripts/lib/other-nodes.js';
import { hasProgram } from '../../scripts/lib/run.js';

export interface Needs {
  /** The user is root. */
  readonly root?: boolean;
  /** /dev/net/tun is there. */
  readonly tun?: boolean;
  /** Network namespaces can be made (`unshare --net` works). */
  readonly namespaces?: boolean;
  /** Programs on the PATH. */
  readonly programs?: readonly string[];
  /** A Node that scripts/test.js fetches beside the one that runs: '24'. */
  readonly otherNode?: string;
}

type Body = () => void | Promise<void>;

export interface Conditional {
  /** Why the tests cannot run; undefined if they can. */
  readonly missing: string | undefined;
  test(name: string, body: Body, timeout?: number): void;
  describe(name: string, body: () => void): void;
}

/** `test` and `describe` that run, skip or fail as the machine and CI decide. */
export function needs(wanted: Needs): Conditional {
  return conditional(whatIsMissing(wanted), Boolean(process.env.CI));
}

/** The decision apart from its causes, for the test of this file. */
export function conditional(missing: string | undefined, inCi: boolean): Conditional {
  if (missing === undefined) {
    return {
      missing,
      test: (name, body, timeout) => test(name, body, timeout),
      describe: (name, body) => describe(name, body),
    };
  }
  if (inCi) {
    const refuse = () => {
      throw new Error(`This test must run in CI, and cannot: ${missing}.`);
    };
    return {
      missing,
      test: (name) => test(name, refuse),
      describe: (name) => describe(name, () => test('finds what it needs', refuse)),
    };
  }
  const withReason = (name: string) => `${name} [skipped: ${missing}]`;
  return {
    missing,
    test: (name, body, timeout) => test.skip(withReason(name), body, timeout),
    describe: (name, body) => describe.skip(withReason(name), body),
  };
}

function whatIsMissing(wanted: Needs): string | undefined {
  const missing: string[] = [];
  if (wanted.root && process.getuid?.() !== 0) missing.push('not root');
  if (wanted.tun && !existsSync('/dev/net/tun')) missing.push('no /dev/net/tun');
  for (const program of wanted.programs ?? []) {
    if (!hasProgram(program)) missing.push(`no program ${program}`);
  }
  if (wanted.otherNode !== undefined && otherNode(wanted.otherNode) === undefined) {
    missing.push(`Node ${wanted.otherNode} was not fetched (npm test does)`);
  }
  // Asked last: it starts a program.
  if (wanted.namespaces && missing.length === 0 && !namespacesWork()) missing.push('unshare --net is refused');
  return missing.length === 0 ? undefined : missing.join(', ');
}

function namespacesWork(): boolean {
  return spawnSync('unshare', ['--net', 'true'], { stdio: 'ignore' }).status === 0;
}
