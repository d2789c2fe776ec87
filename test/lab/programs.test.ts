/** Programs edited in the page, and runs given away as links. */
import { expect, test } from 'vitest';
import { describeLab } from './support/browser.ts';
import { choose, cursorOf, endOf, moveTo, pictureOf, waitForCursor } from './support/page.ts';

describeLab('what the user writes', (lab) => {
  test('a program that was changed runs, and its text comes back with the page', async () => {
    const page = await lab.open();
    const { hash } = await endOf(page);
    await page.getByRole('button', { name: 'Programs', exact: true }).click();
    const text = page.getByRole('textbox', { name: 'The scenario’s text' });
    await text.waitFor();
    // Keys that do something elsewhere are letters here.
    await text.click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('// ccc sss ');
    await page.keyboard.press('Enter');
    expect(await text.textContent()).toContain('// ccc sss');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByRole('combobox', { name: 'Scenario', exact: true })
      .getByText('copy (changed by you)')
      .waitFor({ state: 'attached' });
    // A comment changes nothing of what happens.
    expect((await endOf(page, hash)).hash).toBe(hash);
    await page.reload();
    await page.getByRole('button', { name: 'Programs', exact: true }).click();
    await text.waitFor();
    expect(await text.textContent()).toContain('// ccc sss');
  });

  test('a mistake is told with its line, and what was there stays', async () => {
    const page = await lab.open();
    const { hash } = await endOf(page);
    await page.getByRole('button', { name: 'Programs', exact: true }).click();
    const text = page.getByRole('textbox', { name: 'The scenario’s text' });
    await text.click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('const = 1;');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alert').filter({ hasText: 'SyntaxError' }).waitFor();
    await page.getByText('line 1: SyntaxError').waitFor();
    expect((await endOf(page)).hash).toBe(hash);
    await page.getByRole('button', { name: 'Back to the original' }).click();
    await page.getByText('line 1: SyntaxError').waitFor({ state: 'detached' });
  });
});

describeLab('a link', (lab) => {
  test('opened in a new profile shows the same run at the same moment', async () => {
    const page = await lab.open();
    await endOf(page);
    await choose(page, 'full-buffer');
    await moveTo(page, 'Home');
    await page.getByRole('button', { name: 'To the next return' }).click();
    await page.getByRole('button', { name: 'Cut the cable', exact: true }).click();
    await page.getByRole('button', { name: 'Mend the cable', exact: true }).waitFor();
    const { hash } = await endOf(page);
    const at = await cursorOf(page);
    const picture = await pictureOf(page);
    await expect.poll(() => page.url(), { interval: 20 }).toContain('#v1.');
    const link = await stable(() => page.url());

    const other = await lab.open(new URL(link).hash);
    expect((await endOf(other, hash)).hash).toBe(hash);
    await waitForCursor(other, at);
    expect(await pictureOf(other)).toBe(picture);
  });

  test('that is damaged is told in one sentence, and the page is there', async () => {
    const page = await lab.open('#v1.AAAA');
    await page.getByRole('alert').filter({ hasText: 'This link is damaged' }).waitFor();
    await endOf(page);
  });
});

/** The address once it does not change any more: it is written a moment after the last change. */
async function stable(read: () => string): Promise<string> {
  let last = '';
  await expect
    .poll(
      () => {
        const now = read();
        const isSame = now === last;
        last = now;
        return isSame;
      },
      { interval: 700 },
    )
    .toBe(true);
  return last;
}
