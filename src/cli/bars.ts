/**
 * The ledger of a channel as a bar: where its bytes are, from those that were read (left, at the receiver) to those
 * that still wait in the sender's program (right). Each place has its own character, so that grey paper is enough.
 *
 *   B:49152>A:7000  ████████▓▓▓▓▓▓▓▓░░░░░░░░··········
 *                   █ read 8 · ▓ unread 32 · ░ unsent 32 · · waiting 28        100 B
 */
import type { ChannelLedger } from '../system/scenario.ts';
import type { Words } from './messages.ts';
import { PLACES, type Place } from './places.ts';
import { padEnd } from './width.ts';

const PATTERN: { readonly [P in Place]: string } = {
  read: '█',
  unread: '▓',
  outOfOrder: '▚',
  inFlight: '▒',
  unsent: '░',
  waiting: '·',
};

/** The channel's bar, its figures, and what it has lost; lines. */
export function barLines(ledger: ChannelLedger, width: number, words: Words): string[] {
  const name = padEnd(ledger.channel, Math.min(28, width >> 1));
  const indent = ' '.repeat(name.length + 2);
  const lines = [`${name}  ${bar(ledger, width - indent.length)}`, `${indent}${figures(ledger, words)}`];
  if ((ledger.unacknowledged ?? 0) > 0) lines.push(`${indent}${words.unacknowledged(ledger.unacknowledged ?? 0)}`);
  for (const { where, bytes } of ledger.discarded) lines.push(`${indent}✕ ${words.discarded(bytes, where)}`);
  return lines;
}

/** 'B→A  8 read · 32 unread', for one line; undefined if the channel has never had a byte, or all of them are read. */
export function restingLine(ledger: ChannelLedger, words: Words): string | undefined {
  const some = PLACES.some((place) => place !== 'read' && (ledger[place] ?? 0) > 0) || (ledger.unacknowledged ?? 0) > 0;
  if (!some) return undefined;
  const [from = '', to = ''] = ledger.channel.split('>').map((end) => end.split(':')[0] ?? '');
  // Bytes that lie at both ends at once.
  const unacknowledged = ledger.unacknowledged ?? 0;
  const kept = unacknowledged > (ledger.inFlight ?? 0) ? ` (${words.unacknowledged(unacknowledged)})` : '';
  return `${from}→${to}  ${bar(ledger, 24)}  ${figures(ledger, words)}${kept}`;
}

function figures(ledger: ChannelLedger, words: Words): string {
  const parts = PLACES.flatMap((place) => {
    const bytes = ledger[place];
    if (bytes === undefined) return [`${PATTERN[place]} ${words.place(place)} ?`];
    return bytes === 0 ? [] : [`${PATTERN[place]} ${words.place(place)} ${words.number(bytes)}`];
  });
  return parts.length === 0 ? words.nothing : parts.join('  ');
}

/** Shares of the width in proportion to the bytes, at least one column for a place that has any. */
function bar(ledger: ChannelLedger, width: number): string {
  const counts = PLACES.map((place) => ledger[place] ?? 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return '';
  const room = Math.min(width, 48, total);
  const shares = counts.map((count) => (count === 0 ? 0 : Math.max(1, Math.round((count / total) * room))));
  // Rounding may give a column too many or too few: the largest share takes it.
  const largest = shares.indexOf(Math.max(...shares));
  shares[largest] = Math.max(1, (shares[largest] ?? 0) + room - shares.reduce((sum, share) => sum + share, 0));
  return PLACES.map((place, index) => PATTERN[place].repeat(shares[index] ?? 0)).join('');
}
