/** What `process` tells a program: errors that nothing caught, its end, its signals; each process of a world hears its own. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { simulate } from '../../src/index.ts';
import { nodeProgram } from '../../src/node/index.ts';

const outside = vi.fn();
const EVENTS = ['uncaughtException', 'unhandledRejection', 'exit', 'beforeExit', 'SIGTERM'] as const;

beforeEach(() => {
  outside.mockClear();
  for (const event of EVENTS) process.on(event as 'exit', outside);
});

afterEach(() => {
  for (const event of EVENTS) process.off(event as 'exit', outside);
  expect(outside).not.toHaveBeenCalled();
});

/** Runs `main` as a program with nobody else in its world. @returns what it told, and the code that it ended with */
async function alone(
  main: (tell: (...values: unknown[]) => void) => void,
): Promise<{ told: unknown[]; code: unknown }> {
  const told: unknown[] = [];
  const world = simulate({ seed: 1 });
  const program = world.host('A', { address: '10.0.0.1' }).spawn(
    'program',
    nodeProgram(() => main((...values) => told.push(values.length === 1 ? values[0] : values))),
  );
  await world.run();
  const exit = await program.exited;
  return { told, code: 'code' in exit ? exit.code : exit.signal };
}

test('a program that listens for uncaught errors goes on after each', async () => {
  const { told, code } = await alone((tell) => {
    process.on('uncaughtExceptionMonitor', (error) => tell('monitor', error.message));
    process.on('uncaughtException', (error, origin) => tell(error.message, origin));
    setTimeout(() => {
      throw new Error('in a callback');
    }, 1);
    setTimeout(() => process.nextTick(() => Promise.resolve().then(() => tell('goes on'))), 2);
    setTimeout(() => void Promise.reject(new Error('in a promise')), 3);
    setTimeout(() => {
      process.nextTick(() => {
        throw new Error('in a tick');
      });
    }, 4);
  });
  expect(told).toEqual([
    ['monitor', 'in a callback'],
    ['in a callback', 'uncaughtException'],
    'goes on',
    ['monitor', 'in a promise'],
    ['in a promise', 'unhandledRejection'],
    ['monitor', 'in a tick'],
    ['in a tick', 'uncaughtException'],
  ]);
  expect(code).toBe(0);
});

test('a rejection that nobody handles is told to who listens for it, with its promise', async () => {
  const { told, code } = await alone((tell) => {
    process.once('unhandledRejection', (reason, promise) => tell(reason, promise instanceof Promise));
    void Promise.reject('no');
  });
  expect(told).toEqual([['no', true]]);
  expect(code).toBe(0);
});

test('an error in the listener for uncaught errors ends the program', async () => {
  const told = alone(() => {
    process.on('uncaughtException', () => {
      throw new Error('a second one');
    });
    throw new Error('the first');
  });
  await expect(told).rejects.toThrow(/a second one/);
});

test('beforeExit may go on, and exit is told the code', async () => {
  const { told, code } = await alone((tell) => {
    let left = 2;
    process.on('beforeExit', (given) => {
      tell('before', given);
      if (left > 0) setTimeout(() => tell('more'), 10);
      left -= 1;
    });
    process.on('exit', (given) => tell('exit', given));
  });
  expect(told).toEqual([['before', 0], 'more', ['before', 0], 'more', ['before', 0], ['exit', 0]]);
  expect(code).toBe(0);
});

test('process.exit() tells exit once, with its code, and a listener may tell another', async () => {
  const { told, code } = await alone((tell) => {
    process.on('exit', (given) => {
      tell(given);
      process.exit(9);
    });
    setTimeout(() => process.exit(3), 5);
  });
  expect(told).toEqual([3]);
  expect(code).toBe(9);
});

test('an error that ends the program is told to exit, as code 1', async () => {
  const told: unknown[] = [];
  const ends = alone(() => {
    process.on('exit', (code) => told.push(code));
    throw new Error('thrown');
  });
  await expect(ends).rejects.toThrow(/thrown/);
  expect(told).toEqual([1]);
});

test('a program signals itself, and nobody else hears it', async () => {
  const { told, code } = await alone((tell) => {
    const { pid } = process;
    process.once('SIGTERM', (name: string, number: number) => {
      tell(name, number);
      process.kill(pid, 'SIGTERM');
      tell('not any more');
    });
    tell(process.kill(pid, 0));
    for (const [to, signal] of [
      [pid + 100, 0],
      [pid, 64],
      [pid, 'SIGNONE'],
    ] as const) {
      try {
        process.kill(to, signal);
      } catch (error) {
        tell((error as NodeJS.ErrnoException).code);
      }
    }
    setTimeout(() => process.kill(pid), 5);
  });
  expect(told).toEqual([true, 'ESRCH', 'EINVAL', 'ERR_UNKNOWN_SIGNAL', ['SIGTERM', 15]]);
  expect(code).toBe(143);
});

test('its listeners are counted, listed and taken away as any emitter’s', async () => {
  const { told } = await alone((tell) => {
    const listener = () => {};
    process.on('exit', listener);
    process.prependListener('exit', () => {});
    tell(process.listenerCount('exit'), process.listeners('exit').at(-1) === listener);
    process.removeListener('exit', listener);
    tell(process.listenerCount('exit'));
    process.removeAllListeners('exit');
    tell(process.listenerCount('exit'));
  });
  expect(told).toEqual([[2, true], 1, 0]);
});
