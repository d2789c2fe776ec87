import { generateKeyPairSync, pbkdf2, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import fs from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGunzip, createGzip, gunzip, gzip } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeProgram } from '../../src/node/index.ts';
import { lan } from './worlds.ts';

const BEGIN = Date.UTC(2026, 0, 1);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halfopen-'));
});
afterEach(() => rm(folder, { recursive: true }));

const EMPTY_MODULE = Buffer.from('\0asm\x01\0\0\0', 'latin1');
const webAssembly = Reflect.get(globalThis, 'WebAssembly') as { instantiate(bytes: Uint8Array): Promise<object> };

/** What the program brings, with a neighbour whose timers would let virtual time run on. */
async function beside(main: () => Promise<unknown>): Promise<unknown> {
  const { world, a, b } = lan();
  const program = a.spawn('program', nodeProgram(main));
  b.spawn(
    'neighbour',
    nodeProgram(async () => {
      for (let i = 0; i < 1000; i++) await sleep(10);
    }),
  );
  await world.run({ for: '1min' });
  const exit = await program.exited;
  return 'value' in exit ? exit.value : exit;
}

test.each<[string, () => Promise<unknown>]>([
  ['a file, by promises', () => writeFile(join(folder, 'a'), 'text').then(() => readFile(join(folder, 'a'), 'utf8'))],
  ['a file, by callbacks', () => new Promise((resolve) => fs.stat(folder, (error) => resolve(error === null)))],
  [
    'streams of files',
    async () => {
      await writeFile(join(folder, 'a'), Buffer.alloc(300_000, 7));
      await pipeline(fs.createReadStream(join(folder, 'a')), fs.createWriteStream(join(folder, 'b')));
      return (await readFile(join(folder, 'b'))).length;
    },
  ],
  ['crypto’s threads', async () => (await promisify(pbkdf2)('secret', 'salt', 20_000, 32, 'sha256')).length],
  [
    'compression',
    async () => (await promisify(gunzip)(await promisify(gzip)(Buffer.alloc(300_000, 'some text')))).length,
  ],
  [
    'streams of compression',
    async () => {
      await writeFile(join(folder, 'a'), Buffer.alloc(300_000, 'some text'));
      const ends = [fs.createReadStream(join(folder, 'a')), fs.createWriteStream(join(folder, 'b'))] as const;
      await pipeline(ends[0], createGzip(), createGunzip(), ends[1]);
      return (await readFile(join(folder, 'b'))).length;
    },
  ],
  ['WebAssembly', async () => Object.keys(await webAssembly.instantiate(EMPTY_MODULE)).length],
  ['random bytes', async () => (await promisify(randomBytes)(16)).length],
])('virtual time stands still while a program waits for %s', async (_what, work) => {
  const brought = await beside(async () => {
    await sleep(100);
    const value = await work();
    return [value, Date.now() - BEGIN];
  });
  expect(brought).toEqual([expect.anything(), 100]);
});

test('a program that waits for nothing but a file lives until it has it', async () => {
  const { world, a } = lan();
  const program = a.spawn(
    'program',
    nodeProgram(() => {
      fs.readdir(folder, (_error, names) => console.log(names.length));
    }),
  );
  await world.run();
  expect(program.printed).toEqual([{ at: 0, text: '0' }]);
});

test('what a program has from crypto at once is nothing to wait for', async () => {
  const { world, a } = lan();
  let isOver = false;
  a.spawn(
    'program',
    nodeProgram(async () => {
      randomBytes(16);
      pbkdf2Sync('secret', 'salt', 1, 32, 'sha256');
      scryptSync('secret', 'salt', 32, { N: 2 });
      generateKeyPairSync('ed25519');
      await sleep(1000);
      isOver = true;
    }),
  );
  const given = world.run();
  // Real turns of the event loop, more than any program needs: nothing else could let virtual time go on.
  for (let turns = 0; turns < 1000 && !isOver; turns++) await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(true);
  await given;
});

test('what was asked for before a kill holds nobody up', async () => {
  const { world, a } = lan();
  const program = a.spawn(
    'program',
    nodeProgram(() => readFile(folder).catch(() => sleep(1000))),
  );
  await world.run({ for: '10ms' });
  program.kill();
  const { ended } = await world.run();
  expect(ended).toBe('idle');
});
