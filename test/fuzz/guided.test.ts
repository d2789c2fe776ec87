import { expect, test } from 'vitest';
import { Sha256 } from '../../src/base/sha256.ts';
import { type Coverage, Guided, InputFailed, type Target } from './guided.ts';

/** A target behind three conditions, each of which one byte in 256 meets; and its counters, as the instrumenter would have them. */
function nested(told: (input: Uint8Array) => void): { target: Target; coverage: Coverage } {
  const arms = [0, 0, 0, 0];
  const coverage = { 'src/nested.js': { f: {}, b: { 0: arms } }, 'src/other.js': { f: { 0: 0 }, b: {} } };
  const run = (input: Uint8Array) => {
    let depth = 0;
    for (const byte of [0x68, 0x61, 0x6c]) {
      if (input[depth] !== byte) break;
      depth += 1;
    }
    arms[depth] = (arms[depth] ?? 0) + 1;
    if (depth === 3) told(input);
  };
  return { target: { samples: [new Uint8Array(8)], tokens: [], counts: /nested/, longest: 8, run }, coverage };
}

/** Runs until the innermost is reached, or the limit. */
function search(seed: number, limit: number): { found: number; digest: string; reached: string } {
  const digest = new Sha256();
  let found = 0;
  const { target, coverage } = nested(() => (found ||= guided.executions));
  const guided: Guided = new Guided(target, coverage, seed, digest);
  while (found === 0 && guided.executions < limit) guided.step();
  return { found, digest: digest.digestHex(), reached: `${guided.reached} of ${guided.counters}` };
}

test('what lies behind three unlikely conditions is reached, one after the other', () => {
  // Blindly it would take 256 to the third: 17 million.
  for (const seed of [1, 2, 3]) {
    const { found, reached } = search(seed, 200_000);
    expect(found).toBeGreaterThan(0);
    expect(reached).toBe('4 of 4');
  }
});

test('a seed is a run: the same inputs are kept', () => {
  expect(search(7, 200_000)).toEqual(search(7, 200_000));
  expect(search(7, 200_000).digest).not.toBe(search(8, 200_000).digest);
});

test('an input that fails is told with its number and its bytes', () => {
  const { target, coverage } = nested(() => {
    throw new Error('too deep');
  });
  const guided = new Guided(target, coverage, 1, new Sha256());
  const failing = () => {
    while (guided.executions < 200_000) guided.step();
  };
  expect(failing).toThrow(InputFailed);
  expect(failing).toThrow(/^execution \d+: too deep\n {2}input \(base64\): aGFs/);
});
