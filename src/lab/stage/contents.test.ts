import fc from 'fast-check';
import { expect, test } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import { toBase64, utf8 } from '../../base/bytes.ts';
import type { EventOf } from '../../trace/event.ts';
import { Checkpoints } from './checkpoints.ts';
import { Contents } from './contents.ts';
import { RecordingIndex } from './recording.ts';

async function through(...args: Parameters<typeof record>): Promise<Checkpoints> {
  const index = new RecordingIndex({ events: await record(...args) });
  index.grow();
  const checkpoints = new Checkpoints(index);
  checkpoints.advance();
  return checkpoints;
}

/** What the scenario `file` sends: see there. */
function sample(length: number): number[] {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    return (mixed ^ (mixed >>> 15)) & 255;
  });
}

test('the bytes that a scenario sent are found by their offsets, before they are sent as well', async () => {
  const { contents } = await through('copy');
  const text = utf8('Hello, 안녕, TCP!!');
  expect(contents.bytes(0, 0, text.length)).toEqual([...text]);
  expect(contents.bytes(0, 7, 10)).toEqual([...utf8('안')]);
  expect(contents.bytes(0, text.length - 1, text.length + 2)).toEqual([33, undefined, undefined]);
  expect(contents.bytes(1, 0, 2)).toEqual([undefined, undefined]);
  expect(contents.bytes(9, 5, 4)).toEqual([]);
});

test('whole frames, lost ones and ones sent again among them: every byte of the file is there', async () => {
  const { contents } = await through('file', { trace: 'frames', set: { bytes: 60_000, loss: 0.05 } });
  expect(contents.bytes(0, 0, 60_000)).toEqual(sample(60_000));
});

test('of frames that were not kept whole their beginnings are known, and nothing that is wrong', async () => {
  const { contents } = await through('file', { set: { bytes: 60_000, loss: 0.05 } });
  const bytes = contents.bytes(0, 0, 60_000);
  const known = bytes.filter((byte) => byte !== undefined);
  expect(known.length).toBeGreaterThan(62);
  expect(known.length).toBeLessThan(60_000);
  const right = sample(60_000);
  bytes.forEach((byte, i) => {
    if (byte !== undefined) expect(byte).toBe(right[i]);
  });
});

/** A frame of a segment that carries these bytes. */
function frame(n: number, text: readonly number[]): EventOf<'frame.sent'> {
  const bytes = new Uint8Array(54 + text.length);
  bytes[14] = 0x45;
  bytes[46] = 0x50;
  bytes.set(text, 54);
  const stamp = { n, at: 0, host: 'A', cause: 0, interface: 'eth0', cable: 'cable' };
  return { ...stamp, kind: 'frame.sent', length: bytes.length, bytes: toBase64(bytes) };
}

test('segments that overlap in any order: each byte that any of them shows is found', () => {
  const stream = Array.from({ length: 100 }, (_, i) => (i * 7) & 255);
  const spans = fc.array(fc.tuple(fc.nat(90), fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(spans, fc.nat(100), fc.nat(100), (list, from, to) => {
      const events: EventOf<'frame.sent'>[] = [];
      const contents = new Contents(new RecordingIndex({ events }));
      const seen = new Array<number | undefined>(100).fill(undefined);
      list.forEach(([start, length], i) => {
        const end = Math.min(100, start + length);
        events.push(frame(i + 1, stream.slice(start, end)));
        const event = events[i];
        if (event !== undefined) contents.add(event, 0, { from: start, to: end });
        for (let at = start; at < end; at++) seen[at] = stream[at];
      });
      expect(contents.bytes(0, from, to)).toEqual(seen.slice(from, Math.max(from, to)));
    }),
  );
});
