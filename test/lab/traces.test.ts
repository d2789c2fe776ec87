/** What a run leaves behind as files, and comes back from: traces named in links, what they are called, captures. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findProgram } from '../../scripts/lib/run.js';
import { describeLab } from './support/browser.ts';
import { choose, cursorOf, cursorSlider, endOf, pictureOf, step } from './support/page.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'halfopen-lab-'));

interface Download {
  /** What the page calls it. */
  readonly name: string;
  readonly path: string;
  readonly bytes: Buffer;
}

async function download(page: Page, button: string): Promise<Download> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  const path = join(FOLDER, randomUUID());
  await file.saveAs(path);
  return { name: file.suggestedFilename(), path, bytes: readFileSync(path) };
}

async function openFile(page: Page, name: string, bytes: Buffer): Promise<void> {
  const file = { name, mimeType: 'application/octet-stream', buffer: bytes };
  await page.locator('#share-menu input[type=file]').setInputFiles(file);
}

/** Events of a trace in JSON lines. */
const countOf = (trace: Buffer) => trace.toString().trimEnd().split('\n').length - 1;

async function openTrace(page: Page, name: string, trace: Buffer): Promise<void> {
  await openFile(page, name, trace);
  await page
    .getByRole('combobox', { name: 'Scenario', exact: true })
    .getByText('a trace from a file')
    .waitFor({ state: 'attached' });
  await cursorSlider(page)
    .and(page.locator(`[max="${countOf(trace)}"]`))
    .waitFor();
}

describeLab('a saved trace', (lab) => {
  test('can be looked at, and says so when one tries to break something in it', async () => {
    const page = await lab.open();
    await endOf(page);
    const { bytes } = await download(page, 'Trace (JSON lines)');
    await openTrace(page, 'run.jsonl', bytes);
    await step(page, 'Step', 12);
    const cursor = await cursorOf(page);
    await page.getByRole('button', { name: 'Kill server', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'This is a saved trace' }).waitFor();
    expect(await cursorOf(page)).toBe(cursor);
  });
});

describeLab('files of a run', (lab) => {
  test('an opened trace is named in the link, which asks for it and opens it at the same moment', async () => {
    const page = await lab.open();
    await endOf(page);
    const { bytes } = await download(page, 'Trace (JSON lines)');
    await openTrace(page, 'my run.jsonl', bytes);
    await step(page, 'Step', 6);
    const cursor = await cursorOf(page);
    const picture = await pictureOf(page);
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("refused"))');
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await page.getByText('It cannot carry the trace itself: it holds name, size and SHA-256 of my run.jsonl').waitFor();
    const link = new URL(await page.getByRole('textbox', { name: 'Link' }).inputValue()).hash;
    expect(link.length).toBeLessThan(300);
    // The address holds it too: a reload asks.
    await expect.poll(() => new URL(page.url()).hash).toBe(link);

    const other = await lab.open(link);
    await endOf(other);
    const asked = other.getByRole('region', { name: 'A file is missing' });
    await asked.getByText('the trace my run.jsonl').waitFor();
    expect(new URL(other.url()).hash).toBe(link);
    const choice = asked.getByLabel('Choose the file');
    const changed = Buffer.from(bytes.toString().replace('"cause":0', '"cause":1'));
    await choice.setInputFiles({ name: 'other.jsonl', mimeType: '', buffer: changed });
    await asked.getByRole('alert').filter({ hasText: 'other.jsonl is another file' }).waitFor();
    await choice.setInputFiles({ name: 'renamed.jsonl', mimeType: '', buffer: bytes });
    await asked.waitFor({ state: 'detached' });
    await expect.poll(() => cursorOf(other)).toBe(cursor);
    expect(await pictureOf(other)).toBe(picture);
    await expect.poll(() => new URL(other.url()).hash).toBe(link);
  });

  test('a trace that is exported again says of its frames what the file said', async () => {
    const page = await lab.open();
    await endOf(page);
    const { name, bytes } = await download(page, 'Trace (JSON lines)');
    expect(name).toBe('copy.jsonl');
    expect(bytes.toString().split('\n')[0]).toBe('{"halfopen":"trace","version":1,"frames":"whole"}');
    await openTrace(page, 'mine.jsonl', bytes);
    expect(await download(page, 'Trace (JSON lines)')).toMatchObject({ name: 'mine.jsonl', bytes });
    const heads = Buffer.from(bytes.toString().replace('"whole"', '"heads"'));
    await openTrace(page, 'heads.jsonl', heads);
    expect((await download(page, 'Trace (JSON lines)')).bytes.equals(heads)).toBe(true);
  });

  test('a trace with a mark of byte order and lines that end as in Windows is the same trace', async () => {
    const page = await lab.open();
    await endOf(page);
    const { bytes } = await download(page, 'Trace (JSON lines)');
    await openTrace(page, 'windows.jsonl', Buffer.from(`\ufeff${bytes.toString().replaceAll('\n', '\r\n')}`));
    expect((await download(page, 'Trace (JSON lines)')).bytes.equals(bytes)).toBe(true);
  });

  const tshark = findProgram('tshark');
  test.skipIf(tshark === undefined)(
    'a capture is whole for tshark: no frame is malformed or short, and every checksum is right',
    async () => {
      const page = await lab.open();
      await endOf(page);
      for (const scenario of ['copy', 'cut-sending', 'datagrams']) {
        if (scenario !== 'copy') await choose(page, scenario);
        const { name, path } = await download(page, 'Capture (pcap)');
        expect(name).toBe(`${scenario}.pcap`);
        const read = (...args: string[]) => {
          const ran = spawnSync(tshark ?? '', ['-n', '-r', path, ...args], { encoding: 'utf8' });
          expect(ran.status, ran.stderr).toBe(0);
          return ran.stdout.trim();
        };
        const checked = [
          '-o',
          'tcp.check_checksum:TRUE',
          '-o',
          'ip.check_checksum:TRUE',
          '-o',
          'udp.check_checksum:TRUE',
        ];
        expect(read('-T', 'fields', '-e', 'frame.number').split('\n').length).toBeGreaterThan(3);
        const bad =
          '_ws.malformed || _ws.short || ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0';
        expect(read(...checked, '-Y', bad)).toBe('');
      }
    },
  );
});
