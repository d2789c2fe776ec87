/** One journey by keyboard alone: predict, play, cut, skip, read the result. No mouse, no script in the page. */
import { expect, test } from 'vitest';
import { describeLab } from './support/browser.ts';
import { cursorOf, endOf, tabTo } from './support/page.ts';

describeLab('by keyboard alone', (lab) => {
  test('predict, play, cut, skip the silence, read the result', async () => {
    const page = await lab.open();
    const whole = await endOf(page);
    const button = (name: string) => page.getByRole('button', { name, exact: true });

    await tabTo(page, page.getByRole('radio'));
    await page.keyboard.press('Space');
    expect(await page.getByRole('radio').first().isChecked()).toBe(true);

    const before = await cursorOf(page);
    await tabTo(page, button('Play'));
    await page.keyboard.press('Enter');
    await expect.poll(() => cursorOf(page)).toBeGreaterThan(before);
    await tabTo(page, button('Pause'));
    await page.keyboard.press('Enter');
    await button('Play').waitFor();

    await tabTo(page, button('Cut the cable'));
    await page.keyboard.press('Enter');
    await button('Mend the cable').waitFor();
    const cutAt = await cursorOf(page);

    await tabTo(page, button('Skip the silence'));
    await page.keyboard.press('Enter');
    await expect.poll(() => cursorOf(page)).toBeGreaterThan(cutAt);

    await tabTo(page, page.locator('.outcome summary'));
    await page.keyboard.press('Enter');
    const hash = page.getByTestId('hash');
    await hash.waitFor();
    expect(await hash.textContent()).not.toBe(whole.hash);
    await tabTo(page, button('Back to the previous run'));
    await page.keyboard.press('Enter');
    await hash.filter({ hasText: whole.hash }).waitFor();
  });
});
