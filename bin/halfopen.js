#!/usr/bin/env node
/**
 * The command. In a clone it installs and builds first what is missing or old, and says so on stderr; an installed
 * package has no scripts/, and is built.
 */
import { existsSync } from 'node:fs';

const scripts = new URL('../scripts/lib/', import.meta.url);
if (existsSync(scripts)) {
  const { ensureDependencies } = await import(new URL('install.js', scripts).href);
  ensureDependencies();
  const { ensureBuilt, ensurePageBuilt } = await import(new URL('build.js', scripts).href);
  const isPageWanted = process.argv.includes('lab');
  if (ensureBuilt() !== 0 || (isPageWanted && ensurePageBuilt() !== 0)) {
    process.stderr.write('halfopen: the build failed\n');
    process.exit(2);
  }
}
const { main } = await import(new URL('../dist/cli/main.js', import.meta.url).href);
await main(process.argv.slice(2));
