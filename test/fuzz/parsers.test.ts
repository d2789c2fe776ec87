import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTrace } from '../../src/trace/jsonl.ts';
import { Chance } from './chance.ts';
import { broken, tryFrame, tryPython, tryScript, tryTrace, type Verdict } from './parsers.ts';

/** How many of each `npm test` breaks; HALFOPEN_FUZZ_PARSERS=1000000 breaks more. */
const TIMES = Number(process.env['HALFOPEN_FUZZ_PARSERS'] ?? 4000);
const FIRST = Number(process.env['HALFOPEN_FUZZ_FROM'] ?? 1);
const TIMEOUT = 120_000 + TIMES * 20;

const PYTHON = [
  'assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd',
  'assert 0 < tcpi_rtt < 100000 and (tcpi_options & 4) != 0',
  'x = tcpi_unacked\nassert abs(x - 3) <= 1 or not x >> 2 == 5\nprint(x, "packets")',
  'assert max(1, tcpi_retrans, -2) == (3 if tcpi_lost else ~7 ** 2 // 3 % 5)',
] as const;

function samples(folder: string, ending: string): [string, ...string[]] {
  const path = join(import.meta.dirname, '..', folder);
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));
  const [first, ...others] = names.sort().map((name) => readFileSync(join(path, name), 'utf8'));
  if (first === undefined) throw new Error(`there is no *${ending} in ${folder}`);
  return [first, ...others];
}

/** How many were read and how many refused. */
function count(what: string, seeds: number, attempt: (chance: Chance) => Verdict): Record<Verdict, number> {
  const counts = { read: 0, refused: 0 };
  for (let seed = FIRST; seed < FIRST + seeds; seed++) {
    try {
      counts[attempt(new Chance(seed, what))]++;
    } catch (error) {
      const again = `HALFOPEN_FUZZ_FROM=${seed} HALFOPEN_FUZZ_PARSERS=1 npx vitest run test/fuzz/parsers.test.ts`;
      throw new Error(`${what}: seed ${seed} is not refused as it should be; this repeats it: ${again}`, {
        cause: error,
      });
    }
  }
  return counts;
}

test('a broken script is read, or refused with its line, and nothing else', { timeout: TIMEOUT }, () => {
  const scripts = samples('scripts', '.pkt');
  const { read, refused } = count('script', TIMES, (chance) => tryScript(broken(chance, scripts)));
  if (TIMES > 1000) expect(Math.min(read, refused)).toBeGreaterThan(TIMES / 20);
});

test('a broken piece of Python is run, or refused, and nothing else', { timeout: TIMEOUT }, () => {
  const [first, ...others] = PYTHON;
  const { read, refused } = count('python', TIMES, (chance) => tryPython(broken(chance, [first, ...others])));
  if (TIMES > 1000) expect(Math.min(read, refused)).toBeGreaterThan(TIMES / 50);
});

test('a broken trace is read, or refused with its line; of what is read all can be made', { timeout: TIMEOUT }, () => {
  // Of a few lines, so that some are still traces when they are broken.
  const traces = samples('golden', '.jsonl').map((text) => `${text.split('\n').slice(0, 30).join('\n')}\n`);
  const [first = '', ...others] = traces;
  const { read, refused } = count('trace', TIMES, (chance) => tryTrace(broken(chance, [first, ...others])));
  if (TIMES > 1000) expect(Math.min(read, refused)).toBeGreaterThan(TIMES / 50);
});

test('broken frames have words for people', { timeout: TIMEOUT }, () => {
  const frames = samples('golden', '.jsonl').flatMap((text) =>
    readTrace(text).flatMap((event) =>
      event.kind === 'frame.sent' ? [Uint8Array.from(Buffer.from(event.bytes, 'base64'))] : [],
    ),
  );
  const [first, ...others] = frames;
  if (first === undefined) throw new Error('there is no frame in the golden traces');
  const { read } = count('frame', TIMES * 5, (chance) => {
    tryFrame(chance, [first, ...others]);
    return 'read';
  });
  expect(read).toBe(TIMES * 5);
});

test('ten times the text is about ten times the work, also of texts made to be hard', () => {
  // What would be told is a hang, so the measure is a limit of the test's own time and not of any of these.
  const hard = ['(', '[', '{', '"a', '`', '<', '+0 ', '1.', '/*', '%{ ', '... ', 'a=', '\n', ' ', '<mss 1,', '-', '0x'];
  for (const part of hard) {
    expect(['read', 'refused'], part).toContain(tryScript(part.repeat(20_000)));
    expect(['read', 'refused'], part).toContain(tryTrace(part.repeat(20_000)));
  }
});

test('values in values in values are refused, and do not end the stack', () => {
  for (const part of ['[', '{', 'f(', '{a=', '[{', 'htons([']) {
    for (const head of ['0 close(', '0 close(3, ', '0 close(3) = ']) {
      expect(tryScript(head + part.repeat(30_000)), head + part).toBe('refused');
    }
  }
  for (const part of ['(', '-', 'not ', '2**', 'min(', '1 if (', '1 if 1 else ', '0 or ', '1 < ']) {
    expect(tryPython(`assert ${part.repeat(30_000)}`), part).toBe('refused');
  }
  const header = '{"halfopen":"trace","version":1,"frames":"whole"}';
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  for (const field of ['profile', 'unheard-of']) {
    const started = `{"n":1,"at":0,"host":"","cause":0,"kind":"world.started","version":1,"${field}":${deep}}`;
    expect(tryTrace(`${header}\n${started}\n`), field).toBe('refused');
  }
});
