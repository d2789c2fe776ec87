/**
 * A stop of the tour: one claim of the story, a question, and how the trace answers it. Nothing of an answer is written
 * down: it is read off the events, so that a world that was changed gives another one.
 *
 * Calls it: the lists of stops; `tour.ts`.
 */
import type { Json } from '../../base/json.ts';
import type { ChannelLedger } from '../../system/scenario.ts';
import type { Event, EventOf } from '../../trace/event.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import type { Text } from '../language.ts';

export interface Choice {
  /** Compared with what the trace says. */
  readonly value: number;
  readonly text: Text;
}

/** What the trace says. */
export interface Decision {
  /** The cursor at which the run pauses: right behind the deciding event, whose number it is. */
  readonly moment: number;
  readonly right: number;
  /** What happened there, with its counts. */
  readonly what: Text;
}

/** Reads the answer off a recording that has ended; undefined: the deciding event is not in it. */
export type Decide = (events: readonly Event[]) => Decision | undefined;

export interface Stop {
  readonly story: string;
  readonly plan: { readonly name: string; readonly set?: Readonly<Record<string, Json>> };
  /** At most 25 words of English. */
  readonly claim: Text;
  readonly question: Text;
  /** 'bytes': the reader writes a count. */
  readonly answers: readonly Choice[] | 'bytes';
  readonly decide: Decide;
}

export function choice(value: number, en: string, ko: string): Choice {
  return { value, text: { en, ko } };
}

/** '1 byte', '20 bytes' */
export function bytesOf(count: number): Text {
  return { en: count === 1 ? '1 byte' : `${count} bytes`, ko: `${count}바이트` };
}

/** The nth return of that call of a process, from 0. */
export function returned(
  events: readonly Event[],
  process: string,
  call: string,
  nth = 0,
): EventOf<'call.returned'> | undefined {
  return returns(events, process, call)[nth];
}

export function returns(events: readonly Event[], process: string, call: string): readonly EventOf<'call.returned'>[] {
  return events.filter(
    (event): event is EventOf<'call.returned'> =>
      event.kind === 'call.returned' && event.process === process && event.call === call,
  );
}

/** The nth time that a process made that call, from 0. */
export function entered(
  events: readonly Event[],
  process: string,
  call: string,
  nth = 0,
): EventOf<'call.entered'> | undefined {
  return events.filter(
    (event): event is EventOf<'call.entered'> =>
      event.kind === 'call.entered' && event.process === process && event.call === call,
  )[nth];
}

/** A text that a call brought: 'local', 'remote', 'socket' of a new socket; undefined if it brought none. */
export function broughtBy(event: EventOf<'call.returned'> | undefined, field: string): string | undefined {
  const { result } = event ?? {};
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return undefined;
  const value: unknown = Reflect.get(result, field);
  return typeof value === 'string' ? value : undefined;
}

/** The channel from one host to another after that many events; without figures before it exists. */
export function ledgerAt(events: readonly Event[], cursor: number, from: string, to: string): ChannelLedger {
  const fold = new LedgerFold();
  for (const event of events.slice(0, cursor)) fold.apply(event);
  return ledgerOf(fold, from, to);
}

export function ledgerOf(fold: LedgerFold, from: string, to: string): ChannelLedger {
  const found = fold.channels().find(({ channel }) => {
    const [sender, receiver] = channel.split('>');
    return sender?.startsWith(`${from}:`) === true && receiver?.startsWith(`${to}:`) === true;
  });
  return found ?? { channel: '', discarded: [] };
}

/** The reply: what the reader said, whether it is so, the event, and the count. */
export function reply(stop: Stop, given: number, decision: Decision): Text {
  const said = answerText(stop, given);
  const truth = answerText(stop, decision.right);
  const isRight = given === decision.right;
  return {
    en: `You said “${said.en}”. ${isRight ? 'Right' : `It is “${truth.en}”`}: at event ${decision.moment}, ${decision.what.en}`,
    ko: `고른 답은 “${said.ko}”입니다. ${isRight ? '맞습니다.' : `정답은 “${truth.ko}”입니다.`} 사건 ${decision.moment}: ${decision.what.ko}`,
  };
}

function answerText({ answers }: Stop, value: number): Text {
  if (answers === 'bytes') return bytesOf(value);
  return answers.find((one) => one.value === value)?.text ?? { en: String(value), ko: String(value) };
}
