/**
 * The sandbox in a real browser: what a program reaches from there, what is told of a text that is wrong, a loop without
 * end, and plans that branch. The page is `sandbox-page/`, built as the lab's own page is.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram, ROOT } from '../../scripts/lib/run.js';
import { toBase64, utf8 } from '../../src/base/bytes.ts';
import { labServer } from '../../src/cli/lab-server.ts';
import type { RunPlan } from '../../src/lab/run/plan.ts';
import { nodePlatform } from '../../src/node-platform.ts';
import { SCENARIOS } from '../../src/scenarios/index.ts';
import { runScenario } from '../../src/sim/scenario-run.ts';
import { needs } from '../support/needs.ts';
import type { Deed, Shown } from './sandbox-page/shown.ts';

const BUILT = join(ROOT, '.cache', 'sandbox-page');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/** A scenario of one's own with a client of those lines; they begin at line CLIENT. */
function mine(client: string, top = ''): string {
  return `import { defineScenario } from 'halfopen';${top}
export default defineScenario({
  name: 'mine',
  title: { en: 'mine', ko: '나의 것' },
  text: { en: 'mine', ko: '나의 것' },
  story: [],
  params: {},
  topology: {
    hosts: { A: { address: '10.0.0.1' }, B: { address: '10.0.0.2' } },
    cables: { cable: { between: ['A', 'B'] } },
  },
  programs: {
    client: {
      host: 'B',
      main: async (os: import('halfopen').System): Promise<void> => {
${client}
      },
    },
  },
  expect: [],
});
`;
}
const CLIENT = 16;

/** What a program tries, by name; each must fail, in whatever way. FOREIGN is another server's address. */
const TRIES = {
  fetch: "fetch('FOREIGN')",
  'fetch of the page': "fetch('PAGE')",
  XMLHttpRequest: `new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.onload = resolve;
    request.onerror = reject;
    request.open('GET', 'PAGE');
    request.send();
  })`,
  WebSocket: `new Promise((resolve, reject) => {
    const socket = new WebSocket('FOREIGN_SOCKET');
    socket.onopen = resolve;
    socket.onerror = reject;
  })`,
  EventSource: `new Promise((resolve, reject) => {
    const source = new EventSource('FOREIGN');
    source.onopen = resolve;
    source.onerror = reject;
  })`,
  'import()': "import('FOREIGNx.js')",
  'import() of data': "import('data:text/javascript,export default 1')",
  importScripts: "importScripts('FOREIGNx.js')",
  Worker: `new Promise((resolve, reject) => {
    new Worker('FOREIGNx.js').onerror = reject;
  })`,
  'fetch in a worker of its own': `new Promise((resolve, reject) => {
    const text = "fetch('FOREIGN').then(() => postMessage(1), () => postMessage(0))";
    const worker = new Worker(URL.createObjectURL(new Blob([text])));
    worker.onmessage = ({ data }) => (data === 1 ? resolve() : reject(new Error('no')));
  })`,
  indexedDB: `new Promise((resolve, reject) => {
    const request = indexedDB.open('x');
    request.onsuccess = resolve;
    request.onerror = reject;
  })`,
  localStorage: "localStorage.getItem('x')",
  caches: "caches.open('x')",
  "the page's DOM": 'parent.document',
  'its own DOM': 'document.title',
  'the window': 'window.top',
  'import() of a blob of foreign address': `import(URL.createObjectURL(new Blob(["import 'FOREIGNx.js'"], { type: 'text/javascript' })))`,
  'importScripts of data': "importScripts('data:text/javascript,1')",
  'Worker of data': `new Promise((resolve, reject) => {
    const worker = new Worker('data:text/javascript,postMessage(1)');
    worker.onmessage = resolve;
    worker.onerror = reject;
  })`,
  SharedWorker: "new SharedWorker('FOREIGNx.js')",
  'a service worker': "navigator.serviceWorker.register('FOREIGNx.js')",
  FontFace: "new FontFace('x', 'url(FOREIGNx.woff2)').load()",
  sendBeacon: "navigator.sendBeacon('FOREIGN', 'x')",
  WebTransport: "new WebTransport('FOREIGN'.replace('http:', 'https:')).ready",
  WebRTC: "new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:9' }] })",
  'window.open': "window.open('FOREIGN')",
  'the opener': 'opener.location',
  'the private file system': 'navigator.storage.getDirectory()',
  'a lock of the page': "navigator.locks.request('x', () => {})",
  SharedArrayBuffer: 'new SharedArrayBuffer(8)',
  WebAssembly: 'WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))',
  eval: "(0, eval)('1')",
  Function: "new Function('return 1')()",
} as const;

/** A program that lays its hands on the port by which its run answers, and says this by it as often as that. */
function forging(message: string, times = 1): string {
  return mine(`const send = MessagePort.prototype.postMessage;
const port = await os.outside(() => new Promise((resolve) => {
  MessagePort.prototype.postMessage = function (...said) {
    if (typeof said[0] === 'object') resolve(this);
    return send.apply(this, said);
  };
}));
const message = ${message};
for (let i = 0; i < ${times}; i++) send.call(port, message);
await os.outside(() => new Promise(() => {}));`);
}

const NEXT = "n: 1e6, at: 0, host: '', cause: 0";
/** What no run says; to Preact, an object with `constructor: undefined` is an element. */
const FORGED: Readonly<Record<string, string>> = {
  'no message': 'null',
  'a message of no kind': "{ kind: '__proto__' }",
  'events that are none': "{ kind: 'events', id: 1, events: 'all', sites: [] }",
  'an event out of order': `{ kind: 'events', id: 1, events: [{ ${NEXT}, kind: 'host.powered-off' }], sites: [] }`,
  'a huge array': "{ kind: 'events', id: 1, events: new Array(2 ** 32 - 1), sites: [] }",
  'an element for a sentence': `{ kind: 'failed', id: 1, failure: { kind: 'program', message:
    { type: 'h1', props: { children: 'forged' }, constructor: undefined } } }`,
  'an element for a title': `{ kind: 'started', id: 1, scenario: { name: 'x', title: { en: { type: 'h1',
    props: { children: 'forged' }, constructor: undefined }, ko: '' }, text: { en: '', ko: '' }, story: [], params: {},
    programs: {}, accounting: {}, hosts: {}, cables: {} } }`,
};

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

needs({ programs: ['chromium'] }).describe('the sandbox', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let url: string;
  /** Somebody else's server, and how often anybody knocked at it. */
  let foreign: Server;
  let knocks = 0;
  const complaints: string[] = [];

  beforeAll(async () => {
    await build({
      configFile: join(ROOT, 'vite.config.ts'),
      root: join(import.meta.dirname, 'sandbox-page'),
      logLevel: 'error',
      build: { outDir: BUILT, emptyOutDir: true },
    });
    server = labServer(BUILT).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = addressOf(server);
    foreign = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    foreign.on('connection', () => {
      knocks += 1;
    });
    await once(foreign, 'listening');
    browser = await chromium.launch({ executablePath: findProgram('chromium') ?? '', args: FLAGS });
    page = await browser.newPage({ locale: 'en-US' });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
  });

  afterAll(async () => {
    await browser?.close();
    for (const one of [server, foreign]) {
      one?.closeAllConnections();
      one?.close();
    }
    expect(complaints).toEqual([]);
  });

  const withAddresses = (code: string): string =>
    code
      .replaceAll('PAGE', url)
      .replaceAll('FOREIGN_SOCKET', addressOf(foreign).replace('http', 'ws'))
      .replaceAll('FOREIGN', addressOf(foreign));
  const run = (plan: Partial<RunPlan>, cursor = 0): Promise<Shown> =>
    page.evaluate(([one, at]) => globalThis.page.run(JSON.parse(one), at), [JSON.stringify(plan), cursor] as const);
  const runText = (source: string): Promise<Shown> => run({ name: 'mine', source });
  const act = (...deeds: Deed[]): Promise<Shown> =>
    page.evaluate((all) => globalThis.page.act(...JSON.parse(all)), JSON.stringify(deeds));
  const back = (): Promise<Shown> => page.evaluate(() => globalThis.page.back());
  const seek = (cursor: number): Promise<void> => page.evaluate((at) => globalThis.page.seek(at), cursor);

  test('runs each built-in scenario from its text as the command does, hash and expectations, each call with its line', async () => {
    for (const scenario of SCENARIOS) {
      const { outcome, calls, sites, failure } = await run({ name: scenario.name });
      const { world, result, expectations } = await runScenario(nodePlatform, scenario, { worldKind: 'page' });
      expect(failure).toBeUndefined();
      expect(outcome).toMatchObject({ hash: world.trace.hash(), virtualMs: result.virtualMs });
      expect(outcome?.expectations.map(({ ok }) => ok)).toEqual(expectations.map(({ ok }) => ok));
      expect(outcome?.expectations.every(({ ok }) => ok)).toBe(true);
      expect(sites.map(([n]) => n)).toEqual(calls.map(([n]) => n));
    }
  });

  test("knows where each program's main stands, and the line of each of its calls", async () => {
    const text = await page.evaluate(() => globalThis.page.sourceOf('copy'));
    const lines = text?.split('\n') ?? [];
    const { facts, calls, sites } = await run({ name: 'copy' });
    const [first, last] = facts?.programs.client?.lines ?? [0, 0];
    expect(lines[first - 1]).toContain('main: async (os, params) => {');
    expect(lines[last - 1]).toBe('      },');
    const names = new Map(calls);
    for (const [n, line] of sites) expect(lines[line - 1]).toContain(`${names.get(n)}(`);
  });

  test('lets a program reach nothing: no network, no storage, no page, no code from a text', async () => {
    const tries = Object.entries(TRIES).map(
      ([name, code]) => `${JSON.stringify(name)}: async () => ${withAddresses(code)},`,
    );
    const { printed, outcome, failure } = await runText(
      mine(`const tries = { ${tries.join('\n')} };
        for (const [name, attempt] of Object.entries(tries)) {
          const how = await os.outside(() => attempt().then(() => 'reached', () => 'out of reach'));
          os.print(name + ': ' + how);
        }`),
    );
    expect(failure).toBeUndefined();
    expect(outcome?.errors).toEqual([]);
    expect(printed).toEqual(Object.keys(TRIES).map((name) => `${name}: out of reach`));
    expect(knocks).toBe(0);
  });

  test.each(Object.entries(FORGED))(
    '%s, which a program sends in the name of its run, ends the run',
    async (_, message) => {
      const { failure } = await runText(forging(message));
      expect(failure).toEqual({
        kind: 'program',
        message: 'A program sent the page what no run can send, and the run was stopped.',
      });
    },
  );

  test('a flood of words that say nothing ends the run', async () => {
    const { failure } = await runText(forging("{ kind: 'beat', id: 1 }", 100_000));
    expect(failure?.kind).toBe('program');
    expect((await run({ name: 'copy' })).outcome?.ended).toBe('idle');
  });

  test('names that every object has are names like others, and the page stays whole', async () => {
    const strange = mine('await os.sleep(1);')
      .replaceAll('client: {', "['__proto__']: {")
      .replace('A: { address', 'constructor: { address')
      .replaceAll("'A'", "'constructor'");
    const { outcome, failure } = await runText(strange);
    expect(failure).toBeUndefined();
    expect(outcome?.ended).toBe('idle');
    expect(await page.evaluate(() => Object.keys(Object.prototype))).toEqual([]);
  });

  test('tells a text that does not parse with its line, and what was on the screen stays', async () => {
    const before = await run({ name: 'copy' }, 12);
    for (const [text, line, message] of [
      ['let a = 1;\n\nlet b = ;\n', 3, 'SyntaxError'],
      ['let a = 1;\nlet a = 2;\n', 2, "SyntaxError: Identifier 'a' has already been declared"],
      ["\nimport fs from 'node:fs';\nexport default fs;", 2, "import: 'node:fs' is not known here"],
      ['const a = 1;\nexport default a;', 2, 'this is no scenario'],
      [mine('', "\nthrow new Error('at once');"), 2, 'Error: at once'],
    ] as const) {
      const { failure, ...rest } = await runText(text);
      expect(failure).toMatchObject({ kind: 'source', place: { line }, message: expect.stringContaining(message) });
      expect({ ...rest, failure: undefined }).toEqual(before);
    }
  });

  test('tells what a program does not catch with its line', async () => {
    const thrown = await runText(mine("await os.sleep('1s');\n(null as any).x;"));
    expect(thrown.outcome?.errors).toMatchObject([
      { process: 'client', message: expect.stringContaining('TypeError'), place: { line: CLIENT + 1 } },
    ]);
    const refused = await runText(mine("\nawait os.connect('A', 9);"));
    expect(refused.outcome?.errors).toMatchObject([
      { process: 'client', message: expect.stringContaining('ECONNREFUSED'), place: { line: CLIENT + 1 } },
    ]);
  });

  test('tells what fails or is thrown where no program waits for it', async () => {
    const floating = await runText(mine("(async () => {\nthrow new Error('floating'); })();\nawait os.sleep('1s');"));
    expect(floating.outcome?.errors).toMatchObject([
      { process: 'client', message: 'Error: floating', place: { line: CLIENT + 1 } },
    ]);
    const outside = `await os.outside(() => new Promise(() => {
setTimeout(() => { throw new Error('in a timer'); }); }));`;
    expect((await runText(mine(outside))).failure).toMatchObject({
      kind: 'program',
      message: expect.stringContaining('in a timer'),
      place: { line: CLIENT + 1 },
    });
  });

  test('refuses a plan with wrong parameters or targets', async () => {
    expect((await run({ name: 'copy', set: { colour: 1 } })).failure).toMatchObject({ kind: 'plan' });
    await run({ name: 'copy' });
    const { failure } = await act({ do: 'cut', target: 'rope' });
    expect(failure?.message).toBe("acts: 'cut' has no target 'rope'; allowed is cable");
    expect((await run({ name: 'no-such' })).failure).toMatchObject({ kind: 'plan' });
  });

  test('ends a loop without end, names the program and the line of its last call, and runs the next', async () => {
    const { failure, printed } = await runText(mine("os.print('before');\nawait os.sleep('1s');\nfor (;;);"));
    expect(failure).toMatchObject({ kind: 'loop', place: { line: CLIENT + 1 } });
    expect(failure?.message).toMatch(/^client: /);
    expect(printed).toEqual(['before']);
    expect((await run({ name: 'copy' })).outcome?.ended).toBe('idle');
  });

  test('an act at the cursor branches, keeps what was before it, and can be left again', async () => {
    const whole = await run({ name: 'copy' });
    await seek(40);
    const cut = await act({ do: 'cut', target: 'cable' });
    expect(cut.kinds.slice(0, 40)).toEqual(whole.kinds.slice(0, 40));
    expect(cut.kinds[cut.cursor - 1]).toBe('cable.cut');
    const off = await act({ do: 'power-off', target: 'A' });
    expect(off.plan.acts.map((done) => done.do)).toEqual(['cut', 'power-off']);
    expect(off.previous?.acts).toHaveLength(1);
    expect(await back()).toEqual(cut);
    const { previous, ...first } = await back();
    expect(previous).toBeUndefined();
    expect(first).toMatchObject({ plan: whole.plan, cursor: 40, outcome: whole.outcome });
  });

  test('what is typed in quick succession is all sent, in order', async () => {
    const { count } = await run({ name: 'typing' });
    await seek(count);
    const texts = ['one ', '둘 ', 'three'];
    const { printed } = await act(
      ...texts.map((text) => ({ do: 'type', target: 'client', data: toBase64(utf8(text)) }) as const),
    );
    expect(printed.slice(2)).toEqual(texts);
  });
});
