/** `withWorld`, `halfopen/node` and `halfopen/vitest` under the runners that people have. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, execute } from '../cli/halfopen.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const bin = (...path: string[]) => join(ROOT, 'node_modules', ...path);

let folder = '';
beforeAll(async () => {
  // Whatever was changed is built.
  await execute(process.execPath, [BIN, '--version']);
  // A project of somebody else's, in which halfopen is installed.
  folder = mkdtempSync(join(tmpdir(), 'halfopen-runners-'));
  cpSync(new URL('./projects', import.meta.url), folder, { recursive: true });
  const modules = join(folder, 'node_modules');
  const isPage = (path: string) => path.startsWith(join(ROOT, 'dist', 'lab'));
  cpSync(join(ROOT, 'dist'), join(modules, 'halfopen', 'dist'), { recursive: true, filter: (path) => !isPage(path) });
  cpSync(join(ROOT, 'package.json'), join(modules, 'halfopen', 'package.json'));
  for (const name of ['vitest', '@jest']) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (project: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  execute(process.execPath, args, { cwd: join(folder, project), env: { NO_COLOR: '1', FORCE_COLOR: '0', ...env } });

/** The command that the account of a failure names, its words apart. */
function repeatOf(text: string): string {
  return /repeat it +(.*)/.exec(text)?.[1] ?? '';
}

test('node:test: what fails is told, and the command repeats it', async () => {
  const { status, stdout } = await run('node', ['--test', 'half-open.test.mjs']);
  expect(stdout).toMatch(/(# |ℹ )pass 1/);
  expect(stdout).toMatch(/'ECONNRESET' failed in the world of seed 3, at 1 h 1 s of virtual time/);
  expect(repeatOf(stdout)).toBe('HALFOPEN_SEED=3 node half-open.test.mjs');
  expect(status).toBe(1);
});

test('Jest: two files in one worker, each with a copy of its own', async () => {
  const args = ['--experimental-vm-modules', bin('jest', 'bin', 'jest.js'), '--rootDir', '.', '--runInBand'];
  const { status, stderr } = await run('jest', args);
  expect(stderr).toMatch(/Tests: +1 failed, 3 passed, 4 total/);
  expect(stderr).toMatch(/'ECONNRESET' failed in the world of seed 3/);
  expect(repeatOf(stderr)).toBe("HALFOPEN_SEED=3 npx jest first.test.mjs -t 'a connection ends with ECONNRESET'");
  expect(status).toBe(1);
});

test.each(['forks', 'threads', 'vmThreads', 'vmForks'])('Vitest with files side by side in %s', async (pool) => {
  const args = [bin('vitest', 'vitest.mjs'), 'run', '--pool', pool];
  const { status, stdout, stderr } = await run('vitest', args);
  expect(stdout).toMatch(/Tests +4 failed \| 4 passed \(8\)/);
  const repeats = stderr.split('\n').filter((line) => line.includes('repeat it'));
  expect(repeats).toHaveLength(4);
  expect(repeats[0]).toMatch(
    /HALFOPEN_SEED=1 npx vitest run \w+\.vitest\.ts -t 'the \w+ \(> \)\?ends with ECONNRESET'/,
  );
  expect(status).toBe(1);
});

test.each(['docs/test-your-service.md', 'docs/test-your-service.ko.md'])(
  'the program of %s does what it says',
  async (page) => {
    const [, program = ''] =
      /`cut\.test\.js`:\n\n```js\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, page), 'utf8')) ?? [];
    const project = join(folder, page.replaceAll(/\W/g, '-'));
    mkdirSync(project);
    writeFileSync(join(project, 'cut.test.js'), program);
    const args = [bin('vitest', 'vitest.mjs'), 'run', 'cut.test.js'];
    const { status, stdout, stderr } = await run(relative(folder, project), args);
    expect(stdout + stderr).toMatch(/Tests +1 passed \(1\)/);
    expect(status).toBe(0);
  },
);
