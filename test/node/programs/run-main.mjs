// A program that is a main module with arguments, on two hosts: what it printed, as JSON.
import { simulate } from 'halfopen';
import { nodeProgram } from 'halfopen/node';

const world = simulate({ seed: 1 });
const file = new URL('./main.cjs', import.meta.url);
const started = ['A', 'B'].map((name, i) => {
  const host = world.host(name, { address: `10.0.0.${i + 1}` });
  return host.spawn('main', nodeProgram(file, { args: ['--port', String(80 + i)], env: { ROLE: name } }));
});
await world.run();
console.log(JSON.stringify(started.flatMap(({ printed }) => printed.map(({ text }) => text))));
