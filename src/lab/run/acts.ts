/**
 * What a person does at the cursor, as a new plan: what was done before stays, what lay behind is another run's.
 *
 * Calls it: `runner.ts`.
 */
import { MILLISECOND, type Nanoseconds, parseDuration } from '../../base/time.ts';
import type { Act } from '../../system/timetable.ts';
import type { Event, EventKind } from '../../trace/event.ts';
import type { RunPlan } from './plan.ts';

/** What is done, without its moment. */
export type Deed = Act extends infer A ? (A extends Act ? Omit<A, 'at' | 'after'> : never) : never;

/**
 * The plan with that deed at the cursor. `pending`: acts at the very same cursor stay too, since they were done a moment
 * ago and are not on the screen yet.
 */
export function branch(plan: RunPlan, deed: Deed, cursor: number, now: Nanoseconds, pending: boolean): RunPlan {
  const act = { ...deed, at: now / MILLISECOND, after: cursor } as Act;
  const isBefore = ({ at, after }: Act) => {
    if (after === undefined) return parseDuration('at', at) <= now;
    return after < cursor || (pending && after === cursor);
  };
  return { ...plan, acts: [...plan.acts.filter(isBefore), act] };
}

const KINDS: Readonly<Record<Act['do'], EventKind>> = {
  cut: 'cable.cut',
  mend: 'cable.mended',
  set: 'cable.set',
  'power-off': 'host.powered-off',
  'power-on': 'host.powered-on',
  kill: 'process.killed',
  stop: 'process.stopped',
  cont: 'process.continued',
  start: 'process.started',
  type: 'process.typed',
  option: 'process.set',
};

/** How far behind the cursor the act's own event may stand: what one occurrence brings is not torn apart. */
const NEAR = 200;

/**
 * The cursor just behind the event of the plan's last act, which was done at `cursor`: there the picture shows what was
 * done. undefined: not yet. If the act has no event of its own, the cursor as it was.
 */
export function cursorBehind({ acts }: RunPlan, cursor: number, events: readonly Event[]): number | undefined {
  const last = acts.at(-1);
  if (last === undefined) return cursor;
  const isSame = (act: Act) => act.after === cursor && act.do === last.do && act.target === last.target;
  let wanted = acts.filter(isSame).length;
  for (let i = cursor; i < cursor + NEAR; i++) {
    const event = events[i];
    if (event === undefined) return undefined;
    if (event.kind === KINDS[last.do] && targetOf(event) === last.target) wanted -= 1;
    if (wanted === 0) return i + 1;
  }
  return cursor;
}

/** Of each act the cursor just behind its event in that trace; undefined: the run did not carry it out, or not yet. */
export function carriedOut(acts: readonly Act[], events: readonly Event[]): readonly (number | undefined)[] {
  if (acts.length === 0) return [];
  const kinds = new Set(Object.values(KINDS));
  const done: { readonly event: Event; readonly index: number }[] = [];
  for (const [index, event] of events.entries()) if (kinds.has(event.kind)) done.push({ event, index });
  return acts
    .map((act) => {
      const found = done.findIndex(({ event, index }) => {
        if (event.kind !== KINDS[act.do] || targetOf(event) !== act.target) return false;
        if (act.after !== undefined) return index >= act.after && index < act.after + NEAR;
        return event.at === parseDuration('at', act.at);
      });
      return done.splice(found, found < 0 ? 0 : 1)[0]?.index;
    })
    .map((index) => (index === undefined ? undefined : index + 1));
}

function targetOf(event: Event): string {
  if ('cable' in event) return event.cable;
  return 'process' in event ? event.process : event.host;
}
