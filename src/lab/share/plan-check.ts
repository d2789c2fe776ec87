/**
 * A plan that came from outside, from a link or a file, held against its shape, field by field: what it says is run only
 * if every part is what it must be. What it names (a scenario, a parameter, a target) is checked when it is run.
 *
 * Calls it: `link.ts`, `files.ts`.
 */
import type { Json } from '../../base/json.ts';
import type { Act } from '../../system/timetable.ts';
import type { RunPlan } from '../run/plan.ts';

const DEEDS: ReadonlySet<string> = new Set<Act['do']>([
  'cut',
  'mend',
  'power-off',
  'power-on',
  'kill',
  'start',
  'stop',
  'cont',
  'set',
  'type',
  'option',
]);
const MOST_ACTS = 10_000;

/** The plan; undefined if the value is none. Nothing of the value itself is kept but JSON. */
export function planOf(value: unknown): RunPlan | undefined {
  const given = fieldsOf(value);
  if (given === undefined) return undefined;
  const { name, source, seed, set = {}, without, hosts, cables, acts = [] } = given;
  if (typeof name !== 'string' || name.length > 200) return undefined;
  if (source !== undefined && typeof source !== 'string') return undefined;
  if (without !== undefined && typeof without !== 'string') return undefined;
  if (typeof seed !== 'number' || !Number.isSafeInteger(seed) || seed < 0) return undefined;
  const parameters = fieldsOf(set);
  if (parameters === undefined || !Array.isArray(acts) || acts.length > MOST_ACTS) return undefined;
  if (!isRecordOfRecords(hosts) || !isRecordOfRecords(cables)) return undefined;
  const done = acts.map(actOf);
  if (done.includes(undefined)) return undefined;
  return {
    name,
    seed,
    set: parameters as Readonly<Record<string, Json>>,
    acts: done.filter((act) => act !== undefined),
    ...(source === undefined ? {} : { source }),
    ...(without === undefined ? {} : { without }),
    // The world checks names and values, in words for people.
    ...(hosts === undefined ? {} : { hosts: hosts as NonNullable<RunPlan['hosts']> }),
    ...(cables === undefined ? {} : { cables: cables as NonNullable<RunPlan['cables']> }),
  };
}

function actOf(value: unknown): Act | undefined {
  const given = fieldsOf(value);
  if (given === undefined) return undefined;
  const { do: deed, target, at, after, direction, carrier, options, data } = given;
  if (typeof deed !== 'string' || !DEEDS.has(deed) || typeof target !== 'string') return undefined;
  if (typeof at !== 'number' && typeof at !== 'string') return undefined;
  if (after !== undefined && !(typeof after === 'number' && Number.isSafeInteger(after) && after >= 0))
    return undefined;
  const when = after === undefined ? { at } : { at, after };
  if (deed === 'type') return typeof data === 'string' ? { ...when, do: 'type', target, data } : undefined;
  if (direction !== undefined && direction !== 'a-to-b' && direction !== 'b-to-a') return undefined;
  if (carrier !== undefined && carrier !== 'kept' && carrier !== 'lost') return undefined;
  const changes = options === undefined ? {} : fieldsOf(options);
  if (changes === undefined) return undefined;
  if (deed === 'option') return { ...when, do: 'option', target, options: changes as Readonly<Record<string, Json>> };
  return {
    ...when,
    do: deed as Exclude<Act['do'], 'type' | 'option'>,
    target,
    ...(direction === undefined ? {} : { direction }),
    ...(carrier === undefined ? {} : { carrier }),
    ...(options === undefined ? {} : { options: changes as Readonly<Record<string, Json>> }),
  };
}

/** Of each name an object; or nothing at all. */
function isRecordOfRecords(value: unknown): boolean {
  if (value === undefined) return true;
  const given = fieldsOf(value);
  return given !== undefined && Object.values(given).every((one) => fieldsOf(one) !== undefined);
}

/** An object as JSON has it; what came through `JSON.parse` has own fields only. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...(value as Record<string, unknown>) }
    : undefined;
}
