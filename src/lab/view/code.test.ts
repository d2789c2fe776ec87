import { expect, test } from 'vitest';
import type { CallView } from '../stage/model.ts';
import { blocksOf, linesOf, piecesOf, programLines, resultOf } from './code.ts';

const call = (n: number, more: Partial<CallView> = {}): CallView => ({
  n,
  call: 'send',
  socket: 'tcp:3',
  connection: undefined,
  args: {},
  at: 0,
  returned: undefined,
  copied: 0,
  span: undefined,
  ...more,
});

test('the pieces of a line make up the line, whatever it holds', () => {
  for (const line of ["  const n = await socket.send('it\\'s', 20); // so", '', '`open', 'a / b // "c"'])
    expect(
      piecesOf(line)
        .map(({ text }) => text)
        .join(''),
    ).toBe(line);
  expect(piecesOf("await socket.send('x')").map(({ as }) => as)).toEqual([
    'keyword',
    'plain',
    'call',
    'plain',
    'string',
    'plain',
  ]);
});

const TEXT = [
  'async function helper(os) {',
  '  await os.sleep(1);',
  '}',
  '',
  '    main: async (os) => {',
  '      await helper(os);',
  '    },',
].join('\n');

test("a program's lines lose the indentation that all have", () => {
  const lines = linesOf(TEXT, [5, 7]).map(({ number, pieces }) => [number, pieces.map(({ text }) => text).join('')]);
  expect(lines).toEqual([
    [5, 'main: async (os) => {'],
    [6, '  await helper(os);'],
    [7, '},'],
  ]);
});

test('a function outside of the program in which it makes a call is shown below it', () => {
  const blocks = blocksOf(TEXT, [5, 7], [call(9)], new Map([[9, 2]]));
  expect(blocks).toEqual([1, 3]);
  const lines = programLines(TEXT, [5, 7], blocks.join());
  expect(lines.map(({ number, apart }) => [number, apart === true])).toEqual([
    [5, false],
    [6, false],
    [7, false],
    [1, true],
    [2, false],
    [3, false],
  ]);
});

test('a result is a count, an errno, a socket or nothing', () => {
  const of = (returned: NonNullable<CallView['returned']>) => resultOf(call(1, { returned }));
  expect(of({ n: 2, at: 0, result: 20 })).toEqual({ text: '20', bad: false });
  expect(of({ n: 2, at: 0, error: 'ECONNRESET' })).toEqual({ text: 'ECONNRESET', bad: true });
  expect(of({ n: 2, at: 0, result: { socket: 'tcp:4', local: '' } })).toEqual({ text: 'tcp:4', bad: false });
  expect(of({ n: 2, at: 0, result: null })).toEqual({ text: '', bad: false });
  expect(resultOf(call(1))).toBeUndefined();
});
