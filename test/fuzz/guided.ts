/**
 * Fuzzing that follows coverage: an input that reaches a branch which none before it had reached is kept, and later inputs are
 * made from what was kept. So what lies behind several conditions, each of them unlikely, is reached one after the other.
 *
 *     samples --> corpus --> one of it, changed --> the target --> a new branch? -- yes --> corpus
 *                   ^                                                                          |
 *                   +--------------------------------------------------------------------------+
 *
 * Which branches there are and how often each was taken stands in counters that istanbul-lib-instrument puts into the code.
 * Only those at 0 are looked at, so a run becomes no slower as it learns. All of it follows from one seed.
 */
import type { Sha256 } from '../../src/base/sha256.ts';
import { Chance } from './chance.ts';

/** Of one file, as istanbul keeps them: how often each function was called, and each arm of each branch was taken. */
interface FileCoverage {
  readonly f: Record<string, number>;
  readonly b: Record<string, number[]>;
}

export type Coverage = Readonly<Record<string, FileCoverage>>;

/** What is fuzzed. `run` throws if the input did what no input may do. */
export interface Target {
  readonly samples: readonly Uint8Array[];
  /** Pieces that mean something to it. */
  readonly tokens: readonly Uint8Array[];
  /** The files whose branches count. */
  readonly counts: RegExp;
  /** No input is longer. */
  readonly longest: number;
  run(input: Uint8Array): void;
}

/** One counter that is still 0. */
interface Unseen {
  readonly counts: Record<string, number> | number[];
  readonly key: string | number;
}

const CHANGES = [
  'bit',
  'byte',
  'byte',
  'interesting',
  'sum',
  'word',
  'cut',
  'double',
  'token',
  'graft',
  'end',
] as const;
/** So many kept last are tried more often. */
const LATELY = 15;
const INTERESTING = [0, 1, 2, 4, 5, 15, 16, 31, 32, 64, 127, 128, 254, 255] as const;

export class Guided {
  readonly #target: Target;
  readonly #chance: Chance;
  readonly #corpus: Uint8Array[];
  readonly #digest: Sha256;
  #unseen: Unseen[];
  /** How many counters there are. */
  readonly counters: number;
  executions = 0;

  constructor(target: Target, coverage: Coverage, seed: number, digest: Sha256) {
    this.#target = target;
    this.#chance = new Chance(seed, 'guided');
    this.#corpus = [];
    this.#digest = digest;
    this.#unseen = Object.entries(coverage)
      .filter(([file]) => target.counts.test(file))
      .flatMap(([, { f, b }]) => [
        ...Object.keys(f).map((key) => ({ counts: f, key })),
        ...Object.values(b).flatMap((arms) => arms.map((_count, key) => ({ counts: arms, key }))),
      ]);
    this.counters = this.#unseen.length;
    this.#look();
    for (const sample of target.samples) this.#try(sample);
    if (this.#corpus.length === 0) this.#corpus.push(...target.samples.slice(0, 1));
  }

  /** Counters above 0. */
  get reached(): number {
    return this.counters - this.#unseen.length;
  }

  /** How many inputs are kept. */
  get kept(): number {
    return this.#corpus.length;
  }

  /** One more input. @throws InputFailed */
  step(): void {
    this.#try(this.#changed());
  }

  #try(input: Uint8Array): void {
    this.executions += 1;
    try {
      this.#target.run(input);
    } catch (error) {
      throw new InputFailed(this.executions, input, error);
    }
    if (!this.#look()) return;
    this.#corpus.push(input);
    this.#digest.updateText(`${this.executions} ${Buffer.from(input).toString('base64')}\n`);
  }

  /** True if a counter has left 0. */
  #look(): boolean {
    const before = this.#unseen.length;
    if (this.#unseen.some(isReached)) this.#unseen = this.#unseen.filter((unseen) => !isReached(unseen));
    return this.#unseen.length < before;
  }

  #changed(): Uint8Array {
    const chance = this.#chance;
    let bytes = this.#one();
    for (let times = chance.from(1, chance.of([1, 2, 4, 8])); times > 0; times--) bytes = this.#changeOnce(bytes);
    return bytes.subarray(0, this.#target.longest);
  }

  /** Often one that was kept lately: behind what has just been reached lies what nothing has reached. */
  #one(): Uint8Array {
    const last = this.#corpus.length - 1;
    const first = this.#chance.is(0.5) ? Math.max(0, last - LATELY) : 0;
    return Uint8Array.from(this.#corpus[this.#chance.from(first, last)] ?? []);
  }

  #changeOnce(bytes: Uint8Array): Uint8Array {
    const chance = this.#chance;
    const { length } = bytes;
    const at = chance.from(0, Math.max(0, length - 1));
    const end = Math.min(length, at + chance.from(1, chance.of([1, 2, 4, 32])));
    switch (chance.of(CHANGES)) {
      case 'bit':
        return changedAt(bytes, at, (byte) => byte ^ (1 << chance.from(0, 7)));
      case 'byte':
        return changedAt(bytes, at, () => chance.from(0, 255));
      case 'interesting':
        return changedAt(bytes, at, () => chance.of(INTERESTING));
      case 'sum':
        return changedAt(bytes, at, (byte) => byte + chance.from(-16, 16));
      case 'word': {
        const high = chance.of(INTERESTING);
        return changedAt(
          changedAt(bytes, at, () => high),
          at + 1,
          () => chance.of(INTERESTING),
        );
      }
      case 'cut':
        return joined(bytes.subarray(0, at), bytes.subarray(end));
      case 'double':
        return joined(bytes.subarray(0, end), bytes.subarray(at));
      case 'token': {
        const { tokens } = this.#target;
        const token = tokens[chance.from(0, Math.max(0, tokens.length - 1))] ?? new Uint8Array(0);
        return joined(
          bytes.subarray(0, at),
          token,
          bytes.subarray(chance.is(0.5) ? at : Math.min(length, at + token.length)),
        );
      }
      case 'graft': {
        const other = this.#one();
        const from = chance.from(0, Math.max(0, other.length - 1));
        const piece = other.subarray(from, from + chance.from(1, 64));
        return joined(
          bytes.subarray(0, at),
          piece,
          bytes.subarray(chance.is(0.5) ? at : Math.min(length, at + piece.length)),
        );
      }
      case 'end':
        return bytes.subarray(0, at);
    }
  }
}

/** An input did what none may do. */
export class InputFailed extends Error {
  /** Its number, from 1. */
  readonly execution: number;
  readonly input: Uint8Array;

  constructor(execution: number, input: Uint8Array, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(`execution ${execution}: ${what}\n  input (base64): ${Buffer.from(input).toString('base64')}`, { cause });
    this.name = 'InputFailed';
    this.execution = execution;
    this.input = input;
  }
}

function isReached({ counts, key }: Unseen): boolean {
  return ((counts as Record<string | number, number>)[key] ?? 0) > 0;
}

function changedAt(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const byte = bytes[at];
  if (byte !== undefined) bytes[at] = change(byte) & 255;
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
