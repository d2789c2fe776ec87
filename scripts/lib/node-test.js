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
const program = world.host('A', { address: ['10.0.0.1', 'fd00::1'] }).spawn('test', nodeProgram(process.argv[1]));
let exit;
void program.exited.then((one) => {
  exit = one;
});
try {
  await world.run({ for: '1h' });
  if (exit === undefined) console.error('halfopen: Error: the program has not ended in an hour');
  process.exitCode ||= exit?.code ?? 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
for (const { text } of program.printed ?? []) console.error(text);
