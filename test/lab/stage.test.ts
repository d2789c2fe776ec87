/** Time and breaks in the page: steps forth and back, each break by the button that sits on it, branches. */
import { expect, test } from 'vitest';
import { describeLab } from './support/browser.ts';
import { choose, cursorOf, endOf, moveTo, pictureOf, step, waitForCursor } from './support/page.ts';

describeLab('time', (lab) => {
  test('a step forth and a step back give the same picture, and so does a jump', async () => {
    const page = await lab.open();
    await endOf(page);
    await moveTo(page, 'Home');
    const pictures = [await pictureOf(page)];
    for (let cursor = 1; cursor <= 30; cursor++) {
      await step(page, 'Step', 1);
      pictures.push(await pictureOf(page));
    }
    for (let cursor = 29; cursor >= 0; cursor--) {
      await step(page, 'Step back', 1);
      expect(await pictureOf(page), `after event ${cursor}`).toBe(pictures[cursor]);
    }
    // Something is to be seen: not one picture all the time.
    expect(new Set(pictures).size).toBeGreaterThan(10);
    await moveTo(page, 'End');
    const last = await pictureOf(page);
    await moveTo(page, 'Home');
    expect(await pictureOf(page)).toBe(pictures[0]);
    await moveTo(page, 'End');
    expect(await pictureOf(page)).toBe(last);
  });

  test('plays to the end by itself, and can be paused', async () => {
    const page = await lab.open();
    await endOf(page);
    await moveTo(page, 'Home');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await waitForCursor(page, 2);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    const at = await cursorOf(page);
    expect(at).toBeGreaterThanOrEqual(2);
    await step(page, 'Step', 1);
    expect(await cursorOf(page)).toBe(at + 1);
  });
});

describeLab('breaks', (lab) => {
  test.each([
    ['Cut the cable', 'Mend the cable'],
    ['Power off A', 'Power on A'],
    ['Power off B', 'Power on B'],
    ['Kill server', 'Start server'],
    ['Kill client', 'Start client'],
  ])('%s, and then: %s', async (breaks, mends) => {
    const page = await lab.open();
    const whole = await endOf(page);
    await moveTo(page, 'Home');
    await step(page, 'Step', 25);
    const before = await pictureOf(page);
    await page.getByRole('button', { name: breaks, exact: true }).click();
    await page.getByRole('button', { name: mends, exact: true }).waitFor();
    await page.getByRole('button', { name: mends, exact: true }).click();
    await page.getByRole('button', { name: breaks, exact: true }).waitFor();
    // Both acts have left a run each; leaving them again leads back to the same moment of the first one.
    const back = page.getByRole('button', { name: 'Back to the previous run' });
    await back.click();
    await page.getByRole('button', { name: mends, exact: true }).waitFor();
    await back.click();
    await page.getByRole('button', { name: breaks, exact: true }).waitFor();
    expect(await endOf(page, whole.hash)).toEqual(whole);
    await waitForCursor(page, 25);
    expect(await pictureOf(page)).toBe(before);
  });

  test('a break is told with who noticed it', async () => {
    const page = await lab.open();
    await choose(page, 'kill-idle');
    await endOf(page);
    await moveTo(page, 'End');
    const told = page.getByRole('list', { name: 'Time to notice' });
    expect(await told.textContent()).toMatch(/recv → 0 after/);
  });
});
