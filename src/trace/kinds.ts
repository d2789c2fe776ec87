/**
 * The kinds of event as data: their names, and which fields each must have when it is read from a file.
 *
 * TypeScript's unions are gone when a trace is read, so this table repeats them; a kind that is missing here, or one
 * too many, is a compile error.
 */
import type { EventKind } from './event.ts';

/** Every kind, with whether the fields that only some events of it have. */
const KINDS: { readonly [K in EventKind]: true } = {
};

/** True if a text is the name of a kind. */
export function isEventKind(text: string): text is EventKind {
  return Object.hasOwn(KINDS, text);
}

/** The names of all kinds, sorted. */
export function knownKinds(): readonly EventKind[] {
  return (Object.keys(KINDS) as EventKind[]).sort();
}
