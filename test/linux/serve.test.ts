/** The command `halfopen serve` as a user meets it: a process of its own, in a network namespace of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { needs } from '../support/needs.ts';
import { until } from './live-server.ts';
import { makeNamespace, type TestNamespace } from './namespace.ts';

const HALFOPEN = fileURLToPath(new URL('../../bin/halfopen.js', import.meta.url));

const linux = needs({ root: true, tun: true, namespaces: true, programs: ['ip', 'curl', 'setpriv', 'unshare'] });

/** A running program and what it has written so far. */
class Running {
  readonly child: ChildProcess;
  out = '';
  #err = '';

  constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
    this.child.stdout?.on('data', (text) => {
      this.out += text;
    });
    this.child.stderr?.on('data', (text) => {
      this.#err += text;
    });
  }

  /** What it wrote to stderr; that a clone whose source was just changed builds itself is no part of it. */
  get err(): string {
    return this.#err.replace(/^halfopen: building [^\n]*\n/, '');
  }

  /** The exit status, or the signal's name. */
  async exit(): Promise<number | string | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode ?? this.child.signalCode;
  }
}

linux.describe('halfopen serve', () => {
  let namespace: TestNamespace;
  let directory: string;
  const started: Running[] = [];

  // In a clone the command builds itself first, and says so.
  beforeAll(() => {
    execFileSync(process.execPath, [HALFOPEN, '--version'], { stdio: 'ignore' });
  });
  beforeEach(() => {
    namespace = makeNamespace();
    directory = mkdtempSync(join(tmpdir(), 'halfopen-'));
    writeFileSync(join(directory, 'hello.txt'), 'hello\n');
    writeFileSync(join(directory, 'big.bin'), Buffer.alloc(4 << 20, 'halfopen'));
  });
  afterEach(async () => {
    for (const { child } of started.splice(0)) child.kill('SIGKILL');
    namespace.destroy();
    rmSync(directory, { recursive: true });
  });

  function run(program: string, ...args: string[]): Running {
    const running = new Running(...namespace.command(program, ...args));
    started.push(running);
    return running;
  }

  async function serve(...args: string[]): Promise<Running> {
    const running = run(process.execPath, HALFOPEN, 'serve', directory, ...args);
    await until('serve begins', () => running.out.includes('Ctrl-C ends') || running.child.exitCode !== null);
    return running;
  }

  const links = () => namespace.ip('-o', 'link');

  linux.test('serves, tells of each connection, and leaves nothing behind after Ctrl-C', async () => {
    const server = await serve('--tap', 'tap5', '--port', '8080', '--address', '10.99.0.7/24');
    expect(server.out).toContain(`serving ${directory} at http://10.99.0.7:8080/`);
    expect(namespace.ip('addr', 'show', 'tap5')).toContain('inet 10.99.0.1/24');
    const hello = run('curl', '--silent', 'http://10.99.0.7:8080/hello.txt');
    expect([await hello.exit(), hello.out]).toEqual([0, 'hello\n']);
    await until('its line is told', () =>
      /^10\.99\.0\.1:\d+ {2}GET \/hello\.txt 200 .*unacknowledged 0 .*closed after/m.test(server.out),
    );
    // One is in the middle of a transfer, over a window that is full most of the time.
    const slow = run(
      'curl',
      '--silent',
      '--limit-rate',
      '100k',
      '--output',
      '/dev/null',
      'http://10.99.0.7:8080/big.bin',
    );
    await until(
      'the transfer runs',
      () => links().includes('tap5') && /GET \/big\.bin 200 {2}ESTABLISHED/.test(server.out),
    );
    server.child.kill('SIGINT');
    expect(await server.exit()).toBe(0);
    expect(server.out).toContain('stopped; tap5 is gone');
    expect(server.err).toBe('');
    expect(links()).not.toContain('tap5');
    // It was told, and does not wait for a host that is gone: 56 is curl's "failure in receiving".
    expect(await slow.exit()).toBe(56);
  });

  linux.test('leaves nothing behind when it is killed', async () => {
    const server = await serve();
    expect(links()).toContain('halfopen0');
    server.child.kill('SIGKILL');
    expect(await server.exit()).toBe('SIGKILL');
    await until('the kernel has taken the device away', () => !links().includes('halfopen0'));
  });

  linux.test('says so and ends when somebody removes the device', async () => {
    const server = await serve();
    namespace.ip('link', 'del', 'halfopen0');
    expect(await server.exit()).toBe(1);
    expect(server.err).toBe('halfopen: the device halfopen0 was removed\n');
  });

  linux.test('works on a bad cable too', async () => {
    const server = await serve('--loss', '0.02', '--reorder', '0.02', '--delay', '1ms', '--seed', '1');
    expect(server.out).toContain('the cable on our side: --loss 0.02 --reorder 0.02 --delay 1ms');
    const curl = run('bash', '-c', `curl --silent http://10.77.0.2/big.bin | cmp - ${directory}/big.bin`);
    expect([await curl.exit(), curl.out, curl.err]).toEqual([0, '', '']);
  });

  async function refusal(...args: string[]): Promise<string> {
    const running = run(process.execPath, HALFOPEN, 'serve', ...args);
    expect(await running.exit()).toBe(2);
    expect(running.out).toBe('');
    expect(running.err).toMatch(/^halfopen: [^\n]+\n$/);
    return running.err.slice('halfopen: '.length, -1);
  }

  // What else can be wrong is in src/cli/serve-plan.test.ts.
  linux.test('what is wrong with the arguments is one line, before anything is made', async () => {
    expect(await refusal('/nonexistent')).toBe('cannot serve /nonexistent: ENOENT');
    expect(await refusal(directory, '--tap', 'lo')).toBe('--tap lo: this machine has a device of that name already');
    expect(await refusal(directory, '--lang', 'ko', '--port', '0')).toBe('--port 0: 1에서 65535까지의 정수여야 합니다');
    expect(await refusal()).toBe('argument <directory> is missing');
    expect(links()).not.toContain('halfopen0');
  });

  linux.test('without the right, or without /dev/net/tun, it says what is missing', async () => {
    const command = `exec ${process.execPath} ${HALFOPEN} serve ${directory}`;
    const powerless = run('setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin', 'sh', '-c', command);
    expect(await powerless.exit()).toBe(2);
    expect(powerless.err).toBe('halfopen: serve needs root: it makes a network device (CAP_NET_ADMIN)\n');
    const without = run('unshare', '--mount', 'sh', '-c', `mount -t tmpfs none /dev/net && ${command}`);
    expect(await without.exit()).toBe(2);
    expect(without.err).toBe('halfopen: serve needs /dev/net/tun, which this machine does not have (modprobe tun)\n');
  });
});
