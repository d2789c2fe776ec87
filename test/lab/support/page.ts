/** What the tests do with the page, and what they read from it. */
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Chooses a scenario that is not the one on the screen, by its name; settles when its run has ended. */
export async function choose(page: Page, name: string): Promise<void> {
  const { hash } = await endOf(page);
  await page.getByRole('combobox', { name: 'Scenario', exact: true }).selectOption(name);
  await page.getByTestId('hash').filter({ hasNotText: hash }).waitFor({ state: 'attached' });
}

export interface End {
  readonly hash: string;
  /** Of each expectation, 'true' or 'false'. */
  readonly expectations: readonly string[];
}

/** How the run ended, once it has: with that hash if one is given, or with any. */
export async function endOf(page: Page, hash?: string): Promise<End> {
  const element = page.getByTestId('hash');
  await element.filter({ hasText: hash ?? /[0-9a-f]{64}/ }).waitFor({ state: 'attached' });
  const expectations = await page
    .getByTestId('expectation')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-ok') ?? ''));
  return { hash: ((await element.textContent()) ?? '').trim(), expectations };
}

/** Where the cursor stands: how many events are applied. */
export async function cursorOf(page: Page): Promise<number> {
  return Number(await cursorSlider(page).inputValue());
}

/** Moves the cursor by the keyboard, as far as it goes: 'Home', 'End'. Settles when it is there. */
export async function moveTo(page: Page, key: 'Home' | 'End'): Promise<void> {
  const slider = cursorSlider(page);
  const wanted = await slider.getAttribute(key === 'Home' ? 'min' : 'max');
  await slider.press(key);
  await waitForCursor(page, Number(wanted));
}

export async function waitForCursor(page: Page, cursor: number): Promise<void> {
  await expect.poll(() => cursorOf(page), { interval: 10, timeout: 10_000 }).toBe(cursor);
}

/** Settles when the cursor stands elsewhere. */
export async function waitForOtherCursor(page: Page, cursor: number): Promise<void> {
  await expect.poll(() => cursorOf(page), { interval: 10, timeout: 10_000 }).not.toBe(cursor);
}

/** Presses 'Step' or 'Step back' so many times, each when the one before has come to the screen. */
export async function step(page: Page, name: 'Step' | 'Step back', times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const before = await cursorOf(page);
    await page.getByRole('button', { name, exact: true }).click();
    const moved = expect.poll(() => cursorOf(page), { interval: 10, timeout: 10_000 });
    await (name === 'Step' ? moved.toBeGreaterThan(before) : moved.toBeLessThan(before));
  }
}

/** The time line's slider, whose value is the cursor. */
export function cursorSlider(page: Page): Locator {
  return page.getByRole('slider', { name: 'Moment' });
}

/** All that the stage says: buttons, programs, buffers, counts, beliefs. */
export async function pictureOf(page: Page): Promise<string> {
  const parts = await page.locator('.stage > :not([aria-live])').allTextContents();
  return parts.join('\n').replace(/\s+/g, ' ');
}

/** What axe-core finds wrong, one line each: 'color-contrast: .stage-host'. */
export async function violationsIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ': ' + target.join(' ') + ' ' + failureSummary.replace(/\\s+/g, ' '))))`);
  return found as string[];
}

/** Goes by the Tab key until that element has the focus. @throws Error if so many presses do not lead there */
export async function tabTo(page: Page, element: Locator, limit = 150): Promise<void> {
  await element.first().waitFor();
  for (let i = 0; i < limit; i++) {
    await page.keyboard.press('Tab');
    if (await element.first().evaluate((one) => one === one.ownerDocument.activeElement)) return;
  }
  throw new Error(`${limit} presses of Tab do not lead to ${element}`);
}
