#!/usr/bin/env node
/**
 * `npm start`: installs and builds what is missing, then serves the lab and says where. Arguments pass on:
 * `npm start -- --port 8080 --lang ko`. The story in the terminal is `npx halfopen story`.
 */
import { ensureBuilt, ensurePageBuilt } from './lib/build.js';
import { checkNode, ensureDependencies } from './lib/install.js';
import { giveUp } from './lib/say.js';

checkNode();
ensureDependencies();
if (ensureBuilt() !== 0) giveUp('the build failed');
if (ensurePageBuilt() !== 0) giveUp("the page's build failed");
// In this process and no other: the signal that ends it then has one way to go.
const { main } = await import(new URL('../dist/cli/main.js', import.meta.url).href);
await main(['lab', ...process.argv.slice(2)]);
