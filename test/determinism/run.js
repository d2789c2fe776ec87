/**
 * Prints the trace hashes of every scenario and of some bad cables, as JSON, from the built package: plain
 * JavaScript, so that any Node can run it. Called by other-node.test.ts.
 */
import { simulate } from '../../dist/index.js';
import { nodePlatform } from '../../dist/node-platform.js';
import { SCENARIOS } from '../../dist/scenarios/index.js';
import { runScenario } from '../../dist/sim/scenario-run.js';

const hashes = {};
for (const scenario of SCENARIOS) {
  for (const seed of [1, 2]) {
    const { world } = await runScenario(nodePlatform, scenario, { seed });
    hashes[`${scenario.name}, seed ${seed}`] = world.trace.hash();
  }
}
for (const profile of ['linux', 'windows', 'rfc']) {
  for (const seed of [1, 2]) hashes[`bad cables, ${profile}, seed ${seed}`] = await badCables(seed, profile);
}
process.stdout.write(`${JSON.stringify(hashes, undefined, 1)}\n`);

/** Both directions at once through loss, reordering, duplication, corruption, a rate and a short queue. */
async function badCables(seed, profile) {
  const world = simulate({ seed, profile, trace: 'hash' });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.1.2' });
  const router = world.router('R');
  world.cable(a, router, { delay: '2ms', loss: 0.02, reorder: 0.05, duplicate: 0.02, corrupt: 0.02 });
  world.cable(router, b, { delay: '7ms', rate: '10Mbit/s', queue: 20 });
  const chat = async (socket) => {
    const read = async () => {
      const buffer = new Uint8Array(3000);
      let total = 0;
      for (let count = await socket.recv(buffer); count > 0; count = await socket.recv(buffer)) total += count;
      return total;
    };
    const write = async () => {
      await socket.send(new Uint8Array(200_000).fill(seed));
      await socket.shutdown('write');
    };
    const [total] = await Promise.all([read(), write()]);
    return total;
  };
  a.spawn('server', async (os) => chat(await (await os.listen(7000)).accept()));
  b.spawn('client', async (os) => chat(await os.connect('A', 7000)));
  await world.run();
  return world.trace.hash();
}
