/**
 * The files of a directory over HTTP: GET and HEAD, ranges, conditional requests, listings. RFC 9110.
 *
 * Nothing outside of the directory is ever served: a path is decoded once, refused if it holds `..` or NUL, opened, and
 * then the kernel is asked where the *open* file really lies, so that no symbolic link leads out, also not one that is
 * exchanged between a check and the opening.
 * Left out on purpose: several ranges in one answer (RFC 9110, 14.2 lets a server ignore them), compression.
 * Calls it: cli/serve.ts; needs nothing of our stack, so that it can be tested over any connection.
 */
import { constants, type FileHandle, open, readdir, realpath } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import mime from 'mime';

/** Bytes that are read from a file at once. */
const CHUNK = 256 * 1024;

const SAFE_HEADERS = { 'X-Content-Type-Options': 'nosniff' } as const;

/** Listings hold names that somebody else chose; nothing in them may run or load. */
const LISTING_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** An answer that is no file: its status says all. */
class Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.headers = headers;
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  416: 'Range Not Satisfiable',
  500: 'Internal Server Error',
};

/** A request listener for `node:http` that serves what lies in `directory`. `done` is told each answer's status. */
export function serveFiles(
  directory: string,
  done: (request: IncomingMessage, response: ServerResponse) => void = () => {},
): RequestListener {
  return (request, response) => {
    response.once('close', () => done(request, response));
    answer(directory, request, response).catch((error: unknown) => {
      if (response.headersSent) {
        // A file that cannot be read on, or a client that went away: the length was promised, so cut the connection.
        response.destroy();
        return;
      }
      refuse(request, response, error instanceof Refused ? error : refusalOf(error));
    });
  };
}

async function answer(directory: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refused(405, { Allow: 'GET, HEAD' });
  const { segments, isFolder, raw } = pathOf(request.url ?? '/');
  const root = await realpath(directory);
  const file = await open(join(root, ...segments), constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const place = await realpath(`/proc/self/fd/${file.fd}`);
    if (place !== root && !place.startsWith(root.endsWith(sep) ? root : root + sep)) throw new Refused(404);
    const stats = await file.stat({ bigint: true });
    if (stats.isDirectory()) {
      if (!isFolder) throw new Refused(301, { Location: `${relativeTo(raw)}/` });
      await list(place, segments, request, response);
    } else if (stats.isFile() && !isFolder) {
      await send(file, place, Number(stats.size), stats.mtimeNs, request, response);
    } else {
      throw new Refused(404);
    }
  } finally {
    await file.close();
  }
}

interface RequestPath {
  readonly segments: readonly string[];
  /** It ended in '/'. */
  readonly isFolder: boolean;
  /** As it came, without the query. */
  readonly raw: string;
}

function pathOf(target: string): RequestPath {
  // A proxy's absolute form 'http://host/path' is allowed (RFC 9112, 3.2.2).
  const absolute = target.match(/^https?:\/\/[^/?#]*(.*)$/i)?.[1];
  const raw = (absolute ?? target).replace(/[?#].*$/s, '') || '/';
  if (!raw.startsWith('/')) throw new Refused(400);
  let parts: string[];
  try {
    parts = raw.slice(1).split('/').map(decodeURIComponent);
  } catch {
    throw new Refused(400);
  }
  if (parts.some((part) => part.includes('\0'))) throw new Refused(400);
  // An encoded slash never separates, and no file's name has one.
  if (parts.some((part) => part === '..' || part.includes('/'))) throw new Refused(404);
  const isFolder = parts.at(-1) === '';
  return { segments: parts.filter((part) => part !== '' && part !== '.'), isFolder, raw };
}

/** The last part of a path, as a reference that stays on this host whatever the path looks like ('//evil/'). */
function relativeTo(raw: string): string {
  return `./${raw.slice(raw.lastIndexOf('/') + 1)}`;
}

async function send(
  file: FileHandle,
  path: string,
  size: number,
  modified: bigint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const tag = `"${size.toString(16)}-${modified.toString(16)}"`;
  const lastModified = new Date(Number(modified / 1_000_000n)).toUTCString();
  const headers = { ...SAFE_HEADERS, 'Accept-Ranges': 'bytes', ETag: tag, 'Last-Modified': lastModified };
  if (isUnchanged(request, tag, lastModified)) {
    response.writeHead(304, headers).end();
    return;
  }
  const asked = request.headers['if-range'];
  const isStale = asked !== undefined && asked !== tag && asked !== lastModified;
  const range = isStale ? undefined : rangeOf(request.headers.range, size);
  if (range === 'unsatisfiable') throw new Refused(416, { 'Content-Range': `bytes */${size}` });
  const { start, end } = range ?? { start: 0, end: size };
  response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    'Content-Type': contentType(path),
    'Content-Length': end - start,
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === 'HEAD' || start === end) {
    response.end();
    return;
  }
  await pipeline(
    file.createReadStream({ start, end: end - 1, highWaterMark: CHUNK, autoClose: false }),
    exactly(end - start),
    response,
  );
}

/** Passes on what comes, and fails if it is less: a file that shrank must not look whole. */
function exactly(length: number): (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* pass(source) {
    let passed = 0;
    for await (const chunk of source) {
      passed += chunk.length;
      yield chunk;
    }
    if (passed !== length) throw new Error(`the file ended after ${passed} of ${length} bytes`);
  };
}

/** RFC 9110, 13.2.2: If-None-Match stands above If-Modified-Since. */
function isUnchanged(request: IncomingMessage, tag: string, lastModified: string): boolean {
  const tags = request.headers['if-none-match'];
  if (tags !== undefined) {
    return tags
      .split(',')
      .map((known) => known.trim().replace(/^W\//, ''))
      .some((known) => known === '*' || known === tag);
  }
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Date.parse(lastModified) <= since;
}

/** bytes=FIRST-LAST, FIRST-, -COUNT; undefined: none, or one that may be ignored. `end` is one past the last byte. */
export function rangeOf(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const match = header?.match(/^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/);
  if (match === null || match === undefined) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return undefined;
    const count = Math.min(Number(last), size);
    return count === 0 ? 'unsatisfiable' : { start: size - count, end: size };
  }
  if (last !== '' && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) return 'unsatisfiable';
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) };
}

function contentType(path: string): string {
  const type = mime.getType(path) ?? 'application/octet-stream';
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}

async function list(
  place: string,
  segments: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const entries = await readdir(place, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  const title = escapeHtml(`/${segments.map((segment) => `${segment}/`).join('')}`);
  const rows = (segments.length === 0 ? names : ['../', ...names]).map(
    (name) => `<li><a href="./${escapeHtml(encodePath(name))}">${escapeHtml(name)}</a></li>`,
  );
  const page = Buffer.from(
    `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title>\n<h1>${title}</h1>\n<ul>\n${rows.join('\n')}\n</ul>\n</html>\n`,
  );
  response.writeHead(200, {
    ...SAFE_HEADERS,
    'Content-Security-Policy': LISTING_POLICY,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': page.length,
  });
  response.end(request.method === 'HEAD' ? undefined : page);
}

function encodePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, headers }: Refused): void {
  const text = Buffer.from(`${status} ${REASONS[status] ?? ''}\n`.replace(' \n', '\n'));
  response.writeHead(status, {
    ...SAFE_HEADERS,
    ...headers,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': text.length,
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function refusalOf(error: unknown): Refused {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
    case 'ELOOP':
    case 'ENXIO':
    case 'ENODEV':
      return new Refused(404);
    case 'EACCES':
    case 'EPERM':
      return new Refused(403);
    default:
      return new Refused(500);
  }
}
