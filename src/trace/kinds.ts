/**
 * The kinds of event as data: their names, and the fields that an event of each has.
 *
 * TypeScript's unions are gone when a trace is read from a file or a pattern is written in JavaScript, so this table
 * repeats them. A kind or field that is missing here, or one too many, is a compile error.
 */
import type { EventKind, LayerEvent, Stamp } from './event.ts';

/**
 * What a field holds, in words for the message; with '?' it may be left out. A number counts something: it is whole and
 * not negative. An earlier event is told by its n, so that whoever looks it up looks at what has been.
 */
type FieldType =
  | 'number'
  | 'number of an earlier event'
  | 'number of an earlier event?'
  | 'string'
  | 'boolean'
  | 'base64'
  | 'json'
  | 'list of names'
  | 'record'
  | 'boolean?'
  | 'number?'
  | 'string?'
  | 'json?'
  | 'record?';
type KeysOf<E> = E extends unknown ? Exclude<keyof E, 'kind'> : never;
type Fields<K extends EventKind> = {
  readonly [F in KeysOf<Extract<LayerEvent, { readonly kind: K }>>]: FieldType;
};

const STAMP: { readonly [F in keyof Stamp]: FieldType } = {
  n: 'number',
  at: 'number',
  host: 'string',
  cause: 'number',
};

const KINDS: { readonly [K in EventKind]: Fields<K> } = {
  'world.started': { version: 'number', profile: 'string?' },
  'host.added': { name: 'string', what: 'string', addresses: 'list of names', profile: 'string?' },
  'interface.added': { interface: 'string', address: 'string', mac: 'string', mtu: 'number' },
  'cable.added': { cable: 'string', a: 'string', b: 'string', options: 'record' },
  'cable.set': { cable: 'string', options: 'record', back: 'record?' },
  'cable.cut': { cable: 'string', direction: 'string', carrier: 'string' },
  'cable.mended': { cable: 'string' },
  'host.powered-off': {},
  'host.powered-on': {},
  'process.killed': { process: 'string' },
  'process.stopped': { process: 'string' },
  'process.continued': { process: 'string' },
  'process.typed': { process: 'string', bytes: 'number' },
  'process.set': { process: 'string', options: 'record' },
  'process.started': { process: 'string' },
  'process.exited': { process: 'string', code: 'number?', value: 'json?', signal: 'string?', error: 'string?' },
  'process.printed': { process: 'string', text: 'string' },
  'frame.sent': { interface: 'string', cable: 'string', length: 'number', bytes: 'base64' },
  'frame.delivered': {
    frame: 'number of an earlier event',
    interface: 'string',
    corrupted: 'number?',
    marked: 'boolean?',
  },
  'frame.dropped': { frame: 'number of an earlier event?', where: 'string?', interface: 'string?', reason: 'string' },
  'packet.dropped': { to: 'string', reason: 'string' },
  'arp.sent': { interface: 'string', operation: 'string', target: 'string', attempt: 'number' },
  'arp.learned': { interface: 'string', address: 'string', mac: 'string' },
  'arp.failed': { interface: 'string', address: 'string', dropped: 'number' },
  'ndp.sent': { interface: 'string', operation: 'string', target: 'string', attempt: 'number' },
  'ndp.learned': { interface: 'string', address: 'string', mac: 'string' },
  'ndp.failed': { interface: 'string', address: 'string', dropped: 'number' },
  'icmp.sent': { to: 'string', type: 'number', code: 'number' },
  'icmp.received': { from: 'string', type: 'number', code: 'number', about: 'string?' },
  'ip.fragmented': { to: 'string', bytes: 'number', fragments: 'number' },
  'ip.reassembled': { from: 'string', bytes: 'number' },
  'ip.reassembly-failed': { from: 'string', why: 'string' },
  'ip.looped': { from: 'string', to: 'string', protocol: 'number', bytes: 'number' },
  'path.mtu': { to: 'string', mtu: 'number' },
  'interface.carrier': { interface: 'string', up: 'boolean' },
  'udp.dropped': { local: 'string', from: 'string', bytes: 'number', reason: 'string' },
  'call.entered': { process: 'string', call: 'string', socket: 'string?', args: 'json' },
  'call.returned': {
    process: 'string',
    call: 'string',
    entered: 'number of an earlier event',
    result: 'json?',
    error: 'string?',
  },
  'socket.copied': {
    process: 'string',
    socket: 'string',
    entered: 'number of an earlier event',
    direction: 'string',
    bytes: 'number',
  },
  'tcp.state': { connection: 'string', from: 'string', to: 'string', why: 'string' },
  'tcp.deadline': { connection: 'string', timer: 'string', deadline: 'number?' },
  'tcp.timer': { connection: 'string', timer: 'string' },
  'tcp.retransmit': { connection: 'string', seq: 'number', len: 'number', why: 'string' },
  'tcp.rtt': { connection: 'string', srtt: 'number', rttvar: 'number', rto: 'number' },
  'tcp.buffers': { connection: 'string', send: 'number', receive: 'number' },
  'tcp.congestion': { connection: 'string', cwnd: 'number', ssthresh: 'number', phase: 'string' },
  'tcp.drop': { connection: 'string', reason: 'string' },
  'tcp.failed': { connection: 'string', failure: 'string' },
  'tcp.discarded': { connection: 'string', where: 'string', bytes: 'number' },
  'tcp.pruned': { connection: 'string', bytes: 'number' },
};

/** True if a text is the name of a kind. */
export function isEventKind(text: string): text is EventKind {
  return Object.hasOwn(KINDS, text);
}

/** The names of all kinds, sorted. */
export function knownKinds(): readonly EventKind[] {
  return (Object.keys(KINDS) as EventKind[]).sort();
}

/** What is wrong with a value as the event that follows one of that number and moment; undefined: it is one. */
export function wrongEvent(
  value: Readonly<Record<string, unknown>>,
  previous: { readonly n: number; readonly at: number } | undefined,
): string | undefined {
  const { n, at, cause, kind } = value;
  if (typeof kind !== 'string') return 'it has no kind';
  if (!isEventKind(kind)) return `the kind ${shown(kind)} is not known`;
  const expected = (previous?.n ?? 0) + 1;
  if (n !== expected) return `n must be ${expected}, not ${shown(n)}`;
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0) {
    return `at must be nanoseconds, not ${shown(at)}`;
  }
  if (previous !== undefined && at < previous.at) return `at must not be before ${previous.at}, not ${at}`;
  if (typeof cause !== 'number' || !Number.isSafeInteger(cause) || cause < 0 || cause >= expected) {
    return `cause must be an earlier event's n, not ${shown(cause)}`;
  }
  if (!isWithin(value, DEEPEST)) return `${kind}: it is nested deeper than ${DEEPEST} levels`;
  return wrongField(kind, value);
}

/** Whoever shows or writes a value goes down into it level by level. */
const DEEPEST = 100;

function isWithin(value: object, levels: number): boolean {
  if (levels === 0) return false;
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null && !isWithin(part, levels - 1)) return false;
  }
  return true;
}

interface Field {
  readonly name: string;
  readonly holds: string;
  readonly isOptional: boolean;
}

/** The fields of each kind, read from the tables once: a page checks a million events. */
const FIELDS: ReadonlyMap<EventKind, readonly Field[]> = new Map(
  knownKinds().map((kind) => [
    kind,
    Object.entries<FieldType>({ ...STAMP, ...KINDS[kind] }).map(([name, type]) => ({
      name,
      holds: type.replace('?', ''),
      isOptional: type.endsWith('?'),
    })),
  ]),
);

/** The names of the fields of an event of that kind, 'kind' itself left out. */
export function fieldsOf(kind: EventKind): readonly { readonly name: string; readonly holds: string }[] {
  return FIELDS.get(kind) ?? [];
}

function wrongField(kind: EventKind, event: Readonly<Record<string, unknown>>): string | undefined {
  for (const { name, holds, isOptional } of FIELDS.get(kind) ?? []) {
    const field = event[name];
    if (field === undefined) {
      if (!isOptional) return `${kind} has no field '${name}'`;
    } else if (!isA(holds, field, event['n'])) {
      return `${kind}: '${name}' must be a ${holds}, not ${shown(field)}`;
    }
  }
  return undefined;
}

/** RFC 4648, section 4, with padding, and with no bit set behind the last byte. */
const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/][AQgw]==|[A-Za-z\d+/]{2}[AEIMQUYcgkosw048]=)?$/;

function isCount(field: unknown): field is number {
  return typeof field === 'number' && Number.isSafeInteger(field) && field >= 0;
}

/** A wrong value, short enough for a sentence. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function isA(holds: string, field: unknown, n: unknown): boolean {
  switch (holds) {
    case 'json':
      return true;
    case 'number':
      return isCount(field);
    case 'number of an earlier event':
      return isCount(field) && typeof n === 'number' && field < n;
    case 'base64':
      return typeof field === 'string' && BASE64.test(field);
    case 'list of names':
      return Array.isArray(field) && field.every((name) => typeof name === 'string');
    case 'record':
      return typeof field === 'object' && field !== null && !Array.isArray(field);
    default:
      return typeof field === holds;
  }
}

/** @throws TypeError if a pattern names a kind that does not exist, or a field that no such event has */
export function checkPattern(pattern: Readonly<Record<string, unknown>>): void {
  const { kind } = pattern;
  if (kind !== undefined && (typeof kind !== 'string' || !isEventKind(kind))) {
    throw new TypeError(`kind: ${JSON.stringify(kind)} is no kind of event; ${nearest(String(kind))}`);
  }
  const allowed = new Set(['kind', ...Object.keys(STAMP)]);
  for (const [of, fields] of Object.entries(KINDS)) {
    if (kind === undefined || kind === of) for (const name of Object.keys(fields)) allowed.add(name);
  }
  for (const name of Object.keys(pattern)) {
    if (allowed.has(name)) continue;
    throw new TypeError(
      `${name}: no event${kind === undefined ? '' : ` '${kind}'`} has it; fields: ${[...allowed].join(', ')}`,
    );
  }
}

/** Kinds of the same layer, or all. */
function nearest(kind: string): string {
  const layer = `${kind.split('.')[0]}.`;
  const same = knownKinds().filter((known) => known.startsWith(layer));
  return `known: ${(same.length > 0 ? same : knownKinds()).join(', ')}`;
}
