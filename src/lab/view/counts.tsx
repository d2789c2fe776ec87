/** The stage in words, for those who do not see it: a table of the counts, and one sentence when the picture stands still. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../language.ts';
import type { ChannelView, ProcessView } from '../stage/model.ts';
import { blockedWords, isBlocked, openCall, SCROLLS } from './program.tsx';
import { number, WORDS } from './words.ts';

const COLUMNS = ['waiting', 'unsent', 'unacknowledged', 'inFlight', 'outOfOrder', 'unread', 'read'] as const;

export function Counts({ channels }: { readonly channels: readonly ChannelView[] }) {
  return (
    <details class="stage-counts">
      <summary>{t(WORDS.counts)}</summary>
      <section class="stage-counts-box" {...SCROLLS} aria-label={t(WORDS.counts)}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t(WORDS.channel)}</th>
              {COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {t(WORDS[column])}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {channels.map(({ name, ledger }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {COLUMNS.map((column) => (
                  <td key={column}>{number(ledger[column] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

/** What is worth a word now. */
export function sentenceOf(channels: readonly ChannelView[], processes: readonly ProcessView[]): string {
  const words = channels.map(({ from, to, ledger }) => {
    const parts = COLUMNS.filter((column) => (ledger[column] ?? 0) > 0).map(
      (column) => `${number(ledger[column] ?? 0)} ${t(WORDS[column])}`,
    );
    const ends = [from.host ?? from.endpoint, to.host ?? to.endpoint] as const;
    return t(WORDS.liveChannel(...ends, parts.length === 0 ? t(WORDS.nothingMoves) : parts.join(', ')));
  });
  for (const process of processes) {
    const open = openCall(process);
    if (open !== undefined && isBlocked(open)) words.push(`${process.name}: ${t(blockedWords(open))}.`);
  }
  return words.join(' ');
}

/** Said once the picture has stood still for a moment: never a word for each of a thousand events. */
export function Live({ words }: { readonly words: string }) {
  const [said, say] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => say(words), 700);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <p class="visually-hidden" aria-live="polite">
      {said}
    </p>
  );
}
