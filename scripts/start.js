#!/usr/bin/env node
/**
 * `npm start`: installs and builds what is missing, then tells the story in the terminal. Arguments pass on:
 * `npm start -- --lang ko`.
 */
import { ensureBuilt } from './lib/build.js';
import { checkNode, ensureDependencies } from './lib/install.js';
import { run } from './lib/run.js';
import { giveUp } from './lib/say.js';

checkNode();
ensureDependencies();
if (ensureBuilt() !== 0) giveUp('the build failed');
process.exitCode = run(process.execPath, ['bin/halfopen.js', 'story', ...process.argv.slice(2)]);
