/** What the user writes is not lost, whatever runs; large files in links, and files that cannot be opened. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeLab } from './support/browser.ts';
import { choose, endOf } from './support/page.ts';

describeLab('the editor', (lab) => {
  test('what was typed and not run is there after a reload, and goes when the original is asked for', async () => {
    const page = await lab.open();
    const text = await openEditor(page);
    await typeAtTop(page, '// not run yet');
    await page.reload();
    await openEditor(page);
    await expect.poll(() => text.textContent()).toContain('// not run yet');
    await page.getByText('Your changes of copy are here').waitFor();
    await page.getByRole('button', { name: 'Back to the original' }).click();
    await page.getByText('Your changes of copy are here').waitFor({ state: 'detached' });
    expect(await text.textContent()).not.toContain('// not run yet');
    // It can be undone, by hand.
    await text.press('Control+z');
    expect(await text.textContent()).toContain('// not run yet');
  });

  test('each scenario has its own text: another one is not written over', async () => {
    const page = await lab.open();
    const text = await openEditor(page);
    await typeAtTop(page, '// of copy');
    await choose(page, 'hello');
    await expect.poll(() => text.textContent()).toContain("name: 'hello'");
    expect(await text.textContent()).not.toContain('// of copy');
    await typeAtTop(page, '// of hello');
    await choose(page, 'copy');
    await expect.poll(() => text.textContent()).toContain('// of copy');
    expect(await text.textContent()).not.toContain('// of hello');
  });

  test('Tab indents, and Esc and Tab leave, with the details still open', async () => {
    const page = await lab.open();
    const text = await openEditor(page);
    await text.press('Tab');
    expect(await text.evaluate((element) => element.matches(':focus'))).toBe(true);
    await text.press('Escape');
    await text.press('Tab');
    expect(await text.evaluate((element) => element.matches(':focus'))).toBe(false);
    expect(await text.isVisible()).toBe(true);
  });

  test('a program that throws is told with its line, and the line is one press away', async () => {
    const page = await lab.open();
    const { hash } = await endOf(page);
    const text = await openEditor(page);
    await text.press('Control+f');
    await page.getByRole('textbox', { name: 'Find' }).waitFor();
    await page.keyboard.type('await socket.send(buffer);');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await page.keyboard.type(" throw new Error('mine');");
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: /^line \d+: Error: mine$/ }).click();
    await page.locator('.cm-activeLine').filter({ hasText: "throw new Error('mine')" }).waitFor();
    expect(await page.locator('.cm-lintRange-error').count()).toBeGreaterThan(0);
    expect((await endOf(page)).hash).not.toBe(hash);
  });
});

describeLab('a text that cannot begin', (lab) => {
  test('is told by its own mistake alone, not by what the run on the stage threw', async () => {
    const page = await lab.open();
    const { hash } = await endOf(page);
    await openEditor(page);
    await page.locator('.cm-content').press('Control+f');
    await page.getByRole('textbox', { name: 'Find' }).waitFor();
    await page.keyboard.type('await socket.send(buffer);');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await page.keyboard.type(" throw new Error('mine');");
    await page.keyboard.press('Control+Enter');
    const told = page.locator('.editor-mistakes li');
    await expect.poll(() => told.allTextContents()).toEqual([expect.stringMatching(/^line \d+: Error: mine$/)]);
    expect((await endOf(page)).hash).not.toBe(hash);
    await typeAtTop(page, 'neverDefined();');
    await page.keyboard.press('Control+Enter');
    await expect
      .poll(() => told.allTextContents())
      .toEqual([expect.stringMatching(/^line 1: ReferenceError: neverDefined is not defined$/)]);
  });
});

describeLab('files', (lab) => {
  test('one that cannot be opened is told in a sentence, and what was there stays', async () => {
    const page = await lab.open();
    const { hash } = await endOf(page);
    for (const [name, text, told] of [
      ['old.jsonl', '{"halfopen":"trace","version":99}\n', 'a trace of version 99'],
      ['cut.jsonl', '{"halfopen":"trace","version":1}\n{"n":1,', 'line 2 of the trace is not JSON'],
      ['run.json', '{"name":7}', 'holds no scenario'],
      ['picture.png', 'x', 'neither a trace'],
    ] as const) {
      await page.locator('#share-menu input[type=file]').setInputFiles(fileOf(name, text));
      await page.getByRole('alert').filter({ hasText: told }).waitFor();
    }
    expect((await endOf(page)).hash).toBe(hash);
  });

  test('a typed file of more than 32 KiB is named in the link, and whoever opens it is asked for it', async () => {
    const page = await lab.open();
    await endOf(page);
    await choose(page, 'typing');
    const field = page.getByLabel('Type a file into client');
    const next = page.getByRole('button', { name: 'To the next return' });
    for (let i = 0; i < 40 && (await field.count()) === 0; i++) await next.click();
    const before = await endOf(page);
    const content = 'many bytes '.repeat(3500);
    await field.setInputFiles(fileOf('mine.txt', content));
    await page.getByTestId('hash').filter({ hasNotText: before.hash }).waitFor({ state: 'attached' });
    const { hash } = await endOf(page);
    // Where nothing can be copied, the link stands in a field.
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("refused"))');
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const link = new URL(await page.getByRole('textbox', { name: 'Link' }).inputValue()).hash;
    expect(link.length).toBeLessThan(1000);

    const other = await lab.open(link);
    const asked = other.getByRole('region', { name: 'A file is missing' });
    await asked.getByText('mine.txt').waitFor();
    const given = asked.getByLabel('Choose the file');
    await given.setInputFiles(fileOf('other.txt', 'other'));
    await asked.getByRole('alert').filter({ hasText: 'other.txt is another file' }).waitFor();
    await given.setInputFiles(fileOf('mine.txt', content));
    await asked.waitFor({ state: 'detached' });
    expect((await endOf(other, hash)).hash).toBe(hash);
  });

  test('a wrong address is still told when another run has come in its place', async () => {
    const page = await lab.open('#v9.AAAA');
    await endOf(page);
    await page.getByRole('alert').filter({ hasText: 'This link is of version v9' }).waitFor();
  });
});

async function openEditor(page: Page) {
  await endOf(page);
  await page.getByRole('button', { name: 'Programs', exact: true }).click();
  const text = page.getByRole('textbox', { name: 'The scenario’s text' });
  await text.waitFor();
  return text;
}

async function typeAtTop(page: Page, line: string): Promise<void> {
  await page.getByRole('textbox', { name: 'The scenario’s text' }).press('Control+Home');
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

function fileOf(name: string, text: string) {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) };
}
