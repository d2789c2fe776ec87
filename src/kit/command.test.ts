import { expect, test } from 'vitest';
import { commandOf, pattern, quoted } from './command.ts';

test('a word is quoted for the shell where it must be', () => {
  expect(['a.test.ts', 'two words', "it's"].map(quoted)).toEqual(['a.test.ts', "'two words'", String.raw`'it'\''s'`]);
});

test('a name is a pattern that matches nothing else', () => {
  expect(pattern('a (b) + c?')).toBe(String.raw`a \(b\) \+ c\?`);
});

test('where nobody tells, it is Node with its file and arguments', () => {
  expect(commandOf()).toMatch(/^node \S+/);
});
