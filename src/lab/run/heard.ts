/**
 * What comes from a run's worker, held against the protocol before the page takes it: programs run there, and one that
 * means harm can lay its hands on the port and say what no run says.
 *
 * A value that is no JSON (a key whose value is `undefined`, a Date) is refused too: structured cloning carries what JSON
 * cannot, and a view that is given such an object in a text's place could take it for a part of the page.
 * Left out on purpose: whether the events can have happened; the folds take any order of right ones.
 *
 * Calls it: `sandbox-client.ts`, for every message.
 */
import type { Event } from '../../trace/event.ts';
import { fieldsOf, isEventKind, wrongEvent } from '../../trace/kinds.ts';
import type { Failure, FromSandbox } from './protocol.ts';

type Fields = Readonly<Record<string, unknown>>;

const KINDS_OF_FAILURE: ReadonlySet<unknown> = new Set<Failure['kind']>(['source', 'plan', 'program', 'loop', 'world']);
const ENDS: ReadonlySet<unknown> = new Set(['idle', 'for', 'until', 'limit']);
/** Deeper than any argument of a call. */
const DEPTH = 20;

/** True: a run says this when `last` was the last event that it told. */
export function isHeard(message: unknown, last: Event | undefined): message is FromSandbox {
  const said = objectOf(message);
  switch (said?.kind) {
    case 'beat':
      return true;
    case 'started':
      return isFacts(objectOf(said.scenario));
    case 'events':
      return areEvents(said.events, last) && areSites(said.sites);
    case 'ended':
      return isOutcome(objectOf(said.outcome));
    case 'failed':
      return isFailure(objectOf(said.failure));
    default:
      return false;
  }
}

function areEvents(events: unknown, last: Event | undefined): boolean {
  if (!Array.isArray(events) || events.length === 0) return false;
  let previous = last;
  for (const value of events) {
    const event = objectOf(value);
    if (event === undefined || wrongEvent(event, previous) !== undefined || !isWholly(event)) return false;
    previous = value as Event;
  }
  return true;
}

/** Right fields were checked; here, that nothing else is there, and that what may be any JSON is JSON. */
function isWholly(event: Fields): boolean {
  const { kind } = event;
  if (typeof kind !== 'string' || !isEventKind(kind)) return false;
  let known = 1;
  for (const { name, holds } of fieldsOf(kind)) {
    const field = event[name];
    if (!Object.hasOwn(event, name)) continue;
    known += 1;
    if (field !== undefined && !isJson(field, holds === 'json' || holds === 'record' ? DEPTH : 1)) return false;
  }
  return Object.keys(event).length === known;
}

function areSites(sites: unknown): boolean {
  const isSite = (site: unknown) => Array.isArray(site) && site.length === 2 && all(site, isCount);
  return Array.isArray(sites) && all(sites, isSite);
}

function isFacts(facts: Fields | undefined): boolean {
  if (facts === undefined) return false;
  const { name, title, text, story, params, programs, accounting, hosts, cables } = facts;
  return (
    typeof name === 'string' &&
    isText(title) &&
    isText(text) &&
    areStrings(story) &&
    isRecordOf(params, (value) => isJson(value, DEPTH)) &&
    isRecordOf(programs, isProgram) &&
    isRecordOf(accounting, (value) => value === 'linux' || value === 'payload') &&
    isRecordOf(hosts, (value) => isRecordOf(value, (given) => isJson(given, DEPTH))) &&
    isRecordOf(cables, (value) => isRecordOf(value, (given) => isJson(given, DEPTH)))
  );
}

function isProgram(value: unknown): boolean {
  const program = objectOf(value);
  const lines = program?.lines;
  const areLines = lines === undefined || (Array.isArray(lines) && lines.length === 2 && all(lines, isCount));
  return typeof program?.host === 'string' && areLines;
}

function isOutcome(outcome: Fields | undefined): boolean {
  if (outcome === undefined) return false;
  const { ended, virtualMs, hash, expectations, waiting, errors, pcap } = outcome;
  return (
    ENDS.has(ended) &&
    typeof virtualMs === 'number' &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash) &&
    isListOf(expectations, ({ story, text, ok }) => isString(story) && isText(text) && typeof ok === 'boolean') &&
    isListOf(waiting, ({ process, call, since }) => isString(process) && isString(call) && typeof since === 'number') &&
    isListOf(
      errors,
      ({ process, message, place, byCall }) =>
        isString(process) && isString(message) && isPlace(place) && (byCall === undefined || byCall === true),
    ) &&
    (pcap === undefined || pcap instanceof Uint8Array)
  );
}

function isFailure(failure: Fields | undefined): boolean {
  if (failure === undefined) return false;
  const { kind, message, place } = failure;
  return KINDS_OF_FAILURE.has(kind) && isString(message) && isPlace(place);
}

function isPlace(value: unknown): boolean {
  if (value === undefined) return true;
  const place = objectOf(value);
  if (place === undefined) return false;
  const { line, column } = place;
  return isCount(line) && (column === undefined || isCount(column));
}

/** As `every`, which would look through each of the billion holes of an array that has nothing but a length. */
function all(values: readonly unknown[], isOne: (value: unknown) => boolean): boolean {
  for (const value of values) if (!isOne(value)) return false;
  return true;
}

/** A number of a line, a column or an event. */
function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function areStrings(value: unknown): boolean {
  return Array.isArray(value) && all(value, isString);
}

function isText(value: unknown): boolean {
  const text = objectOf(value);
  return isString(text?.en) && isString(text?.ko);
}

function isListOf(value: unknown, isOne: (fields: Fields) => boolean): boolean {
  if (!Array.isArray(value)) return false;
  return all(value, (one) => {
    const fields = objectOf(one);
    return fields !== undefined && isOne(fields);
  });
}

function isRecordOf(value: unknown, isOne: (value: unknown) => boolean): boolean {
  const record = objectOf(value);
  return record !== undefined && all(Object.values(record), isOne);
}

/** A plain object; what was cloned has no other prototype, unless it is of another kind. */
function objectOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return undefined;
  return value as Fields;
}

function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object': {
      if (value === null) return true;
      if (depth === 0) return false;
      const record = objectOf(value);
      const parts = Array.isArray(value) ? value : record && Object.values(record);
      return parts !== undefined && all(parts, (part) => isJson(part, depth - 1));
    }
    default:
      return false;
  }
}
