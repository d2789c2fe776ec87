/** The composition: what stands where at 1440 by 900 and on a phone, and what the stage draws beside the bytes. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { SCENARIOS } from '../../src/scenarios/index.ts';
import { describeLab } from './support/browser.ts';
import { choose, cursorSlider, endOf, violationsIn, waitForCursor } from './support/page.ts';

/** The page's main parts; no two of them may overlap. */
const PARTS = [
  '.page-header',
  '.tour',
  '.stage-host[data-side="left"]',
  '.stage-between',
  '.stage-host[data-side="right"]',
  '.stage-foot',
  '.timeline',
  '.outcome',
  '.transport',
];
/** Of a host's card, and of what lies between, from top to bottom. */
const ROWS = '.stage-host > :not(.stage-waits), .stage-between > *';

interface Measured {
  readonly scrolls: readonly string[];
  readonly overlaps: readonly string[];
}

/** What scrolls that should not, and what lies over what. */
function measure(page: Page): Promise<Measured> {
  return page.evaluate(
    ([parts, rows]) => {
      const scrolls = [document.documentElement, ...document.querySelectorAll('.page-main')]
        .filter((one) => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth)
        .map((one) => `${one.className || one.tagName} ${one.scrollHeight} > ${one.clientHeight}`);
      const named = (one: Element) => ({
        name: one.className,
        box: one.getBoundingClientRect(),
        in: one.parentElement,
      });
      const main = parts.flatMap((part) => [...document.querySelectorAll(part)].map(named));
      const inner = [...document.querySelectorAll(rows)].map(named).filter(({ box }) => box.height > 0);
      const overlaps: string[] = [];
      const compare = (all: typeof main) => {
        all.forEach((one, index) => {
          for (const other of all.slice(index + 1)) {
            const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
            const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
            if (width > 1 && height > 1) overlaps.push(`${one.name} and ${other.name}: ${width} by ${height}`);
          }
        });
      };
      compare(main);
      for (const column of new Set(inner.map((one) => one.in))) compare(inner.filter((one) => one.in === column));
      return { scrolls, overlaps };
    },
    [PARTS, ROWS] as const,
  );
}

async function goTo(page: Page, cursor: number): Promise<void> {
  await cursorSlider(page).fill(String(cursor));
  await waitForCursor(page, cursor);
}

async function lengthOf(page: Page): Promise<number> {
  return Number(await cursorSlider(page).getAttribute('max'));
}

/** Goes through the recording until something is to be seen. */
async function goUntil(page: Page, selector: string): Promise<void> {
  const length = await lengthOf(page);
  for (let cursor = 1; cursor <= length; cursor += 1) {
    await goTo(page, cursor);
    if ((await page.locator(selector).count()) > 0) return;
  }
  throw new Error(`${selector} never comes`);
}

describeLab('1440 by 900', (lab) => {
  test('in every scenario all of the page is to be seen without scrolling, and nothing lies over anything', async () => {
    const page = await lab.open();
    await endOf(page);
    for (const { name } of SCENARIOS) {
      const chosen = page.getByRole('combobox', { name: 'Scenario', exact: true });
      if ((await chosen.inputValue()) !== name) await choose(page, name);
      const length = await lengthOf(page);
      for (const part of [0.2, 0.45, 0.7, 1]) {
        await goTo(page, Math.round(length * part));
        expect(await measure(page), `${name} at ${part}`).toEqual({ scrolls: [], overlaps: [] });
      }
    }
  }, 240_000);
});

describeLab('1024 by 768', (lab) => {
  test.each(['copy', 'many-clients', 'cut-one-way'])(
    'the page scrolls, and nothing lies over anything: %s',
    async (scenario) => {
      const page = await lab.open('', { width: 1024, height: 768 });
      await endOf(page);
      if (scenario !== 'copy') await choose(page, scenario);
      await goTo(page, Math.round((await lengthOf(page)) * 0.6));
      await page.getByRole('button', { name: 'Power off B', exact: true }).click();
      await page.getByRole('button', { name: 'Power on B', exact: true }).waitFor();
      await page.locator('.page-main').evaluate((main) => main.scrollTo(0, 0));
      const { overlaps } = await measure(page);
      // The hands on the time stay at the window's foot, over what is scrolled.
      expect(overlaps.filter((one) => !one.includes('transport'))).toEqual([]);
    },
  );
});

describeLab('what scrolls inside a host', (lab) => {
  test.each(['many-clients', 'datagrams', 'cut-one-way'])('can be reached by the keyboard: %s', async (scenario) => {
    const page = await lab.open('', { width: 1100, height: 760 });
    await choose(page, scenario);
    await goTo(page, Math.round((await lengthOf(page)) * 0.85));
    expect(await violationsIn(page)).toEqual([]);
  });
});

describeLab('a phone', (lab) => {
  test('the head is one row, its menu holds the rest, one channel is shown, play stays at hand', async () => {
    const page = await lab.open('', { width: 390, height: 844 });
    await endOf(page);
    const header = await page.locator('.page-header').boundingBox();
    expect(header?.height).toBeLessThan(56);
    await page.getByRole('button', { name: 'Share', exact: true }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'More', exact: true }).click();
    for (const name of ['Share', 'Export']) await page.getByRole('button', { name, exact: true }).waitFor();
    await page.getByRole('combobox', { name: 'Language', exact: true }).waitFor();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: 'Share', exact: true }).waitFor({ state: 'hidden' });

    await goTo(page, Math.round((await lengthOf(page)) * 0.6));
    const up = page.locator('.stage-lane[data-lane="up"]');
    const down = page.locator('.stage-lane[data-lane="down"]');
    expect([await up.isVisible(), await down.isVisible()]).toEqual([true, false]);
    await page.getByRole('button', { name: 'A to B', exact: true }).click();
    expect([await up.isVisible(), await down.isVisible()]).toEqual([false, true]);
    expect((await measure(page)).scrolls.filter((one) => one.startsWith('HTML'))).toHaveLength(1);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const play = await page.getByRole('button', { name: 'Play', exact: true }).boundingBox();
    expect((play?.y ?? 0) + (play?.height ?? 0)).toBeLessThanOrEqual(844);
    // The first host and the cable are on the first screen, above the buttons.
    const cable = await page.locator('.stage-cable-line').boundingBox();
    expect((cable?.y ?? 844) + (cable?.height ?? 0)).toBeLessThan(play?.y ?? 0);
  });
});

describeLab('a call that is blocked', (lab) => {
  test.each([
    [
      'send',
      'B',
      'full-buffer',
      /blocked in send: \d+ of 100 copied, waiting for room/,
      '[data-room="free"] .stage-buffer-body',
    ],
    ['recv', 'B', 'hello', /blocked in recv: waiting for bytes/, '[data-room="window"] .stage-buffer-body'],
    ['accept', 'A', 'full-duplex', /blocked in accept: waiting for a connection/, ''],
    ['connect', 'B', 'full-duplex', /blocked in connect: waiting for an answer/, '.stage-socket-head'],
  ])(
    '%s points at what it waits for, also when the page becomes narrower',
    async (call, host, scenario, words, target) => {
      const page = await lab.open();
      await choose(page, scenario);
      const card = `.stage-host[aria-label="${host}"]`;
      await goUntil(page, `${card} .stage-waits[data-call="${call}"]`);
      const blocked = page.locator(`${card} .stage-blocked`);
      expect(await blocked.textContent()).toMatch(words);
      const owner = target.startsWith('[') ? `${card} .stage-buffer[data-owner="tcp"]` : `${card} `;
      const waited = page.locator(
        target === '' ? `${card} :is(.stage-other[data-listening], .stage-socket-head)` : owner + target,
      );
      for (const width of [1440, 1100]) {
        await page.setViewportSize({ width, height: 900 });
        await expect
          .poll(async () => {
            const [end, box, from] = [
              await page.locator(`${card} .stage-waits-end`).boundingBox(),
              await waited.first().boundingBox(),
              await blocked.boundingBox(),
            ];
            if (end === null || box === null || from === null) return 'not there';
            const [x, y] = [end.x + end.width / 2, end.y + end.height / 2];
            const isThere = Math.abs(x - (box.x + box.width)) < 18 && y >= box.y - 1 && y <= box.y + box.height + 1;
            return isThere && y > from.y ? 'there' : `${x} ${y} is not at ${JSON.stringify(box)}`;
          })
          .toBe('there');
      }
    },
  );
});

describeLab('what the stage tells', (lab) => {
  test('a picked byte is ringed in the text, in the buffers and on the cable, wherever it is then', async () => {
    const page = await lab.open();
    await choose(page, 'hang');
    const app = '.stage-host[aria-label="A"] .stage-buffer[data-owner="application"]';
    await goUntil(page, `${app} .stage-cell`);
    await page.locator(`${app} .stage-cell`).nth(3).click();
    await page.locator(`${app} .stage-cell[aria-selected="true"]`).waitFor();
    const mark = page.locator('.stage-host[aria-label="A"] .stage-code-ringed');
    expect(await mark.textContent()).toBe('a');
    await goUntil(page, '.stage-frame[data-ringed]');
    expect(await mark.count()).toBe(1);
    await page
      .locator('.stage-host[aria-label="A"] [data-room="free"][data-owner="tcp"] [aria-selected="true"]')
      .waitFor();
    await goUntil(page, '.stage-host[aria-label="B"] [data-owner="tcp"] [aria-selected="true"]');
  });

  test('datagrams lie in their buffer one by one, with who sent them', async () => {
    const page = await lab.open();
    await choose(page, 'datagrams');
    await goUntil(page, '.stage-datagram:nth-child(3)');
    const told = await page.getByRole('list', { name: 'Receive buffer of A' }).getByRole('listitem').allTextContents();
    expect(told).toEqual([
      expect.stringMatching(/^3 from 10\.0\.0\.2:\d+/),
      expect.stringMatching(/^5 from 10\.0\.0\.2:\d+/),
      expect.stringMatching(/^4 from 10\.0\.0\.2:\d+/),
    ]);
    expect(await page.locator('.stage-udp').last().textContent()).toContain('no send buffer');
  });

  test('a cable that was mended before anybody noticed says so', async () => {
    const page = await lab.open();
    await choose(page, 'cut-mended');
    const told = page.getByRole('list', { name: 'Time to notice' });
    await goUntil(page, '.stage-breaks li');
    expect(await told.textContent()).toMatch(/B: not yet/);
    await goTo(page, await lengthOf(page));
    expect(await told.textContent()).toMatch(/mended after 20 s, before anyone noticed/);
    expect(await told.textContent()).not.toContain('not yet');
  });

  test('the badge of teaching sizes tells Linux’s figures, in Korean without a word of English', async () => {
    const page = await lab.open('', { language: 'ko' });
    await endOf(page);
    const badge = page.locator('.stage-teaching');
    expect(await badge.locator('summary').textContent()).toBe('학습용으로 줄인 크기');
    await badge.locator('summary').click();
    await badge.getByText('1,448바이트').waitFor();
  });
});

/** Controls that reach over the edge of the card in which they are, or of the page. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, input, select, textarea')].flatMap((control) => {
      const box = control.getBoundingClientRect();
      const card = control.closest('.stage-host, .stage-between')?.getBoundingClientRect();
      const [left, right] = [Math.max(0, card?.left ?? 0), Math.min(innerWidth, card?.right ?? innerWidth)];
      if (box.width === 0 || (box.left >= left - 1 && box.right <= right + 1)) return [];
      return [
        `${control.getAttribute('aria-label') ?? control.textContent}: ${box.left} to ${box.right} in ${left} to ${right}`,
      ];
    }),
  );
}

describeLab('from a phone to a projector', (lab) => {
  test.each([390, 600, 701, 768, 900, 1024, 1440, 1920])(
    'no control is cut off at %i px, in either language',
    async (width) => {
      for (const language of ['ko', 'en'] as const) {
        const page = await lab.open('', { width, height: 1024, language });
        await page.locator('.gallery-picker select').selectOption('typing');
        await page.locator('.typing').waitFor();
        expect(await cutOff(page), language).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        await page.context().close();
      }
    },
  );
});
