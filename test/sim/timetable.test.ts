/** What a person does to a running scenario: at which moment, and that nothing before it changes. */
import { expect, test } from 'vitest';
import { toBase64, utf8 } from '../../src/base/bytes.ts';
import { nodePlatform } from '../../src/node-platform.ts';
import { findScenario } from '../../src/scenarios/index.ts';
import { runScenario, type ScenarioRun, type ScenarioRunOptions } from '../../src/sim/scenario-run.ts';
import { defineScenario, type Scenario } from '../../src/system/scenario.ts';
import type { Act } from '../../src/system/timetable.ts';
import type { Event } from '../../src/trace/event.ts';

type Params = Readonly<Record<string, never>>;

async function run(name: string, options: ScenarioRunOptions = {}) {
  const scenario = findScenario(name);
  if (scenario === undefined) throw new Error(`there is no scenario '${name}'`);
  return runScenario(nodePlatform, scenario, { trace: 'frames', ...options });
}

function linesOf<P extends Readonly<Record<string, never>>>({ world }: ScenarioRun<P>): string[] {
  return [...world.trace.lines()];
}

/** How many lines are the same from the first on. */
function common(a: readonly string[], b: readonly string[]): number {
  const differs = a.findIndex((line, i) => line !== b[i]);
  return differs < 0 ? a.length : differs;
}

test('the trace up to the act is what it is without it, wherever it is done; and the same plan gives the same trace', async () => {
  const without = linesOf((await run('copy')) as unknown as ScenarioRun<Params>);
  for (let after = 0; after < without.length; after += 7) {
    for (const act of [
      { do: 'cut', target: 'cable' },
      { do: 'power-off', target: 'A' },
      { do: 'kill', target: 'client' },
      { do: 'set', target: 'cable', options: { delay: '1s' } },
    ] as const) {
      const acts: Act[] = [{ at: 0, after, ...act }];
      const branch = linesOf((await run('copy', { acts })) as unknown as ScenarioRun<Params>);
      // The first line is the header's.
      expect(common(without, branch)).toBeGreaterThan(after);
      expect(linesOf((await run('copy', { acts })) as unknown as ScenarioRun<Params>)).toEqual(branch);
    }
  }
});

test('an act is done between two occurrences, as soon as the trace has that many events', async () => {
  const { world } = await run('copy', { acts: [{ at: 0, after: 20, do: 'cut', target: 'cable' }] });
  const cut = world.trace.find({ kind: 'cable.cut' })[0];
  expect(cut?.n).toBeGreaterThan(20);
  // What one occurrence brings is not torn apart, and that is not much.
  expect(cut?.n).toBeLessThan(30);
  expect(cut?.at).toBe(world.trace.at(cut === undefined ? 1 : cut.n - 1).at);
});

test('acts of one event are done in their order; one whose event never comes is left out', async () => {
  const { world } = await run('copy', {
    acts: [
      { at: 0, after: 1_000_000, do: 'power-off', target: 'A' },
      { at: 0, after: 12, do: 'cut', target: 'cable' },
      { at: 0, after: 12, do: 'mend', target: 'cable' },
    ],
  });
  const told = world.trace.events.filter(({ kind }) => kind.startsWith('cable.') || kind.startsWith('host.p'));
  expect(told.map(({ kind }) => kind)).toEqual(['cable.added', 'cable.cut', 'cable.mended']);
});

test('an act without `after` is done at its moment, before all else', async () => {
  const { world } = await run('copy', { acts: [{ at: '2s', do: 'power-off', target: 'B' }] });
  expect(world.trace.find({ kind: 'host.powered-off' })).toMatchObject([{ at: 2e9, host: 'B' }]);
});

test('after an act a run with a limit in time goes on for that time', async () => {
  const plain = await run('hang');
  const last = plain.world.trace.events.length;
  const { world, ended } = await run('hang', { acts: [{ at: 0, after: last, do: 'cont', target: 'server' }] });
  expect(ended.ended).toBe('for');
  const lastAt = plain.world.trace.events.at(-1)?.at ?? 0;
  expect(world.now).toBeCloseTo(lastAt / 1e6 + plain.world.now, 6);
});

test('start does nothing while the program lives or its host has no power, and starts it again once it was killed', async () => {
  const kinds = async (...acts: Act[]) =>
    (await run('copy', { acts })).world.trace.events.filter(({ kind }) => kind === 'process.started').length;
  expect(await kinds({ at: '1s', do: 'start', target: 'server' })).toBe(2);
  expect(await kinds({ at: '1s', do: 'power-off', target: 'A' }, { at: '2s', do: 'start', target: 'server' })).toBe(2);
  expect(await kinds({ at: '1s', do: 'kill', target: 'server' }, { at: '2s', do: 'start', target: 'server' })).toBe(3);
});

test('a wrong target is told with those that are allowed', async () => {
  const act = (wrong: Act) => run('copy', { acts: [wrong] });
  await expect(act({ at: 0, do: 'cut', target: 'rope' })).rejects.toThrow(
    new RangeError("acts: 'cut' has no target 'rope'; allowed is cable"),
  );
  await expect(act({ at: 0, do: 'type', target: 'nobody', data: '' })).rejects.toThrow('allowed is server, client');
  await expect(act({ at: 0, do: 'power-off', target: 'C' })).rejects.toThrow('allowed is A, B');
  await expect(act({ at: 0, after: -1, do: 'cut', target: 'cable' })).rejects.toThrow(RangeError);
  await expect(act({ at: 0, do: 'type', target: 'client', data: '!' })).rejects.toThrow('base64');
});

test('what is typed reaches the program, and each event is told at once', async () => {
  const scenario: Scenario<Params> = defineScenario<Params>({
    name: 'cat',
    title: { en: '', ko: '' },
    text: { en: '', ko: '' },
    story: [],
    params: {},
    topology: {
      hosts: { A: { address: '10.0.0.1' }, B: { address: '10.0.0.2' } },
      cables: { cable: { between: ['A', 'B'] } },
    },
    programs: {
      cat: { host: 'A', main: async (os) => os.read(new Uint8Array(9)) },
    },
    expect: [],
  });
  const heard: Event[] = [];
  const { world, result } = await runScenario(nodePlatform, scenario, {
    acts: [{ at: '3s', do: 'type', target: 'cat', data: toBase64(utf8('안녕')) }],
    onEvent: (event) => heard.push(event),
  });
  expect(result.process('cat').calls).toMatchObject([{ call: 'read', returnedAtMs: 3000, result: 6 }]);
  expect(heard).toEqual(world.trace.events);
  const [typed] = world.trace.find({ kind: 'process.typed' });
  expect(world.trace.find({ kind: 'call.returned' })[0]?.cause).toBe(typed?.n);
});

/** Client's send blocks: the server never reads, and neither buffer has room for all of it. */
const FULL: Scenario<Params> = defineScenario<Params>({
  name: 'full',
  title: { en: '', ko: '' },
  text: { en: '', ko: '' },
  story: [],
  params: {},
  topology: {
    hosts: { A: { address: '10.0.0.1', accounting: 'payload' }, B: { address: '10.0.0.2', accounting: 'payload' } },
    cables: { cable: { between: ['A', 'B'] } },
  },
  programs: {
    server: {
      host: 'A',
      main: async (os) => {
        const listener = await os.listen(7000, { options: { SO_RCVBUF: 32 } });
        await listener.accept();
        await os.sleep('1d');
      },
    },
    client: {
      host: 'B',
      main: async (os) => {
        const socket = await os.connect('A', 7000, { options: { SO_SNDBUF: 32 } });
        const sent = await socket.send(new Uint8Array(200));
        os.print(`${await socket.getOption('SO_SNDBUF')} ${await socket.getOption('SO_KEEPALIVE')}`);
        return sent;
      },
    },
  },
  runFor: '20s',
  expect: [],
});

test("a person's options reach the sockets that a program has open, and the send that waits for room", async () => {
  const acts: Act[] = [{ at: '3s', do: 'option', target: 'client', options: { SO_SNDBUF: 400, SO_KEEPALIVE: true } }];
  const untouched = await runScenario(nodePlatform, FULL, {});
  expect(untouched.result.calls('client', 'send')[0]?.returnedAtMs).toBeUndefined();
  const touched = await runScenario(nodePlatform, FULL, { acts });
  const [set] = touched.world.trace.find({ kind: 'process.set' });
  expect(set).toMatchObject({ host: 'B', process: 'client', options: { SO_SNDBUF: 400, SO_KEEPALIVE: true } });
  const told = touched.world.trace.find({ kind: 'tcp.buffers', host: 'B' }).at(-1);
  expect(told).toMatchObject({ at: 3e9, cause: set?.n, send: 400 });
  expect(touched.result.calls('client', 'send')).toMatchObject([{ returnedAtMs: 3000, result: 200 }]);
  expect(touched.result.process('client').printed).toMatchObject([{ text: '400 true' }]);
  expect(linesOf(await runScenario(nodePlatform, FULL, { acts }))).toEqual(linesOf(touched));
});

test('hosts and cables are what a person says, in place of what the scenario says', async () => {
  const started = await run('copy', {
    hosts: { B: { profile: 'windows', accounting: 'linux', sysctl: { 'net.ipv4.tcp_retries2': 3 } } },
    cables: { cable: { delay: '50ms', duplicate: 1 } },
  });
  expect(started.world.trace.find({ kind: 'host.added' })).toMatchObject([
    { name: 'A' },
    { name: 'B', profile: 'windows' },
  ]);
  expect(started.world.trace.find({ kind: 'cable.added' })).toMatchObject([{ options: { delay: 5e7, duplicate: 1 } }]);
});

test.each([
  [{ hosts: { Z: {} } }, /^hosts: 'Z' is not there; allowed is 'A', 'B'$/],
  [{ hosts: { A: { profile: 'beos' } } }, /profile: 'beos'.*allowed is/],
  [{ hosts: { A: { sysctl: { tcp_wmem: 4 } } } }, /did you mean 'net.ipv4.tcp_wmem'/],
  [{ cables: { cable: { loss: 2 } } }, /loss: 2 .*allowed is/],
  [{ cables: { cable: { mtu: 9000 } } }, /mtu/],
  [{ cables: { toString: {} } }, /^cables: 'toString' is not there; allowed is 'cable'$/],
  [{ acts: [{ at: 1, do: 'option', target: 'client', options: { SO_SNDBUF: -1 } }] }, /SO_SNDBUF.*allowed is/],
  [{ acts: [{ at: 1, do: 'option', target: 'client', options: { SO_LOUD: 1 } }] }, /SO_LOUD/],
  [{ acts: [{ at: 1, do: 'option', target: 'nobody', options: {} }] }, /'option' has no target 'nobody'/],
  [{ acts: [{ at: 1, do: 'set', target: 'cable', options: { corrupt: 'x' } }] }, /corrupt: 'x'.*allowed is/],
])('what a person says wrongly is refused before the run: %j', async (options, message) => {
  await expect(run('copy', options as unknown as ScenarioRunOptions)).rejects.toThrow(message);
});
