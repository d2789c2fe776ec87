/** Finds a scenario by its name, or loads it from a user's file; what is wrong with the file is told with its line. */
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { isAbsolute, relative, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findScenario, SCENARIOS } from '../scenarios/index.ts';
import type { Scenario } from '../system/scenario.ts';
import { wrongShape } from '../system/scenario-shape.ts';
import * as hooks from './hooks.ts';
import type { Words } from './messages.ts';
import { nearest, UserError } from './user-error.ts';

/** True if the argument means a file, not the name of a built-in scenario. */
export function isFile(argument: string): boolean {
  return /\.m?[jt]s$/.test(argument) || argument.includes('/');
}

/** @throws UserError if there is no such scenario, or the file is none */
export async function loadScenario(argument: string, words: Words): Promise<Scenario> {
  return scenarioOf(await loadExport(argument, words), argument, words);
}

/** A built-in scenario, or what the user's file exports by default. @throws UserError if there is no such thing */
export async function loadExport(argument: string, words: Words): Promise<unknown> {
  const builtIn = findScenario(argument);
  if (builtIn !== undefined) return builtIn;
  if (!isFile(argument)) {
    const known = SCENARIOS.map(({ name }) => name);
    throw new UserError(words.unknownScenario(argument, nearest(argument, known)));
  }
  const path = resolvePath(argument);
  if (!existsSync(path)) throw new UserError(words.cannotRead(argument, 'ENOENT'));
  registerHooks();
  let loaded: unknown;
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new UserError(messageWithLine(error, path));
  }
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined;
}

/** @throws UserError that says what makes it none */
export function scenarioOf(exported: unknown, argument: string, words: Words): Scenario {
  const wrong = wrongShape(exported);
  if (wrong !== undefined) throw new UserError(words.notAScenario(argument, wrong));
  return exported as Scenario;
}

let registered = false;

function registerHooks(): void {
  if (registered) return;
  registered = true;
  // Node 22.15 and later run hooks in place; Node 20 only in a thread of their own.
  const inPlace: unknown = Reflect.get(module, 'registerHooks');
  if (typeof inPlace === 'function') inPlace(hooks);
  else module.register('./hooks.js', import.meta.url);
}

/** 'my.ts:12:5: TypeError: …': where in the user's own files an error arose, in one line. */
export function messageWithLine(error: unknown, path: string): string {
  if (!(error instanceof Error)) return `${shown(path)}: ${String(error)}`;
  const first = error.message.split('\n')[0] ?? '';
  if (/^(\/|[A-Za-z]:)[^:]*:\d+:\d+: /.test(first)) return first.replace(/^(\/|[A-Za-z]:)[^:]*/, shown);
  const place = placeOf(error.stack ?? '');
  const where = place === undefined ? shown(path) : `${shown(place.path)}:${place.line}`;
  return `${where}: ${error.name}: ${first}`;
}

/** The first place in the stack that lies in a user's file. */
function placeOf(stack: string): { path: string; line: string } | undefined {
  for (const [, url, line] of stack.matchAll(/(file:\/\/[^\s():]+):(\d+(?::\d+)?)/g)) {
    if (url === undefined || line === undefined) continue;
    if (url.startsWith(new URL('..', import.meta.url).href) || url.includes('/node_modules/')) continue;
    return { path: fileURLToPath(url), line };
  }
  return undefined;
}

/** A path as people write it: relative when it lies below. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near;
}
