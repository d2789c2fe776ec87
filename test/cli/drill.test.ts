import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTrace } from '../../src/trace/jsonl.ts';
import { file, folder, halfopen } from './halfopen.ts';

const HOLDS = `
 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0...0.1 connect(3, ..., ...) = 0
+0 > S 0:0(0) <...>
+.1 < S. 0:0(0) ack 1 win 65535 <mss 1460>
+0 > . 1:1(0) ack 1
+0 \`ip route flush cache\`
+0 %{ print(tcpi_snd_mss) }%
`;
const FAILS = `${HOLDS}+0 write(3, ..., SIZE) = 10\n+0 > P. 1:11(10) ack 2\n`;

describe('halfopen drill', () => {
  test('a folder of scripts: a line for each that does not hold, and the count', async () => {
    const scripts = join(folder(), 'scripts');
    mkdirSync(join(scripts, 'inner'), { recursive: true });
    writeFileSync(join(scripts, 'a.pkt'), HOLDS);
    writeFileSync(join(scripts, 'inner', 'b.pkt'), FAILS);
    const { status, stdout, stderr } = await halfopen(['drill', scripts, '--define', 'SIZE=10']);
    expect(stderr).toBe('');
    expect(status).toBe(1);
    const path = join(scripts, 'inner', 'b.pkt');
    expect(stdout).toContain(`${path}:10: expected > P. 1:11(10) ack 2 at 0.100, got > P. 1:11(10) ack 1 at 0.100`);
    expect(stdout).toMatch(/^1 held, 1 did not, in \d+ ms$/m);
  });

  test('a script that holds; its notes; its trace, which any reader of traces reads', async () => {
    const trace = join(folder(), 'drill.jsonl');
    const path = file('holds.pkt', HOLDS);
    const { status, stdout } = await halfopen(['drill', path, '--notes', '--trace', trace]);
    expect(status).toBe(0);
    expect(stdout).toContain(`${path}: ignored: ip route flush cache`);
    expect(stdout).toContain(`${path}: 1460`);
    const kinds = readTrace(readFileSync(trace, 'utf8')).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'frame.sent')).toHaveLength(3);
    expect(kinds).toContain('call.returned');
    expect((await halfopen(['replay', trace])).status).toBe(0);
  });

  test('what is wrong with the command line is one line, in the language of the user', async () => {
    const none = join(folder(), 'none');
    mkdirSync(none, { recursive: true });
    expect(await halfopen(['drill', none])).toMatchObject({
      status: 2,
      stderr: `halfopen: ${none}: there is no script (.pkt) there\n`,
    });
    expect((await halfopen(['drill', './nowhere.pkt', '--lang', 'ko'])).stderr).toMatch(
      /^halfopen: .*nowhere\.pkt.*\n$/,
    );
    const path = file('two.pkt', HOLDS);
    expect((await halfopen(['drill', path, path, '--trace', 'x.jsonl'])).stderr).toContain('--trace is for one script');
    expect((await halfopen(['drill', path, '--define', 'X'])).stderr).toContain('NAME=VALUE');
  });
});
