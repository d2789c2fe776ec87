import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { file, folder, halfopen } from './halfopen.ts';

/** A client that counts on an answer which a cut may forestall; the third act matters to nobody. */
const RACE = `
import assert from 'node:assert';
export default async (world) => {
  const a = world.host('A', { address: '10.0.0.1' }), b = world.host('B', { address: '10.0.0.2' });
  const cable = world.cable(a, b, { delay: '20ms' });
  a.spawn('server', async (os) => {
    const socket = await (await os.listen(7000)).accept();
    await socket.recv(new Uint8Array(10));
    await os.sleep('100ms');
    await socket.send('answer');
    await os.sleep('1h');
  });
  let answer = 0;
  b.spawn('client', async (os) => {
    const socket = await os.connect('A', 7000);
    await socket.send('ask');
    answer = await socket.recv(new Uint8Array(10));
  }, { onError: 'record' });
  world.at('220ms', () => cable.cut());
  world.at('2s', () => cable.mend());
  world.at('3s', () => {});
  await world.run({ for: '1s' });
  assert.equal(answer, 6, 'the answer came too late');
};
`;

describe('halfopen hunt', () => {
  test('finds the seed that fails, leaves out what does not matter, and its command repeats it', async () => {
    const path = file('race.mjs', RACE);
    const trace = join(folder(), 'race.jsonl');
    const found = await halfopen(['hunt', path, '--seeds', '1..200', '--trace', trace]);
    expect(found.stderr).toBe('');
    expect(found.status).toBe(1);
    expect(found.stdout).toMatch(/^seed \d+: .*race\.mjs:\d+:\d+: AssertionError: the answer came too late$/m);
    expect(found.stdout).toMatch(/smallest faults +0\.\d+ s +cable A-B is CUT$/m);
    expect(found.stdout).not.toContain('mended');
    expect(existsSync(trace)).toBe(true);
    const again = found.stdout.match(/npx halfopen (hunt .*)$/m)?.[1]?.split(' ') ?? [];
    const repeated = await halfopen(again);
    expect(repeated.status).toBe(1);
    expect(repeated.stdout).toContain('the answer came too late');
    expect(repeated.stdout).toContain('1 seeds tried, 1 failed');
  });

  test('what holds in every world is told so; all failures are told when asked', async () => {
    const holds = await halfopen(['hunt', 'copy', '--seeds', '1..10', '--jobs', '2']);
    expect(holds).toMatchObject({ status: 0, stdout: '10 seeds tried, 0 failed\n' });
    const fails = file('fails.mjs', 'export default async () => { throw new Error("always"); };');
    const all = await halfopen(['hunt', fails, '--seeds', '1..3', '--all', '--spread', '0']);
    expect(all.status).toBe(1);
    expect(all.stdout.match(/^seed \d: .*always$/gm)).toHaveLength(3);
    expect(all.stdout).toContain('none: it fails without any');
  });

  test.each([
    [['--seeds', '5..1'], '--seeds 5..1: allowed is FROM..TO, such as 1..1000'],
    [['--spread', '2'], '--spread 2: allowed is 0 … 1'],
    [['--skip', 'x'], '--skip x: allowed are numbers with commas, such as 0,2'],
    [['--jobs', '0'], '--jobs 0: allowed is 1 … 64'],
  ])('nonsense is refused: %j', async (args, message) => {
    expect(await halfopen(['hunt', 'copy', ...args])).toEqual({
      status: 2,
      stdout: '',
      stderr: `halfopen: ${message}\n`,
    });
  });

  test('a file that exports neither, and one that is not there', async () => {
    const neither = file('neither.mjs', 'export default 7;');
    expect((await halfopen(['hunt', neither])).stderr).toMatch(/^halfopen: .*neither\.mjs.*defineScenario/);
    expect(await halfopen(['hunt', './nowhere.mjs'])).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^halfopen: cannot read \S*nowhere\.mjs: ENOENT\n$/),
    });
  });
});
