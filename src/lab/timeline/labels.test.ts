import { expect, test } from 'vitest';
import { CHARACTER, Labels } from './labels.ts';

test('a text that would lie on the one before it moves behind it while what it names reaches so far, or is left out', () => {
  const labels = new Labels();
  expect(labels.place('calls', 100, 'listen')).toBe(100);
  const behind = labels.place('calls', 130, 'accept', 400);
  expect(behind).toBeGreaterThanOrEqual(100 + 6 * CHARACTER);
  expect(labels.place('calls', 150, 'recv', 180)).toBeUndefined();
  expect(labels.place('calls', 150, 'recv')).toBeUndefined();
  expect(labels.place('other', 150, 'recv')).toBe(150);
});
