/**
 * A world for one test, whatever runs the test. When the body throws, what the world knows is told, and its
 * trace is kept; the error itself goes on as it is.
 *
 * Calls it: `index.ts`, for users' tests; `vitest/`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { languageOf } from '../base/language.ts';
import type { Platform } from '../sim/platform.ts';
import { type SimulateOptions, simulateOn } from '../sim/simulate.ts';
import type { World } from '../sim/world.ts';
import { accountOf } from './account.ts';
import { commandOf } from './command.ts';

/** Another seed for all worlds of a run: what the report of a failure names. */
const SEED_VARIABLE = 'HALFOPEN_SEED';

export interface WorldOptions extends SimulateOptions {
  /** Names the trace of a failure; default 'world'. */
  readonly name?: string;
  /** The folder for traces of failures; default '.halfopen'. */
  readonly traces?: string;
  /** Runs the test again; default: as far as the runner tells it. */
  readonly command?: string;
  /** What is told of a failure goes there; default: the standard error stream. */
  readonly tell?: (text: string) => void;
}

/** What `withWorld` of `index.ts` does, on any platform. */
export async function withWorldOn<T>(
  platform: Platform,
  options: WorldOptions,
  body: (world: World) => Promise<T> | T,
): Promise<T> {
  const { world, explain } = openWorld(platform, options);
  try {
    return await body(world);
  } catch (error) {
    explain();
    throw error;
  } finally {
    await world[Symbol.asyncDispose]();
  }
}

export interface OpenWorld {
  readonly world: World;
  /** Tells of a failure, and keeps the trace. */
  explain(): void;
}

/** For runners that say by themselves when a test has failed. */
export function openWorld(platform: Platform, options: WorldOptions): OpenWorld {
  const { name = 'world', traces = '.halfopen', tell = toStandardError, command = commandOf(), ...simulated } = options;
  const seed = seedOf(simulated.seed);
  const world = simulateOn(platform, { ...simulated, seed });
  return { world, explain: () => tell(account(world, { name, traces, seed, command })) };
}

function seedOf(given: number | undefined): number {
  const asked = process.env[SEED_VARIABLE];
  if (asked === undefined || asked === '') return given ?? 1;
  const seed = Number(asked);
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new RangeError(`${SEED_VARIABLE}: '${asked}' is no seed; allowed are integers from 0 to 2⁵³ − 1`);
}

interface Told {
  readonly name: string;
  readonly traces: string;
  readonly seed: number;
  readonly command: string;
}

function account(world: World, { name, traces, seed, command }: Told): string {
  const kept = keepTrace(world, traces, `${fileName(name)}-${seed}.jsonl`);
  const again = `${SEED_VARIABLE}=${seed} ${command}`;
  return accountOf(world, { name, seed, kept, again }, languageOf([], process.env));
}

/** The file, relative to the working directory; or why there is none. */
function keepTrace(
  world: World,
  folder: string,
  name: string,
): { readonly file: string } | { readonly problem: string } {
  const { mode } = world.trace;
  if (mode === 'off' || mode === 'hash') return { problem: `trace: '${mode}'` };
  const file = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, world.trace.toJsonl());
    return { file: relative(process.cwd(), file) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Letters and digits of any language stay; everything else becomes a hyphen. */
function fileName(name: string): string {
  const plain = name
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);
  return plain === '' ? 'world' : plain;
}

function toStandardError(text: string): void {
  process.stderr.write(`${text}\n`);
}
