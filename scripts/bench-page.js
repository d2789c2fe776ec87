#!/usr/bin/env node
/**
 * `npm run bench:page`: the page's figures in a headless Chromium that draws in software, printed with the machine's name.
 * No test asserts them: they tell how this machine was on that day.
 *
 * - first picture: from the navigation to the first host on the stage
 * - script: what was loaded until then, compressed by gzip
 * - frame gap: between two pictures while it plays, at the highest speed, with more than 1000 frames under way
 * - longest task: the longest that the page's thread was busy, over all that was measured before
 * - step, memory: in a saved trace of 1,000,000 events
 */
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { ensureBuilt, ensurePageBuilt } from './lib/build.js';
import { ensureDependencies, ensurePrograms } from './lib/install.js';
import { findProgram, ROOT } from './lib/run.js';
import { giveUp, say } from './lib/say.js';

ensureDependencies();
ensurePrograms();
if (ensureBuilt() !== 0 || ensurePageBuilt() !== 0) giveUp('the build failed');
const { labServer } = await import(new URL('../dist/cli/lab-server.js', import.meta.url).href);
const { simulate } = await import(new URL('../dist/index.js', import.meta.url).href);

const PLAYED_MS = 5_000;
const STEPS = 50;

const folder = mkdtempSync(join(tmpdir(), 'halfopen-bench-'));
const browser = await chromium.launch({
  executablePath: findProgram('chromium') ?? giveUp('there is no chromium on the PATH'),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--enable-precise-memory-info'],
});
const figures = [];
try {
  await first();
  await playing(await traceOf('frames', 30_000_000, 12_000));
  await stepping(await traceOf('events', 700_000_000, 1_000_000));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
  // What was measured before something failed counts too.
  report();
}

function report() {
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores; Chromium ${browser.version()}, headless\n`,
  );
  for (const [what, value] of figures) console.log(`${what.padEnd(52)} ${value}`);
}

async function first() {
  await withPage(undefined, async (page, url) => {
    let bytes = 0;
    const bodies = [];
    page.on('response', (response) => {
      if (/\.js$/.test(new URL(response.url()).pathname)) {
        bodies.push(response.body().then((body) => (bytes += gzipSync(body).length)));
      }
    });
    await page.goto(url);
    await page.getByRole('button', { name: 'Power off A', exact: true }).waitFor();
    const ms = await page.evaluate('performance.now()');
    await Promise.all(bodies);
    figures.push(['first picture', `${ms.toFixed(0)} ms`]);
    figures.push(['script until then, with the world’s, compressed', `${(bytes / 1000).toFixed(0)} kB`]);
  });
}

async function playing({ path, busiest }) {
  await withPage(path, async (page, url) => {
    await page.goto(url);
    const slider = page.getByRole('slider').first();
    await slider.waitFor();
    await page.waitForFunction(`Number(document.querySelector('.timeline-slider')?.max) >= ${busiest}`);
    await slider.fill(String(busiest));
    await page.locator('.stage-density').first().waitFor();
    await page.getByLabel('Speed', { exact: true }).selectOption('0');
    figures.push(['under way then', (await page.locator('.stage-lane-count').allTextContents()).join(' and ')]);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    const gaps = await page.evaluate(`new Promise((resolve) => {
      const gaps = [];
      const begun = performance.now();
      let last = begun;
      const next = () => {
        const now = performance.now();
        gaps.push(now - last);
        last = now;
        if (now - begun < ${PLAYED_MS}) requestAnimationFrame(next);
        else resolve(gaps);
      };
      requestAnimationFrame(next);
    })`);
    figures.push(['frame gap while it plays, median', `${quantile(gaps, 0.5).toFixed(1)} ms`]);
    figures.push(['frame gap while it plays, p95', `${quantile(gaps, 0.95).toFixed(1)} ms`]);
    figures.push(['longest task until then', `${(await longestTask(page)).toFixed(0)} ms`]);
  });
}

async function stepping({ path }) {
  await withPage(path, async (page, url) => {
    await page.goto(url);
    const slider = page.getByRole('slider').first();
    await slider.and(page.locator('[max]:not([max="0"])')).waitFor({ timeout: 300_000 });
    await slider.press('End');
    const events = await slider.getAttribute('max');
    // Step by step back from the end, and forth again.
    for (const name of ['Step back', 'Step']) {
      const button = page.getByRole('button', { name, exact: true });
      const times = [];
      for (let i = 0; i < STEPS; i++) times.push(await button.evaluate(pressed));
      figures.push([`${name.toLowerCase()} in ${events} events, median`, `${quantile(times, 0.5).toFixed(1)} ms`]);
      figures.push([`${name.toLowerCase()} in ${events} events, p95`, `${quantile(times, 0.95).toFixed(1)} ms`]);
    }
    const heap = await page.evaluate('performance.memory.usedJSHeapSize');
    figures.push([`memory with ${events} events`, `${(heap / 1e6).toFixed(0)} MB`]);
  });
}

async function withPage(given, body) {
  const server = labServer(join(ROOT, 'dist', 'lab'), given && { path: given, name: 'trace.jsonl' });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(120_000);
  try {
    const page = await context.newPage();
    await page.addInitScript(`
      globalThis.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
      }).observe({ entryTypes: ['longtask'] });
    `);
    await body(page, `http://127.0.0.1:${server.address().port}/${given ? '#open=given/trace.jsonl' : ''}`);
  } finally {
    await context.close();
    server.closeAllConnections();
    server.close();
  }
}

function longestTask(page) {
  return page.evaluate('globalThis.longest');
}

/** A trace with so many events at least, of one transfer over a long fat cable: its path, and where most frames are under way. */
async function traceOf(name, bytes, events) {
  say(`making a trace of ${events} events`);
  const buffers = {
    'net.ipv4.tcp_wmem': '4096 4000000 8000000',
    'net.ipv4.tcp_rmem': '4096 4000000 8000000',
  };
  const world = simulate({ seed: 1, trace: 'events' });
  const a = world.host('A', { address: '10.0.0.1', sysctl: buffers });
  const b = world.host('B', { address: '10.0.0.2', sysctl: buffers });
  world.cable(a, b, { delay: '200ms' });
  a.spawn('server', async (os) => {
    const socket = await (await os.listen(7000)).accept();
    const buffer = new Uint8Array(65_536);
    while ((await socket.recv(buffer)) > 0);
  });
  b.spawn('client', async (os) => {
    const socket = await os.connect('A', 7000);
    const block = new Uint8Array(65_536);
    for (let sent = 0; sent < bytes; ) sent += await socket.send(block);
    await socket.close();
  });
  await world.run({ until: () => world.trace.events.length >= events });
  const path = join(folder, `${name}.jsonl`);
  const file = createWriteStream(path);
  file.end(world.trace.toJsonl());
  await once(file, 'finish');
  return { path, busiest: busiestOf(world.trace.events) };
}

/** The first cursor at which 1000 frames are under way, or as many as there ever are. */
function busiestOf(events) {
  let [now, most, at] = [0, 0, 0];
  for (const { kind, n } of events) {
    now += kind === 'frame.sent' ? 1 : kind === 'frame.delivered' ? -1 : 0;
    if (now > most && most < 1000) [most, at] = [now, n];
  }
  return at;
}

/** In the page: milliseconds from a press to the picture behind it. */
function pressed(button) {
  return new Promise((resolve) => {
    const begun = performance.now();
    button.click();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
  });
}

function quantile(values, part) {
  return values.sort((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;
}
