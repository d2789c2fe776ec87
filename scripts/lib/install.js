/**
 * Installs what is missing and says so: the npm packages, and for tests on Debian the programs that they call.
 * Imports nothing but Node, since it runs before there is anything else.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, ROOT, run } from './run.js';
import { giveUp, say } from './say.js';

/** The oldest Node that the tools take: package.json, `engines`. */
const OLDEST_NODE = [20, 19];

/** Programs that tests call, and the Debian package that brings each. */
export const PROGRAMS = {
  chromium: 'chromium',
  curl: 'curl',
  ip: 'iproute2',
  tc: 'iproute2',
  tshark: 'tshark',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  pg_ctlcluster: 'postgresql',
  'redis-server': 'redis-server',
};

/** Files that screenshots need, and the package of each: without these fonts Korean is a row of boxes. */
const FILES = { '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc': 'fonts-noto-cjk' };

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    giveUp(`needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}`);
  }
}

/** `npm ci`, unless node_modules holds exactly what package-lock.json asks for. */
export function ensureDependencies() {
  if (dependenciesAreThere()) return;
  say('installing npm packages (npm ci)');
  // --include=dev: NODE_ENV=production must not take the compiler away. Output to stderr: see say.js.
  const status = run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { output: 'stderr' });
  if (status !== 0) giveUp('npm ci failed (its words are above)');
}

function dependenciesAreThere() {
  const installed = readLock(join(ROOT, 'node_modules', '.package-lock.json'));
  const wanted = readLock(join(ROOT, 'package-lock.json'));
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const there = installed[path];
    // An optional package is for another platform, as a rule.
    if (there === undefined) return entry.optional === true;
    return there.version === entry.version && existsSync(join(ROOT, path));
  });
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Installs missing programs on Debian as root; elsewhere says what is missing, and the tests say what they skip. */
export function ensurePrograms(names = Object.keys(PROGRAMS)) {
  const missing = names.filter((name) => !hasProgram(name));
  const root = process.getuid?.() === 0;
  const files = root ? Object.keys(FILES).filter((path) => !existsSync(path)) : [];
  if (missing.length + files.length === 0) return;
  const packages = [...new Set([...missing.map((name) => PROGRAMS[name]), ...files.map((path) => FILES[path])])];
  if (process.platform !== 'linux' || !root || !hasProgram('apt-get')) {
    say(
      `not found: ${[...missing, ...files].join(', ')}; the tests that need them are skipped (Debian: apt-get install ${packages.join(' ')})`,
    );
    return;
  }
  say(`installing ${packages.join(', ')} (apt-get)`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, output: 'stderr' };
  run('apt-get', ['update', '-qq'], quiet);
  if (run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet) !== 0) {
    say(`apt-get could not install ${packages.join(', ')}; the tests that need them cannot run`);
  }
}
