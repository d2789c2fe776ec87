/** What a process is told of itself, and where its chance comes from. */
import crypto, { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { simulate } from '../../src/index.ts';
import { type NodeProgramOptions, nodeProgram } from '../../src/node/index.ts';
import { execute } from '../cli/halfopen.ts';
import { lan } from './worlds.ts';

async function broughtBy<T>(work: () => T, options?: NodeProgramOptions, seed = 1): Promise<T | undefined> {
  const world = simulate({ seed });
  const process = world.host('A', { address: '10.0.0.1' }).spawn('program', nodeProgram(work, options));
  await world.run();
  const exit = await process.exited;
  return 'value' in exit ? exit.value : undefined;
}

test('each process has an environment of its own; what it changes stays there, and becomes a text', async () => {
  const { world, a, b } = lan();
  const name = 'HALFOPEN_TEST_ROLE';
  const work = () => {
    const first = process.env[name] ?? null;
    Object.assign(process.env, { [name]: 7 });
    return [first, process.env[name], name in process.env, process.env['PATH'] !== undefined];
  };
  const one = a.spawn('one', nodeProgram(work, { env: { [name]: 'server' } }));
  const two = b.spawn('two', nodeProgram(work, { env: { PATH: undefined } }));
  await world.run();
  expect(await one.exited).toMatchObject({ value: ['server', '7', true, true] });
  expect(await two.exited).toMatchObject({ value: [null, '7', true, false] });
  expect(process.env[name]).toBeUndefined();
});

test('process.pid and process.argv are the process’s own', async () => {
  const { world, a } = lan();
  const work = () => [process.pid, ...process.argv.slice(2)];
  const first = a.spawn('first', nodeProgram(work, { args: ['--port', '80'] }));
  const second = a.spawn('second', nodeProgram(work));
  const real = [process.pid, ...process.argv];
  await world.run();
  expect(await first.exited).toMatchObject({ value: [1000, '--port', '80'] });
  expect(await second.exited).toMatchObject({ value: [1001] });
  expect([process.pid, ...process.argv]).toEqual(real);
});

test('a CommonJS file is the main module of its process, with its arguments and environment', async () => {
  const script = fileURLToPath(new URL('./programs/run-main.mjs', import.meta.url));
  const { status, stdout, stderr } = await execute(process.execPath, [script]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual(['true true --port 80 A', 'true true --port 81 B']);
});

test('random numbers are real, unless the seed is asked for; then they are the same in each run', async () => {
  const draw = () => ({
    random: Math.random(),
    bytes: randomBytes(8).toString('hex'),
    uuid: randomUUID(),
    int: crypto.randomInt(1000),
    web: globalThis.crypto.randomUUID(),
    filled: [...crypto.getRandomValues(new Uint16Array(3)), ...crypto.randomFillSync(new Uint32Array(4), 1, 2)],
  });
  const seeded: NodeProgramOptions = { random: 'seed' };
  const first = await broughtBy(draw, seeded);
  expect(await broughtBy(draw, seeded)).toEqual(first);
  expect((await broughtBy(draw, seeded, 2))?.bytes).not.toBe(first?.bytes);
  expect((await broughtBy(draw))?.bytes).not.toBe((await broughtBy(draw))?.bytes);
  expect(first?.random).toBeGreaterThanOrEqual(0);
  expect(first?.random).toBeLessThan(1);
  expect(first?.uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(first?.filled.map((value) => value === 0)).toEqual([false, false, false, true, false, false, true]);
});

test('those with a callback answer in a later tick, and wrong arguments are refused as Node refuses them', async () => {
  const seeded: NodeProgramOptions = { random: 'seed' };
  const order = await broughtBy(
    () =>
      new Promise<string[]>((resolve) => {
        const told: string[] = [];
        crypto.randomBytes(4, (error, bytes) => told.push(`${error} ${bytes.length}`));
        crypto.randomInt(5, 6, (_error, value) => told.push(String(value)));
        crypto.randomFill(new Uint8Array(2), (_error, into) => {
          told.push(String(into.length));
          resolve(told);
        });
        told.push('at once');
      }) as unknown as string[],
    seeded,
  );
  expect(order).toEqual(['at once', 'null 4', '5', '2']);
  const codes = await broughtBy(() => {
    const attempts = [
      () => randomBytes(-1),
      () => crypto.randomInt(5, 1),
      () => crypto.getRandomValues(new Float32Array(1) as unknown as Uint8Array),
    ];
    return attempts.map((attempt) => {
      try {
        return attempt();
      } catch (error) {
        return (error as { code?: string | number }).code;
      }
    });
  }, seeded);
  expect(codes).toEqual(['ERR_OUT_OF_RANGE', 'ERR_OUT_OF_RANGE', 17]);
});

test('options that cannot be are refused in a sentence', () => {
  const refused = (options: object) => () => nodeProgram(() => {}, options);
  expect(refused({ random: 'maybe' })).toThrow("options.random: 'maybe'");
  expect(refused({ args: '--port' })).toThrow(
    "options.args: '--port' is no list of texts; allowed is ['--port', '80']",
  );
  expect(refused({ env: { A: 1 } })).toThrow("allowed is { NAME: 'value' }");
  expect(refused({ enviroment: {} })).toThrow('env');
});
