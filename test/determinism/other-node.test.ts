/** The same seed and program give the same trace to the byte, in this Node and in another with another engine. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../../scripts/lib/build.js';
import { OTHER_NODE, otherNode } from '../../scripts/lib/other-node.js';
import { needs } from '../support/needs.ts';

const RUN = fileURLToPath(new URL('run.js', import.meta.url));

function hashesIn(node: string): Record<string, string> {
  return JSON.parse(execFileSync(node, [RUN], { encoding: 'utf8' }));
}

beforeAll(() => {
  expect(ensureBuilt(), 'the build failed').toBe(0);
});

test('two processes, the same hashes', () => {
  const hashes = hashesIn(process.execPath);
  expect(Object.keys(hashes).length).toBeGreaterThan(50);
  expect(hashesIn(process.execPath)).toEqual(hashes);
});

needs({ otherNode: true }).test(`Node ${OTHER_NODE} gives the same hashes`, () => {
  const version = execFileSync(otherNode() ?? '', ['--version'], { encoding: 'utf8' });
  expect(version).toMatch(new RegExp(`^v${OTHER_NODE}\\.`));
  expect(hashesIn(otherNode() ?? '')).toEqual(hashesIn(process.execPath));
});
