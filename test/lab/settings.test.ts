/** The settings: hosts, cables and sockets are given otherwise, at the start or from a moment on; all goes into a link. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { RunPlan } from '../../src/lab/run/plan.ts';
import { readLink, writeLink } from '../../src/lab/share/link.ts';
import { nodePlatform } from '../../src/node-platform.ts';
import { findScenario } from '../../src/scenarios/index.ts';
import { runScenario, type ScenarioRunOptions } from '../../src/sim/scenario-run.ts';
import { describeLab } from './support/browser.ts';
import { cursorOf, endOf, moveTo, step, violationsIn } from './support/page.ts';

async function openSettings(page: Page, name = 'Settings', more = 'More', ledger = 'Ledger'): Promise<Locator> {
  const menu = page.getByRole('button', { name: more, exact: true });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole('button', { name: ledger, exact: true }).click();
  await page.getByRole('tab', { name, exact: true }).click();
  return page.getByRole('tabpanel', { name, exact: true });
}

/** Another run's hash. */
async function otherThan(page: Page, hash: string): Promise<string> {
  await page.getByTestId('hash').filter({ hasNotText: hash }).waitFor({ state: 'attached' });
  return (await endOf(page)).hash;
}

async function put(field: Locator, value: string): Promise<void> {
  await field.fill(value);
  await field.press('Enter');
}

type Trace = Awaited<ReturnType<typeof recorded>>;

/** What the same run is without a page. */
async function recorded(options: ScenarioRunOptions) {
  const scenario = findScenario('copy');
  if (scenario === undefined) throw new Error('copy is gone');
  return (await runScenario(nodePlatform, scenario, options)).world.trace;
}

describeLab('the settings', (lab) => {
  test('profile and accounting run the world anew, and the stage has the limits that come of them', async () => {
    const page = await lab.open(await writeLink({ name: 'copy', seed: 1, set: { sizes: 'linux' }, acts: [] }, 0));
    const before = (await endOf(page)).hash;
    const settings = await openSettings(page);
    const host = settings.getByRole('group', { name: 'Host B', exact: true });
    await host.getByLabel('profile').selectOption('windows');
    const windows = await otherThan(page, before);
    await host.getByLabel('accounting').selectOption('payload');
    const payload = await otherThan(page, windows);
    await expect.poll(() => host.getByLabel('profile').inputValue()).toBe('windows');
    const own = await recorded({ set: { sizes: 'linux' } });
    const changed = await recorded({
      set: { sizes: 'linux' },
      hosts: { B: { profile: 'windows', accounting: 'payload' } },
    });
    expect([before, payload]).toEqual([own.hash(), changed.hash()]);
    const limitOf = (trace: Trace) => trace.find({ kind: 'tcp.buffers', host: 'B' })[0]?.send;
    expect(limitOf(changed)).not.toBe(limitOf(own));
    await moveTo(page, 'Home');
    const limit = host.getByLabel('send buffer, Open sockets of client');
    for (let i = 0; i < 30 && (await limit.inputValue()) === ''; i++) await step(page, 'Step', 1);
    expect(await limit.inputValue()).toBe(String(limitOf(changed)));
  });

  test('a program that does not bear what its host boots with says so at the foot', async () => {
    const page = await lab.open();
    const { hash } = await endOf(page);
    const settings = await openSettings(page);
    await settings.getByRole('group', { name: 'Host A', exact: true }).getByLabel('accounting').selectOption('linux');
    await otherThan(page, hash);
    await page
      .getByText(/server did not catch an error: .*TCP_MAXSEG/)
      .first()
      .waitFor();
  });

  test('a buffer that is changed at the cursor branches, stands in the timetable, and can be left, changed, taken back', async () => {
    const page = await lab.open();
    const before = (await endOf(page)).hash;
    const settings = await openSettings(page);
    const limit = settings
      .getByRole('group', { name: 'Host B', exact: true })
      .getByLabel('send buffer, Open sockets of client');
    await moveTo(page, 'Home');
    for (let i = 0; i < 30 && (await limit.inputValue()) !== '32'; i++) await step(page, 'Step', 1);
    const at = await cursorOf(page);
    await put(limit, '64');
    const branch = await otherThan(page, before);
    expect(await cursorOf(page)).toBeGreaterThanOrEqual(at);
    await expect.poll(() => limit.inputValue()).toBe('64');
    const acts = settings.getByRole('group', { name: 'What you did', exact: true });
    await put(acts.getByLabel('SO_SNDBUF'), '80');
    const changed = await otherThan(page, branch);
    await put(acts.getByLabel('moment, options of client'), '20min');
    await otherThan(page, changed);
    await acts.getByRole('button', { name: 'Take it back' }).click();
    await endOf(page, before);
  });

  test('a cable that damages packets makes hosts drop them for their checksums', async () => {
    const page = await lab.open();
    const before = (await endOf(page)).hash;
    const settings = await openSettings(page);
    const cable = settings.getByRole('group', { name: /^Cable/ });
    await put(cable.getByLabel('corrupt, At the start'), '0.3');
    const damaged = await otherThan(page, before);
    const trace = await recorded({ cables: { cable: { corrupt: 0.3 } } });
    expect(damaged).toBe(trace.hash());
    const reasons = trace.find({ kind: 'frame.dropped' }).map(({ reason }) => reason);
    expect(reasons).toContainEqual(expect.stringMatching(/checksum/));
  });

  test('a cable is set in one direction, from the cursor on, and another way in the timetable', async () => {
    const page = await lab.open();
    const before = (await endOf(page)).hash;
    await moveTo(page, 'Home');
    const settings = await openSettings(page);
    const cable = settings.getByRole('group', { name: /^Cable/ });
    for (let i = 0; i < 10 && (await cable.count()) === 0; i++) await step(page, 'Step', 1);
    await cable.getByLabel('direction').selectOption({ label: 'B → A' });
    await put(cable.getByLabel('delay, From this moment on'), '70ms');
    const slow = await otherThan(page, before);
    const words = page.locator('.stage-cable-words');
    await expect.poll(() => words.textContent()).toMatch(/A ▸ B: 5 ms.*B ▸ A: 70 ms/);
    expect(await cable.getByLabel('delay, From this moment on').inputValue()).toBe('70ms');
    await cable.getByLabel('direction').selectOption({ label: 'A → B' });
    expect(await cable.getByLabel('delay, From this moment on').inputValue()).toBe('5ms');
    const acts = settings.getByRole('group', { name: 'What you did', exact: true });
    expect(await acts.getByLabel('direction').inputValue()).toBe('b-to-a');
    await acts.getByLabel('direction').selectOption('');
    await otherThan(page, slow);
    await moveTo(page, 'End');
    await expect.poll(() => words.textContent()).toBe('70 ms');
  });

  test('a scenario that sends a file takes one from this machine, unless it is too large for a link', async () => {
    const page = await lab.open(await writeLink({ name: 'file', seed: 1, set: {}, acts: [] }, 0));
    const before = (await endOf(page)).hash;
    const field = (await openSettings(page)).getByLabel(/^path: a file to send/);
    const fileOf = (size: number) => ({ name: 'mine.bin', mimeType: '', buffer: Buffer.alloc(size, 'abc') });
    await field.setInputFiles(fileOf(40_000));
    await page.getByText(/mine\.bin has 39\.\d+ KiB; a link carries 32 KiB/).waitFor();
    await field.setInputFiles(fileOf(5000));
    const sent = await otherThan(page, before);
    const scenario = findScenario('file');
    if (scenario === undefined) throw new Error('file is gone');
    const set = { path: fileOf(5000).buffer.toString('base64') };
    expect(sent).toBe((await runScenario(nodePlatform, scenario, { set })).world.trace.hash());
    await page.getByRole('button', { name: 'Without the file' }).click();
    await endOf(page, before);
  });

  test('nonsense is told beside its field, and changes nothing', async () => {
    const page = await lab.open();
    const { hash } = await endOf(page);
    const settings = await openSettings(page);
    const cable = settings.getByRole('group', { name: /^Cable/ });
    const loss = cable.getByLabel('loss, At the start');
    await put(loss, '7');
    await expect
      .poll(() => cable.getByRole('status').allTextContents())
      .toContainEqual(expect.stringMatching(/loss: 7 .*allowed is/));
    expect(await loss.getAttribute('aria-invalid')).toBe('true');
    await put(settings.getByLabel('Seed'), 'x');
    await expect
      .poll(() => settings.getByRole('status').allTextContents())
      .toContainEqual(expect.stringMatching(/^seed: 'x'/));
    expect((await endOf(page)).hash).toBe(hash);
  });

  test('a link holds all of it: a new profile gets the same hash', async () => {
    const plan: RunPlan = {
      name: 'copy',
      seed: 3,
      set: {},
      hosts: { A: { accounting: 'linux', sysctl: { 'net.ipv4.tcp_keepalive_time': 5 } }, B: { profile: 'windows' } },
      cables: { cable: { delay: '7ms', duplicate: 0.5 } },
      acts: [
        { at: '20ms', do: 'option', target: 'server', options: { SO_KEEPALIVE: true } },
        { at: '30ms', do: 'set', target: 'cable', options: { reorder: 0.2, corrupt: 0.01 } },
      ],
    };
    const link = await writeLink(plan, 10);
    expect(await readLink(link)).toEqual({ plan, cursor: 10 });
    const first = await endOf(await lab.open(link));
    const second = await endOf(await lab.open(link));
    expect(second.hash).toBe(first.hash);
    expect(first.hash).not.toBe((await endOf(await lab.open())).hash);
  });

  test('a link to a host that is not there says so, and Korean readers are told in Korean first', async () => {
    const link = await writeLink({ name: 'copy', seed: 1, set: {}, hosts: { Z: {} }, acts: [] }, 0);
    const page = await lab.open(link, { language: 'ko' });
    // What the page opens with comes in its place, and does not take away what was said.
    await endOf(page);
    const told = page.getByText(/^주어진 값으로는 실행할 수 없습니다: hosts: 'Z' is not there; allowed is 'A', 'B'/);
    expect(await told.isVisible()).toBe(true);
  });

  test.each([
    [1440, 'light', 'en'],
    [390, 'dark', 'ko'],
  ] as const)('axe-core finds nothing at %i, and no field is cut off', async (width, theme, language) => {
    const page = await lab.open('', { width, height: 844, theme, language });
    await endOf(page);
    const settings = language === 'en' ? await openSettings(page) : await openSettings(page, '설정', '더 보기', '장부');
    expect(await violationsIn(page)).toEqual([]);
    expect(await settings.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
  });
});
