/**
 * One line for people for each event: number, virtual seconds, host, and what happened.
 *
 *        17     0.010040  A       ← eth0  frame 15
 *
 * Calls it: `query.ts`, the command, the page.
 */
import { SECOND } from '../base/time.ts';
import { FrameDecoder } from './decode.ts';
import type { Event, EventKind, LayerEvent } from './event.ts';
import type { Language, Telling, Words } from './words.ts';
import { HOST_EN, HOST_KO } from './words-host.ts';
import { SOCKET_EN, SOCKET_KO } from './words-socket.ts';
import { TCP_EN, TCP_KO } from './words-tcp.ts';
import { WORLD_EN, WORLD_KO } from './words-world.ts';

export type { Language } from './words.ts';

/** A kind that no table has does not compile here. */
const WORDS: { readonly [L in Language]: Words<LayerEvent> } = {
  en: { ...WORLD_EN, ...HOST_EN, ...TCP_EN, ...SOCKET_EN },
  ko: { ...WORLD_KO, ...HOST_KO, ...TCP_KO, ...SOCKET_KO },
};

/** Formats a trace from its first event on: the sequence numbers of a segment are told relative to those before. */
export class Formatter implements Telling {
  readonly #words: Words<LayerEvent>;
  readonly #decoder = new FrameDecoder();

  constructor(language: Language = 'en') {
    this.#words = WORDS[language];
  }

  /** The event as a line, without newline. */
  line(event: Event): string {
    const number = String(event.n).padStart(6);
    return `${number} ${secondsOf(event.at)}  ${event.host.padEnd(6)}  ${this.text(event)}`;
  }

  /** What happened, without number, time and host. */
  text(event: Event): string {
    // The table has for each kind a function of that kind's events; TypeScript does not follow that through an index.
    const words = this.#words[event.kind] as (event: Event, telling: Telling) => string;
    return words(event, this);
  }

  frame(bytes: string): string {
    return this.#decoder.describe(bytes);
  }
}

/** The names of the kinds that have words: all of them. */
export const WORDED: readonly EventKind[] = Object.keys(WORDS.en) as EventKind[];

/** '    12.345678': seconds to the microsecond, cut, since an event must not seem later than it is. */
export function secondsOf(at: number): string {
  const seconds = Math.floor(at / SECOND);
  const micro = Math.floor((at - seconds * SECOND) / 1000);
  return `${String(seconds).padStart(6)}.${String(micro).padStart(6, '0')}`;
}
