#!/usr/bin/env node
/**
 * `npm run profiles`: writes docs/profiles.md, how the profiles differ, from src/host/profiles.ts: the values as the module
 * has them, the sources from the comments behind them. `--check` changes nothing and fails if something would change; a
 * test calls it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.js';
import { ROOT } from './lib/run.js';
import { giveUp, say } from './lib/say.js';

if (ensureBuilt() !== 0) giveUp('the build failed');
const { PROFILES } = await import(new URL('../dist/host/profiles.js', import.meta.url).href);
const { Sysctl } = await import(new URL('../dist/host/sysctl.js', import.meta.url).href);

const NAMES = ['linux', 'windows', 'rfc'];
const source = readFileSync(join(ROOT, 'src', 'host', 'profiles.ts'), 'utf8');
const sources = Object.fromEntries(NAMES.map((name) => [name, sourcesOf(name)]));

/** What stands behind each value of that profile: { key: comment }. */
function sourcesOf(name) {
  const start = source.indexOf(`export const ${name}: Profile = {`);
  const block = source.slice(start, source.indexOf('\n};', start));
  const lines = block.matchAll(/^\s+'?([\w.]+)'?: .*?,(?:\s*\/\/ (.*))?$/gm);
  return Object.fromEntries([...lines].map(([, key, comment]) => [key, comment]));
}

function sysctlRows() {
  const defaults = new Sysctl({});
  const names = new Set(NAMES.flatMap((name) => Object.keys(PROFILES[name].sysctl)));
  return [...names].sort().map((key) => {
    const values = NAMES.map((name) => String(PROFILES[name].sysctl[key] ?? defaults.text(key)));
    return [`\`${key}\``, ...values, sourceOf(key)];
  });
}

function ruleRows() {
  const rules = Object.keys(PROFILES.linux.tcp).map((key) => [key, (profile) => profile.tcp[key]]);
  const others = Object.keys(PROFILES.linux)
    .filter((key) => !['name', 'sysctl', 'tcp'].includes(key))
    .map((key) => [key, (profile) => profile[key]]);
  return [...rules, ...others].map(([key, of]) => [
    key,
    ...NAMES.map((name) => shown(key, of(PROFILES[name]))),
    sourceOf(key),
  ]);
}

/** Of each profile that says one of its own. */
function sourceOf(key) {
  const told = NAMES.filter((name) => key in sources[name]).map((name) => {
    const comment = sources[name][key];
    if (comment === undefined) giveUp(`src/host/profiles.ts: ${name}: '${key}' has no source behind it`);
    return `${name}: ${comment}`;
  });
  return told.join('; ').replaceAll('|', '\\|');
}

/** Times are nanoseconds. */
function shown(key, value) {
  if (value === undefined) return 'none';
  if (typeof value !== 'number' || !/^(rtoInitial|timeWait|delayedAck)/.test(key)) return String(value);
  return value >= 1e9 ? `${value / 1e9} s` : `${value / 1e6} ms`;
}

function table(rows) {
  const head = ['', ...NAMES, 'source'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const text = `# Profiles

How \`linux\`, \`windows\` and \`rfc\` differ. Written by \`npm run profiles\` from
[src/host/profiles.ts](../src/host/profiles.ts). "Row", "section", "T" and "rule" are those of
[linux-behaviour.md](linux-behaviour.md), measured; "mem" is from memory, not checked.

## Settings with a sysctl name

${table(sysctlRows())}

All other settings are Linux's in every profile; each can be set for a host, \`world.host('A', { sysctl: { … } })\`.

## Rules

${table(ruleRows())}
`;

const path = join(ROOT, 'docs', 'profiles.md');
const before = (() => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
})();
if (before !== text && process.argv.includes('--check')) {
  say('docs/profiles.md is not what src/host/profiles.ts says; run npm run profiles');
  process.exitCode = 1;
} else if (before !== text) {
  writeFileSync(path, text);
  say('docs/profiles.md written');
}
