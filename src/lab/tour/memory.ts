/**
 * What this browser remembers of the tour: where the reader was, and the answers. Whether the tour is open is known to
 * this tab alone, so that a reload comes back to it and a link that somebody sent does not.
 *
 * Calls it: `tour.ts`, `first.ts`.
 */
const KEY = 'halfopen.tour';
const OPEN = 'halfopen.tour.open';

export interface Answered {
  readonly given: number;
  /** The cursor at which the reply came; undefined: it has not come yet. */
  readonly moment?: number;
}

export interface Memory {
  /** Index of the stop. */
  readonly at?: number;
  /** The first minute is over, or was left. */
  readonly isFree?: boolean;
  /** By the story's number: 'S11'. */
  readonly answers: Readonly<Record<string, Answered>>;
}

const NOTHING: Memory = { answers: {} };

export function recall(): Memory {
  return memoryOf(read(localStorage, KEY));
}

export function remember(change: Partial<Memory>): void {
  write(localStorage, KEY, JSON.stringify({ ...recall(), ...change }));
}

export type Open = 'tour' | 'first' | '';

export function recallOpen(): Open {
  const kept = read(sessionStorage, OPEN);
  return kept === 'tour' || kept === 'first' ? kept : '';
}

export function rememberOpen(open: Open): void {
  write(sessionStorage, OPEN, open);
}

/** What was kept, as far as it can be understood. */
export function memoryOf(text: string | null): Memory {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? 'null');
  } catch {
    return NOTHING;
  }
  if (typeof kept !== 'object' || kept === null) return NOTHING;
  const at: unknown = Reflect.get(kept, 'at');
  const answers: unknown = Reflect.get(kept, 'answers');
  return {
    ...(typeof at === 'number' && Number.isSafeInteger(at) && at >= 0 ? { at } : {}),
    isFree: Reflect.get(kept, 'isFree') === true,
    answers: typeof answers === 'object' && answers !== null ? answersOf(answers) : {},
  };
}

function answersOf(kept: object): Record<string, Answered> {
  const answers: Record<string, Answered> = {};
  for (const [story, one] of Object.entries(kept) as [string, unknown][]) {
    if (typeof one !== 'object' || one === null) continue;
    const given: unknown = Reflect.get(one, 'given');
    const moment: unknown = Reflect.get(one, 'moment');
    if (typeof given !== 'number') continue;
    answers[story] = typeof moment === 'number' ? { given, moment } : { given };
  }
  return answers;
}

function read(from: Storage, key: string): string | null {
  try {
    return from.getItem(key);
  } catch {
    // A page without storage begins anew.
    return null;
  }
}

function write(to: Storage, key: string, value: string): void {
  try {
    to.setItem(key, value);
  } catch {
    // It is forgotten; nothing else is lost.
  }
}
