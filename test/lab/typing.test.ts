/** Typing into a program: who takes text, what is typed and what cannot be, dropped files, and that all can be shared. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { fromBase64, text } from '../../src/base/bytes.ts';
import { readLink } from '../../src/lab/share/link.ts';
import { describeLab } from './support/browser.ts';
import { choose, endOf, moveTo, pictureOf } from './support/page.ts';

async function openTyping(lab: { open(): Promise<Page> }): Promise<Page> {
  const page = await lab.open();
  await choose(page, 'typing');
  return page;
}

/** Does it, and settles when another run has ended. */
async function changes(page: Page, deed: () => Promise<void>): Promise<string> {
  const { hash } = await endOf(page);
  await deed();
  await page.getByTestId('hash').filter({ hasNotText: hash }).waitFor({ state: 'attached' });
  return (await endOf(page)).hash;
}

/** Drops files on what the selector names, as a hand would. */
function drop(page: Page, selector: string, files: readonly { readonly name: string; readonly content: string }[]) {
  return page.evaluate(
    ([at, all]) => {
      const dataTransfer = new DataTransfer();
      for (const { name, content } of all) dataTransfer.items.add(new File([content], name));
      const target = document.querySelector(at);
      target?.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
      const said = document.body.dataset['dropping'] ?? '';
      target?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      return said;
    },
    [selector, files] as const,
  );
}

const CLIENT = '.stage-host[data-side="right"] .stage-host-head';

describeLab('typing', (lab) => {
  test('before the program reads, it is said that it takes text; what is typed then waits for it', async () => {
    const page = await openTyping(lab);
    const field = page.getByLabel('Type into client');
    await field.waitFor();
    expect(await field.getAttribute('placeholder')).toBe('client reads this');
    await field.fill('early');
    await changes(page, () => field.press('Enter'));
    await moveTo(page, 'End');
    expect(await pictureOf(page)).toContain('early');
  });

  test('what is typed stands in the timetable, in the address, and comes again from there', async () => {
    const page = await openTyping(lab);
    await moveTo(page, 'End');
    const typed = '한글 😀 \u0001\u007f e\u0301';
    const field = page.getByLabel('Type into client');
    await field.fill(typed);
    const hash = await changes(page, () => field.press('Enter'));
    expect(await field.inputValue()).toBe('');
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await expect.poll(() => page.locator('.settings-acts input').last().inputValue()).toBe(typed);
    await expect
      .poll(async () => readLink(new URL(page.url()).hash))
      .toMatchObject({ plan: { acts: [{ do: 'type' }] } });
    const link = new URL(page.url()).hash;
    const shared = await readLink(link);
    const acts = shared !== undefined && 'plan' in shared ? shared.plan.acts : [];
    expect(acts.map((act) => (act.do === 'type' ? text(fromBase64(act.data)) : ''))).toEqual([`${typed}\n`]);
    const other = await lab.open(link);
    expect((await endOf(other, hash)).hash).toBe(hash);
  });

  test('half of a pair of surrogates is typed as what stands for a wrong character', async () => {
    const page = await openTyping(lab);
    await moveTo(page, 'End');
    const field = page.getByLabel('Type into client');
    await field.evaluate((element) => {
      if (element instanceof HTMLInputElement) element.value = 'a\ud83d';
    });
    await changes(page, () => field.press('Enter'));
    await moveTo(page, 'End');
    expect(await pictureOf(page)).toContain('a�');
  });

  test('a megabyte of text is told to be too much, and stays in its field', async () => {
    const page = await openTyping(lab);
    await moveTo(page, 'End');
    const { hash } = await endOf(page);
    const field = page.getByLabel('Type into client');
    await field.fill('x'.repeat(1_000_000));
    await field.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'at most can be typed' }).waitFor();
    expect((await field.inputValue()).length).toBe(1_000_000);
    expect((await endOf(page)).hash).toBe(hash);
  });

  test('a file dropped anywhere on the client is typed; several, or none of any size, are told', async () => {
    const page = await openTyping(lab);
    await moveTo(page, 'End');
    const hash = await changes(page, async () => {
      expect(await drop(page, CLIENT, [{ name: 'a.jsonl', content: 'dropped' }])).toContain('client reads the file');
    });
    await moveTo(page, 'End');
    expect(await pictureOf(page)).toContain('dropped');
    await drop(page, CLIENT, [
      { name: 'a', content: 'a' },
      { name: 'b', content: 'b' },
    ]);
    await page.getByRole('alert').filter({ hasText: '2 files were dropped' }).waitFor();
    await drop(page, CLIENT, [{ name: 'empty.txt', content: '' }]);
    await page.getByRole('alert').filter({ hasText: 'empty.txt is empty' }).waitFor();
    // The server reads nothing: there a file is opened.
    await drop(page, '.stage-host[data-side="left"] .stage-host-head', [{ name: 'b.png', content: 'b' }]);
    await page.getByRole('alert').filter({ hasText: 'neither a trace' }).waitFor();
    await drop(page, 'body', [
      { name: 'a.ts', content: 'a' },
      { name: 'b.ts', content: 'b' },
    ]);
    await page.getByRole('alert').filter({ hasText: 'one at a time' }).waitFor();
    expect((await endOf(page)).hash).toBe(hash);
  });
});
