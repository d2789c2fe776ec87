/** The tour, walked as a reader walks it: answer, play to the pause, read the reply, go on; and left again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ROOT } from '../../scripts/lib/run.js';
import { readLink, writeLink } from '../../src/lab/share/link.ts';
import { STOPS } from '../../src/lab/tour/stops.ts';
import { describeLab } from './support/browser.ts';
import { choose, cursorOf, endOf } from './support/page.ts';

const NAMES = {
  en: {
    answer: 'Answer and play',
    next: 'Next',
    back: 'Back',
    skip: 'Skip',
    leave: 'Leave the tour',
    again: 'Ask again',
    tour: 'Tour',
    bytes: 'Bytes',
    speed: 'Speed',
    said: 'You said',
    moment: 'Moment',
  },
  ko: {
    answer: '답하고 재생',
    next: '다음',
    back: '이전',
    skip: '건너뛰기',
    leave: '둘러보기 끝내기',
    again: '다시 묻기',
    tour: '둘러보기',
    bytes: '바이트 수',
    speed: '속도',
    said: '고른 답',
    moment: '시점',
  },
} as const;
type Names = (typeof NAMES)[keyof typeof NAMES];

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const strip = (page: Page) => page.locator('.tour');
const tourButton = (page: Page, names: Names, number: number) =>
  page.getByRole('button', { name: `${names.tour} ${number}/25`, exact: true });

async function scenarioInLink(page: Page): Promise<string | undefined> {
  const shared = await readLink(new URL(page.url()).hash);
  return shared !== undefined && 'plan' in shared ? shared.plan.name : undefined;
}

/** The cursor that a reload comes back to. */
async function cursorInLink(page: Page): Promise<number | undefined> {
  const shared = await readLink(new URL(page.url()).hash);
  return shared !== undefined && 'cursor' in shared ? shared.cursor : undefined;
}

/** Answers the stop on the screen, with whatever is first, and waits for the reply. */
async function answerStop(page: Page, names: Names, story: string): Promise<string> {
  await strip(page).getByText(story, { exact: true }).waitFor();
  const count = page.getByRole('textbox', { name: names.bytes, exact: true });
  if ((await count.count()) > 0) await count.fill('7');
  else await strip(page).getByRole('radio').first().check();
  await press(page, names.answer);
  await strip(page).getByText(names.said).waitFor();
  return (await strip(page).textContent()) ?? '';
}

describeLab('the tour', (lab) => {
  test.each(['en', 'ko'] as const)(
    'from S1 to S25: %s',
    async (language) => {
      const names = NAMES[language];
      const page = await lab.open('#tour=S1', { language });
      await page.getByRole('combobox', { name: names.speed, exact: true }).selectOption('0');
      for (const [index, { story }] of STOPS.entries()) {
        await tourButton(page, names, index + 1).waitFor();
        const said = await answerStop(page, names, story);
        const cursor = await page.getByRole('slider', { name: names.moment }).inputValue();
        expect(said, story).toMatch(language === 'en' ? `at event ${cursor},` : `사건 ${cursor}:`);
        if (index + 1 < STOPS.length) await press(page, names.next);
      }
      expect(await page.getByRole('button', { name: names.next, exact: true }).isDisabled()).toBe(true);
      await press(page, names.leave);
      await page.getByRole('button', { name: names.leave, exact: true }).waitFor({ state: 'detached' });
    },
    240_000,
  );

  test('where the reader was is remembered: by a reload, by another visit, and by going back to an answer', async () => {
    const names = NAMES.en;
    const page = await lab.open('#tour=S11');
    await page.getByRole('combobox', { name: names.speed, exact: true }).selectOption('0');
    const reply = await answerStop(page, names, 'S11');
    await press(page, names.next);
    await strip(page).getByText('S12', { exact: true }).waitFor();
    await press(page, names.back);
    await strip(page).getByText(names.said).waitFor();
    expect(await strip(page).textContent()).toBe(reply);
    await press(page, names.next);
    await press(page, names.skip);
    await tourButton(page, names, 13).waitFor();
    await expect.poll(() => scenarioInLink(page)).toBe('short-buffer');
    await page.reload();
    await strip(page).getByText('S13', { exact: true }).waitFor();

    const again = await page.context().newPage();
    await again.goto(lab.url);
    await strip(again).getByText('S13', { exact: true }).waitFor();
    await press(again, names.back);
    await press(again, names.back);
    await strip(again).getByText(names.said).waitFor();
    await press(again, names.again);
    await strip(again).getByRole('radio').first().waitFor();
    await press(again, names.back);
    await strip(again).getByText('S10', { exact: true }).waitFor();
  });

  test('an address that names a stop opens it, also in a page that is open', async () => {
    const page = await lab.open('#tour=S5');
    await strip(page).getByText('S5', { exact: true }).waitFor();
    await page.evaluate("location.hash = '#tour=S9'");
    await strip(page).getByText('S9', { exact: true }).waitFor();
  });

  test('a link that somebody sent opens without the tour', async () => {
    const page = await lab.open(await writeLink({ name: 'copy', seed: 1, set: {}, acts: [] }, 20));
    await endOf(page);
    await tourButton(page, NAMES.en, 11).waitFor();
    expect(await page.getByRole('button', { name: NAMES.en.leave }).count()).toBe(0);
  });

  test('leaving gives back what the reader had: the program, what was done to it, and the moment', async () => {
    const names = NAMES.en;
    const text = await readFile(join(ROOT, 'src/scenarios/copy.ts'), 'utf8');
    const source = text.replace('utf8(params.text)', "utf8('my own words')");
    expect(source).not.toBe(text);
    const link = await writeLink({ name: 'copy', source, seed: 1, set: {}, acts: [] }, 20);
    const page = await lab.open(link);
    const whole = await endOf(page);
    await press(page, 'Cut the cable');
    await page
      .getByTestId('hash')
      .filter({ hasNotText: whole.hash })
      .filter({ hasText: /[0-9a-f]{64}/ })
      .waitFor({ state: 'attached' });
    const [{ hash }, cursor] = [await endOf(page), await cursorOf(page)];

    await tourButton(page, names, 11).click();
    await strip(page).getByText('S11', { exact: true }).waitFor();
    await expect.poll(async () => (await endOf(page)).hash).not.toBe(hash);
    await press(page, names.skip);
    await strip(page).getByText('S12', { exact: true }).waitFor();
    await press(page, names.leave);
    await endOf(page, hash);
    expect(await cursorOf(page)).toBe(cursor);
    await page.getByText('my own words').first().waitFor();
  });

  test('the button of the header leaves the tour too, and a scenario chosen meanwhile is the reader’s', async () => {
    const names = NAMES.en;
    const page = await lab.open('#tour=S1');
    await strip(page).getByText('S1', { exact: true }).waitFor();
    await choose(page, 'kill-idle');
    const { hash } = await endOf(page);
    await tourButton(page, names, 1).click();
    await strip(page).getByText('S1', { exact: true }).waitFor();
    await tourButton(page, names, 1).click();
    await endOf(page, hash);
    expect(await page.getByRole('button', { name: names.leave }).count()).toBe(0);
  });

  test('an answer that is none gets one sentence, and nothing plays', async () => {
    const page = await lab.open('#tour=S7');
    await endOf(page);
    const before = await cursorOf(page);
    for (const nonsense of ['', 'twelve', '-3', '1.5', '1e99']) {
      await page.getByRole('textbox', { name: 'Bytes', exact: true }).fill(nonsense);
      await press(page, 'Answer and play');
      await strip(page).getByRole('alert').filter({ hasText: 'Write a whole number of bytes' }).waitFor();
    }
    await press(page, 'Skip');
    await strip(page).getByText('S8', { exact: true }).waitFor();
    await press(page, 'Answer and play');
    await strip(page).getByRole('alert').filter({ hasText: 'Choose one of the answers' }).waitFor();
    await press(page, 'Back');
    await strip(page).getByText('S7', { exact: true }).waitFor();
    await expect.poll(() => cursorOf(page)).toBe(before);
  });

  test('on a phone the ways out stand in one row beside the answer', async () => {
    for (const language of ['en', 'ko'] as const) {
      const names = NAMES[language];
      const page = await lab.open('#tour=S2', { language, width: 390, height: 844 });
      await strip(page).getByText('S2', { exact: true }).waitFor();
      const boxes = await Promise.all(
        [names.answer, names.back, names.skip, names.leave].map((name) =>
          page.getByRole('button', { name, exact: true }).boundingBox(),
        ),
      );
      expect(new Set(boxes.map((box) => box?.y)).size).toBe(1);
      for (const box of boxes) expect((box?.x ?? 390) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    }
  });
});

describeLab('the first minute', (lab) => {
  test('one question, the copy, the ACKs, the cut, two hours, and neither side knows', async () => {
    const page = await lab.open('', { newcomer: true });
    await page.getByRole('combobox', { name: 'Speed', exact: true }).selectOption('0');
    await strip(page).getByRole('radio', { name: '20', exact: true }).check();
    await press(page, 'Answer and play');
    await strip(page).getByText('0 bytes had left B').waitFor();
    await press(page, 'Play on');
    await strip(page).getByText('8, 8, 4 bytes').waitFor();
    await press(page, 'Cut the cable');
    await strip(page).getByText('2 h after the cut').waitFor();
    expect(await strip(page).textContent()).toContain('Neither side knows.');
    await page.getByRole('button', { name: 'Mend the cable', exact: true }).waitFor();
    await press(page, 'Begin the tour');
    await strip(page).getByText('S1', { exact: true }).waitFor();
  });

  test('its own button cuts too; who plays freely keeps the world, and is not asked again', async () => {
    const page = await lab.open('', { newcomer: true, language: 'ko' });
    await page.getByRole('combobox', { name: '속도', exact: true }).selectOption('0');
    await strip(page).getByRole('radio', { name: '0바이트', exact: true }).check();
    await press(page, '답하고 재생');
    await press(page, '계속 재생');
    await press(page, '이제 케이블 자르기');
    await press(page, '자유롭게 해 보기');
    await page.getByRole('button', { name: '케이블 잇기', exact: true }).waitFor();
    const again = await page.context().newPage();
    await again.goto(lab.url);
    await endOf(again);
    expect(await strip(again).getByRole('radio').count()).toBe(0);
  });

  test('a reload in the middle of it comes back to it', async () => {
    const page = await lab.open('', { newcomer: true });
    await page.getByRole('combobox', { name: 'Speed', exact: true }).selectOption('0');
    await strip(page).getByRole('radio', { name: '8', exact: true }).check();
    await press(page, 'Answer and play');
    await strip(page).getByText('0 bytes had left B').waitFor();
    await expect.poll(() => cursorInLink(page)).toBe(await cursorOf(page));
    await page.reload();
    await strip(page).getByText('You said “8”').waitFor();
  });
});

describeLab('the help', (lab) => {
  test('a word of a reply opens the help at that word; words can be searched in both languages', async () => {
    const page = await lab.open('#tour=S12');
    await page.getByRole('combobox', { name: 'Speed', exact: true }).selectOption('0');
    await answerStop(page, NAMES.en, 'S12');
    await strip(page).getByRole('button', { name: 'send buffer', exact: true }).click();
    const sheet = page.getByRole('dialog', { name: 'Help' });
    await sheet.locator('[data-wanted]').filter({ hasText: 'send buffer' }).waitFor();
    const find = sheet.getByRole('searchbox', { name: 'Find a word' });
    await find.fill('TIME-WAIT');
    await sheet.getByText('The side that closed first').waitFor();
    expect(await sheet.locator('dl:not(.help-keys) > div').count()).toBe(1);
    await find.fill('하프 오픈');
    await sheet.getByText('RFC 9293, 3.5.1').waitFor();
    await find.fill('zzz');
    await sheet.getByText('No word of this sheet').waitFor();
    await press(page, 'Close');
    await sheet.waitFor({ state: 'detached' });
  });
});
