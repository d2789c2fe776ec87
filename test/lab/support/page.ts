/** What the tests do with the page, and what they read from it. */
import type { Page } from 'playwright-core';

/** Chooses a scenario by its name. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByLabel('Scenario', { exact: true }).selectOption(name);
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
