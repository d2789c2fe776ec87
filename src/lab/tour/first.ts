/**
 * The first minute of a newcomer: one question, a copy, three segments, their ACKs; then the cable is to be cut, two
 * hours fold, and neither side knows. All that is said is read off the events.
 *
 * Two hours after the cut B's user types again, so that something happens at all: `send()` succeeds once more.
 * Calls it: `tour.ts`, `first-minute.tsx`.
 */
import { computed, effect, signal } from '@preact/signals';
import { HOUR, MILLISECOND } from '../../base/time.ts';
import type { Event } from '../../trace/event.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import { findBreaks } from '../../trace/noticed.ts';
import { play } from '../player.ts';
import type { RunPlan } from '../run/plan.ts';
import { actAtCursor, andLater, startRun } from '../run/runner.ts';
import { cursor, events, outcome, plan } from '../state.ts';
import { recall, remember, rememberOpen } from './memory.ts';
import { type Decision, ledgerOf, returns, type Stop } from './stop.ts';
import { STOPS } from './stops.ts';

/** B sends 20 bytes and then waits for its user; A, blocked in recv(), has room for 32. */
export const FIRST: RunPlan = { name: 'typing', seed: 1, set: { text: 'Hello, 안녕, TCP!!', readSize: 32 }, acts: [] };
const ASKED = 'S11';
/** From the cut until B's user types again. */
const LATER = 2 * HOUR;
/** 'still there?' */
const TYPED = 'c3RpbGwgdGhlcmU/';

export const isFirst = signal(false);
export const firstGiven = signal<number | undefined>(undefined);

/** What has happened in the run, as far as it goes. */
export interface Milestones {
  readonly sent: Decision;
  /** All that B sent is acknowledged. */
  readonly emptied: Decision | undefined;
  readonly cut: number | undefined;
  /** B's send() after the cut has returned. */
  readonly again: Decision | undefined;
}

export function firstStop(): Stop | undefined {
  return STOPS.find(({ story }) => story === ASKED);
}

export function milestones(all: readonly Event[]): Milestones | undefined {
  const sent = firstStop()?.decide(all);
  if (sent === undefined) return undefined;
  const cut = all.find(({ kind }) => kind === 'cable.cut');
  return { sent, emptied: emptied(all), cut: cut?.n, again: cut === undefined ? undefined : again(all, cut) };
}

function emptied(all: readonly Event[]): Decision | undefined {
  const [send] = returns(all, 'client', 'send');
  const fold = new LedgerFold();
  for (const event of all) {
    fold.apply(event);
    const { acknowledged = 0 } = ledgerOf(fold, 'B', 'A');
    if (acknowledged === 0 || acknowledged !== send?.result) continue;
    const counts = returns(all, 'server', 'recv').filter(({ n }) => n < event.n);
    const list = counts.map(({ result }) => String(result)).join(', ');
    return {
      moment: event.n,
      right: acknowledged,
      what: {
        en: `A's recv() woke ${counts.length} times: ${list} bytes. The ACKs came, and only now B's send buffer is empty.`,
        ko: `A의 recv()가 ${counts.length}번 깨어나 ${list}바이트를 가져갔습니다. 확인 응답(ACK)이 왔고, 이제야 B의 송신 버퍼가 비었습니다.`,
      },
    };
  }
  return undefined;
}

function again(all: readonly Event[], cut: Event): Decision | undefined {
  const send = returns(all, 'client', 'send').find(({ n }) => n > cut.n);
  if (send === undefined) return undefined;
  const noticed = findBreaks(all.slice(0, send.n))[0]?.noticed.length ?? 0;
  const hours = Math.round((send.at - cut.at) / HOUR);
  const result = send.error ?? String(send.result);
  return {
    moment: send.n,
    right: noticed,
    what: {
      en: `${hours} h after the cut B's user typed again, and send() brought ${result}. ${noticed === 0 ? 'Neither side knows' : `${noticed} noticed`}.`,
      ko: `케이블이 잘린 지 ${hours}시간 뒤 B의 사용자가 다시 입력했고, send()의 결과는 ${result}입니다. ${noticed === 0 ? '어느 쪽도 모릅니다' : `알아챈 프로그램은 ${noticed}개입니다`}.`,
    },
  };
}

const known = computed(() => (isFirst.value && outcome.value !== undefined ? milestones(events.value) : undefined));

export type Phase =
  | { readonly name: 'question' }
  | { readonly name: 'told' | 'cut' | 'over'; readonly decision: Decision }
  | { readonly name: 'folding' };

/** Where the reader is in it; undefined: elsewhere. */
export const phase = computed<Phase | undefined>(() => {
  if (!isFirst.value || plan.value.name !== FIRST.name || plan.value.source !== undefined) return undefined;
  const [all, now] = [known.value, cursor.value];
  if (all === undefined || firstGiven.value === undefined || now < all.sent.moment) return { name: 'question' };
  if (all.cut !== undefined && now >= all.cut) {
    if (all.again === undefined || now < all.again.moment) return { name: 'folding' };
    return { name: 'over', decision: all.again };
  }
  if (all.emptied === undefined || now < all.emptied.moment) return { name: 'told', decision: all.sent };
  return { name: 'cut', decision: all.emptied };
});

/** Where play stops next. */
export const nextPause = computed(() => {
  const moments = [known.value?.sent, known.value?.emptied, known.value?.again].map((one) => one?.moment);
  return moments.find((moment) => moment !== undefined && moment > cursor.value);
});

export function startFirst(): void {
  isFirst.value = true;
  firstGiven.value = undefined;
  rememberOpen('first');
  startRun(FIRST);
}

export function resumeFirst(): void {
  isFirst.value = plan.peek().name === FIRST.name;
  firstGiven.value = recall().answers['first']?.given;
}

export function answerFirst(value: number): void {
  firstGiven.value = value;
  remember({ answers: { ...recall().answers, first: { given: value } } });
  if (phase.value?.name === 'question') play();
}

/** It is over, or was left: the page does not begin with it again. */
export function leaveFirst(): void {
  if (!isFirst.peek()) return;
  isFirst.value = false;
  remember({ isFree: true });
  rememberOpen('');
}

export function cutNow(): void {
  actAtCursor({ do: 'cut', target: 'cable' });
}

// However it was cut, by the strip or at the cable: B's user comes back.
effect(() => {
  const last = plan.value.acts.at(-1);
  if (!isFirst.value || last?.do !== 'cut' || typeof last.at !== 'number') return;
  andLater({ do: 'type', target: 'client', data: TYPED, at: last.at + LATER / MILLISECOND });
});

// Time goes on by itself when the cable has just been cut.
let played: readonly Event[] | undefined;
effect(() => {
  if (phase.value?.name !== 'folding' || played === events.value) return;
  played = events.value;
  // The player stops by itself when a new run comes, in the same breath.
  queueMicrotask(play);
});

/** The button that is meant: seen on the stage itself. */
effect(() => {
  document.documentElement.toggleAttribute('data-now-cut', phase.value?.name === 'cut');
});
