import { expect, test } from 'vitest';
import { linesOf } from './code.ts';
import { spotOf } from './literal.ts';

const bytes = (text: string): number[] => [...new TextEncoder().encode(text)];

test('a byte is found in the literal of its call, a character of three bytes by each of them', () => {
  const lines = linesOf("await socket.send('a안b');", [1, 1]);
  const sent = bytes('a안b');
  const spots = sent.map((_, at) => spotOf(lines, 1, sent, at));
  expect(spots.map((spot) => [spot?.from, spot?.to])).toEqual([
    [1, 2],
    [2, 3],
    [2, 3],
    [2, 3],
    [3, 4],
  ]);
});

test('a literal elsewhere counts if it is the only one that was sent whole', () => {
  const sent = bytes('Hello');
  const one = linesOf("const text = bytes('Hello');\nawait socket.send(text);", [1, 2]);
  expect(spotOf(one, 2, sent, 0)).toMatchObject({ line: 1, from: 1, to: 2 });
  const two = linesOf("const text = bytes('Hello');\nprint('Hello');\nawait socket.send(text);", [1, 3]);
  expect(spotOf(two, 3, sent, 0)).toBeUndefined();
});

test('what may be something else is no place: another text, an escape, a value put in, a byte that is not known', () => {
  const sent = bytes('Hello');
  expect(spotOf(linesOf("await socket.send('Hello!');", [1, 1]), 1, sent, 0)).toBeUndefined();
  expect(spotOf(linesOf("await socket.send('H\\x65llo');", [1, 1]), 1, sent, 0)).toBeUndefined();
  expect(spotOf(linesOf('await socket.send(`$' + '{name}`);', [1, 1]), 1, sent, 0)).toBeUndefined();
  expect(spotOf(linesOf("await socket.send('Hello');", [1, 1]), 1, [undefined, 101, 108, 108, 111], 0)).toBeUndefined();
});
