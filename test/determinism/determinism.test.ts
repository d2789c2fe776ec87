/** The same seed and program give the same trace to the byte: in this process, in other Nodes, in a browser. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { beforeAll, expect, test } from 'vitest';
import { OTHER_NODES, otherNode } from '../../scripts/lib/other-nodes.js';
import { findProgram, ROOT, runTool } from '../../scripts/lib/run.js';
import { nodePlatform } from '../../src/node-platform.ts';
import { needs } from '../support/needs.ts';
import { hashesOn } from './hashes.ts';

const MAIN = join(ROOT, '.cache', 'fuzz', 'test', 'determinism', 'main.js');

let own: Record<string, string> = {};
beforeAll(async () => {
  expect(runTool('typescript', 'tsc', ['-p', 'tsconfig.fuzz.json']), 'the build failed').toBe(0);
  own = await hashesOn(nodePlatform);
  expect(Object.keys(own).length).toBeGreaterThan(150);
}, 120_000);

function hashesIn(node: string): Record<string, string> {
  return JSON.parse(execFileSync(node, [MAIN], { encoding: 'utf8' }));
}

test('another process gives the same hashes', () => {
  expect(hashesIn(process.execPath)).toEqual(own);
});

for (const version of OTHER_NODES) {
  needs({ otherNode: version }).test(`Node ${version} gives the same hashes`, () => {
    const node = otherNode(version) ?? '';
    expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(new RegExp(`^v${version}\\.`));
    expect(hashesIn(node)).toEqual(own);
  });
}

needs({ programs: ['chromium'] }).test('Chromium gives the same hashes', async () => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('../lab/support/hashes.ts', import.meta.url)),
        formats: ['iife'],
        name: 'page',
      },
    },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  if (bundle === undefined || !('output' in bundle)) throw new Error('Vite has built nothing');
  const browser = await chromium.launch({
    executablePath: findProgram('chromium') ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: bundle.output[0].code });
    expect(await page.evaluate('hashes()')).toEqual(own);
  } finally {
    await browser.close();
  }
});
