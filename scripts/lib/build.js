/**
 * dist/ from src/, and dist/lab/ from src/lab/ and what it imports, when the source is newer.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, runTool } from './run.js';
import { say } from './say.js';

const SOURCE = join(ROOT, 'src');
const PAGE_SOURCE = join(SOURCE, 'lab');
const BUILT = join(ROOT, 'dist');
const PAGE = join(BUILT, 'lab');
/** Its time is the time at which the last whole build of the folder began. */
const STAMP = '.built';

/** True if dist/ was built after the last change in src/. An installed package has no src/: then it is. */
export function isBuilt() {
  return isNewer(BUILT, ['package.json', 'tsconfig.json', 'tsconfig.build.json'], SOURCE, PAGE_SOURCE);
}

/** The same of the page in dist/lab/: it holds the simulator and the scenarios, so that all of src/ counts. */
export function isPageBuilt() {
  return isNewer(PAGE, ['package.json', 'package-lock.json', 'vite.config.ts'], SOURCE);
}

/**
 * Builds when needed. The exit status of the compiler: 0 if all is well.
 *
 * The new dist/ is made beside the old one and takes its place whole: another command of this clone may be reading it,
 * and what has no source any more must not stay. The page has a build and a staleness of its own, and is taken along.
 */
export function ensureBuilt() {
  if (isBuilt()) return 0;
  say('building dist (tsc -p tsconfig.build.json)');
  return replace(BUILT, (fresh) => {
    const status = runTool('typescript', 'tsc', ['-p', 'tsconfig.build.json', '--outDir', fresh], { output: 'stderr' });
    if (status === 0 && existsSync(PAGE)) renameSync(PAGE, join(fresh, 'lab'));
    return status;
  });
}

/** Builds dist/lab/ when needed; after `ensureBuilt`. The exit status of the build. */
export function ensurePageBuilt() {
  if (isPageBuilt()) return 0;
  say('building the page, dist/lab (vite build)');
  return replace(PAGE, (fresh) =>
    runTool('vite', 'vite', ['build', '--logLevel', 'warn', '--outDir', fresh, '--emptyOutDir'], { output: 'stderr' }),
  );
}

/** Lets `build` fill a folder beside `folder`, and puts it into its place if the build's status is 0. */
function replace(folder, build) {
  const begun = new Date();
  // Beside dist/, so that the paths in the source maps stay true.
  const fresh = `${BUILT}-${process.pid}`;
  const old = `${BUILT}-old-${process.pid}`;
  try {
    const status = build(fresh);
    if (status !== 0) return status;
    const stamp = join(fresh, STAMP);
    writeFileSync(stamp, '');
    utimesSync(stamp, begun, begun);
    if (existsSync(folder)) renameSync(folder, old);
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(fresh, folder);
    return 0;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

function isNewer(folder, configuration, source, without) {
  if (!existsSync(SOURCE)) return true;
  const stamp = join(folder, STAMP);
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).mtimeMs;
  return (
    configuration.every((name) => statSync(join(ROOT, name)).mtimeMs <= built) && newestIn(source, without) <= built
  );
}

/** Folders count too: their time tells of removed files. Tests are not built. */
function newestIn(folder, without) {
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (path === without) continue;
    if (entry.isDirectory()) newest = Math.max(newest, newestIn(path, without));
    else if (!/\.test\.tsx?$/.test(entry.name)) newest = Math.max(newest, statSync(path).mtimeMs);
  }
  return newest;
}
