import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runPython } from './statements.ts';

const NAMES: Readonly<Record<string, number>> = { tcpi_rtt: 100_000, tcpi_options: 7, A: 1 };
const run = (code: string) => runPython(code, (name) => NAMES[name]);

test.each([
  'assert tcpi_rtt == 100000',
  'assert tcpi_rtt == 100000, tcpi_rtt',
  'assert 99000 < tcpi_rtt < 101000',
  'assert (tcpi_options & 2) != 0 and not tcpi_options == 8',
  'assert abs(tcpi_rtt - 100010) <= 10',
  'assert 2 ** 3 ** 2 == 512',
  'assert -7 // 2 == -4 and -7 % 3 == 2',
  'assert 1 << 40 == 1099511627776',
  'x = 5; assert x == 5',
  'assert (1 +\n   2) == 3',
  'assert 1 == 1 # what else',
  'assert (3 if A else 4) == 3',
  'assert \'a\' == "a"',
])('%s holds', (code) => {
  expect(run(code).failed).toBeUndefined();
});

test.each([
  ['assert tcpi_rtt < 5, tcpi_rtt', 'tcpi_rtt is 100000'],
  ['assert 1 == 2', 'it is false'],
  ['assert 1 < 3 < 2', 'it is false'],
])('%s does not', (code, words) => {
  expect(run(code).failed).toContain(words);
});

test.each([
  ['import os', "'import os' is not understood"],
  ['assert what == 1', 'what is not known here'],
  ['assert (1 == 1', 'does not end'],
  ['assert open(1)', 'open() is not known'],
  ['assert 1 +', 'a value is missing'],
])('%s is refused', (code, words) => {
  expect(() => run(code)).toThrow(words);
});

test('print tells values', () => {
  expect(run('print(tcpi_rtt, A)\nprint("x")').printed).toEqual(['100000 1', 'x']);
});

test('sums and products are those of numbers', () => {
  const small = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(small, small, small, (a, b, c) => {
      expect(run(`assert ${a} + (${b}) * (${c}) == ${a + b * c}`).failed).toBeUndefined();
    }),
  );
});
