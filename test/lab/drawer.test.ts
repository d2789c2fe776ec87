/** The drawer: what its pages say follows the cursor, forth and back; by keyboard; and it never lies over the stage. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeLab, type OpenOptions } from './support/browser.ts';
import { choose, cursorOf, endOf, moveTo, step, tabTo, violationsIn } from './support/page.ts';

/** Opens a page of the drawer by its tab. */
async function show(page: Page, name: string): Promise<Locator> {
  const tab = page.getByRole('tab', { name, exact: true });
  if ((await tab.count()) === 0) await page.getByRole('button', { name: 'Ledger', exact: true }).click();
  await tab.click();
  const panel = page.getByRole('tabpanel', { name, exact: true });
  await panel.waitFor();
  return panel;
}

/** The cells of a row of the TCB page: a variable or a timer, for both ends. */
async function cellsOf(panel: Locator, name: string): Promise<string[]> {
  return panel.locator(`tr[data-variable="${name}"] td`).allTextContents();
}

async function textOf(locator: Locator): Promise<string> {
  return ((await locator.textContent()) ?? '').replace(/\s+/g, ' ').trim();
}

describeLab('the TCB page', (lab) => {
  test('names both ends and every variable, and follows the cursor forth and back', async () => {
    const page = await lab.open();
    await endOf(page);
    const panel = await show(page, 'Tcb');
    await moveTo(page, 'End');
    const names = await panel.locator('.tcb-table').first().locator('thead strong').allTextContents();
    expect(names.sort()).toEqual(['A', 'B']);
    const told = await panel.locator('tr[data-variable] th code').allTextContents();
    for (const name of ['SND.UNA', 'SND.NXT', 'SND.WND', 'SND.UP', 'SND.WL1', 'SND.WL2', 'ISS', 'RCV.NXT', 'RCV.WND']) {
      expect(told).toContain(name);
    }
    for (const name of ['RCV.UP', 'IRS', 'cwnd', 'ssthresh', 'SRTT', 'RTTVAR', 'RTO', 'MSS', 'persist', 'keep-alive']) {
      expect(told).toContain(name);
    }
    await moveTo(page, 'Home');
    const at = new Map<number, string>();
    for (let i = 0; i < 25; i++) {
      await step(page, 'Step', 1);
      at.set(await cursorOf(page), await textOf(panel));
    }
    expect(new Set(at.values()).size).toBeGreaterThan(5);
    for (let i = 0; i < 20; i++) {
      await step(page, 'Step back', 1);
      const cursor = await cursorOf(page);
      await expect.poll(() => textOf(panel), { message: `after event ${cursor}` }).toBe(at.get(cursor));
    }
  });

  test('a timer that is set counts down; a value that is not known says why', async () => {
    const page = await lab.open();
    await choose(page, 'cut-sending');
    const panel = await show(page, 'Tcb');
    await moveTo(page, 'Home');
    let [isSet, isUnknown] = [false, false];
    for (let i = 0; i < 30 && !(isSet && isUnknown); i++) {
      await step(page, 'Step', 1);
      isSet ||= (await cellsOf(panel, 'retransmission')).some((text) => /^in .+at [0-9.]+ s/.test(text));
      isUnknown ||= (await cellsOf(panel, 'SRTT')).includes('–no round trip measured yet');
    }
    expect([isSet, isUnknown]).toEqual([true, true]);
    await moveTo(page, 'End');
    await expect.poll(async () => (await cellsOf(panel, 'retransmission')).join()).toMatch(/fired \d+ times/);
  });
});

describeLab('plots and ledger', (lab) => {
  test('below each plot a sentence says what is so at the cursor', async () => {
    const page = await lab.open();
    await choose(page, 'acknowledged');
    const panel = await show(page, 'Plots');
    await moveTo(page, 'End');
    await expect.poll(() => panel.locator('[data-plot] canvas').count()).toBe(4);
    const said = (id: string) => textOf(panel.locator(`[data-plot="${id}"] .plots-words`));
    await expect
      .poll(() => said('bytes'))
      .toMatch(/^copied by send\(\) (\d+) B, sent \1 B, acknowledged \1 B, received in order \1 B, read \d+ B\.$/);
    expect(await said('window')).toMatch(/^SND.WND, as the sender has heard \d+ B, RCV.WND, .+ \d+ B\.$/);
    expect(await said('congestion')).toMatch(/^cwnd \d+ B, ssthresh (\d+ B|none yet)\.$/);
    expect(await said('rtt')).toMatch(/^measured [0-9.]+ ms, SRTT [0-9.]+ ms, RTO [0-9.]+ ms\.$/);
    await moveTo(page, 'Home');
    await expect.poll(() => said('rtt')).toBe('measured none yet, SRTT none yet, RTO none yet.');
  });

  test('a press on a plot goes to that moment', async () => {
    const page = await lab.open();
    await endOf(page);
    await moveTo(page, 'End');
    const panel = await show(page, 'Plots');
    const over = panel.locator('[data-plot="bytes"] .u-over');
    const box = await over.boundingBox();
    if (box === null) throw new Error('the plot is not drawn');
    const before = await cursorOf(page);
    await over.click({ position: { x: box.width / 2, y: box.height / 2 } });
    const half = before / 2;
    await expect.poll(async () => Math.abs((await cursorOf(page)) - half)).toBeLessThan(before / 10);
  });

  test('the ledger stacks where the bytes are, up to the cursor, and says the same in a table and in words', async () => {
    const page = await lab.open();
    await choose(page, 'acknowledged');
    const panel = await show(page, 'Ledger');
    await moveTo(page, 'End');
    const figure = panel.locator('.ledger-areas').first();
    await expect.poll(() => figure.getAttribute('aria-label')).toMatch(/: of \d+ bytes .*\d+ (read|unread|lost)/);
    await expect.poll(() => figure.locator('path[data-place="read"]').getAttribute('d')).toMatch(/^M/);
    const past = figure.locator('clipPath rect');
    expect(await past.getAttribute('width')).toBe('400');
    await moveTo(page, 'Home');
    await panel.getByText('There is no connection at this moment.').waitFor();
    const label = async () => ((await figure.count()) === 0 ? '' : ((await figure.getAttribute('aria-label')) ?? ''));
    for (let i = 0; i < 60 && !/in flight/.test(await label()); i++) await step(page, 'Step', 1);
    const counted = await panel.locator('section').first().locator('[data-figure="inFlight"] td').textContent();
    expect(await label()).toContain(`${counted} in flight`);
    // Of what lies ahead nothing is drawn.
    expect(Number(await past.getAttribute('width'))).toBeLessThan(300);
  });
});

describeLab('the sequence', (lab) => {
  test('a button of the header opens it; it is one tab stop, and arrows go from event to event', async () => {
    const page = await lab.open();
    await endOf(page);
    await page.getByRole('button', { name: 'Sequence', exact: true }).click();
    const list = page.getByRole('listbox', { name: 'Calls and segments, time down' });
    await tabTo(page, list);
    await page.keyboard.press('Home');
    const first = await cursorOf(page);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => cursorOf(page)).toBeGreaterThan(first);
    const chosen = list.locator('[aria-selected="true"]');
    await expect.poll(() => chosen.count()).toBe(1);
    await expect
      .poll(async () => (await chosen.getAttribute('id')) ?? '')
      .toBe((await list.getAttribute('aria-activedescendant')) ?? 'none');
    await page.keyboard.press('End');
    await expect
      .poll(async () => Number(await chosen.getAttribute('aria-posinset')))
      .toBe(Number(await chosen.getAttribute('aria-setsize')));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Tab');
    expect(await list.evaluate((one) => one.contains(one.ownerDocument.activeElement))).toBe(false);
  });

  test('what led to an event is one press away, and so is the way back', async () => {
    const page = await lab.open();
    await choose(page, 'acknowledged');
    await moveTo(page, 'Home');
    const panel = await show(page, 'Sequence');
    await panel
      .getByRole('option', { name: /Flags \[S\.\]/ })
      .first()
      .click();
    const at = await cursorOf(page);
    await panel.getByRole('button', { name: 'Causes', exact: true }).click();
    await panel.getByRole('list', { name: 'Causes' }).getByRole('button').first().click();
    await expect.poll(() => cursorOf(page)).toBeLessThan(at);
    await panel.getByRole('button', { name: /^Back to event/ }).click();
    await expect.poll(() => cursorOf(page)).toBe(at);
  });
});

describeLab('what was picked', (lab) => {
  test('a byte is followed: where it is, and by which events, as the cursor moves', async () => {
    const page = await lab.open();
    await endOf(page);
    await moveTo(page, 'End');
    await page.locator('.stage-cell').first().click();
    const panel = page.getByRole('tabpanel', { name: 'Selected', exact: true });
    await panel.getByRole('heading', { name: /^Byte \d+ of / }).waitFor();
    await panel.getByText('the program: recv() has copied it').waitFor();
    await moveTo(page, 'Home');
    await panel.getByText('It has not been sent at this moment.').waitFor();
    const seen = new Set<string>();
    for (let i = 0; i < 60; i++) {
      await step(page, 'Step', 1);
      for (const place of await panel.locator('.drawer-places > li').allTextContents()) {
        seen.add(place.replace(/event .*$/s, '').trim());
      }
      if ([...seen].some((place) => place.includes('recv() has copied'))) break;
    }
    expect([...seen].sort()).toEqual(
      [
        'A receive buffer, unread',
        'A the program: recv() has copied it',
        'B application buffer: send() has not taken it yet',
        'B send buffer, unacknowledged',
        'B send buffer, unsent',
        'cable in flight, on the cable',
      ].sort(),
    );
  });

  test('a frame has its fields named, and what led to it', async () => {
    const page = await lab.open();
    await choose(page, 'datagrams');
    await moveTo(page, 'Home');
    const frame = page.getByRole('button', { name: /UDP/ });
    for (let i = 0; i < 60 && (await frame.count()) === 0; i++) await step(page, 'Step', 1);
    await frame.first().click();
    const panel = page.getByRole('tabpanel', { name: 'Selected', exact: true });
    expect(await panel.getByRole('row').allTextContents()).toContainEqual(expect.stringMatching(/^UDP length/));
    expect(await panel.getByRole('region', { name: 'Its way' }).getByRole('button').count()).toBeGreaterThan(1);
  });
});

const VIEWS: readonly (readonly [string, OpenOptions])[] = [
  ['a projector', { width: 1440, height: 900 }],
  ['a tablet', { width: 900, height: 1100 }],
  ['a phone', { width: 390, height: 844 }],
];

describeLab('the drawer', (lab) => {
  test.each(VIEWS)('lies over nothing: %s', async (_name, options) => {
    const page = await lab.open('', options);
    await endOf(page);
    const menu = page.getByRole('button', { name: 'More', exact: true });
    if (await menu.isVisible()) await menu.click();
    await page.getByRole('button', { name: 'Ledger', exact: true }).click();
    const drawer = await page.getByRole('complementary', { name: 'Details' }).boundingBox();
    const main = await page.getByRole('main').boundingBox();
    if (drawer === null || main === null) throw new Error('one of them is not there');
    const beside = main.x + main.width <= drawer.x + 1;
    const above = main.y + main.height <= drawer.y + 1;
    expect(beside || above).toBe(true);
    expect(beside).toBe((options.width ?? 0) >= 1200);
    expect(main.height).toBeGreaterThan(200);
    // The hand on the time can be pressed, whatever is open.
    await page.getByRole('button', { name: 'Step', exact: true }).click({ trial: true });
  });

  test('its tabs are one tab stop, with arrows, Home and End', async () => {
    const page = await lab.open();
    await endOf(page);
    await show(page, 'Ledger');
    const chosen = page.getByRole('tab', { selected: true });
    await chosen.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => textOf(chosen)).toBe('Tcb');
    await page.keyboard.press('Home');
    await expect.poll(() => textOf(chosen)).toBe('Selected');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => textOf(chosen)).toBe('Scenarios');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    await expect.poll(() => textOf(chosen)).toBe('Scenarios');
    expect(await chosen.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
  });

  test.each([
    ['light', 'en'],
    ['dark', 'ko'],
  ] as const)('axe-core finds nothing on any of its pages: %s', async (theme, language) => {
    const page = await lab.open('', { theme, language });
    await endOf(page);
    await page.keyboard.press('End');
    await page.locator('.page-nav button').first().click();
    const found: string[] = [];
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await page.getByRole('tabpanel', { name: (await tab.textContent()) ?? '', exact: true }).waitFor();
      found.push(...(await violationsIn(page)));
    }
    expect(found).toEqual([]);
  });
});
