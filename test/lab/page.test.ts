/** The page opens: in both languages, from anywhere, under its policy. */
import { expect, test } from 'vitest';
import { describeLab } from './support/browser.ts';

describeLab('the page', (lab) => {
  test('opens without a complaint', async () => {
    const page = await lab.open();
    await page.getByRole('main').waitFor();
    expect(await page.title()).toContain('halfopen');
  });

  test('speaks Korean when the browser does, and remembers a choice', async () => {
    const page = await lab.open('', { language: 'ko' });
    await page.getByRole('main').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    const other = await lab.open('', { language: 'en' });
    await other.getByRole('main').waitFor();
    expect(await other.locator('html').getAttribute('lang')).toBe('en');
    await other.getByRole('combobox', { name: 'Language', exact: true }).selectOption('ko');
    await other.getByRole('button', { name: '재생', exact: true }).waitFor();
    await other.reload();
    await other.getByRole('button', { name: '재생', exact: true }).waitFor();
    expect(await other.locator('html').getAttribute('lang')).toBe('ko');
  });

  test('its policy also stands in the page itself, and lets no code in from a text', async () => {
    const page = await lab.open();
    const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    expect(policy).toContain("default-src 'none'");
    // Later, on the page's own account: what the tester's tool evaluates is above the policy.
    const evaluated = await page.evaluate(`new Promise((resolve) => setTimeout(() => {
      try { resolve(new Function('return 1')()); } catch (error) { resolve(error.name); }
    }))`);
    expect(evaluated).toBe('EvalError');
    // The browser's own words on it.
    lab.problems.length = 0;
  });
});
