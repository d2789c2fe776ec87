import fc from 'fast-check';
import { expect, test } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import type { Event } from '../../trace/event.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import { findBreaks } from '../../trace/noticed.ts';
import { Checkpoints } from './checkpoints.ts';
import { StageFold } from './fold.ts';
import type { StageModel } from './model.ts';
import { RecordingIndex } from './recording.ts';

const NAMES = ['hello', 'full-duplex', 'cut-mended', 'power-off-reboot', 'kill-unread', 'many-clients', 'datagrams'];

function indexOf(events: readonly Event[]): RecordingIndex {
  const index = new RecordingIndex({ events });
  index.grow();
  return index;
}

/** The model of a fold that begins at the first event. */
function fresh(index: RecordingIndex, cursor: number): StageModel {
  const fold = new StageFold(index);
  for (const event of index.events.slice(0, cursor)) fold.apply(event);
  return fold.model();
}

test.each(NAMES)('%s: wherever one seeks from, the stage is what a fold from the first event shows', async (name) => {
  const index = indexOf(await record(name));
  const { length } = index.events;
  fc.assert(
    fc.property(fc.array(fc.nat(length), { minLength: 1, maxLength: 12 }), (cursors) => {
      const checkpoints = new Checkpoints(index);
      for (const cursor of cursors) expect(checkpoints.at(cursor)).toEqual(fresh(index, cursor));
    }),
    { numRuns: 15 },
  );
});

test.each(NAMES)('%s: each step, forward and back, shows what a fold from the first event shows', async (name) => {
  const index = indexOf(await record(name));
  const checkpoints = new Checkpoints(index);
  const forward: StageModel[] = [];
  const last = Math.min(index.events.length, 600);
  const fold = new StageFold(index);
  for (let cursor = 0; cursor <= last; cursor++) {
    forward.push(checkpoints.at(cursor));
    expect(forward[cursor]).toEqual(fold.model());
    const event = index.events[cursor];
    if (event !== undefined) fold.apply(event);
  }
  for (let cursor = last; cursor >= 0; cursor--) expect(checkpoints.at(cursor)).toEqual(forward[cursor]);
});

test.each(NAMES)('%s: counts and breaks are those of the ledger and of the watch', async (name) => {
  const index = indexOf(await record(name));
  const ledger = new LedgerFold();
  for (const event of index.events) ledger.apply(event);
  const { channels, breaks } = new Checkpoints(index).at(index.events.length);
  expect(channels.map((channel) => channel.ledger)).toEqual(ledger.channels());
  expect(breaks).toEqual(findBreaks(index.events));
});

test('what did not change stays the same object, on the way forward, back, and after a seek', async () => {
  const index = indexOf(await record('full-duplex'));
  const checkpoints = new Checkpoints(index);
  const { length } = index.events;
  for (const [from, to] of [
    [40, 41],
    [60, 59],
    [length, 30],
    [30, length],
  ] as const) {
    const before = checkpoints.at(from);
    const after = checkpoints.at(to);
    expect(after.hosts.length).toBeGreaterThan(0);
    expect(same(before, after)).toEqual([]);
  }
  expect(checkpoints.at(50)).toBe(checkpoints.at(50));
});

/** Hosts, processes, sockets, channels and cables that are equal and yet not the same object. */
function same(one: StageModel, other: StageModel): string[] {
  const wrong: string[] = [];
  const hold = (what: string, a: readonly unknown[], b: readonly unknown[]) => {
    b.forEach((part, i) => {
      if (part !== a[i] && JSON.stringify(part) === JSON.stringify(a[i])) wrong.push(`${what} ${i}`);
    });
  };
  hold('host', one.hosts, other.hosts);
  hold('channel', one.channels, other.channels);
  hold('cable', one.cables, other.cables);
  one.hosts.forEach((host, i) => {
    hold('process', host.processes, other.hosts[i]?.processes ?? []);
    hold('socket', host.sockets, other.hosts[i]?.sockets ?? []);
  });
  return wrong;
}

test('a recording that grows: what becomes of a frame is shown as soon as the recording knows', async () => {
  const all = await record('hello');
  const events: Event[] = [];
  const index = new RecordingIndex({ events });
  const checkpoints = new Checkpoints(index);
  const sent = all.findIndex(({ kind }) => kind === 'frame.sent');
  events.push(...all.slice(0, sent + 1));
  index.grow();
  expect(checkpoints.at(sent + 1).cables[0]?.frames).toMatchObject([{ n: sent + 1, protocol: 'arp', fate: undefined }]);
  events.push(...all.slice(sent + 1));
  index.grow();
  const fate = { kind: 'delivered', at: 5_000_000 };
  expect(checkpoints.at(sent + 1).cables[0]?.frames).toMatchObject([{ n: sent + 1, fate }]);
});
