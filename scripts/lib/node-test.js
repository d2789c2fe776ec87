/**
 * One of Node's own tests as the program of one simulated host. Its checks at the end (`process.on('exit')`) run where
 * this process ends.
 *
 * Run by: `scripts/node-tests.js`, with the test's path.
 */
import { resolve } from 'node:path';
import { simulate } from '../../dist/index.js';
import { nodeProgram } from '../../dist/node/index.js';

const [path] = process.argv.splice(2, 1);
if (path === undefined) throw new Error('usage: node scripts/lib/node-test.js FILE');
// As `node FILE` would have it.
process.argv[1] = resolve(path);
const world = simulate({ seed: 1 });
const program = world.host('A', { address: '10.0.0.1' }).spawn('test', nodeProgram(process.argv[1]));
try {
  const { ended, waiting } = await world.run({ for: '1h' });
  if (ended === 'idle' && waiting.length === 0) {
    const { code } = await program.exited;
    process.exitCode ||= code;
  } else {
    console.error(`halfopen: the program did not end (${ended}): ${JSON.stringify(waiting)}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
for (const { text } of program.printed ?? []) console.error(text);
