#!/usr/bin/env node
/**
 * `npm run pictures`: photographs the page's main views into docs/pictures/, in both languages and both themes. They are to
 * be looked at before they are committed: nothing overlaps, nothing is cut off, the eye knows where to go.
 */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBuilt, ensurePageBuilt } from './lib/build.js';
import { ensureDependencies, ensurePrograms } from './lib/install.js';
import { findProgram, ROOT } from './lib/run.js';
import { giveUp, say } from './lib/say.js';

ensureDependencies();
ensurePrograms();
if (ensureBuilt() !== 0 || ensurePageBuilt() !== 0) giveUp('the build failed');

const { labServer } = await import(new URL('../dist/cli/lab-server.js', import.meta.url).href);

const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Name, language, theme, size, scenario, and the cursor: at 57 of 'copy' its bytes are in three places at once; undefined: the end. */
const PICTURES = [
  { name: 'lab', language: 'en', theme: 'light', size: WIDE, scenario: 'copy', at: 57 },
  { name: 'lab-ko', language: 'ko', theme: 'light', size: WIDE, scenario: 'copy', at: 57 },
  { name: 'lab-dark', language: 'en', theme: 'dark', size: WIDE, scenario: 'cut-sending' },
  { name: 'lab-dark-ko', language: 'ko', theme: 'dark', size: WIDE, scenario: 'cut-sending' },
  { name: 'lab-phone', language: 'en', theme: 'light', size: PHONE, scenario: 'copy', at: 57 },
  { name: 'lab-phone-ko', language: 'ko', theme: 'dark', size: PHONE, scenario: 'copy', at: 57 },
];

const folder = join(ROOT, 'docs', 'pictures');
mkdirSync(folder, { recursive: true });
const server = labServer(join(ROOT, 'dist', 'lab')).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({
  executablePath: findProgram('chromium') ?? giveUp('there is no chromium on the PATH'),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'],
});
try {
  for (const picture of PICTURES) await take(picture);
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}

async function take({ name, language, theme, size, scenario, at }) {
  const context = await browser.newContext({
    locale: language === 'ko' ? 'ko-KR' : 'en-US',
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: size,
  });
  const page = await context.newPage();
  await page.goto(url);
  const hash = page.getByTestId('hash');
  await hash.waitFor({ state: 'attached' });
  const first = await hash.textContent();
  const chooser = page.getByRole('combobox', { name: /^(Scenario|시나리오)$/ });
  if ((await chooser.inputValue()) !== scenario) {
    await chooser.selectOption(scenario);
    await hash.filter({ hasNotText: first }).waitFor({ state: 'attached' });
  }
  const slider = page.getByRole('slider').first();
  if (at === undefined) await slider.press('End');
  else await slider.fill(String(at));
  // Without the ring of what has the focus.
  await slider.blur();
  await page.evaluate('scrollTo(0, 0)');
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  say(path);
  await context.close();
}
