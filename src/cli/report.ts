/** The texts around the picture of a run: its head, its expectations, its summary; and a run told in few lines. */
import { MILLISECOND } from '../base/time.ts';
import type { Scenario } from '../system/scenario.ts';
import { barLines } from './bars.ts';
import { diagramOf } from './diagram/rows.ts';
import type { RunDocument } from './document.ts';
import type { Execution } from './execute.ts';
import { wordsIn } from './messages.ts';
import type { Look, Seen } from './picture.ts';
import { breakLines, callLines, momentLines } from './story-lines.ts';
import { widthOf, wrap } from './width.ts';

/** 'full-buffer · The send buffer is full ━━━ S12', and what it is about. */
export function headLines(scenario: Scenario, { width, language, paint }: Look): string[] {
  const left = `━━ ${scenario.name} · ${scenario.title[language]} `;
  const right = ` ${scenario.story.join(' ')}`;
  const rule = '━'.repeat(Math.max(3, width - widthOf(left) - widthOf(right)));
  return [paint.bold(left + rule + right), ...wrap(scenario.text[language], width)];
}

/** What the scenario shows, each with ✓ or ✗ and its claim of the story. */
export function expectationLines({ expectations }: Pick<RunDocument, 'expectations'>, look: Look): string[] {
  const { width, language, paint } = look;
  const lines = expectations.flatMap(({ text, story, ok }) => {
    const [first = '', ...more] = wrap(text, width - 10);
    const mark = ok ? paint.good('✓') : paint.bad('✗');
    return [`  ${mark} ${story.padEnd(4)} ${first}`, ...more.map((line) => `         ${line}`)];
  });
  return [paint.bold(wordsIn(language).headExpectations), ...lines];
}

/** Whether all expectations hold, how long it took, and how to repeat it. */
export function summaryLine(document: RunDocument, events: number, { language, paint }: Look): string {
  const words = wordsIn(language);
  const failed = document.expectations.filter(({ ok }) => !ok).length;
  const verdict =
    failed === 0
      ? paint.good(words.allHold(document.expectations.length))
      : paint.bad(words.someFail(failed, document.expectations.length));
  const [virtual = '', wall = ''] = [document.virtualMs, document.wallMs].map((ms) => words.duration(ms * MILLISECOND));
  return `${verdict}; ${words.summary(virtual, wall, document.seed, words.number(events))}`;
}

/** A run in few lines: calls, where the bytes were, breaks and who noticed, expectations. */
export function storyLines(
  { scenario, run, document }: Pick<Execution, 'scenario' | 'run' | 'document'>,
  seen: Seen,
  during: (at: number) => readonly string[],
  look: Look,
): string[] {
  const { width, language, paint } = look;
  const words = wordsIn(language);
  const indent = (line: string): string => `  ${line}`;
  const lines = [...headLines(scenario, look), '', ...callLines(run.result.processes, width - 2, words).map(indent)];
  const moments = momentLines(diagramOf(seen.events, language).rows, during, words);
  const channels = seen.ledger.filter((ledger) => (ledger.requested ?? ledger.received ?? 0) > 0).slice(0, 4);
  const bytes = moments.length > 0 ? moments : channels.flatMap((ledger) => barLines(ledger, width - 2, words));
  if (bytes.length > 0) lines.push('', paint.bold(words.headLedger), ...bytes.map(indent));
  if (seen.breaks.length > 0)
    lines.push('', paint.bold(words.headBreaks), ...breakLines(seen.breaks, words).map(indent));
  return [...lines, '', ...expectationLines(document, look)];
}
