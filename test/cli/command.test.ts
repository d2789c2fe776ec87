/** The command line: what it prints, how it ends, and what it says of mistakes. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodePlatform } from '../../src/node-platform.ts';
import { findScenario, SCENARIOS } from '../../src/scenarios/index.ts';
import { runScenario } from '../../src/sim/scenario-run.ts';
import { BIN, execute, file, folder, halfopen, scenarioFile } from './halfopen.ts';

/** In a clone the first command builds, and says so on stderr. */
beforeAll(() => halfopen(['--version']));

describe('halfopen list', () => {
  test('names every scenario with its claims', async () => {
    const { status, stdout } = await halfopen(['list']);
    expect(status).toBe(0);
    for (const { name, title } of SCENARIOS) {
      expect(stdout).toMatch(new RegExp(`^${name} +${title.en.replace(/[()]/g, '\\$&')}`, 'm'));
    }
  });

  test('speaks Korean by --lang and by the locale', async () => {
    const [byOption, byLocale, byOther] = await Promise.all([
      halfopen(['list', '--lang', 'ko']),
      halfopen(['list'], { env: { LC_ALL: 'ko_KR.UTF-8' } }),
      halfopen(['--lang=en', 'list'], { env: { LC_ALL: 'ko_KR.UTF-8' } }),
    ]);
    expect(byOption.stdout).toContain('한 줄씩 주고받기');
    expect(byLocale.stdout).toBe(byOption.stdout);
    expect(byOther.stdout).toContain('One line each way');
  });
});

describe('halfopen run', () => {
  test('--json prints the one document, and nothing else', async () => {
    const { status, stdout, stderr } = await halfopen(['run', 'hello', '--seed', '7', '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const document = JSON.parse(stdout);
    expect(Object.keys(document)).toEqual([
      'scenario',
      'seed',
      'ok',
      'virtualMs',
      'wallMs',
      'traceHash',
      'expectations',
      'processes',
      'breaks',
      'ledger',
    ]);
    expect(document).toMatchObject({ scenario: 'hello', seed: 7, ok: true, breaks: [] });
    expect(document.traceHash).toMatch(/^[0-9a-f]{64}$/);
    for (const expectation of document.expectations) expect(Object.keys(expectation)).toEqual(['text', 'story', 'ok']);
    const client = document.processes.find(({ name }: { name: string }) => name === 'client');
    expect(Object.keys(client)).toEqual(['host', 'name', 'exit', 'calls']);
    const send = client.calls.find(({ call }: { call: string }) => call === 'send');
    expect(send).toEqual({ call: 'send', atMs: expect.any(Number), returnedAtMs: expect.any(Number), result: 12 });
  });

  test('a break tells who noticed, by which call, after how long', async () => {
    const { stdout } = await halfopen(['run', 'kill-idle', '--json']);
    const [broken] = JSON.parse(stdout).breaks;
    expect(Object.keys(broken)).toEqual(['kind', 'target', 'atMs', 'noticed']);
    expect(broken.noticed[0]).toEqual({ process: 'server', call: 'recv', result: 0, afterMs: expect.any(Number) });
  });

  test('the same seed gives the same trace, another seed another one', async () => {
    const hashes = await Promise.all(
      ['1', '1', '2'].map(
        async (seed) => JSON.parse((await halfopen(['run', 'copy', '--seed', seed, '--json'])).stdout).traceHash,
      ),
    );
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });

  test('watches programs without changing what happens: its trace is that of the same run anywhere else', async () => {
    const { traceHash } = JSON.parse((await halfopen(['run', 'many-clients', '--json'])).stdout);
    const scenario = findScenario('many-clients');
    if (scenario === undefined) throw new Error('many-clients is gone');
    expect((await runScenario(nodePlatform, scenario)).world.trace.hash()).toBe(traceHash);
  });

  test('ends with 1 when an expectation does not hold, and says which', async () => {
    const { status, stdout } = await halfopen(['run', 'copy', '--set', 'overwrite=before-send']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/✗ S9/);
    expect(stdout).toMatch(/✓ S11/);
  });

  test('runs any scenario over IPv6', async () => {
    const { status, stdout } = await halfopen(['run', 'hello', '--set', 'family=ipv6', '--json']);
    expect(status).toBe(0);
    const { processes } = JSON.parse(stdout);
    expect(processes[1].exit.value).toMatchObject({ local: { address: 'fd00::2' }, remote: { address: 'fd00::1' } });
  });

  test('draws calls, segments, silence, the ledger and the expectations, in both languages', async () => {
    const [en, ko] = await Promise.all([
      halfopen(['run', 'full-buffer']),
      halfopen(['run', 'full-buffer', '--lang', 'ko']),
    ]);
    expect(en.status).toBe(0);
    expect(en.stdout).toMatch(/\[S\] win \d+ mss/);
    expect(en.stdout).toMatch(/send\(100\)/);
    expect(en.stdout).toMatch(/┆ [\d.]+ ms ┆/);
    expect(en.stdout).toMatch(/unread 32/);
    expect(ko.stdout).toMatch(/읽기 전 32/);
    expect(ko.stdout).toMatch(/바이트 장부/);
  });

  test('--trace writes what replay draws again, and its SHA-256 is the hash; --pcap writes a capture', async () => {
    const place = folder();
    const [trace, pcap] = [join(place, 'run.jsonl'), join(place, 'run.pcap')];
    const run = await halfopen(['run', 'cut-mended', '--trace', trace, '--pcap', pcap]);
    const { traceHash } = JSON.parse((await halfopen(['run', 'cut-mended', '--json'])).stdout);
    expect(createHash('sha256').update(readFileSync(trace)).digest('hex')).toBe(traceHash);
    // Nanosecond timestamps, little-endian (pcap-savefile(5)).
    expect(readFileSync(pcap).readUInt32LE(0)).toBe(0xa1b23c4d);
    const replay = await halfopen(['replay', trace]);
    expect(replay.status).toBe(0);
    const lines = replay.stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(20);
    expect(run.stdout).toContain(lines.join('\n'));
    expect(readdirSync(place).sort()).toEqual(['run.jsonl', 'run.pcap']);
  });

  test('a file of the user goes through the bad cable whole', async () => {
    const path = file('data.bin', 'x'.repeat(100_000));
    const { status, stdout } = await halfopen(['run', 'file', '--set', `path=${path}`, '--json']);
    expect(status).toBe(0);
    const server = JSON.parse(stdout).processes.find(({ name }: { name: string }) => name === 'server');
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    expect(server.exit.value).toMatchObject({ bytes: 100_000, sha256 });
  });

  test('a reader that goes away is no error', async () => {
    const { status, stdout, stderr } = await execute('sh', ['-c', `node ${BIN} run hello | head -1`]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('a mistake is one line on stderr and exit status 2', () => {
  const trace = file('no-trace.jsonl', '{"halfopen":"trace","version":1,"frames":"heads"}\n{"n":1}\n');
  test.concurrent.each([
    [['run', 'helo'], /no scenario is named 'helo'; did you mean 'hello'\?/],
    [['run', './none.js'], /cannot read \.\/none\.js: ENOENT/],
    [['run', 'hello', '--set', 'size=linux'], /'hello' has no parameter 'size'; did you mean 'sizes'\?/],
    [['run', 'hello', '--set', 'sizes=huge'], /--set sizes=huge: allowed is teaching \| linux/],
    [['run', 'hello', '--set', 'acceptAfter=soon'], /--set acceptAfter=soon: allowed is '5ms'/],
    [['run', 'hello', '--set', 'waitAll=yes'], /--set waitAll=yes: allowed is true \| false/],
    [['run', 'hello', '--set', 'port=many'], /--set port=many: allowed is a number/],
    [['run', 'hello', '--set', 'port=70000'], /--set port=70000: allowed is 1 … 65535/],
    [['run', 'hello', '--set', 'port'], /--set port: must be name=value/],
    [['run', 'hello', '--set', 'family=ipx'], /--set family=ipx: allowed is ipv4 \| ipv6/],
    [['run', 'file', '--set', 'path=/none'], /cannot read \/none: ENOENT/],
    [['run', 'cut-idle', '--without', 'cutt'], /'cut-idle' has no fault 'cutt'; did you mean 'cut'\?/],
    [['run', 'hello', '--seed', 'x'], /--seed x: must be an integer of at least 0/],
    [['run', 'hello', '--trace', '/none/x.jsonl'], /cannot write \/none\/x\.jsonl: ENOENT/],
    [['run', 'hello', '--jsn'], /unknown option --jsn; did you mean --json\?/],
    [['run'], /argument <scenario> is missing/],
    [['rnu', 'hello'], /unknown command 'rnu'; did you mean 'run'\?/],
    [['list', '--lang', 'fr'], /--lang fr: allowed is en, ko/],
    [['replay', '/none.jsonl'], /cannot read \/none\.jsonl: ENOENT/],
    [['replay', trace], /no-trace\.jsonl: no trace: /],
    [['where', 'hello', 'B>C', '0'], /no channel is 'B>C'; there are: B:\d+>A:7000, A:7000>B:\d+/],
    [['where', 'hello', 'B>A', '99'], /has 12 bytes by then: offset 99 is not among them/],
    [['where', 'hello', 'B>A', '0', '--at', 'soon'], /--at soon: must be a time/],
    [['explain', 'ECONNREST'], /no errno is named 'ECONNREST'; did you mean ECONNRESET\?/],
  ])('halfopen %j', async (args, message) => {
    const { status, stdout, stderr } = await halfopen(args);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('in Korean too', async () => {
    const { stderr } = await halfopen(['run', 'helo', '--lang', 'ko']);
    expect(stderr).toBe("halfopen: 'helo'라는 이름의 시나리오가 없습니다. 혹시 'hello'?\n");
  });
});

describe("a user's own scenario", () => {
  test('in JavaScript, outside of any package, runs', async () => {
    const path = scenarioFile('mine.js', "      os.print('hi');\n      return params.bytes;");
    const { status, stdout, stderr } = await halfopen(['run', path, '--set', 'bytes=9']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('"hi"');
  });

  test('in TypeScript runs, with a module of its own', async () => {
    const path = scenarioFile(
      'mine.ts',
      '      const bytes: number = params.bytes satisfies number;\n      return bytes as number;',
    );
    expect((await halfopen(['run', path])).status).toBe(0);
  });

  test.each([
    ['does not parse', 'const ?', /mine\.ts:11:\d+: .*(Unexpected|unexpected) token/],
    ['throws when it runs', '\n  null.x;', /mine\.ts:12:\d+: TypeError: Cannot read .* \(client\)/],
    ['asks the world for nonsense', '      await os.sleep("soon");', /mine\.ts:11:\d+: .*soon.*\(client\)/],
  ])('that %s is told with its line', async (_what, body, message) => {
    const { status, stderr } = await halfopen(['run', scenarioFile('mine.ts', body)]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });

  test('that is none is told what is missing', async () => {
    const path = file('none.js', "export default { name: 'none' };\n");
    const { status, stderr } = await halfopen(['run', path], { cwd: dirname(path) });
    expect(stderr).toContain("title: { en: '…', ko: '…' }");
    expect(status).toBe(2);
  });

  test('that waits outside for what nothing can bring is told so, at once', async () => {
    const { status, stderr } = await halfopen([
      'run',
      scenarioFile('mine.js', '      await os.outside(() => new Promise(() => {}));'),
    ]);
    expect(stderr).toMatch(/^halfopen: mine: .*os\.outside.*\n$/);
    expect(status).toBe(2);
  });

  test('that loops for ever is ended, and named', async () => {
    const { status, stderr } = await halfopen([
      'run',
      scenarioFile('mine.js', '      await os.sleep(1);\n      for (;;);'),
    ]);
    expect(stderr).toMatch(/mine.*'client'.* 10 s/);
    expect(status).toBe(2);
  });
});

describe('halfopen where', () => {
  test('tells the places of a byte at a moment, and how it came there', async () => {
    const { status, stdout } = await halfopen(['where', 'acknowledged', 'B>A', '17', '--at', '2.05s']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/send buffer, B \(sent, unacknowledged\)[\s\S]*lost on its way, cable[\s\S]*seq 17:25/);
  });
});

describe('halfopen explain', () => {
  test('tells what brings an errno about and which scenario shows it', async () => {
    const [en, ko] = await Promise.all([
      halfopen(['explain', 'ECONNRESET']),
      halfopen(['explain', 'econnreset', '--lang', 'ko']),
    ]);
    expect(en.stdout).toMatch(/ECONNRESET.*104/);
    expect(en.stdout).toContain('halfopen run kill-unread');
    expect(ko.stdout).toMatch(/[가-힣]/);
  });

  test('without a name lists them all', async () => {
    const { stdout } = await halfopen(['explain']);
    for (const name of ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'])
      expect(stdout).toContain(name);
  });
});

describe('halfopen story', () => {
  test('tells every scenario and ends with a summary', async () => {
    const { status, stdout } = await halfopen(['story']);
    expect(status).toBe(0);
    for (const { name } of SCENARIOS) expect(stdout).toContain(`━━ ${name} · `);
    expect(stdout).toMatch(/27 scenarios, (\d+) of \1 expectations hold/);
  });
});

test('--version and --help', async () => {
  const [version, help, ko] = await Promise.all([
    halfopen(['--version']),
    halfopen(['--help']),
    halfopen(['run', '--help', '--lang', 'ko']),
  ]);
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  for (const command of ['list', 'run', 'replay', 'where', 'explain', 'serve', 'story'])
    expect(help.stdout).toContain(`  ${command}`);
  expect(ko.stdout).toContain('사용법:');
  expect([version.status, help.status, ko.status]).toEqual([0, 0, 0]);
});
