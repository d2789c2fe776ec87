/**
 * A module hook: what a marked module imports is marked as well, with the number of its process.
 *
 * Called by Node: in place by `module.registerHooks`, or in a thread of its own by `module.register`.
 */

/** The parameter of a URL that holds a process's number. */
export const MARK = 'halfopen';

interface Context {
  readonly parentURL?: string | undefined;
}

interface Resolved {
  readonly url: string;
}

export function resolve<R extends Resolved | Promise<Resolved>>(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => R,
): R {
  const found = next(specifier, context);
  const mark = markOf(context.parentURL);
  if (mark === undefined) return found;
  // The answer is of the same kind as what the next hook gave.
  if (found instanceof Promise) return found.then((one: Resolved) => marked(one, mark)) as R;
  return marked(found as Resolved, mark) as R;
}

function markOf(parent: string | undefined): string | undefined {
  return parent?.match(/^file:.*[?&]halfopen=(\d+)/)?.[1];
}

function marked(found: Resolved, mark: string): Resolved {
  if (!found.url.startsWith('file:')) return found;
  const url = new URL(found.url);
  url.searchParams.set(MARK, mark);
  return { ...found, url: url.href };
}
