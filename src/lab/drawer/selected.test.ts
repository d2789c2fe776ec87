import { expect, test } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import type { PlaceName } from '../../trace/where.ts';
import { ByteHistory } from './byte-history.ts';
import { journeyOf } from './journey.ts';
import { placesOf } from './places.ts';

const never = () => false;

/** Of how many bytes of a channel it says that they are in each place, at each cursor. */
async function countAll(name: string) {
  const events = await record(name);
  const end = new LedgerFold();
  for (const event of events) end.apply(event);
  const { channel: called = '', requested = 0 } = end.channels()[0] ?? {};
  const histories = Array.from({ length: requested }, (_, offset) => new ByteHistory(events, called, offset));
  const fold = new LedgerFold();
  const rows = [];
  for (const [index, event] of events.entries()) {
    fold.apply(event);
    const found: Partial<Record<PlaceName, number>> = {};
    for (const history of histories) {
      history.goTo(index + 1, never);
      for (const { place } of history.places ?? []) found[place] = (found[place] ?? 0) + 1;
    }
    rows.push({ n: event.n, found, ledger: fold.channels()[0] });
  }
  return rows;
}

const ALL = ['copy', 'acknowledged', 'kill-unread', 'power-off-reboot'];

test.each(ALL)('%s: the places of all bytes, one by one, are what the ledger counts', async (name) => {
  for (const { n, found, ledger } of await countAll(name)) {
    const counts = placesOf(ledger);
    const known = { waiting: found['application-buffer'] ?? 0, unread: found['receive-buffer'] ?? 0 };
    expect(known, `after event ${n}`).toEqual({ waiting: counts.waiting, unread: counts.unread });
    expect(found['out-of-order'] ?? 0, `after event ${n}`).toBe(counts.outOfOrder);
    expect(found.program ?? 0, `after event ${n}`).toBe(counts.read);
    if (found.discarded === undefined && ledger?.written !== undefined) {
      expect(found['send-buffer'] ?? 0, `after event ${n}`).toBe(ledger.written - (ledger.acknowledged ?? 0));
    }
  }
});

test('a byte is found again when one goes back', async () => {
  const events = await record('copy');
  const fold = new LedgerFold();
  for (const event of events) fold.apply(event);
  const history = new ByteHistory(events, fold.channels()[0]?.channel ?? '', 3);
  const forth = events.map((_, index) => {
    history.goTo(index + 1, never);
    return history.places;
  });
  for (const cursor of [events.length, 30, 31, 12, 1]) {
    while (!history.goTo(cursor, () => true));
    expect(history.places).toEqual(forth[cursor - 1]);
  }
  expect(forth[0]).toBeUndefined();
});

test('the way of a datagram: the call that sent it, its frame, its arrival, and the call that got it', async () => {
  const events = await record('datagrams');
  // Before the first one came ARP, and one is lost.
  const isCall = (n: number) => events.some((event) => event.n === n && event.kind === 'call.entered');
  const arrives = (n: number) => events.some((event) => event.kind === 'frame.delivered' && event.frame === n);
  const sent = events.find(({ kind, n, cause }) => kind === 'frame.sent' && isCall(cause) && arrives(n));
  if (sent === undefined) throw new Error('no datagram was sent');
  const whole = journeyOf(events, sent.n, events.length);
  expect(whole.map(({ kind }) => kind).slice(0, 3)).toEqual(['call.entered', 'frame.sent', 'frame.delivered']);
  expect(whole.length).toBeGreaterThan(3);
  // Nothing of what lies ahead.
  const index = events.indexOf(sent);
  expect(journeyOf(events, sent.n, index + 1).at(-1)).toBe(sent);
  expect(journeyOf(events, sent.n, index)).not.toContain(sent);
});
