/** Prints the hashes as JSON. Compiled to plain JavaScript, so that any Node can run it. */
import { nodePlatform } from '../../src/node-platform.ts';
import { hashesOn } from './hashes.ts';

process.stdout.write(`${JSON.stringify(await hashesOn(nodePlatform))}\n`);
