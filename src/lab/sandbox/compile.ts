/**
 * A scenario's text made into a scenario: types are erased and imports become calls of `require`, by the same library as
 * in the command and on the same lines, so that every line number is the text's own.
 *
 * The text becomes a classic script of its own at a blob: URL, since the sandbox's policy knows no eval. What it imports
 * is what a scenario may know: `system/`, what the built-in ones share, and `halfopen`.
 * Calls it: `world-worker.ts`.
 */
import { transform } from 'sucrase';
import * as plan from '../../scenarios/plan.ts';
import { simulateOn } from '../../sim/simulate.ts';
import { SocketError } from '../../socket/errno.ts';
import * as library from '../../system/library.ts';
import { defineScenario, type Scenario } from '../../system/scenario.ts';
import { wrongShape } from '../../system/scenario-shape.ts';
import * as trace from '../../trace/index.ts';
import type { Failure, SourcePlace } from '../run/protocol.ts';
import { browserPlatform } from './platform.ts';

const halfopen = {
  defineScenario,
  SocketError,
  simulate: (options?: Parameters<typeof simulateOn>[1]) =>
    simulateOn(
      browserPlatform(() => {}),
      options,
    ),
};

const MODULES: ReadonlyMap<string, object> = new Map<string, object>([
  ['halfopen', halfopen],
  ['halfopen/trace', trace],
  ['../system/library.ts', library],
  ['../system/scenario.ts', { defineScenario }],
  ['../system/system.ts', {}],
  ['./plan.ts', plan],
]);

/** The run cannot begin, or must end: what is told of it. */
export class RunFailed extends Error {
  readonly failure: Failure;

  constructor(kind: Failure['kind'], message: string, place?: SourcePlace) {
    super(message);
    this.failure = place === undefined ? { kind, message } : { kind, message, place };
  }
}

export interface Compiled {
  readonly scenario: Scenario;
  /** The script's address, as stacks name it. */
  readonly url: string;
  /** The first place of a stack that lies in the text. */
  placeOf(stack: string): SourcePlace | undefined;
  /** The lines of a function of the text, from 1, the last one included. */
  linesOf(part: (...values: never[]) => unknown): readonly [number, number] | undefined;
}

type Body = (require: (name: string) => object, exports: { default?: unknown }, module: object) => void;

/** What the script calls to hand its body over. The name is taken away before any of the text's code runs. */
const HAND_OVER = '__halfopen';

/** What stands before the text on its first line. */
const BEFORE = `${HAND_OVER}(function (require, exports, module) {`;

/** @throws RunFailed of kind 'source' */
export async function compile(source: string): Promise<Compiled> {
  const code = erase(source);
  const script = `${BEFORE}${code}\n});`;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const placeOf = (stack: string) => placeIn(url, stack);
  const scenario = check(evaluate(await load(url), source, placeOf), source);
  const linesOf: Compiled['linesOf'] = (part) => {
    const written = Function.prototype.toString.call(part);
    const at = code.indexOf(written);
    if (at < 0) return undefined;
    const first = lineAt(code, at);
    return [first, first + lineAt(written, written.length) - 1];
  };
  return { scenario, url, placeOf, linesOf };
}

/** JavaScript with `require`, on the same lines. */
function erase(source: string): string {
  try {
    return transform(source, {
      transforms: ['typescript', 'imports'],
      disableESTransforms: true,
      preserveDynamicImport: true,
      production: true,
    }).code;
  } catch (error) {
    const message = messageOf(error);
    const at = message.match(/\((\d+):(\d+)\)/);
    const what = message.replace(/^Error transforming [^:]*: /, '').replace(/ ?\(\d+:\d+\)/, '');
    const place = at === null ? undefined : { line: Number(at[1]), column: Number(at[2]) };
    throw new RunFailed('source', what.startsWith('SyntaxError') ? what : `SyntaxError: ${what}`, place);
  }
}

async function load(url: string): Promise<Body> {
  const given: { body?: Body } = {};
  Object.defineProperty(globalThis, HAND_OVER, { configurable: true, value: (body: Body) => (given.body = body) });
  try {
    importScripts(url);
  } catch (error) {
    throw new RunFailed('source', messageOf(error).replace(/Failed to execute [^:]*: /, ''), await syntaxErrorIn(url));
  } finally {
    Reflect.deleteProperty(globalThis, HAND_OVER);
  }
  if (given.body === undefined) throw new RunFailed('source', 'SyntaxError: the text ends before its beginning does');
  return given.body;
}

/**
 * Where the engine finds the script wrong. It tells that only of a script that nobody catches the error of: a worker's
 * own. That worker runs nothing, since its script does not parse.
 */
function syntaxErrorIn(url: string): Promise<SourcePlace | undefined> {
  return new Promise((resolve) => {
    const probe = new Worker(url);
    const done = (found: SourcePlace | undefined) => {
      probe.terminate();
      resolve(found);
    };
    probe.onerror = (event) => {
      event.preventDefault();
      done(event.lineno > 0 ? place(event.lineno, event.colno) : undefined);
    };
    setTimeout(done, 2000, undefined);
  });
}

function evaluate(body: Body, source: string, placeOf: (stack: string) => SourcePlace | undefined): unknown {
  const require = (name: string): object => {
    const found = MODULES.get(name);
    if (found !== undefined) return found;
    const known = [...MODULES.keys()].join(', ');
    const line = source.split('\n').findIndex((text) => text.includes(`'${name}'`) || text.includes(`"${name}"`)) + 1;
    const place = line === 0 ? undefined : { line };
    throw new RunFailed('source', `import: '${name}' is not known here; allowed is ${known}`, place);
  };
  const module: { exports: { default?: unknown } } = { exports: {} };
  try {
    body(require, module.exports, module);
  } catch (error) {
    if (error instanceof RunFailed) throw error;
    throw new RunFailed('source', messageOf(error), placeOf(stackOf(error)));
  }
  return module.exports.default;
}

function check(exported: unknown, source: string): Scenario {
  const wrong = wrongShape(exported);
  if (wrong === undefined) return exported as Scenario;
  const line = source.split('\n').findIndex((text) => text.includes('export default')) + 1;
  throw new RunFailed('source', `this is no scenario; what is missing: ${wrong}`, { line: Math.max(1, line) });
}

function placeIn(url: string, stack: string): SourcePlace | undefined {
  const at = stack.indexOf(`${url}:`);
  if (at < 0) return undefined;
  const [, line, column] = /^:(\d+)(?::(\d+))?/.exec(stack.slice(at + url.length)) ?? [];
  if (line === undefined) return undefined;
  return column === undefined ? { line: Number(line) } : place(Number(line), Number(column));
}

/** A place of the script as one of the text. What the library puts before the first line's code is not undone. */
function place(line: number, column: number): SourcePlace {
  return line === 1 ? { line } : { line, column };
}

/** The number of the line in which that character stands, from 1. */
function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** 'TypeError: x is not a function', in one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `a value that is no Error was thrown: ${textOf(error)}`;
  return `${error.name}: ${error.message.split('\n')[0] ?? ''}`;
}

/** A value without a prototype has no text of its own. */
function textOf(value: unknown): string {
  try {
    return String(value).slice(0, 200);
  } catch {
    return typeof value;
  }
}

export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? '') : '';
}
