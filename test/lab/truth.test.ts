/** What the stage says must be so: whose bytes are shown, what a killed program keeps, how a cable was broken. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeLab } from './support/browser.ts';
import { choose, cursorSlider, endOf, moveTo, waitForCursor } from './support/page.ts';

const card = (page: Page, host: string) => page.locator(`.stage-host[aria-label="${host}"]`);

async function goTo(page: Page, part: number): Promise<void> {
  const cursor = Math.round(Number(await cursorSlider(page).getAttribute('max')) * part);
  await cursorSlider(page).fill(String(cursor));
  await waitForCursor(page, cursor);
}

describeLab('what the stage says is so', (lab) => {
  test('when the connections are over, a buffer still shows the bytes of the call beside it, and of no other connection', async () => {
    const page = await lab.open();
    await choose(page, 'many-clients');
    await moveTo(page, 'End');
    // Client n sends 8 · n times the digit n.
    const received = card(page, 'A').locator('.stage-buffer[data-owner="application"]').last();
    const digits = (await received.locator('.stage-cell-glyph').allTextContents()).join('');
    expect(digits).toMatch(/^(1{8}|2{16})$/);
    expect(await received.locator('.stage-buffer-head').textContent()).toContain(`${digits.length} of room`);
    expect(await card(page, 'B').getByRole('combobox', { name: 'program' }).inputValue()).toBe(`client-${digits[0]}`);
    const sent = await card(page, 'B').locator('.stage-buffer').first().locator('.stage-cell-glyph').allTextContents();
    expect(sent.join('')).toBe(digits);
  });

  test('a killed program has no memory any more, its operating system still has what was copied', async () => {
    const page = await lab.open();
    await choose(page, 'kill-unsent');
    await goTo(page, 0.55);
    await card(page, 'B').getByText('killed', { exact: true }).waitFor();
    expect(await card(page, 'B').locator('.stage-app').textContent()).toBe(
      'The program is gone, and its memory with it.',
    );
    expect(await card(page, 'B').locator('[data-owner="tcp"][data-room="free"]').textContent()).toMatch(
      /unsent [\d,]+/,
    );
  });

  test('a program that has ended is not said to have sent nothing yet', async () => {
    const page = await lab.open();
    await choose(page, 'datagrams');
    await moveTo(page, 'End');
    for (const host of ['A', 'B']) expect(await card(page, host).textContent()).not.toContain('no connection yet');
  });

  test('a cable that was unplugged, or cut one way, is told as that', async () => {
    const page = await lab.open();
    await choose(page, 'unplugged');
    await goTo(page, 0.55);
    const breaks = page.getByRole('list', { name: 'Time to notice' });
    expect(await breaks.textContent()).toMatch(/^cable unplugged/);
    await choose(page, 'cut-one-way');
    await moveTo(page, 'End');
    expect(await breaks.textContent()).toMatch(/^cable cut one way/);
    expect(await page.locator('.stage-belief[data-truth]').textContent()).toMatch(/is cut from B to R/);
  });
});

describeLab('a program of the page', (lab) => {
  test('can be read on a host without power, in the light theme too', async () => {
    const page = await lab.open('', { theme: 'light' });
    await endOf(page);
    await choose(page, 'power-off');
    await moveTo(page, 'End');
    const contrast = await card(page, 'B')
      .locator('.stage-code-string')
      .first()
      .evaluate((one) => {
        // Both as the browser draws them: a canvas knows every way to write a colour.
        const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
        const light = (colour: string) => {
          if (pen === null) return 0;
          pen.fillStyle = colour;
          pen.fillRect(0, 0, 1, 1);
          const [r = 0, g = 0, b = 0] = [...pen.getImageData(0, 0, 1, 1).data].map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = getComputedStyle(one.closest('.stage-host') ?? one).backgroundColor;
        const [ink, paper] = [light(getComputedStyle(one).color), light(ground)];
        return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
      });
    expect(contrast).toBeGreaterThan(4.5);
  });
});

/** Rows of a column that lie over one another, and the figure over what is below it. */
function overlaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const columns = ['.stage-host[data-side="left"]', '.stage-host[data-side="right"]', '.stage-between', '.page-main'];
    return columns.flatMap((column) => {
      const rows = [...(document.querySelector(column)?.children ?? [])]
        .flatMap((one) => (one.className === 'stage' ? [...one.children] : [one]))
        .filter((one) => !/stage-waits|transport|visually-hidden/.test(one.getAttribute('class') ?? ''))
        .map((one) => ({ name: one.className, box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.height > 0);
      // What a host holds lies within the figure.
      const figure = document.querySelector('.stage-figure')?.getBoundingClientRect().bottom ?? 0;
      const below = column.startsWith('.stage') ? rows.filter(({ box }) => box.bottom > figure + 1) : [];
      return [
        ...below.map(({ name }) => `${name} reaches below the figure`),
        ...rows.flatMap((one, index) =>
          rows
            .slice(index + 1)
            .filter(({ box }) => Math.min(one.box.bottom, box.bottom) - Math.max(one.box.top, box.top) > 1)
            .map(({ name }) => `${one.name} and ${name}`),
        ),
      ];
    });
  });
}

describeLab('beside the drawer', (lab) => {
  test.each(['file', 'copy', 'cut-sending', 'many-clients', 'datagrams'])(
    'nothing of the stage lies over anything, at 1440 by 900: %s',
    async (scenario) => {
      const page = await lab.open();
      await endOf(page);
      if (scenario !== 'copy') await choose(page, scenario);
      for (const name of ['Ledger', 'Programs']) {
        await page.getByRole('button', { name, exact: true }).click();
        await page.getByRole('tabpanel', { name, exact: true }).waitFor();
        for (const part of [0.2, 0.55, 1]) {
          await goTo(page, part);
          expect(await overlaps(page), `${name} at ${part}`).toEqual([]);
        }
      }
    },
  );

  test('the values at a plot’s axis are whole', async () => {
    const page = await lab.open();
    await endOf(page);
    await choose(page, 'file');
    await goTo(page, 0.55);
    await page.getByRole('button', { name: 'Ledger', exact: true }).click();
    await page.getByRole('tab', { name: 'Plots', exact: true }).click();
    const canvas = page.locator('[data-plot="bytes"] canvas');
    await canvas.waitFor();
    const inked = (from: number, to: number) =>
      canvas.evaluate(
        (one, [begin = 0, end = 0]) => {
          if (!(one instanceof HTMLCanvasElement)) return -1;
          const pixels = one.getContext('2d')?.getImageData(begin, 0, end - begin, one.height).data ?? [];
          return [...pixels].filter((value, index) => index % 4 === 3 && value > 0).length;
        },
        [from, to],
      );
    await expect.poll(() => inked(0, 60)).toBeGreaterThan(100);
    expect(await inked(0, 2)).toBe(0);
  });
});

describeLab('what a program was given', (lab) => {
  test.each([
    ['hang', 1],
    ['many-clients', 0.55],
    ['hello', 0.9],
  ] as const)('is all to be seen without scrolling at 1440 by 900: %s', async (scenario, part) => {
    const page = await lab.open();
    await endOf(page);
    await choose(page, scenario);
    await goTo(page, part);
    for (const host of ['A', 'B']) {
      const app = card(page, host).locator('.stage-app');
      expect(await app.locator('.stage-buffer').count(), host).toBeGreaterThanOrEqual(scenario === 'hang' ? 1 : 0);
      expect(await app.evaluate((one) => one.scrollHeight - one.clientHeight), host).toBeLessThanOrEqual(1);
    }
  });
});
