/** What would go wrong without a word is refused in a sentence. */
import { fork } from 'node:child_process';
import dgram from 'node:dgram';
import { afterEach, expect, test, vi } from 'vitest';
import { checkCopies, checkNodeVersion } from '../../src/node/guards.ts';
import { nodeProgram } from '../../src/node/index.ts';
import { lan } from './worlds.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a Node that is not known', () => {
  for (const version of ['20.19.0', '22.1.0', '24.0.0', '26.5.1']) checkNodeVersion(version);
  for (const version of ['18.20.0', '20.18.3', '21.0.0', '23.1.0', '27.0.0']) {
    expect(() => checkNodeVersion(version)).toThrow(
      `halfopen/node: Node ${version} is not known; allowed are 20 (from 20.19 on), 22, 24 and 26`,
    );
  }
});

test('a second copy of the package', () => {
  nodeProgram(() => {});
  expect(() => checkCopies('file:///elsewhere/node_modules/halfopen/dist/node/guards.js')).toThrow(
    /there are two copies of it, \S+guards\.ts and file:\/\/\/elsewhere\S+, .*npm ls halfopen/,
  );
});

test('fake timers, before a program is made and while it runs', async () => {
  vi.useFakeTimers();
  expect(() => nodeProgram(() => {})).toThrow(/fake timers stand in place of setTimeout.*vi\.useRealTimers\(\)/);
  vi.useRealTimers();
  const { world, a } = lan();
  a.spawn(
    'ticking',
    nodeProgram(() => void setInterval(() => {}, 1000)),
  );
  await world.run({ for: '3s' });
  vi.useFakeTimers();
  await expect(world.run({ for: '3s' })).rejects.toThrow(/fake timers/);
});

test('fake timers that leave setTimeout alone are no matter', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  const { world, a } = lan();
  const program = a.spawn(
    'program',
    nodeProgram(() => new Promise((resolve) => setTimeout(resolve, 1000, 'woken'))),
  );
  await world.run();
  expect(await program.exited).toMatchObject({ value: 'woken' });
});

test('sockets and processes that would be real', async () => {
  const { world, a } = lan();
  const attempts = { dgram: () => dgram.createSocket('udp4'), fork: () => fork('./nothing.js') };
  const program = a.spawn(
    'program',
    nodeProgram(() =>
      Object.values(attempts).map((attempt) => {
        try {
          return String(attempt());
        } catch (error) {
          return String(error);
        }
      }),
    ),
  );
  await world.run();
  expect(await program.exited).toMatchObject({
    value: [
      expect.stringMatching(
        /^Error: halfopen\/node: process 'program' asks for a UDP socket \(dgram\), which would be real; allowed is/,
      ),
      expect.stringMatching(
        /asks for a process of Node \(child_process\.fork\), which would be real; allowed is another spawn$/,
      ),
    ],
  });
  const real = dgram.createSocket('udp4');
  real.close();
});
