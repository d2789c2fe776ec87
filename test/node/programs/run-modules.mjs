// Run by `modules.test.ts` in a Node of its own: Vitest would load the modules itself.
import { simulate } from 'halfopen';
import { nodeProgram } from 'halfopen/node';

const world = simulate({ seed: 1 });
const a = world.host('A', { address: '10.0.0.1' });
const b = world.host('B', { address: '10.0.0.2' });
world.cable(a, b);
const counter = nodeProgram(new URL('./counter.mjs', import.meta.url));
const server = nodeProgram(new URL('./server.cjs', import.meta.url));
const lines = ({ printed }) => printed.map(({ text }) => text);

const first = a.spawn('counter', counter);
const second = b.spawn('counter', counter);
await world.run({ for: '2s' });
const serving = a.spawn('server', server);
const ask = nodeProgram(async () => {
  const answers = [];
  for (let i = 0; i < 2; i++) answers.push(await (await fetch('http://A/')).text());
  return answers;
});
const before = b.spawn('before', ask);
await world.run({ for: '1s' });
serving.kill();
a.spawn('server', server);
const after = b.spawn('after', ask);
await world.run({ for: '1s' });
const report = {
  counters: [lines(first), lines(second)],
  answers: [(await before.exited).value, (await after.exited).value],
};
process.stdout.write(JSON.stringify(report));
