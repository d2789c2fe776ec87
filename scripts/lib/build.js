/**
 * dist/ from src/, when src/ is newer.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runTool } from './run.js';
import { say } from './say.js';

const SOURCE = join(ROOT, 'src');
const BUILT = join(ROOT, 'dist');
/** Its time is the time of the last whole build. */
const STAMP = join(BUILT, '.built');
const CONFIGURATION = ['package.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(ROOT, name));

/** True if dist/ was built after the last change in src/. An installed package has no src/: then it is. */
export function isBuilt() {
  if (!existsSync(SOURCE)) return true;
  if (!existsSync(STAMP)) return false;
  const built = statSync(STAMP).mtimeMs;
  return newestIn(SOURCE) <= built && CONFIGURATION.every((path) => statSync(path).mtimeMs <= built);
}

/**
 * Builds when needed. The exit status of the compiler: 0 if all is well.
 *
 * The new dist/ is made beside the old one and takes its place whole: another command of this clone may be reading it,
 * and what has no source any more must not stay.
 */
export function ensureBuilt() {
  if (isBuilt()) return 0;
  say('building dist (tsc -p tsconfig.build.json)');
  const begun = new Date();
  // Beside dist/, so that the paths in the source maps stay true.
  const fresh = `${BUILT}-${process.pid}`;
  const old = `${BUILT}-old-${process.pid}`;
  try {
    const args = ['-p', 'tsconfig.build.json', '--outDir', fresh];
    const status = runTool('typescript', 'tsc', args, { output: 'stderr' });
    if (status !== 0) return status;
    const stamp = join(fresh, '.built');
    writeFileSync(stamp, '');
    utimesSync(stamp, begun, begun);
    if (existsSync(BUILT)) renameSync(BUILT, old);
    renameSync(fresh, BUILT);
    return 0;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** Folders count too: their time tells of removed files. Tests are not built. */
function newestIn(folder) {
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestIn(path));
    else if (!entry.name.endsWith('.test.ts')) newest = Math.max(newest, statSync(path).mtimeMs);
  }
  return newest;
}
