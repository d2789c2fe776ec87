/**
 * What each engine must give alike: the trace hashes of every scenario, of bad cables, and of a hundred random worlds.
 *
 * Calls it: `main.ts`, in any Node; `test/lab/support/hashes.ts`, in a browser.
 */
import { SCENARIOS } from '../../src/scenarios/index.ts';
import type { Platform } from '../../src/sim/platform.ts';
import { runScenario } from '../../src/sim/scenario-run.ts';
import { simulateOn } from '../../src/sim/simulate.ts';
import type { Socket } from '../../src/system/system.ts';
import { runSchedule } from '../fuzz/schedule.ts';

const RANDOM_WORLDS = 100;
/** Of each of them. */
const EVENTS = 800;

export async function hashesOn(platform: Platform): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const scenario of SCENARIOS) {
    for (const seed of [1, 2]) {
      const { world } = await runScenario(platform, scenario, { seed });
      hashes[`${scenario.name}, seed ${seed}`] = world.trace.hash();
    }
  }
  for (const profile of ['linux', 'windows', 'rfc'] as const) {
    for (const seed of [1, 2]) {
      hashes[`bad cables, ${profile}, seed ${seed}`] = await badCables(platform, seed, profile);
    }
  }
  for (let seed = 1; seed <= RANDOM_WORLDS; seed++) {
    const { hash } = await runSchedule(platform, seed, { trace: 'hash', events: EVENTS });
    hashes[`a random world, seed ${seed}`] = hash;
  }
  return hashes;
}

/** Both directions at once through loss, reordering, duplication, corruption, a rate and a short queue. */
async function badCables(platform: Platform, seed: number, profile: 'linux' | 'windows' | 'rfc'): Promise<string> {
  const world = simulateOn(platform, { seed, profile, trace: 'hash' });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.1.2' });
  const router = world.router('R');
  world.cable(a, router, { delay: '2ms', loss: 0.02, reorder: 0.05, duplicate: 0.02, corrupt: 0.02 });
  world.cable(router, b, { delay: '7ms', rate: '10Mbit/s', queue: 20 });
  const chat = async (socket: Socket) => {
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
