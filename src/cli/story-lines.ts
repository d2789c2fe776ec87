/**
 * A run told in few lines: what each call returned and when, where the bytes were while nothing moved, who noticed a
 * break. Calls that say the same in a row are told once.
 *
 * Calls it: `report.ts`.
 */
import { MILLISECOND } from '../base/time.ts';
import type { BreakReport, CallReport, ProcessReport } from '../system/scenario.ts';
import { callText, resultText } from './diagram/calls.ts';
import type { Row } from './diagram/rows.ts';
import type { Words } from './messages.ts';
import { padEnd, shorten } from './width.ts';

/** More lines of one process than that are cut in the middle. */
const MOST_CALLS = 12;
const MOST_MOMENTS = 4;

/** The calls of the processes, with what they returned and when; lines. */
export function callLines(processes: readonly ProcessReport[], width: number, words: Words): string[] {
  return processes.flatMap((process) => {
    const lines = grouped(process.calls).map(({ call, last, count }) => {
      const span = [words.duration(call.atMs * MILLISECOND), ...when(call, last, words)].join(' – ');
      const many = count > 1 ? ` ${words.times(count)}` : '';
      return `${padEnd(shorten(told(call, words) + many, 52), 52)}  ${span}`;
    });
    const shown =
      lines.length <= MOST_CALLS
        ? lines
        : [...lines.slice(0, MOST_CALLS - 4), words.omitted(lines.length - MOST_CALLS + 1), ...lines.slice(-3)];
    const name = `${process.host} ${process.name}`;
    return shown.map((line, index) => shorten(`${padEnd(index === 0 ? name : '', 14)}${line}`, width));
  });
}

/** When the group ended, if that is not when it began. */
function when(first: CallReport, last: CallReport, words: Words): string[] {
  if (last.returnedAtMs === undefined) return ['…'];
  return last.returnedAtMs === first.atMs ? [] : [words.duration(last.returnedAtMs * MILLISECOND)];
}

function told(call: CallReport, words: Words): string {
  const text = callText(call.call, call.args);
  if (call.returnedAtMs === undefined) return `${text} … ${words.neverReturned}`;
  const result = call.error ?? resultText(call.result);
  return result === '' ? text : `${text} → ${result}`;
}

/** A call that took longer has a line of its own. */
const QUICK_MS = 50;

function tookMs({ atMs, returnedAtMs = Number.POSITIVE_INFINITY }: CallReport): number {
  return returnedAtMs - atMs;
}

interface Group {
  readonly call: CallReport;
  last: CallReport;
  count: number;
}

function grouped(calls: readonly CallReport[]): Group[] {
  const groups: Group[] = [];
  for (const call of calls) {
    if (call.call === 'sleep') continue;
    const previous = groups.at(-1);
    const isSame =
      previous !== undefined &&
      callText(previous.call.call, previous.call.args) === callText(call.call, call.args) &&
      (previous.call.error ?? resultText(previous.call.result)) === (call.error ?? resultText(call.result)) &&
      tookMs(previous.call) < QUICK_MS &&
      tookMs(call) < QUICK_MS;
    if (isSame) {
      previous.last = call;
      previous.count += 1;
    } else {
      groups.push({ call, last: call, count: 1 });
    }
  }
  return groups;
}

/** Where the bytes were in the longest silences, in order of time; `during` tells it for a moment. */
export function momentLines(rows: readonly Row[], during: (at: number) => readonly string[], words: Words): string[] {
  const silences = rows.flatMap((row, index) => {
    const next = rows[index + 1];
    return next !== undefined && next.at - row.at >= 100 * MILLISECOND
      ? [{ at: next.at, length: next.at - row.at }]
      : [];
  });
  const longest = silences.sort((left, right) => right.length - left.length).slice(0, 64);
  const candidates = [...longest]
    .sort((left, right) => left.at - right.at)
    .map(({ at, length }) => ({ at, length, lines: during(at - 1) }))
    .filter(({ lines }) => lines.length > 0)
    .sort((left, right) => right.length - left.length);
  // First one moment for each set of places that has bytes, then others that differ in their figures.
  const moments = new Map<string, (typeof candidates)[number]>();
  for (const key of [(text: string) => text.replace(/[^\p{L}\n→]+/gu, ' '), (text: string) => text]) {
    for (const candidate of candidates) {
      const said = key(candidate.lines.join('\n'));
      const isTold = [...moments.values()].includes(candidate);
      if (moments.size < MOST_MOMENTS && !moments.has(said) && !isTold) moments.set(said, candidate);
    }
  }
  return [...moments.values()]
    .sort((left, right) => left.at - right.at)
    .flatMap(({ at, lines }) =>
      lines.map((line, index) => `${padEnd(index === 0 ? words.duration(at) : '', 14)}${line}`),
    );
}

/** What broke, and who noticed, by which call, after how long; lines. */
export function breakLines(breaks: readonly BreakReport[], words: Words): string[] {
  return breaks.flatMap(({ kind, target, atMs, noticed }) => {
    const head = `${padEnd(words.duration(atMs * MILLISECOND), 14)}${words.breakOf(kind, target)}`;
    const notices = noticed.map(({ process, call, result, afterMs }) =>
      words.noticed(process, call, resultText(result), words.duration(afterMs * MILLISECOND)),
    );
    return [head, ...(notices.length > 0 ? notices : [words.nobodyNoticed]).map((line) => `${' '.repeat(16)}${line}`)];
  });
}
