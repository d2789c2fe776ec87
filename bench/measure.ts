/**
 * How a figure is measured: ours and its peer in turn, again and again in one process, so that a machine that slows down
 * slows both; and the median of the repetitions, so that one disturbed run does not count.
 */

/** What one benchmark is. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** 'more' for rates, 'less' for sizes. */
  readonly better: 'more' | 'less';
  /** The variants by name; each does the work once and answers the figure. `ours` is the one that is compared. */
  readonly variants: Readonly<Record<string, (scale: number) => Promise<number>>>;
  /** What `ours` is held against: a variant measured beside it, or a published figure. */
  readonly peer?: { readonly variant: string } | { readonly published: number; readonly source: string };
  /** What is to be reached: a ratio to the peer, or an absolute figure. */
  readonly floor?: { readonly ratio: number } | { readonly absolute: number };
}

export interface Result {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** Median of each variant. */
  readonly medians: Readonly<Record<string, number>>;
  readonly all: Readonly<Record<string, readonly number[]>>;
  readonly peer?: { readonly name: string; readonly figure: number; readonly published: boolean };
  /** ours / peer. */
  readonly ratio?: number;
  readonly floor?: Benchmark['floor'];
  readonly reached?: boolean;
}

/** Rounds that are not measured: the engine compiles our code meanwhile; the kernel's was compiled long ago. */
const WARM_UP = 6;

/**
 * Warms up, then measures `repetitions` rounds. `scale` 1 is the full size. No collection of garbage is forced between
 * the rounds: that throws away compiled code with the dead worlds it was compiled for, and what is measured then is the
 * engine's compiler.
 */
export async function measure(benchmark: Benchmark, repetitions: number, scale: number): Promise<Result> {
  const { events, ...sideBySide } = benchmark.variants;
  const all = await inTurn(sideBySide, repetitions, scale);
  // With the trace on last: what the engine learns from it is no part of a run without.
  if (events !== undefined) Object.assign(all, await inTurn({ events }, repetitions, scale));
  const medians = Object.fromEntries(Object.entries(all).map(([name, figures]) => [name, median(figures)]));
  return judge(benchmark, medians, all);
}

async function inTurn(
  variants: Benchmark['variants'],
  repetitions: number,
  scale: number,
): Promise<Record<string, number[]>> {
  const all: Record<string, number[]> = {};
  for (let round = 0; round < WARM_UP + repetitions; round += 1) {
    for (const [name, variant] of Object.entries(variants)) {
      const figure = await variant(scale);
      const figures = all[name] ?? [];
      all[name] = figures;
      if (round >= WARM_UP) figures.push(figure);
    }
  }
  return all;
}

function judge(benchmark: Benchmark, medians: Record<string, number>, all: Record<string, number[]>): Result {
  const { name, title, unit, better, peer, floor } = benchmark;
  const ours = medians['ours'] ?? Number.NaN;
  const result = { name, title, unit, better, medians, all };
  const compared = peer && peerOf(peer, medians);
  const ratio = compared && ours / compared.figure;
  if (floor === undefined) return { ...result, ...(compared && { peer: compared }), ...(ratio && { ratio }) };
  const asked = 'ratio' in floor ? floor.ratio : floor.absolute;
  const figure = 'ratio' in floor ? (ratio ?? Number.NaN) : ours;
  const reached = better === 'more' ? figure >= asked : figure <= asked;
  return { ...result, ...(compared && { peer: compared }), ...(ratio && { ratio }), floor, reached };
}

function peerOf(peer: NonNullable<Benchmark['peer']>, medians: Record<string, number>): Result['peer'] & object {
  if ('published' in peer) return { name: peer.source, figure: peer.published, published: true };
  return { name: peer.variant, figure: medians[peer.variant] ?? Number.NaN, published: false };
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Seconds of wall time since `start`, a `performance.now()`. */
export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
