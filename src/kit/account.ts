/**
 * What a world can tell about a test that failed in it, as text: the seed, who waits for what, the last calls and
 * faults, where bytes are that nobody has read.
 *
 * Calls it: `with-world.ts`.
 */
import type { Language } from '../base/language.ts';
import { formatDuration, MILLISECOND } from '../base/time.ts';
import type { World } from '../sim/world.ts';
import type { ChannelLedger } from '../system/scenario.ts';
import type { Event } from '../trace/event.ts';
import { Formatter } from '../trace/format.ts';
import { isNotWaiting } from './observed.ts';
import { type Place, WORDS } from './words.ts';

const LAST_CALLS = 8;
const LAST_FAULTS = 8;
const FAULTS = /^(cable\.(cut|mended|changed)|host\.powered-|process\.(killed|stopped|continued))/;
const PLACES: readonly Place[] = ['unread', 'outOfOrder', 'inFlight', 'unsent', 'waiting'];

export interface Failure {
  readonly name: string;
  readonly seed: number;
  readonly kept: { readonly file: string } | { readonly problem: string };
  /** The command that runs it again with that seed. */
  readonly again: string;
}

export function accountOf(world: World, { name, seed, kept, again }: Failure, language: Language): string {
  const words = WORDS[language];
  const events = world.trace.mode === 'events' || world.trace.mode === 'frames' ? world.trace.events : [];
  const file = 'file' in kept ? kept.file : undefined;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [words.waiting, world.waiting().map(({ process, call, since }) => words.waits(process, call, ms(since)))],
    [words.calls, lines(events, isCall, LAST_CALLS, language)],
    [words.faults, lines(events, (event) => FAULTS.test(event.kind), LAST_FAULTS, language)],
    [words.bytes, world.ledger().flatMap((channel) => resting(channel, language))],
    [words.trace, file === undefined ? [words.noTrace('problem' in kept ? kept.problem : '')] : [file]],
    [words.open, file === undefined ? [] : [`npx halfopen lab ${file}`]],
    [words.again, [again]],
  ];
  const told = sections.flatMap(([title, entries]) =>
    entries.map((entry, index) => `  ${(index === 0 ? title : '').padEnd(words.column)}${entry}`),
  );
  return [words.failed(name, seed, ms(world.now)), ...told].join('\n');
}

function lines(
  events: readonly Event[],
  wanted: (event: Event) => boolean,
  most: number,
  language: Language,
): string[] {
  const formatter = new Formatter(language);
  return events
    .filter(wanted)
    .slice(-most)
    .map((event) => `${formatDuration(event.at)}  ${event.host}  ${formatter.text(event)}`);
}

/** A call that a program made; that an event loop has waited tells nothing, nor that a call did not wait. */
function isCall(event: Event): boolean {
  return event.kind === 'call.returned' && event.call !== 'epoll_wait' && !isNotWaiting(event.error);
}

/** 'B:49152>A:7000  3 in flight'; nothing if every byte was read. */
function resting(ledger: ChannelLedger, language: Language): string[] {
  const words = WORDS[language];
  const parts = PLACES.flatMap((place) => {
    const bytes = ledger[place] ?? 0;
    return bytes === 0 ? [] : [words.place(bytes, place)];
  });
  const lost = ledger.discarded.map(({ where, bytes }) => words.lost(bytes, where));
  const all = [...parts, ...lost];
  return all.length === 0 ? [] : [`${ledger.channel}  ${all.join(', ')}`];
}

function ms(milliseconds: number): string {
  return formatDuration(Math.round(milliseconds * MILLISECOND));
}
