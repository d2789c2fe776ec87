/**
 * The command that runs a test again, as far as it is known who runs it: Vitest's fixture is told, Jest tells by its
 * `expect`, node:test and plain programs by the file that Node was started with.
 *
 * Calls it: `with-world.ts`, `vitest/`.
 */
import { relative } from 'node:path';

/** 'npx jest FILE -t NAME', 'node FILE'; from the working directory. */
export function commandOf(): string {
  const { testPath, currentTestName } = jestState() ?? {};
  if (typeof testPath === 'string') {
    return `npx jest ${quoted(relative(process.cwd(), testPath))}${
      typeof currentTestName === 'string' ? ` -t ${quoted(pattern(currentTestName))}` : ''
    }`;
  }
  const [, file, ...values] = process.argv;
  return ['node', ...(file === undefined ? [] : [relative(process.cwd(), file)]), ...values].map(quoted).join(' ');
}

/** 'npx vitest run FILE -t NAME'. Vitest joins a name with the names around it by spaces, and tells it by ' > '. */
export function vitestCommand(file: string, fullName: string): string {
  const name = fullName.split(' > ').map(pattern).join(' (> )?');
  return `npx vitest run ${quoted(relative(process.cwd(), file))} -t ${quoted(name)}`;
}

/** For `-t`, which takes a regular expression. */
export function pattern(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** As one word of a POSIX shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function jestState(): { readonly testPath?: unknown; readonly currentTestName?: unknown } | undefined {
  if (process.env['JEST_WORKER_ID'] === undefined) return undefined;
  const expect: unknown = Reflect.get(globalThis, 'expect');
  const getState: unknown = typeof expect === 'function' ? Reflect.get(expect, 'getState') : undefined;
  return typeof getState === 'function' ? getState() : undefined;
}
