import { expect, test } from 'vitest';
import { simulate } from '../index.ts';
import type { VariationOptions } from './variation.ts';

/** When each act came, and what the trace's hash is. */
async function acts(
  seed: number,
  vary?: VariationOptions,
): Promise<{ readonly came: string[]; readonly hash: string }> {
  const world = simulate({ seed, ...(vary && { vary }) });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  world.cable(a, b, { delay: '10ms' });
  const came: string[] = [];
  for (const name of ['one', 'two', 'three']) world.at('1s', () => came.push(`${name} ${world.now}`));
  await world.run({ for: '5s' });
  return { came, hash: world.trace.hash() };
}

test('without it all is as it was told, in the order in which it was put in', async () => {
  expect((await acts(1)).came).toEqual(['one 1000', 'two 1000', 'three 1000']);
  expect((await acts(2)).came).toEqual((await acts(1)).came);
});

test('moments lie within the spread, delays too, and the same seed gives the same world', async () => {
  const { came, hash } = await acts(1, { spread: 0.5 });
  expect(came).toHaveLength(3);
  for (const line of came) {
    const at = Number(line.split(' ')[1]);
    expect(at).toBeGreaterThanOrEqual(500);
    expect(at).toBeLessThanOrEqual(1500);
  }
  expect(new Set(came.map((line) => line.split(' ')[1])).size).toBe(3);
  expect((await acts(1, { spread: 0.5 })).hash).toBe(hash);
  expect((await acts(2, { spread: 0.5 })).hash).not.toBe(hash);
});

test('with a spread of 0 only the order within a moment is left to chance', async () => {
  const orders = new Set<string>();
  for (let seed = 1; seed <= 30; seed++) {
    const { came } = await acts(seed, { spread: 0 });
    expect([...came].sort()).toEqual(['one 1000', 'three 1000', 'two 1000']);
    orders.add(came.join());
  }
  expect(orders.size).toBe(6);
});

test('an act that is left out changes nothing of the others', async () => {
  const all = await acts(3, { spread: 0.5 });
  const some = await acts(3, { spread: 0.5, skip: [1] });
  expect(some.came).toEqual(all.came.filter((line) => !line.startsWith('two')));
});

test('nonsense is refused with its name', () => {
  expect(() => simulate({ vary: { spread: 2 } })).toThrow(/options\.vary\.spread/);
  expect(() => simulate({ vary: { spread: 0, skip: [-1] } })).toThrow(/options\.vary\.skip/);
});
