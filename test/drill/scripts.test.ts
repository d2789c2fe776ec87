/** Every script of test/scripts holds on our stack; and what a script says decides: changed, it does not hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drill } from '../../src/drill/drill.ts';

const FOLDER = new URL('../scripts/', import.meta.url).pathname;
const SCRIPTS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.pkt'))
  .sort();

test.each(SCRIPTS)('%s', (name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const { message, line } = drill(text);
  expect(message === undefined ? '' : `${name}:${line}: ${message}`).toBe('');
});

test.each(SCRIPTS)('%s does not hold when the last packet of ours, or the last result, is another', (name) => {
  const lines = readFileSync(join(FOLDER, name), 'utf8').trimEnd().split('\n');
  // Not our SYN, whose numbers the script only names, nor a call that brings a descriptor, which has the script's number.
  const last = lines.findLastIndex(
    (line) =>
      (/ > [-.FPRUEWA]/.test(line) || /\) = -?\d/.test(line)) && !/ (?:socket|accept|epoll_create)\(/.test(line),
  );
  const changed = lines.map((line, index) => (index === last ? other(line) : line));
  const outcome = drill(changed.join('\n'));
  expect(outcome.ok).toBe(false);
  expect(outcome.line).toBe(last + 1);
});

/** The line with another sequence number, or another result. */
function other(line: string): string {
  const packet = line.match(/^(.* > \S+ )(\d+):(\d+)(\(\d+\).*)$/);
  if (packet === null)
    return line.replace(/\) = (-?\d+)(?: E[A-Z]+ \([^)]*\))?/, (_, result) => `) = ${Number(result) + 77}`);
  const [, head = '', from = '', to = '', tail = ''] = packet;
  return `${head}${Number(from) + 7777}:${Number(to) + 7777}${tail}`;
}
