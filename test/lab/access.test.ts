/** The page for everybody: nothing that axe-core finds, in both languages and themes, wide and narrow. */
import { expect, test } from 'vitest';
import { describeLab, type OpenOptions } from './support/browser.ts';
import { endOf, violationsIn } from './support/page.ts';

const VIEWS: readonly (readonly [string, OpenOptions])[] = [
  ['light, English', { theme: 'light', language: 'en' }],
  ['dark, Korean', { theme: 'dark', language: 'ko' }],
  ['a phone', { theme: 'light', language: 'ko', width: 390, height: 844 }],
];

describeLab('access', (lab) => {
  test.each(VIEWS)('axe-core finds nothing: %s', async (_name, options) => {
    const page = await lab.open('', options);
    await endOf(page);
    expect(await violationsIn(page)).toEqual([]);
  });

  test('axe-core finds nothing in the drawer, on any of its pages, nor in the help', async () => {
    const page = await lab.open();
    await endOf(page);
    await page.keyboard.press('End');
    await page.getByRole('button', { name: 'Ledger', exact: true }).click();
    const found: string[] = [];
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      const name = (await tab.textContent()) ?? '';
      await page.getByRole('tabpanel', { name }).waitFor();
      if (name === 'Programs') await page.getByRole('textbox', { name: 'The scenario’s text' }).waitFor();
      found.push(...(await violationsIn(page)));
    }
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByRole('dialog', { name: 'Help' }).waitFor();
    found.push(...(await violationsIn(page)));
    expect(found).toEqual([]);
  });

  test.each(VIEWS)('nothing is wider than the window: %s', async (_name, options) => {
    const page = await lab.open('', options);
    await endOf(page);
    const [content, window] = (await page.evaluate(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )) as [number, number];
    expect(content).toBeLessThanOrEqual(window);
  });
});
