/** Time and breaks in the page: steps forth and back, each break by the button that sits on it, branches. */
import { expect, test } from 'vitest';
import { describeLab } from './support/browser.ts';
import { choose, cursorOf, endOf, moveTo, pictureOf, step, waitForCursor } from './support/page.ts';

describeLab('time', (lab) => {
  test('a step forth and a step back give the same picture, and so does a jump', async () => {
    const page = await lab.open();
    await endOf(page);
    await moveTo(page, 'Home');
    // By the cursor: what happens at one moment while the world is built is one step.
    const pictures = new Map([[await cursorOf(page), await pictureOf(page)]]);
    for (let i = 0; i < 25; i++) {
      await step(page, 'Step', 1);
      pictures.set(await cursorOf(page), await pictureOf(page));
    }
    const first = await pictureOf(page);
    for (let i = 0; i < 20; i++) {
      await step(page, 'Step back', 1);
      const cursor = await cursorOf(page);
      expect(await pictureOf(page), `after event ${cursor}`).toBe(pictures.get(cursor));
    }
    await step(page, 'Step', 20);
    expect(await pictureOf(page)).toBe(first);
    // Something is to be seen: not one picture all the time.
    expect(new Set(pictures.values()).size).toBeGreaterThan(10);
    await moveTo(page, 'End');
    const last = await pictureOf(page);
    await moveTo(page, 'Home');
    expect(await pictureOf(page)).toBe(pictures.get(0));
    await moveTo(page, 'End');
    expect(await pictureOf(page)).toBe(last);
  });

  test('plays to the end by itself, and can be paused', async () => {
    const page = await lab.open();
    await endOf(page);
    await moveTo(page, 'Home');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(() => cursorOf(page)).toBeGreaterThan(1);
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
    await step(page, 'Step', 14);
    const at = await cursorOf(page);
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
    await waitForCursor(page, at);
    await expect.poll(() => pictureOf(page)).toBe(before);
  });

  test('a break is told with who noticed it', async () => {
    const page = await lab.open();
    await choose(page, 'kill-idle');
    await moveTo(page, 'End');
    const told = page.getByRole('list', { name: 'Time to notice' });
    expect(await told.textContent()).toMatch(/recv → 0 after/);
  });
});
