/**
 * The built page in a real browser, for a file of tests: one server, one Chromium, and for each `open` a profile of its
 * own. After each test its pages are closed, and must not have complained: no error on the console, none thrown, no
 * request to anybody but our server.
 *
 * ```ts
 * const lab = describeLab('the page', (lab) => {
 *   test('opens', async () => { const page = await lab.open(); … });
 * });
 * ```
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { ensurePageBuilt } from '../../../scripts/lib/build.js';
import { findProgram, ROOT } from '../../../scripts/lib/run.js';
import { labServer } from '../../../src/cli/lab-server.ts';
import { needs } from '../../support/needs.ts';

/** For one page that is opened. */
export interface OpenOptions {
  readonly language?: 'en' | 'ko';
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** 'reduce' (default): nothing moves, so that a picture is the same at once. */
  readonly motion?: 'reduce' | 'no-preference';
  /** true: nobody has been here; else the reader was at S11 of the tour, whose scenario is 'copy'. */
  readonly newcomer?: boolean;
  /** Paths of our own server that are not to be had: 'world.js'. */
  readonly without?: readonly string[];
}

export interface Lab {
  /** Opens the page at that path and fragment ('', '#open=…') in a new profile. */
  open(path?: string, options?: OpenOptions): Promise<Page>;
  /** 'http://127.0.0.1:40123/' */
  readonly url: string;
  /** What the pages of this test complained of so far. A test that means to provoke something takes it out. */
  readonly problems: string[];
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The built page. */
const PAGE = join(ROOT, 'dist', 'lab');

/** A `describe` whose tests have a browser; skipped, or failed in CI, where there is no Chromium. */
export function describeLab(name: string, body: (lab: Lab) => void, options: { readonly given?: string } = {}): void {
  needs({ programs: ['chromium'] }).describe(name, () => {
    const lab = new RunningLab(options.given);
    beforeAll(() => lab.start());
    afterEach(() => lab.closePages());
    afterAll(() => lab.stop());
    body(lab);
  });
}

/** Runs in frames of every origin; the sandbox has no storage. */
const BEEN_HERE = `try { localStorage['halfopen.tour'] ??= '{"at":10}'; } catch {}`;

class RunningLab implements Lab {
  readonly problems: string[] = [];
  readonly #given: string | undefined;
  #server: Server | undefined;
  #browser: Browser | undefined;
  #contexts: BrowserContext[] = [];
  #url = '';

  constructor(given: string | undefined) {
    this.#given = given;
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    expect(ensurePageBuilt(), "the page's build").toBe(0);
    const given = this.#given === undefined ? undefined : { path: this.#given, name: basename(this.#given) };
    const server = labServer(PAGE, given).listen(0, '127.0.0.1');
    this.#server = server;
    await once(server, 'listening');
    this.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    this.#browser = await chromium.launch({ executablePath: findProgram('chromium') ?? '', args: FLAGS });
  }

  async open(path = '', options: OpenOptions = {}): Promise<Page> {
    const { language = 'en', theme = 'light', width = 1440, height = 900, motion = 'reduce' } = options;
    const { newcomer = false, without = [] } = options;
    const context = await this.#running().newContext({
      locale: language === 'ko' ? 'ko-KR' : 'en-US',
      colorScheme: theme,
      reducedMotion: motion,
      viewport: { width, height },
      acceptDownloads: true,
    });
    this.#contexts.push(context);
    // A lost test ends with its own words, long before the runner's limit.
    context.setDefaultTimeout(15_000);
    this.#watch(context);
    for (const name of without) await context.route(this.#url + name, (route) => route.abort());
    if (!newcomer) await context.addInitScript(BEEN_HERE);
    const page = await context.newPage();
    await page.goto(this.#url + path);
    return page;
  }

  async closePages(): Promise<void> {
    const contexts = this.#contexts;
    this.#contexts = [];
    await Promise.all(contexts.map((context) => context.close()));
    expect(this.problems.splice(0)).toEqual([]);
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  #running(): Browser {
    if (this.#browser === undefined) throw new Error('the browser was not started');
    return this.#browser;
  }

  #watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.problems.push(`thrown: ${error.error().message}`));
    context.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(this.#url) && !/^(blob|data|about):/.test(url)) this.problems.push(`request: ${url}`);
    });
  }
}
