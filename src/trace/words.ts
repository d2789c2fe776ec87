/**
 * The words for events: for each kind a sentence, in English and Korean (`glossary` words; a variable is followed only
 * by particles that do not change with its last sound). One table a layer; `format.ts` puts them together.
 */
import type { Json } from '../base/json.ts';

export type Language = 'en' | 'ko';

/** What a table needs beside the event: frames told so far, so that sequence numbers can be relative. */
export interface Telling {
  /** What a frame is, in tcpdump's words, from its bytes in base64. */
  frame(bytes: string): string;
}

/** A sentence for every kind of a layer's events, in one language. A kind that is missing is a compile error. */
export type Words<E extends { readonly kind: string }> = {
  readonly [K in E['kind']]: (event: Extract<E, { readonly kind: K }>, telling: Telling) => string;
};

/** '1 byte', '2 bytes'. */
export function bytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

/** 'is' or 'are', after `bytes`. */
export function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}

/** A value as a program would write it, short. */
export function value(json: Json | undefined): string {
  if (json === undefined) return '';
  return typeof json === 'string' ? json : JSON.stringify(json);
}

/** Named values: 'delay 5000000, loss 0.02'. */
export function named(values: Readonly<Record<string, Json>>): string {
  return Object.entries(values)
    .map(([name, of]) => `${name} ${value(of)}`)
    .join(', ');
}
