/** A phone: what is larger than its screen, and what a thumb has to reach. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeLab, type OpenOptions } from './support/browser.ts';
import { endOf } from './support/page.ts';

const PHONE: OpenOptions = { width: 390, height: 844 };

/** Applies so many events. */
async function goTo(page: Page, cursor: number): Promise<void> {
  const slider = page.getByRole('slider', { name: /^(Moment|시점)$/ });
  await slider.fill(String(cursor));
  await expect.poll(() => slider.inputValue()).toBe(String(cursor));
  await page.evaluate('scrollTo(0, 0); document.activeElement.blur()');
}

/** Of all that can have the focus: what of it lies behind the bar at the lower edge when it has got it there. */
const HIDDEN = `(() => {
  const bar = document.querySelector('.transport');
  const all = [...document.querySelectorAll('main :is(button, select, input, summary, [tabindex="0"])')];
  const shown = all.filter((one) => !bar.contains(one) && one.checkVisibility() && one.getBoundingClientRect().height > 1);
  const hidden = shown.filter((one) => {
    document.activeElement.blur();
    scrollBy(0, one.getBoundingClientRect().bottom - innerHeight + 20);
    one.focus();
    return one === document.activeElement && one.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
  });
  return { tried: shown.length, hidden: hidden.map((one) => one.outerHTML.slice(0, 100)) };
})()`;

describeLab('a phone', (lab) => {
  test('what gets the focus comes to stand above the hands on the time', async () => {
    const page = await lab.open('', PHONE);
    await endOf(page);
    await goTo(page, 35);
    const { tried, hidden } = (await page.evaluate(HIDDEN)) as { tried: number; hidden: string[] };
    expect(hidden).toEqual([]);
    expect(tried).toBeGreaterThan(15);
  });

  test('the dotted line of a call that is blocked goes behind the hands on the time', async () => {
    const page = await lab.open('', PHONE);
    await endOf(page);
    await goTo(page, 50);
    const line = page.locator('.stage-host[aria-label="A"] .stage-waits');
    expect(await line.getAttribute('data-call')).toBe('accept');
    // What is painted there, topmost first; the line itself lets every press through.
    const painted = await line.evaluate((svg: SVGElement) => {
      svg.style.pointerEvents = 'all';
      const { right } = svg.getBoundingClientRect();
      const bar = document.querySelector('.transport')?.getBoundingClientRect();
      return document
        .elementsFromPoint(right - 6, (bar?.top ?? 0) + 20)
        .map((one) => one.closest('.transport, .stage-waits')?.getAttribute('class'));
    });
    expect(painted.filter((one) => one !== undefined)).toContain('stage-waits');
    expect(painted[0]).toBe('transport');
  });

  test.each(['en', 'ko'] as const)('what is pressed is as high as a finger needs: %s', async (language) => {
    const page = await lab.open('', { ...PHONE, language });
    await endOf(page);
    await goTo(page, 35);
    const small = await page
      .locator('main :is(button, select, input, label):not(svg *, .stage-frame, .stage-cell)')
      .evaluateAll((all) =>
        all
          .map((one) => ({ box: (one.closest('label') ?? one).getBoundingClientRect(), text: one.outerHTML }))
          .filter(({ box }) => box.width > 1 && box.height > 1 && box.height < 28)
          .map(({ box, text }) => `${Math.round(box.height)} ${text.slice(0, 80)}`),
      );
    expect(small).toEqual([]);
  });

  test('the tab of the page that the menu opened is in sight', async () => {
    const page = await lab.open('', { ...PHONE, language: 'ko' });
    await endOf(page);
    await page.locator('.page-more').click();
    await page.getByRole('navigation').getByRole('button', { name: '시나리오', exact: true }).click();
    const tab = await page.getByRole('tab', { selected: true }).boundingBox();
    const row = await page.getByRole('tablist').boundingBox();
    expect(tab?.x ?? 0).toBeGreaterThanOrEqual((row?.x ?? 0) - 1);
    expect((tab?.x ?? 0) + (tab?.width ?? 0)).toBeLessThanOrEqual((row?.x ?? 0) + (row?.width ?? 0) + 1);
  });
});

describeLab('a small tablet', (lab) => {
  test.each(['en', 'ko'] as const)('the line of a socket is not wider than its host: %s', async (language) => {
    const page = await lab.open('', { width: 768, height: 1024, language });
    await endOf(page);
    await goTo(page, 50);
    const wide = await page
      .locator('.stage-socket-head, .stage-socket-ends')
      .evaluateAll((all) =>
        all.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).map((one) => one.textContent),
      );
    expect(wide).toEqual([]);
    const ends = await page
      .locator('.stage-socket-head .stage-socket-ends')
      .evaluateAll((all) => all.map((one) => one.clientWidth));
    expect(Math.min(...ends)).toBeGreaterThan(150);
  });
});
