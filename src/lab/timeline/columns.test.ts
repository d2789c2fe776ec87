import { expect, test } from 'vitest';
import { SECOND } from '../../base/time.ts';
import type { Event } from '../../trace/event.ts';
import { RecordingIndex } from '../stage/recording.ts';
import { columnsAround } from './columns.ts';
import { firstAt } from './spans.ts';

const [STEP, GAP, SILENCE] = [22, 84, 100e6];

/** A print for each moment. */
function printsAt(moments: readonly number[]): RecordingIndex {
  const events = moments.map(
    (at, i): Event => ({ n: i + 1, at, host: 'A', cause: 0, kind: 'process.printed', process: 'p', text: '' }),
  );
  const index = new RecordingIndex({ events });
  index.grow();
  return index;
}

const noSilence = Array.from({ length: 400 }, (_, i) => i);
const allSilence = Array.from({ length: 400 }, (_, i) => i * SECOND);
const someSilence = Array.from({ length: 400 }, (_, i) => Math.floor(i / 3) * SECOND);

test.each([
  ['without silence', noSilence],
  ['with a silence before each event', allSilence],
  ['with a silence before every third event', someSilence],
])('the cursor stands inside of the window, %s', (_, moments) => {
  const index = printsAt(moments);
  for (const width of [200, 370, 1360]) {
    for (let cursor = 1; cursor <= moments.length; cursor++) {
      const columns = columnsAround(cursor, index.events, index, width, STEP, GAP, SILENCE);
      const column = columns[firstAt(columns, cursor, ({ to }) => to)];
      expect(column, `cursor ${cursor}, width ${width}`).toBeDefined();
      expect((column?.x ?? 0) + STEP, `cursor ${cursor}, width ${width}`).toBeLessThanOrEqual(width);
    }
  }
});

test('the columns of a window follow one another without a hole, a silence before its event', () => {
  const index = printsAt(someSilence);
  const columns = columnsAround(200, index.events, index, 1360, STEP, GAP, SILENCE);
  let [x, from] = [0, columns[0]?.from];
  for (const column of columns) {
    expect(column.from).toBe(from);
    expect(column.x).toBe(x + (column.silence === undefined ? 0 : GAP));
    expect(column.silence).toBe(column.from % 3 === 0 ? SECOND : undefined);
    [x, from] = [column.x + column.width, column.to];
  }
});
