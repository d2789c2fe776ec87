/** The time line in a real browser: what it draws, what it keeps to itself, and hands on it. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeLab } from './support/browser.ts';
import { choose, cursorOf, cursorSlider, endOf, waitForCursor, waitForOtherCursor } from './support/page.ts';

async function goTo(page: Page, cursor: number): Promise<void> {
  await cursorSlider(page).fill(String(cursor));
  await waitForCursor(page, cursor);
}

async function lengthOf(page: Page): Promise<number> {
  return Number(await cursorSlider(page).getAttribute('max'));
}

/** Texts of the drawing that lie on one another. */
function overlaps(page: Page): Promise<string[]> {
  return page.locator('.timeline-drawing').evaluate((drawing) => {
    const texts = [...drawing.querySelectorAll('text')].map((one) => ({
      text: one.textContent ?? '',
      box: one.getBoundingClientRect(),
    }));
    return texts.flatMap((one, index) =>
      texts
        .slice(index + 1)
        .filter(({ box }) => {
          const width = Math.min(one.box.right, box.right) - Math.max(one.box.left, box.left);
          // A line's box is higher than its letters.
          const height = Math.min(one.box.bottom, box.bottom) - Math.max(one.box.top, box.top);
          return width > 1 && height > 5;
        })
        .map(({ text }) => `${one.text} and ${text}`),
    );
  });
}

/** How far what is drawn goes beyond the cursor, in pixels; texts and the axis aside. */
function beyond(page: Page): Promise<number> {
  return page.locator('.timeline-drawing').evaluate((drawing) => {
    const cursor = drawing.querySelector('.timeline-cursor')?.getBoundingClientRect().left ?? 0;
    const shapes = drawing.querySelectorAll('.timeline-call rect, .timeline-segment line, .timeline-silence rect');
    return Math.max(0, ...[...shapes].map((shape) => shape.getBoundingClientRect().right - cursor));
  });
}

/** Drags from one place of the drawing to another, in parts of its width; tells the cursors on the way. */
async function drag(page: Page, from: number, to: number, finger: boolean): Promise<number[]> {
  const drawing = page.locator('.timeline-drawing');
  // Away from the hands, which stay at the lower edge of a phone.
  await drawing.evaluate((one) => one.scrollIntoView({ block: 'center' }));
  const box = await drawing.boundingBox();
  if (box === null) throw new Error('the drawing is not to be seen');
  const protocol = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly { x: number; y: number }[]) =>
    protocol.send('Input.dispatchTouchEvent', { type, touchPoints: [...points] });
  // Below the right host's calls there is nothing that could be picked.
  const y = box.y + box.height - 4;
  const cursors: number[] = [];
  let last = await cursorOf(page);
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    const x = box.x + box.width * (from + (to - from) * part);
    if (finger) await touch(part === 0 ? 'touchStart' : 'touchMove', [{ x, y }]);
    else {
      await page.mouse.move(x, y);
      if (part === 0) await page.mouse.down();
    }
    // A finger's moves come with the frames of the page, some time after they were made.
    if (finger) await waitForOtherCursor(page, last);
    last = await cursorOf(page);
    cursors.push(last);
  }
  if (finger) await touch('touchEnd', []);
  else await page.mouse.up();
  return cursors;
}

describeLab('the time line', (lab) => {
  test('no text lies on another, and nothing that is still to come is drawn', async () => {
    const page = await lab.open();
    await endOf(page);
    for (const scenario of ['file', 'many-clients', 'power-off-keepalive']) {
      await choose(page, scenario);
      const length = await lengthOf(page);
      for (const isLinear of [false, true]) {
        const button = page.getByRole('button', { name: 'Linear time' });
        if ((await button.getAttribute('aria-pressed')) !== String(isLinear)) await button.click();
        for (const part of [0.1, 0.3, 0.5, 0.7, 1]) {
          await goTo(page, Math.floor(length * part));
          const where = `${scenario}, ${isLinear ? 'linear' : 'by events'}, ${part}`;
          expect(await overlaps(page), where).toEqual([]);
          expect(await beyond(page), where).toBeLessThan(2);
        }
      }
    }
  });

  test('a lost segment has its cross when it is lost, and not before', async () => {
    const page = await lab.open();
    await endOf(page);
    await choose(page, 'file');
    // All that has passed is in sight.
    await page.getByRole('button', { name: 'Linear time' }).click();
    const crosses = page.locator('.timeline-lost');
    let [without, first] = [0, await lengthOf(page)];
    while (first - without > 1) {
      const middle = Math.floor((without + first) / 2);
      await goTo(page, middle);
      if ((await crosses.count()) === 0) without = middle;
      else first = middle;
    }
    await goTo(page, first);
    expect(await crosses.count()).toBe(1);
    expect(await page.locator('.timeline-words p').textContent()).toMatch(/lost|dropped/);
  });

  test('what happened is to be read at 1440 by 900', async () => {
    const page = await lab.open();
    await endOf(page);
    await choose(page, 'file');
    await goTo(page, 1000);
    const isOnTop = await page.locator('.timeline-words p').evaluate((one) => {
      const { left, top, bottom } = one.getBoundingClientRect();
      return document.elementFromPoint(left + 5, (top + bottom) / 2) === one && bottom < innerHeight;
    });
    expect(isOnTop).toBe(true);
  });

  test('the sentence tells what can be seen, and not the timer that was set or cleared because of it', async () => {
    const page = await lab.open();
    await endOf(page);
    await choose(page, 'cut-mended');
    const told = page.locator('.timeline-words p');
    await page.getByText('The last events').click();
    const listed = page.locator('.timeline-words li').last();
    let hidden = 0;
    for (let cursor = await lengthOf(page); cursor > 60; cursor -= 1) {
      await goTo(page, cursor);
      expect(await told.textContent()).not.toMatch(/timer is (set|cleared)/);
      if (/timer is (set|cleared)/.test((await listed.textContent()) ?? '')) hidden += 1;
    }
    expect(hidden).toBeGreaterThan(5);
  });

  test('a frame that arrives, or is lost, is told with what it is', async () => {
    const page = await lab.open();
    await endOf(page);
    await choose(page, 'datagrams');
    const told = page.locator('.timeline-words p');
    const seen = new Set<string>();
    for (let cursor = await lengthOf(page); cursor > 10; cursor -= 1) {
      await goTo(page, cursor);
      const [, way] = /(← eth0\s+frame \d+|✕ frame \d+ is lost at [^:]+: \w+): 10\.0\.0\.\d+\.\d+ > .*UDP/.exec(
        (await told.textContent()) ?? '',
      ) ?? ['', ''];
      if (way !== '') seen.add(way.slice(0, 1));
    }
    expect([...seen].sort()).toEqual(['←', '✕']);
  });

  test('a drag on the drawing seeks back and forth, by the mouse', async () => {
    const page = await lab.open();
    await endOf(page);
    await goTo(page, 60);
    const cursors = await drag(page, 0.9, 0.3, false);
    expect(cursors).toEqual(cursors.toSorted((a, b) => b - a));
    expect(cursors.at(-1)).toBeLessThan(60);
  });

  test('a swipe does it on a phone', async () => {
    const page = await lab.open('', { width: 390, height: 844 });
    await endOf(page);
    await goTo(page, 60);
    // To the left of the cursor, so that each move is to another moment.
    const cursors = await drag(page, 0.5, 0.1, true);
    expect(cursors.at(-1)).toBeLessThan(60);
    expect(new Set(cursors).size).toBeGreaterThan(2);
  });

  test('linear time shows as much of it as one wishes', async () => {
    const page = await lab.open();
    await endOf(page);
    await goTo(page, await lengthOf(page));
    await page.getByRole('button', { name: 'Linear time' }).click();
    const ticks = page.locator('.timeline-tick text');
    const whole = await ticks.allTextContents();
    expect(whole[0]).toMatch(/^0 /);
    await page.getByRole('button', { name: 'Less time in sight' }).click();
    expect((await ticks.allTextContents())[0]).not.toMatch(/^0 /);
    await page.getByRole('button', { name: 'More time in sight' }).click();
    expect(await ticks.allTextContents()).toEqual(whole);
    await page.getByRole('button', { name: 'Linear time' }).click();
    expect(await ticks.count()).toBe(0);
  });

  test('linear time: a wheel shows more or less of it, a pinch on a touch pad too, and a wheel to the side moves the cursor', async () => {
    const page = await lab.open();
    await endOf(page);
    await goTo(page, 60);
    const ticks = page.locator('.timeline-tick text');
    const drawing = page.locator('.timeline-drawing');
    await drawing.hover({ position: { x: 300, y: 60 } });
    await page.mouse.wheel(0, -300);
    expect(await ticks.count()).toBe(0);
    await page.getByRole('button', { name: 'Linear time' }).click();
    await drawing.hover({ position: { x: 300, y: 60 } });
    const first = () => ticks.first().textContent();
    expect(await first()).toMatch(/^0 /);
    await page.mouse.wheel(0, -300);
    await expect.poll(first).not.toMatch(/^0 /);
    await page.mouse.wheel(0, 900);
    await expect.poll(first).toMatch(/^0 /);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -60);
    await page.keyboard.up('Control');
    await expect.poll(first).not.toMatch(/^0 /);
    await page.mouse.wheel(-120, 0);
    await expect.poll(() => cursorOf(page)).toBeLessThan(60);
    expect(await page.evaluate('devicePixelRatio')).toBe(1);
  });

  test('two calls at the same time lie side by side, and the power is drawn with a sign that no font must have', async () => {
    const page = await lab.open();
    await endOf(page);
    await choose(page, 'power-off');
    await goTo(page, await lengthOf(page));
    const calls = await page
      .locator('.timeline-call rect')
      .evaluateAll((all) => all.map((one) => ['x', 'y', 'width'].map((name) => Number(one.getAttribute(name)))));
    const meeting = calls.flatMap(([x = 0, y, width = 0], index) =>
      calls.slice(index + 1).filter(([x2 = 0, y2, w2 = 0]) => y === y2 && x < x2 + w2 && x2 < x + width),
    );
    expect(meeting).toEqual([]);
    expect(new Set(calls.map(([, y]) => y)).size).toBe(3);
    expect(await page.locator('.timeline-power').count()).toBe(1);
    expect(await page.locator('.timeline-fault text').count()).toBe(0);
  });

  test('a segment that was sent before what is in sight comes in at the edge, as far as it had come', async () => {
    const page = await lab.open();
    await endOf(page);
    await choose(page, 'file');
    await goTo(page, 2300);
    const starts = await page
      .locator('.timeline-segment line:not(.timeline-touch)')
      .evaluateAll((all) =>
        all.filter((one) => Number(one.getAttribute('x1')) < 1).map((one) => Number(one.getAttribute('y1'))),
      );
    expect(starts.length).toBeGreaterThan(2);
    expect(new Set(starts.map((y) => Math.round(y))).size).toBeGreaterThan(2);
  });

  test('the help, at its key, lists every key', async () => {
    const page = await lab.open();
    await endOf(page);
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog');
    await sheet.waitFor();
    const keys = await sheet.locator('kbd').allTextContents();
    expect(keys).toEqual(['Space', '→', '←', 'Shift →', 'S', 'Home', 'End', 'C', '?']);
  });
});
