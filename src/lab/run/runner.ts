/**
 * Runs plans for the page: fills the signals of `state.ts` from the sandbox, branches at the cursor, and goes back.
 *
 * What is on the screen stays until the new run has something to show: a text that does not parse takes nothing away,
 * and an act at the cursor does not move the picture, for both runs are the same up to there.
 */
import { batch } from '@preact/signals';
import { findScenario } from '../../scenarios/index.ts';
import type { Act } from '../../system/timetable.ts';
import type { Event } from '../../trace/event.ts';
import { t } from '../language.ts';
import { isSeen } from '../stage/recording.ts';
import {
  cursor,
  events,
  facts,
  failure,
  length,
  notice,
  now,
  outcome,
  plan,
  previous,
  refusal,
  sites,
  source,
} from '../state.ts';
import { branch, cursorBehind, type Deed } from './acts.ts';
import type { RunPlan } from './plan.ts';
import type { Failure, Outcome, ScenarioFacts } from './protocol.ts';
import { Sandbox } from './sandbox-client.ts';
import { toldOf } from './told.ts';
import { WORDS } from './words.ts';

export type { Deed } from './acts.ts';

/** A run as it was when it was left: shown again at once, if it had come to its end. */
interface Left {
  readonly plan: RunPlan;
  readonly source: string | undefined;
  readonly facts: ScenarioFacts | undefined;
  readonly events: readonly Event[];
  readonly sites: ReadonlyMap<number, number>;
  readonly outcome: Outcome | undefined;
  readonly cursor: number;
}

/** How a new run comes onto the screen. */
interface Wish {
  /** Where the cursor is to stand in it; undefined: it has not come so far yet, and is not shown unless it has ended. */
  place(events: readonly Event[]): number | undefined;
  /** Where it stands if the run ends before. */
  readonly otherwise: number;
  /** It is no branch: nothing can be gone back to any more. */
  readonly isFresh?: boolean;
  /** What is left for it, and can be gone back to. */
  readonly leaves?: Left;
}

const sandbox = new Sandbox();
/** For runs that are not shown. */
const besides = new Sandbox();

let stopCurrent: () => void = () => {};
/** The run that is wished for and not on the screen yet. */
let pending: Wish | undefined;
/** What was left by acts, the last one at the end. `previous` is the last one's plan. */
let left: Left[] = [];
/** The plan of the run that is on the screen. */
let shown: RunPlan = plan.peek();
let started = 0;

/** Makes what a run needs, which takes as long as the page itself: it need not wait for the page. */
export function warm(): void {
  sandbox.warm();
}

/** Runs a plan from its beginning. The cursor is at 0 or, if told, there. */
export function startRun(next: RunPlan, at = 0): void {
  run(next, { ...standAt(at), isFresh: true });
}

/** At a cursor; 0 is the beginning: hosts and cables are there, and nothing has happened yet. */
function standAt(at: number): Wish {
  const beginning = (happened: readonly Event[]) => {
    const first = happened.findIndex(isSeen);
    return first < 0 ? undefined : first;
  };
  const behind = ({ length: count }: readonly Event[]) => (count >= at ? at : undefined);
  return { place: at === 0 ? beginning : behind, otherwise: at };
}

/** Does something at the cursor: what lay behind it is left, and can be gone back to. */
export function actAtCursor(deed: Deed): void {
  if (source.peek() === undefined) {
    // Without its programs there is nothing to run again.
    if (length.peek() > 0) notice.value = t(WORDS.onlyLooked);
    return;
  }
  const at = Math.min(cursor.peek(), length.peek());
  const next = branch(plan.peek(), deed, at, now.peek(), pending?.leaves !== undefined);
  const place = (happened: readonly Event[]) => cursorBehind(next, at, happened);
  run(next, { place, otherwise: at, leaves: pending?.leaves ?? picture() });
}

/** Adds an act that comes later to the one that was just done and is not on the screen yet: one branch, not two. */
export function andLater(act: Act): void {
  const of = plan.peek();
  if (pending?.leaves !== undefined) run({ ...of, acts: [...of.acts, act] }, pending);
}

/** Leaves the branch, back to the run that was there before, at the moment at which it was left. */
export function backToPrevious(): void {
  if (pending?.leaves !== undefined) {
    // The branch is not on the screen yet: what it would leave still is.
    stopRun();
    plan.value = shown;
    return;
  }
  const back = left.pop();
  if (back === undefined) return;
  previous.value = left.at(-1)?.plan;
  if (back.outcome === undefined) run(back.plan, standAt(back.cursor));
  else show(back);
}

/** Ends the run that goes on; what there is of it stays. */
export function stopRun(): void {
  stopCurrent();
  started += 1;
  pending = undefined;
}

/** Shows a trace from a file: it has no programs, and nothing can be done in it. */
export function showTrace(name: string, recorded: readonly Event[]): void {
  left = [];
  previous.value = undefined;
  const nobody = { source: undefined, facts: undefined, sites: new Map(), outcome: undefined };
  const beginning = Math.max(0, recorded.findIndex(isSeen));
  show({ ...nobody, plan: { name, seed: 1, set: {}, acts: [] }, events: recorded, cursor: beginning });
}

/** The text of a built-in scenario; undefined if there is none of that name. */
export async function sourceOf(name: string): Promise<string | undefined> {
  return findScenario(name) === undefined ? undefined : SOURCES[`../../scenarios/${name}.ts`]?.();
}

const SOURCES: Readonly<Record<string, () => Promise<string>>> = import.meta.glob<string>(
  ['../../scenarios/*.ts', '!../../scenarios/{index,plan}.ts', '!../../scenarios/*.test.ts'],
  { query: '?raw', import: 'default' },
);

/** A run with whole frames, for a file. It is not shown; one at a time. */
export async function recordWhole(
  of: RunPlan,
): Promise<{ readonly events: readonly Event[]; readonly outcome: Outcome } | Failure> {
  const text = of.source ?? (await sourceOf(of.name));
  if (text === undefined) return { kind: 'plan', message: t(WORDS.unknown(of.name)) };
  return new Promise((resolve) => {
    const all: Event[] = [];
    besides.run(of, text, true, {
      started: () => {},
      events: (more) => {
        for (const event of more) all.push(event);
      },
      ended: (ending) => resolve({ events: all, outcome: ending }),
      failed: resolve,
    });
  });
}

function picture(): Left {
  return {
    plan: shown,
    source: source.peek(),
    facts: facts.peek(),
    events: events.peek(),
    sites: sites.peek(),
    outcome: outcome.peek(),
    cursor: cursor.peek(),
  };
}

function show(to: Left): void {
  stopRun();
  shown = to.plan;
  batch(() => {
    plan.value = to.plan;
    source.value = to.source;
    facts.value = to.facts;
    events.value = to.events;
    length.value = to.events.length;
    sites.value = to.sites;
    outcome.value = to.outcome;
    failure.value = undefined;
    refusal.value = undefined;
    cursor.value = Math.min(to.cursor, to.events.length);
  });
}

async function run(next: RunPlan, wish: Wish): Promise<void> {
  stopCurrent();
  started += 1;
  const mine = started;
  pending = wish;
  plan.value = next;
  sandbox.warm();
  const text = next.source ?? (await sourceOf(next.name));
  if (mine !== started) return;
  if (text === undefined) {
    failed({ kind: 'plan', message: t(WORDS.unknown(next.name)) });
    return;
  }
  const coming = new Coming(next, text, wish);
  stopCurrent = sandbox.run(next, text, false, coming);
}

/** It never came onto the screen: what is there stays. */
function failed(why: Failure): void {
  pending = undefined;
  batch(() => {
    plan.value = shown;
    refusal.value = why;
    notice.value = t(toldOf(why));
  });
}

/** A run that is under way: not on the screen until it has what was wished for. */
class Coming {
  readonly #plan: RunPlan;
  readonly #text: string;
  readonly #wish: Wish;
  readonly #events: Event[] = [];
  readonly #sites = new Map<number, number>();
  #facts: ScenarioFacts | undefined;
  #isShown = false;

  constructor(of: RunPlan, text: string, wish: Wish) {
    this.#plan = of;
    this.#text = text;
    this.#wish = wish;
  }

  started(told: ScenarioFacts): void {
    this.#facts = told;
  }

  events(more: readonly Event[], places: readonly (readonly [number, number])[]): void {
    for (const event of more) this.#events.push(event);
    for (const [n, line] of places) this.#sites.set(n, line);
    if (this.#isShown) {
      length.value = this.#events.length;
      return;
    }
    const place = this.#wish.place(this.#events);
    if (place !== undefined) this.#show(place);
  }

  ended(how: Outcome): void {
    batch(() => {
      if (!this.#isShown) this.#show(this.#wish.place(this.#events) ?? this.#wish.otherwise);
      outcome.value = how;
    });
  }

  failed(why: Failure): void {
    // A wrong plan is told when the world has begun to be built.
    if (!this.#isShown && (this.#events.length === 0 || why.kind === 'plan' || why.kind === 'source')) {
      failed(why);
      return;
    }
    batch(() => {
      if (!this.#isShown) this.#show(this.#wish.place(this.#events) ?? this.#wish.otherwise);
      failure.value = why;
      notice.value = t(toldOf(why));
    });
  }

  #show(place: number): void {
    this.#isShown = true;
    pending = undefined;
    shown = this.#plan;
    const { leaves, isFresh } = this.#wish;
    if (isFresh) left = [];
    if (leaves !== undefined) left.push(leaves);
    batch(() => {
      source.value = this.#text;
      facts.value = this.#facts;
      events.value = this.#events;
      length.value = this.#events.length;
      sites.value = this.#sites;
      outcome.value = undefined;
      failure.value = undefined;
      refusal.value = undefined;
      notice.value = leaves === undefined ? undefined : effectOf(this.#plan, place);
      cursor.value = Math.min(place, this.#events.length);
      previous.value = left.at(-1)?.plan;
    });
  }
}

/** An act's event stands before the cursor; without one, what was done met nobody, which is told. */
function effectOf({ acts }: RunPlan, place: number): string | undefined {
  const last = acts.at(-1);
  return last !== undefined && last.after === place ? t(WORDS.noEffect(last.target)) : undefined;
}
