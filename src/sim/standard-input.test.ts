import { expect, test } from 'vitest';
import { Duo, outcome } from '../../test/support/duo.ts';
import { text } from '../base/bytes.ts';
import type { System } from '../system/system.ts';

/** Reads with a buffer of that size until the end of input, and prints each piece. */
function reader(size: number) {
  return async (os: System) => {
    const buffer = new Uint8Array(size);
    for (;;) {
      const count = await os.read(buffer);
      os.print(`${os.now()}: ${text(buffer.subarray(0, count))}`);
      if (count === 0) return os.now();
    }
  };
}

test('read waits until something was typed; each piece is read on its own, in parts if the buffer is smaller', async () => {
  const world = new Duo();
  const process = world.spawn('B', reader(4), { onError: 'record' });
  await world.run();
  process.type('hello');
  process.type('you');
  await world.run();
  expect(process.printed.map((line) => line.text)).toEqual(['0: hell', '0: o', '0: you']);
  expect(world.returned('read')).toEqual([4, 1, 3]);
  process.type('');
  await world.run();
  expect(await process.exited).toEqual({ code: 0, value: 0 });
  expect(world.find('process.typed').map(({ bytes }) => bytes)).toEqual([5, 3, 0]);
});

test('what was typed before anybody reads waits, and is a copy', async () => {
  const world = new Duo();
  const process = world.spawn('B', async (os) => {
    await os.sleep('1s');
    const buffer = new Uint8Array(8);
    return text(buffer.subarray(0, await os.read(buffer)));
  });
  const memory = Uint8Array.of(0x61, 0x62);
  process.type(memory);
  memory.fill(0);
  await world.run();
  expect(await process.exited).toEqual({ code: 0, value: 'ab' });
});

test('a stopped process gets it when it is continued; a killed one never', async () => {
  const world = new Duo();
  const process = world.spawn('B', reader(8));
  await world.run();
  process.stop();
  process.type('late');
  await world.run('1s');
  expect(process.printed).toEqual([]);
  process.cont();
  await world.run();
  expect(process.printed.map((line) => line.text)).toEqual(['1000: late']);
  process.kill();
  process.type('too late');
  await world.run();
  expect(process.printed).toHaveLength(1);
  expect(world.find('process.typed')).toHaveLength(1);
});

test('a signal ends the wait with ECANCELED, and nothing that was typed is lost', async () => {
  const world = new Duo();
  const process = world.spawn('B', async (os) => {
    const buffer = new Uint8Array(8);
    const first = await outcome(os.read(buffer, { signal: os.timeout('1s') }));
    return [first, await os.read(buffer), await os.read(new Uint8Array(0))];
  });
  await world.run();
  process.type('abc');
  await world.run();
  expect(await process.exited).toEqual({ code: 0, value: ['ECANCELED', 3, 0] });
});

test('a buffer that is none is refused', async () => {
  const world = new Duo();
  const process = world.spawn('B', async (os) => os.read('text' as unknown as Uint8Array), { onError: 'record' });
  await world.run();
  expect(await process.exited).toMatchObject({ error: { message: expect.stringContaining('buffer: ') } });
});
