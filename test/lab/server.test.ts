/** The server of the lab: which files it hands out and with which headers, and how `halfopen lab` begins and ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labServer } from '../../src/cli/lab-server.ts';
import { BIN, file, folder, halfopen } from '../cli/halfopen.ts';

const TRACE = file('my trace é.jsonl', '{"halfopen":1}\n');

/** A page of four files, and one beside it that nobody may have. */
function pageFolder(): string {
  const outside = folder();
  writeFileSync(join(outside, 'secret.txt'), 'secret');
  const page = join(outside, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(page, 'sandbox.html'), '<!doctype html><title>sandbox</title>');
  writeFileSync(join(page, 'world.js'), '(() => {})();');
  writeFileSync(join(page, 'assets', 'index-abc.css'), 'p{}');
  writeFileSync(join(page, '.built'), '');
  symlinkSync(join(outside, 'secret.txt'), join(page, 'link.txt'));
  return page;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** `path` goes out as it is: nothing folds its dots. */
function ask(port: number, path: string, method = 'GET', headers: IncomingHttpHeaders = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

describe('the files', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = labServer(pageFolder(), { path: TRACE, name: 'my trace é.jsonl' }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  test('the page comes with its policy, and what a browser must not guess or tell', async () => {
    const { status, headers, body } = await ask(port, '/');
    expect(status).toBe(200);
    expect(body).toContain('<title>page</title>');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    });
    const policy = String(headers['content-security-policy']);
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]) {
      expect(policy.split('; ')).toContain(rule);
    }
    expect(policy).not.toContain('unsafe');
  });

  test('the sandbox is an opaque origin, whoever opens it, and our page may show it', async () => {
    const { headers } = await ask(port, '/sandbox.html');
    expect(headers['content-security-policy']).toBe("sandbox allow-scripts; frame-ancestors 'self'");
  });

  test('a file whose name holds its hash is kept for good; the others are asked for again', async () => {
    expect((await ask(port, '/assets/index-abc.css')).headers['cache-control']).toContain('immutable');
    const { headers } = await ask(port, '/world.js');
    expect(headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' });
    const again = await ask(port, '/world.js', 'GET', { 'if-none-match': String(headers.etag) });
    expect({ status: again.status, body: again.body }).toEqual({ status: 304, body: '' });
  });

  test('HEAD tells what GET would bring', async () => {
    const head = await ask(port, '/world.js', 'HEAD');
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '13' } });
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is refused', async (method) => {
    expect(await ask(port, '/', method)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..\\..\\secret.txt',
    '//secret.txt',
    '/given/../../secret.txt',
    '/given/secret.txt',
    '/link.txt',
    '/.built',
    '/assets/',
    '/no',
    '/index.html%00',
  ])('nothing is at %s', async (path) => {
    const { status, body } = await ask(port, path);
    expect({ status, body }).toEqual({ status: 404, body: '404 Not Found\n' });
  });

  test.each(['/%', '/%ff', 'http://other/'])('a path that is none is refused: %s', async (path) => {
    expect((await ask(port, path)).status).toBe(400);
  });

  test('the given file is served as it is now, as text, to the page alone', async () => {
    const path = `/given/${encodeURIComponent('my trace é.jsonl')}`;
    const { status, headers, body } = await ask(port, path);
    expect({ status, body }).toEqual({ status: 200, body: '{"halfopen":1}\n' });
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    });
    writeFileSync(TRACE, '{"halfopen":1}\n{}\n');
    expect((await ask(port, path)).body).toBe('{"halfopen":1}\n{}\n');
  });
});

interface Started {
  readonly url: string;
  readonly port: number;
  readonly said: () => string;
  /** Sends SIGINT; the exit status. */
  readonly interrupt: () => Promise<number | null>;
}

/** `halfopen lab` as a user starts it, once it has told its address. */
async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const environment = { ...process.env, LC_ALL: 'C', PORT: undefined, ...env };
  const child = spawn(process.execPath, [BIN, 'lab', ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text;
  });
  const closed = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /http:\/\/\S+/.exec(said)?.[0];
      if (found !== undefined && said.endsWith('\n')) resolve(found);
    });
    closed.then(([status]) => reject(new Error(`ended with ${status}: ${complained}`)), reject);
  });
  const interrupt = async () => {
    child.kill('SIGINT');
    const [status] = await closed;
    return status as number | null;
  };
  return { url, port: Number(new URL(url).port), said: () => said, interrupt };
}

describe('halfopen lab', () => {
  test('tells its address in one line, and Ctrl-C ends it at once, connections open or not', async () => {
    const lab = await start(['--port', '0']);
    expect(lab.said()).toBe(`The lab is at ${lab.url}   (Ctrl-C ends)\n`);
    expect((await ask(lab.port, '/')).body).toContain('<title>halfopen</title>');
    const open = connect(lab.port, '127.0.0.1');
    await once(open, 'connect');
    const cut = new Promise((resolve) => open.once('close', resolve).on('error', () => {}));
    expect(await lab.interrupt()).toBe(0);
    await cut;
  });

  test('a file is told to the page in the address, and handed out', async () => {
    const lab = await start(['--port', '0', '--host', '0.0.0.0', '--lang', 'ko', TRACE]);
    const [, fragment = ''] = lab.url.split('#');
    expect(fragment).toBe(`open=given/${encodeURIComponent('my trace é.jsonl')}`);
    expect((await ask(lab.port, `/${fragment.replace('open=', '')}`)).body).toContain('{"halfopen":1}');
    expect(lab.said()).toContain('네트워크의 누구나 열 수 있습니다');
    expect(await lab.interrupt()).toBe(0);
  });

  test('a port that is taken: the one that was asked for is refused, the usual one gives way to the next', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const refused = await halfopen(['lab', '--port', port]);
    expect(refused).toEqual({
      status: 2,
      stdout: '',
      stderr: `halfopen: --port ${port}: the port is taken; choose another one, or leave --port out\n`,
    });
    const lab = await start([], { PORT: port });
    expect(lab.port).toBeGreaterThan(Number(port));
    expect(await lab.interrupt()).toBe(0);
    taken.close();
  });

  test.each([
    [['--port', 'many'], '--port many: must be an integer from 0 (any free one) to 65535'],
    [['--port', '65536'], '--port 65536: must be an integer from 0 (any free one) to 65535'],
    [['--host', '203.0.113.1'], '--host 203.0.113.1: this machine cannot listen there (EADDRNOTAVAIL)'],
    [['no-such.jsonl'], 'cannot read no-such.jsonl: ENOENT'],
    [['/'], 'cannot open /: it is not a file'],
    [[file('a.pcap', '')], 'must be a trace (.jsonl) or a scenario (.js, .ts)'],
  ])('one clear line: %j', async (args, words) => {
    const { status, stdout, stderr } = await halfopen(['lab', ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
