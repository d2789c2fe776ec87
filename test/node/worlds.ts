/** Two hosts with a cable between them, or a router, for Node programs. */
import { simulate } from '../../src/index.ts';

export function lan() {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  const cable = world.cable(a, b, { delay: '5ms' });
  return { world, a, b, cable };
}

export function routed() {
  const world = simulate({ seed: 1 });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.1.2' });
  const router = world.router('R');
  world.cable(a, router, { delay: '2ms' });
  const cable = world.cable(router, b, { delay: '3ms' });
  return { world, a, b, router, cable };
}
