/** docs/measurements/table.md names a test for every row of docs/linux-behaviour.md, and for every attack: is it so? */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, sourcesIn } from '../structure/source.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const PAGE = read('docs/measurements/table.md');

/** First cell and the rest of each line of a table whose first cell is like `shape`. */
function rowsOf(page: string, shape: RegExp): [id: string, rest: string][] {
  return page.split('\n').flatMap((line) => {
    const [, id, rest] = /^\| ([^|]+?) \|(.*)\|$/.exec(line) ?? [];
    return id !== undefined && rest !== undefined && shape.test(id) ? [[id, rest] as [string, string]] : [];
  });
}

const part = (title: string): string => PAGE.split(/^## /m).find((text) => text.startsWith(title)) ?? '';

test('every row of the measured table stands on the page once, in order', () => {
  const measured = rowsOf(read('docs/linux-behaviour.md'), /^\d+ M$/).map(([id]) => id.replace(' M', ''));
  expect(measured.length).toBeGreaterThan(45);
  const [before = ''] = PAGE.split(/^## /m);
  expect(rowsOf(before, /^\d+$/).map(([id]) => id)).toEqual(measured);
});

test('every schedule and every rule too', () => {
  expect(rowsOf(part('Timers'), /^T\d$/).map(([id]) => id)).toEqual(['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7']);
  expect(rowsOf(part('Rules'), /^\d$/).map(([id]) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
});

test('what is named is the name of a test, or part of one; what is not shown has a reason', () => {
  const missing: string[] = [];
  for (const [id, rest] of rowsOf(PAGE, /^(T?\d+)$/)) {
    const named = [...rest.matchAll(/`([^`]+)` "([^"]+)"/g)];
    if (named.length === 0 && !/not shown: .{20}/.test(rest)) missing.push(`${id}: no test, no reason`);
    for (const [, file = '', name = ''] of named) {
      const path = file.includes('/') ? `${file}.test.ts` : `test/matrix/${file}.test.ts`;
      if (!existsSync(join(ROOT, path))) missing.push(`${id}: there is no ${path}`);
      else if (!read(path).includes(name)) missing.push(`${id}: ${path} has no "${name}"`);
    }
  }
  expect(missing).toEqual([]);
});

test('every attack V1 to V22 has a test that is named by its number', () => {
  const attacks = sourcesIn('test/attacks').map(({ text }) => text);
  attacks.push(read('test/rfc9293/3.10.7-state-matrix.test.ts'));
  for (let v = 1; v <= 22; v++) {
    const name = new RegExp(`^(?:test|test\\.each\\(.*\\))\\(\\s*['"\`]V${v}[: ]`, 'm');
    expect(
      attacks.some((text) => name.test(text)),
      `V${v}`,
    ).toBe(true);
  }
});
