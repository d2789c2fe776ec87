/**
 * Module hooks for a user's scenario file: TypeScript's types are erased (by the same library as in the page, line by
 * line, so that a line number in an error is the file's own), a `.js` file is a module whatever its folder says, and
 * `halfopen` is this package, also where it is not installed.
 *
 * Called by Node: in a thread of its own by `module.register`, or in place by `module.registerHooks` where that exists.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transform } from 'sucrase';

interface Context {
  readonly parentURL?: string | undefined;
}
interface Source {
  readonly format: 'module';
  readonly source: string;
  readonly shortCircuit: true;
}

/** Where this package's own files are: they are loaded as they are. */
const OWN = new URL('..', import.meta.url).href;

export function resolve<R>(specifier: string, context: Context, next: (specifier: string, context: Context) => R): R {
  const isOurs = specifier === 'halfopen' || specifier.startsWith('halfopen/');
  return next(specifier, isOurs ? { ...context, parentURL: import.meta.url } : context);
}

export function load<R>(url: string, context: Context, next: (url: string, context: Context) => R): R | Source {
  const isUsers = url.startsWith('file:') && !url.startsWith(OWN) && !url.includes('/node_modules/');
  const suffix = url.match(/\.m?(js|ts)$/)?.[1];
  if (!isUsers || suffix === undefined) return next(url, context);
  const path = fileURLToPath(url);
  const code = readFileSync(path, 'utf8');
  return { format: 'module', source: suffix === 'ts' ? erase(path, code) : code, shortCircuit: true };
}

/** The code without its types, on the same lines. @throws SyntaxError that begins with 'path:line:column' */
function erase(path: string, code: string): string {
  try {
    return transform(code, { transforms: ['typescript'], disableESTransforms: true, filePath: path }).code;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = message.match(/\((\d+):(\d+)\)/);
    const what = message.replace(/^Error transforming [^:]*: /, '').replace(/ ?\(\d+:\d+\)/, '');
    throw new SyntaxError(`${path}:${at?.[1] ?? 1}:${at?.[2] ?? 1}: ${what}`);
  }
}
