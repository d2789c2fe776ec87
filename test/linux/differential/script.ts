/** Random scripts of calls on two machines, X and Y, each with a listening socket and a stream at most. */
import { Rng } from '../../../src/base/rng.ts';

export type Step = {
  readonly who: 'x' | 'y';
} & (
  | { readonly do: 'send' | 'recv' | 'peek'; readonly length: number }
  | { readonly do: 'shutdown'; readonly how: 'read' | 'write' | 'both' }
  | { readonly do: 'listen'; readonly backlog: number }
  | { readonly do: 'accept' | 'connect' | 'linger' | 'error' | 'peer' | 'close' | 'close-listener' | 'listen-again' }
);

/** How often each is drawn, of their sum. */
const WEIGHTS: Readonly<Record<Step['do'], number>> = {
  send: 16,
  recv: 14,
  peek: 4,
  shutdown: 8,
  close: 8,
  linger: 3,
  error: 4,
  peer: 2,
  connect: 3,
  accept: 3,
  listen: 2,
  'close-listener': 1,
  'listen-again': 1,
};
const KINDS = Object.keys(WEIGHTS) as Step['do'][];
const SUM = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);

/** Short enough for every buffer and segment: how much fits is measured elsewhere (docs/measurements/accounting.md). */
const LONGEST = 300;

export function drawScript(seed: number): Step[] {
  const rng = new Rng(seed).fork('script');
  const steps: Step[] = [];
  if (rng.below(10) < 8) {
    const [server, client] = rng.below(2) === 0 ? (['x', 'y'] as const) : (['y', 'x'] as const);
    steps.push({ who: server, do: 'listen', backlog: 1 + rng.below(3) }, { who: client, do: 'connect' });
    if (rng.below(8) > 0) steps.push({ who: server, do: 'accept' });
  }
  const count = steps.length + 4 + rng.below(12);
  while (steps.length < count) steps.push(drawStep(rng));
  return steps;
}

function drawStep(rng: Rng): Step {
  const who = rng.below(2) === 0 ? 'x' : 'y';
  const kind = drawKind(rng);
  switch (kind) {
    case 'send':
    case 'recv':
    case 'peek':
      return { who, do: kind, length: rng.below(6) === 0 ? rng.below(3) : 1 + rng.below(LONGEST) };
    case 'shutdown':
      return { who, do: kind, how: (['write', 'write', 'read', 'both'] as const)[rng.below(4)] ?? 'write' };
    case 'listen':
      return { who, do: kind, backlog: rng.below(3) };
    default:
      return { who, do: kind };
  }
}

function drawKind(rng: Rng): Step['do'] {
  let left = rng.below(SUM);
  for (const kind of KINDS) {
    left -= WEIGHTS[kind];
    if (left < 0) return kind;
  }
  return 'send';
}

export function shownStep(step: Step): string {
  const { who, do: kind, ...rest } = step;
  return [`${who} ${kind}`, ...Object.values(rest)].join(' ');
}
