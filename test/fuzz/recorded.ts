/**
 * What a million random worlds did, as one number of 32 bits for each hundred of them: `docs/measurements/random-worlds.json`.
 * Any hundred can be run again and held against its number, on any machine. `npm run fuzz -- --record` writes the file anew.
 */
import { Sha256 } from '../../src/base/sha256.ts';
import type { Platform } from '../../src/sim/platform.ts';
import { type Outcome, runSchedule, type Size } from './schedule.ts';

/** So many seeds make one block: block 0 are the seeds 1 to 100. */
export const BLOCK = 100;

export interface BlockRun {
  readonly outcomes: readonly Outcome[];
  /** The seeds that failed, each with what was wrong. */
  readonly failures: readonly { readonly seed: number; readonly error: unknown }[];
  readonly events: number;
  /** The first 32 bits of a SHA-256 over a line for each seed. */
  readonly digest: number;
}

export function firstSeedOf(block: number): number {
  return block * BLOCK + 1;
}

export async function runBlock(platform: Platform, block: number, size: Size): Promise<BlockRun> {
  const outcomes: Outcome[] = [];
  const failures: { seed: number; error: unknown }[] = [];
  const digest = new Sha256();
  const first = firstSeedOf(block);
  for (let seed = first; seed < first + BLOCK; seed++) {
    try {
      const outcome = await runSchedule(platform, seed, { trace: 'off', size });
      outcomes.push(outcome);
      digest.updateText(`${seed} ${outcome.text}\n`);
    } catch (error) {
      failures.push({ seed, error });
      digest.updateText(`${seed} failed\n`);
    }
  }
  const events = outcomes.reduce((sum, outcome) => sum + outcome.events, 0);
  return { outcomes, failures, events, digest: Number.parseInt(digest.digestHex().slice(0, 8), 16) };
}

export interface Recorded {
  readonly size: Size;
  /** The commit that it was run on. */
  readonly commit: string;
  readonly events: number;
  readonly failed: number;
  /** One for each block, from block 0 on. */
  readonly digests: Uint32Array;
}

export function writeRecorded({ digests, ...about }: Recorded): string {
  const bytes = new DataView(new ArrayBuffer(digests.length * 4));
  for (const [block, digest] of digests.entries()) bytes.setUint32(block * 4, digest);
  const text = Buffer.from(bytes.buffer).toString('base64');
  return `${JSON.stringify({ ...about, seeds: digests.length * BLOCK, digests: text.match(/.{1,120}/g) ?? [] }, null, 2)}\n`;
}

/** @throws Error if it is no such file */
export function readRecorded(text: string): Recorded {
  const {
    size,
    commit,
    events,
    failed,
    digests: lines,
  } = JSON.parse(text) as Omit<Recorded, 'digests'> & { digests: string[] };
  const bytes = Buffer.from(lines.join(''), 'base64');
  const digests = Uint32Array.from({ length: bytes.length / 4 }, (_, block) => bytes.readUInt32BE(block * 4));
  return { size, commit, events, failed, digests };
}
