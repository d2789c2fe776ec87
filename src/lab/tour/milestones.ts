/**
 * What happens in the first minute, read off its recording: how much has left B when `send()` returns, when all is
 * acknowledged, and what B's next `send()` says, two hours after the cable was cut.
 *
 * Calls it: `first.ts`.
 */
import { HOUR } from '../../base/time.ts';
import type { Event } from '../../trace/event.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import { findBreaks } from '../../trace/noticed.ts';
import type { RunPlan } from '../run/plan.ts';
import { type Decision, ledgerOf, returns, type Stop } from './stop.ts';
import { STOPS } from './stops.ts';

/** B sends 20 bytes and then waits for its user; A, blocked in recv(), has room for 32. */
export const FIRST: RunPlan = { name: 'typing', seed: 1, set: { text: 'Hello, 안녕, TCP!!', readSize: 32 }, acts: [] };

/** From the cut until B's user types again. */
export const LATER = 2 * HOUR;
/** 'still there?' */
export const TYPED = 'c3RpbGwgdGhlcmU/';

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
  return STOPS.find(({ story }) => story === 'S11');
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
  const knows = {
    en: noticed === 0 ? 'Neither side knows.' : `${noticed} of 2 programs have noticed.`,
    ko: noticed === 0 ? '어느 쪽도 모릅니다.' : `알아챈 프로그램은 둘 중 ${noticed}개입니다.`,
  };
  // Who cut before all was acknowledged finds the connection given up by then.
  const result =
    send.error === undefined
      ? { en: `returned ${send.result}: a copy, as before`, ko: `이번에도 복사한 만큼인 ${send.result}입니다` }
      : { en: `ended with ${send.error}`, ko: `${send.error}입니다` };
  return {
    moment: send.n,
    right: noticed,
    what: {
      en: `${hours} h after the cut B's user typed again, and send() ${result.en}. ${knows.en}`,
      ko: `케이블이 잘린 지 ${hours}시간 뒤 B의 사용자가 다시 입력했고, send()의 결과는 ${result.ko}. ${knows.ko}`,
    },
  };
}
