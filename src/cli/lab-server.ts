/**
 * Hands out the built page (dist/lab) over HTTP: GET and HEAD, and nothing that lies elsewhere.
 *
 * All files are read once, at the start: a path is looked up among their names, so that no path leads out of the folder,
 * and a build that runs meanwhile cannot take a file away from an open page. They are two megabytes.
 * The one file that is not among them is the user's own (`halfopen lab FILE`), under `given/`; it may be large, and is
 * read when it is asked for.
 *
 * Left out on purpose: compression and ranges (it is this machine), directory listings.
 * Calls it: lab.ts, the page's tests.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import mime from 'mime';
import type { GivenFile } from './lab-plan.ts';
import { PAGE_POLICY_HEADER, SANDBOX_PAGE, SANDBOX_POLICY_HEADER } from './lab-policy.ts';

/** The path of the user's own file is this and its name: `given/copy.jsonl`. */
export const GIVEN = 'given/';

interface PageFile {
  readonly content: Buffer;
  readonly headers: OutgoingHttpHeaders & { readonly ETag: string };
}

/** A server that does not listen yet. @throws Error with code ENOENT if the folder does not exist */
export function labServer(folder: string, given?: GivenFile): Server {
  const files = readFolder(folder);
  return createServer((request, response) => {
    answer(files, given, request, response).catch(() => {
      // The length was promised, or the client went away: cut the connection.
      if (response.headersSent) response.destroy();
      else refuse(request, response, 500, 'Internal Server Error');
    });
  });
}

/** Every file of the folder by its path below it, with '/': 'assets/index.js'. Symbolic links are not among them. */
function readFolder(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join('/');
    files.set(name, pageFile(name, readFileSync(path)));
  }
  return files;
}

function pageFile(name: string, content: Buffer): PageFile {
  // The build writes a hash into the names of assets/: such a file never changes.
  const isHashed = name.startsWith('assets/');
  const headers = {
    ...commonHeaders(name),
    'Content-Length': content.length,
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
  };
  return { content, headers };
}

function commonHeaders(name: string): OutgoingHttpHeaders {
  const type = mime.getType(name) ?? 'application/octet-stream';
  const isText = type.startsWith('text/') || type === 'application/json';
  return {
    'Content-Type': isText ? `${type}; charset=utf-8` : type,
    'Content-Security-Policy': name === SANDBOX_PAGE ? SANDBOX_POLICY_HEADER : PAGE_POLICY_HEADER,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
}

async function answer(
  files: ReadonlyMap<string, PageFile>,
  given: GivenFile | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(request, response, 405, 'Method Not Allowed', { Allow: 'GET, HEAD' });
    return;
  }
  const name = nameOf(request.url ?? '/');
  if (name === undefined) {
    refuse(request, response, 400, 'Bad Request');
    return;
  }
  if (given !== undefined && name === GIVEN + given.name) {
    await sendGiven(given, request, response);
    return;
  }
  const file = files.get(name);
  if (file === undefined) refuse(request, response, 404, 'Not Found');
  else sendFile(file, request, response);
}

/** The file that a request's path asks for; undefined if the path is none. */
function nameOf(url: string): string | undefined {
  const [path = ''] = url.split('?');
  if (!path.startsWith('/')) return undefined;
  try {
    const name = decodeURIComponent(path.slice(1));
    return name === '' ? 'index.html' : name;
  } catch {
    return undefined;
  }
}

function sendFile({ content, headers }: PageFile, request: IncomingMessage, response: ServerResponse): void {
  if (request.headers['if-none-match']?.includes(headers.ETag) === true) {
    const { 'Content-Length': _, ...rest } = headers;
    response.writeHead(304, rest).end();
    return;
  }
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : content);
}

/** The user's own file, as it is at this moment. */
async function sendGiven({ path, name }: GivenFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) {
    refuse(request, response, 404, 'Not Found');
    return;
  }
  try {
    const { size } = await file.stat();
    response.writeHead(200, {
      ...commonHeaders(name),
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': size,
      'Cache-Control': 'no-store',
      'Cross-Origin-Resource-Policy': 'same-origin',
    });
    if (request.method === 'HEAD' || size === 0) response.end();
    // A trace that still grows is sent as long as it was when it was opened.
    else await pipeline(file.createReadStream({ end: size - 1, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  reason: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const text = `${status} ${reason}\n`;
  response.writeHead(status, {
    ...commonHeaders('refusal.txt'),
    ...headers,
    'Content-Length': text.length,
    'Cache-Control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
