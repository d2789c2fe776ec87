/**
 * Our side: two hosts, A the server and B the client, on one cable.
 */
import { type CableOptions, type System, simulate } from 'halfopen';

export type TraceMode = 'off' | 'events';
type Program = (os: System) => Promise<void>;

export const PORT = 7000;

/** Runs both programs on a cable of that kind until both have ended; resolves with the world, for its trace. */
export async function runPair(trace: TraceMode, cable: CableOptions, server: Program, client: Program) {
  const world = simulate({ seed: 1, trace });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  world.cable(a, b, cable);
  const serving = a.spawn('server', server);
  const asking = b.spawn('client', client);
  await world.run({ limit: Number.MAX_SAFE_INTEGER });
  for (const process of [serving, asking]) {
    const exit = await process.exited;
    if (!('code' in exit) || exit.code !== 0)
      throw new Error(`a program of the benchmark failed: ${JSON.stringify(exit)}`);
  }
  return world;
}
