/** Node's own: http, https, http2 and fetch, both ends, and what the same three breaks are to each of them. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { describe, expect, test } from 'vitest';
import { breaking, type Diary, named } from './database-scene.ts';

const read = (name: string) => readFileSync(new URL(`../node/certificate/${name}`, import.meta.url));
const [key, cert] = [read('key.pem'), read('certificate.pem')];

const answer: http.RequestListener = (request, response) => void response.end(`for ${request.url}`);

/** Asks once, and again a second later, over what is kept of the first. */
async function twice(diary: Diary, ask: (path: string) => Promise<string>): Promise<void> {
  await diary.ending('first', ask('/one'));
  diary.tell('used');
  setTimeout(() => void diary.ending('a second later', ask('/two')), 1000);
}

function byHttp(module: typeof http | typeof https, url: string, options: https.AgentOptions = {}) {
  const agent = new module.Agent({ keepAlive: true, ...options } as object);
  return (path: string) =>
    new Promise<string>((resolve, reject) => {
      const request = module.get(url + path, { agent } as object, (response: http.IncomingMessage) => {
        let text = '';
        response.on('data', (piece) => {
          text += piece;
        });
        response.on('end', () => resolve(text)).on('error', reject);
      });
      request.on('error', reject);
    });
}

const KINDS = {
  http: {
    serve: () => void http.createServer({ keepAliveTimeout: 60_000 }, answer).listen(80),
    main: (diary: Diary) => twice(diary, byHttp(http, 'http://db')),
  },
  https: {
    serve: () => void https.createServer({ key, cert, keepAliveTimeout: 60_000 }, answer).listen(443),
    main: (diary: Diary) => twice(diary, byHttp(https, 'https://server', { ca: cert, servername: 'A' })),
  },
  fetch: {
    serve: () => void http.createServer({ keepAliveTimeout: 60_000 }, answer).listen(80),
    main: (diary: Diary) =>
      twice(diary, async (path) => {
        const response = await fetch(`http://db${path}`).catch((error: Error) => {
          throw new Error(`${error.message}: ${named(error.cause)}`);
        });
        return response.text();
      }),
  },
  http2: {
    serve: () => void http2.createServer((request, response) => response.end(`for ${request.url}`)).listen(80),
    main: (diary: Diary) => {
      const session = http2.connect('http://db');
      session.on('error', (error) => diary.tell(`session error: ${named(error)}`));
      session.on('close', () => diary.tell('session close'));
      return twice(diary, async (path) => {
        let text = '';
        for await (const piece of session.request({ ':path': path })) text += String(piece);
        return text;
      });
    },
  },
};

type Told = readonly (readonly [what: string, at: number])[];

const RESULTS: Readonly<Record<keyof typeof KINDS, Readonly<Record<'cut' | 'power' | 'kill', Told>>>> = {
  http: {
    cut: [['a second later: ETIMEDOUT read ETIMEDOUT', 936_061]],
    power: [['a second later: ECONNRESET read ECONNRESET', 14_471]],
    kill: [['a second later: ECONNREFUSED connect ECONNREFUSED 10.0.1.2:80', 1031]],
  },
  https: {
    cut: [['a second later: ETIMEDOUT read ETIMEDOUT', 936_071]],
    power: [['a second later: ECONNRESET read ECONNRESET', 14_481]],
    kill: [['a second later: ECONNREFUSED connect ECONNREFUSED 10.0.1.2:443', 1041]],
  },
  fetch: {
    // Its own time-out of five minutes comes before TCP's patience ends.
    cut: [['a second later: fetch failed: UND_ERR_HEADERS_TIMEOUT Headers Timeout Error', 301_419]],
    power: [['a second later: fetch failed: ECONNRESET read ECONNRESET', 14_471]],
    kill: [['a second later: fetch failed: ECONNREFUSED connect ECONNREFUSED 10.0.1.2:80', 1031]],
  },
  http2: {
    cut: [
      ['a second later: ETIMEDOUT read ETIMEDOUT', 935_061],
      ['session error: ETIMEDOUT read ETIMEDOUT', 935_061],
      ['session close', 935_061],
    ],
    power: [
      ['a second later: ECONNRESET read ECONNRESET', 13_471],
      ['session error: ECONNRESET read ECONNRESET', 13_471],
      ['session close', 13_471],
    ],
    kill: [
      ['session close', 26],
      ['a second later: ERR_HTTP2_INVALID_SESSION The session has been destroyed', 1021],
    ],
  },
};

describe.each(Object.entries(KINDS))('%s', (name, { serve, main }) => {
  test.each(['cut', 'power', 'kill'] as const)('%s', async (how) => {
    expect(await breaking(serve, main, how)).toEqual(RESULTS[name as keyof typeof KINDS][how]);
  });
});
