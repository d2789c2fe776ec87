import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withWorld } from '../index.ts';
import type { World } from '../sim/world.ts';
import { Trace } from '../trace/query.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A client that waits for ever, since its bytes lie behind a cut. */
async function hang(world: World): Promise<void> {
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.1.2' });
  const router = world.router('R');
  world.cable(a, router);
  const cable = world.cable(router, b);
  a.spawn('server', async (os) => {
    const listener = await os.listen(7000);
    const socket = await listener.accept();
    await socket.recv(new Uint8Array(10));
  });
  b.spawn('client', async (os) => {
    const socket = await os.connect('A', 7000);
    await os.sleep('1s');
    await socket.send('hello');
    await socket.recv(new Uint8Array(10));
  });
  world.at('0.5s', () => cable.cut());
  await world.run({ for: '3s' });
}

test('what the body brings is what comes back, and the world is over then', async () => {
  let kept: World | undefined;
  const told: string[] = [];
  const value = await withWorld({ tell: (text) => told.push(text) }, (world) => {
    kept = world;
    return 7;
  });
  expect(value).toBe(7);
  expect(told).toEqual([]);
  await expect(kept?.run()).rejects.toThrow('disposed');
});

test('a failure is told with the seed, the blocked calls, the faults and the bytes; the trace can be opened', async () => {
  const told: string[] = [];
  const failure = new Error('expected 5 bytes');
  const options = { seed: 7, name: 'a cut / in the middle', traces: folder, tell: (text: string) => told.push(text) };
  const failing = withWorld(options, async (world) => {
    await hang(world);
    throw failure;
  });
  await expect(failing).rejects.toBe(failure);
  const text = told.join('\n');
  expect(text).toContain("'a cut / in the middle' failed in the world of seed 7, at 3 s of virtual time");
  expect(text).toMatch(/waiting +server in recv, since/);
  expect(text).toContain('client in recv, since 1 s');
  expect(text).toMatch(/last calls[\s\S]*send/);
  expect(text).toMatch(/faults +500 ms/);
  expect(text).toMatch(/bytes not read +B:\d+>A:7000 +5 in flight, or lost on the way/);
  expect(text).toContain('HALFOPEN_SEED=7');
  const file = join(folder, 'a-cut-in-the-middle-7.jsonl');
  expect(text).toMatch(/open it +npx halfopen lab .*a-cut-in-the-middle-7\.jsonl/);
  expect(Trace.read(readFileSync(file, 'utf8')).find({ kind: 'cable.cut' })).toHaveLength(1);
});

test('a world that keeps no trace says so, and still tells the rest', async () => {
  const told: string[] = [];
  const failing = withWorld({ trace: 'off', traces: folder, tell: (text) => told.push(text) }, async (world) => {
    await hang(world);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(told[0]).toContain("none was kept (trace: 'off')");
  expect(told[0]).toContain('client in recv');
});

test('an option that does not exist is refused with its name', async () => {
  const wrong = { sed: 7 } as unknown as { seed: number };
  await expect(withWorld(wrong, () => 1)).rejects.toThrow(/sed/);
});
