import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rangeOf, serveFiles } from '../../src/linux/http-files.ts';

let base: string;
let server: Server;
let port: number;

beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'halfopen-')));
  const root = join(base, 'root');
  mkdirSync(join(root, 'folder', 'deep'), { recursive: true });
  mkdirSync(join(base, 'root-beside'));
  writeFileSync(join(base, 'secret.txt'), 'secret');
  writeFileSync(join(base, 'root-beside', 'secret.txt'), 'secret');
  writeFileSync(join(root, 'digits.txt'), '0123456789');
  writeFileSync(join(root, 'empty.bin'), '');
  writeFileSync(join(root, '바이트 장부.html'), '<p>');
  writeFileSync(join(root, 'folder', '<img src=x onerror=alert(1)>.png'), '');
  writeFileSync(join(root, 'folder', 'deep', '..name'), 'dots');
  symlinkSync('digits.txt', join(root, 'inside'));
  symlinkSync('../secret.txt', join(root, 'outside'));
  symlinkSync('..', join(root, 'up'));
  symlinkSync('loop', join(root, 'loop'));
  utimesSync(join(root, 'digits.txt'), 1000, 1000);
  server = new Server(serveFiles(root));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(base, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** `path` goes out as it is: nothing normalizes it. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  sent.end();
  const [response] = await once(sent, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

test('a file comes whole, with length, type, tag and date', async () => {
  const { status, headers, body } = await get('/digits.txt');
  expect({ status, body }).toEqual({ status: 200, body: '0123456789' });
  expect(headers).toMatchObject({
    'content-length': '10',
    'content-type': 'text/plain; charset=utf-8',
    'last-modified': 'Thu, 01 Jan 1970 00:16:40 GMT',
    'accept-ranges': 'bytes',
    etag: '"a-e8d4a51000"',
  });
});

test('a query is not part of the path, a name may be Korean, a file may be empty', async () => {
  expect((await get('/digits.txt?a=../..')).body).toBe('0123456789');
  expect((await get(`/${encodeURIComponent('바이트 장부.html')}`)).headers['content-type']).toMatch(/^text\/html/);
  expect(await get('/empty.bin')).toMatchObject({ status: 200, body: '' });
  expect((await get('http://some.host/digits.txt')).status).toBe(200);
});

test('HEAD says what GET would, without the bytes', async () => {
  const { status, headers, body } = await get('/digits.txt', {}, 'HEAD');
  expect({ status, body, length: headers['content-length'] }).toEqual({ status: 200, body: '', length: '10' });
  expect(await get('/nothing', {}, 'HEAD')).toMatchObject({ status: 404, body: '' });
});

test('other methods are refused, and the answer says which are allowed', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await get('/digits.txt', {}, method);
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD' });
  }
});

test('what is not there is 404, what is malformed 400', async () => {
  expect((await get('/nothing')).status).toBe(404);
  expect((await get('/digits.txt/')).status).toBe(404);
  expect((await get('/digits.txt/x')).status).toBe(404);
  expect((await get('/loop')).status).toBe(404);
  expect((await get(`/${'x'.repeat(300)}`)).status).toBe(404);
  expect((await get('/%')).status).toBe(400);
  expect((await get('/%ff')).status).toBe(400);
  expect((await get('/digits.txt%00.png')).status).toBe(400);
});

test.each([
  '/../secret.txt',
  '/folder/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/.%2e/secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e%2fsecret.txt',
  '/folder/..%2f..%2fsecret.txt',
  '/%252e%252e/secret.txt',
  '/..%5csecret.txt',
  '/..;/secret.txt',
  '//../secret.txt',
  '/../root-beside/secret.txt',
  '/outside',
  '/up',
  '/up/',
  '/up/secret.txt',
  '/up/root/digits.txt/../../secret.txt',
  '/up/root-beside/secret.txt',
  '/etc/passwd',
  '//etc/passwd',
  '/%2fetc/passwd',
  '/%2fproc/self/environ',
  'http://some.host/../secret.txt',
])('no way leads out of the directory: %s', async (path) => {
  const { status, body } = await get(path);
  expect(status).toBe(404);
  expect(body).toBe('404 Not Found\n');
});

test('links that stay inside, and names that only begin with dots, are served', async () => {
  expect((await get('/inside')).body).toBe('0123456789');
  expect((await get('/up/root/digits.txt')).body).toBe('0123456789');
  expect((await get('/folder/deep/..name')).body).toBe('dots');
});

test('a directory is listed; names in it are text, never markup', async () => {
  expect((await get('/folder')).headers.location).toBe('./folder/');
  expect((await get('//folder')).headers.location).toBe('./folder/');
  const { status, headers, body } = await get('/folder/');
  expect(status).toBe(200);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(body).toContain('<a href="./deep/">deep/</a>');
  expect(body).not.toContain('<img');
  expect(body).toContain('href="./%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E.png"');
});

test.each([
  ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
  ['bytes=7-', 206, '789', 'bytes 7-9/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=-100', 206, '0123456789', 'bytes 0-9/10'],
  ['bytes=8-100', 206, '89', 'bytes 8-9/10'],
  ['bytes=10-', 416, '416 Range Not Satisfiable\n', 'bytes */10'],
  ['bytes=-0', 416, '416 Range Not Satisfiable\n', 'bytes */10'],
  ['bytes=4-2', 200, '0123456789', undefined],
  ['bytes=0-1,3-4', 200, '0123456789', undefined],
  ['lines=1-2', 200, '0123456789', undefined],
])('range %s', async (range, expected, content, contentRange) => {
  const { status, headers, body } = await get('/digits.txt', { range });
  expect({ status, body, contentRange: headers['content-range'] }).toEqual({
    status: expected,
    body: content,
    contentRange,
  });
});

test('a range of an empty file cannot be had', () => {
  expect(rangeOf('bytes=0-', 0)).toBe('unsatisfiable');
  expect(rangeOf('bytes=-5', 0)).toBe('unsatisfiable');
});

test('what the client has already is not sent again', async () => {
  const { etag = '', 'last-modified': date = '' } = (await get('/digits.txt')).headers;
  expect((await get('/digits.txt', { 'if-none-match': `"x", ${etag}` })).status).toBe(304);
  expect((await get('/digits.txt', { 'if-none-match': '"x"', 'if-modified-since': date })).status).toBe(200);
  expect((await get('/digits.txt', { 'if-modified-since': date })).status).toBe(304);
  expect((await get('/digits.txt', { range: 'bytes=2-4', 'if-range': etag })).status).toBe(206);
  expect((await get('/digits.txt', { range: 'bytes=2-4', 'if-range': '"x"' })).status).toBe(200);
});
