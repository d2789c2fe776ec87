/**
 * Worlds that several tests start from.
 */
import type { Cable, Host, System, World } from '../../src/index.ts';
import { type SimulateOptions, simulate } from '../../src/index.ts';

export interface TwoHosts {
  readonly world: World;
  readonly a: Host;
  readonly b: Host;
  readonly cable: Cable;
}

/** A and B on one cable of 5 ms. */
export function onOneCable(options: SimulateOptions = {}): TwoHosts {
  const world = simulate(options);
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  return { world, a, b, cable: world.cable(a, b, { delay: '5ms' }) };
}

/** A and B behind a router; `cable` is the one between router and B. */
export function routed(options: SimulateOptions = {}): TwoHosts {
  const world = simulate(options);
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.1.2' });
  const r = world.router('R');
  world.cable(a, r, { delay: '5ms' });
  return { world, a, b, cable: world.cable(r, b, { delay: '5ms' }) };
}

export const PORT = 7000;

/** Serves one client: sends back all that comes. Answers how many bytes that were. */
export async function echo(os: System): Promise<number> {
  const listener = await os.listen(PORT);
  const socket = await listener.accept();
  const buffer = new Uint8Array(4096);
  let total = 0;
  for (;;) {
    const count = await socket.recv(buffer);
    if (count === 0) break;
    await socket.send(buffer.subarray(0, count));
    total += count;
  }
  await socket.close();
  return total;
}

/** Sends one line and reads what comes back. */
export async function sayHello(os: System): Promise<string> {
  const socket = await os.connect('A', PORT);
  await socket.send('hello');
  const buffer = new Uint8Array(64);
  const count = await socket.recv(buffer, { waitAll: false });
  await socket.close();
  return new TextDecoder().decode(buffer.subarray(0, count));
}

/** The errno's name if the call fails with one, else what it answers. */
export async function outcome<T>(call: Promise<T>): Promise<T | string> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}
