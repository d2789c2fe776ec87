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

test('where the whole text has no room, its short form has', () => {
  const labels = new Labels();
  labels.place('calls', 0, 'connect');
  const [text, at] = labels.first('calls', 47, ['send → 20', 'send'], 100);
  expect(text).toBe('send');
  expect(at).toBeGreaterThanOrEqual(7 * CHARACTER);
  expect(labels.first('calls', 101, ['send → 20', 'send'], 101)).toEqual(['send → 20', 101]);
  expect(labels.first('calls', 110, ['send → 20', 'send'], 140)).toEqual(['send', undefined]);
});
