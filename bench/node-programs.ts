/**
 * Node programs on simulated hosts: an http round trip on a kept connection, beside the same on real loopback in one
 * process; and how long a test takes from its world to its end, with two programs and a cut cable.
 */
import { AsyncResource } from 'node:async_hooks';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { simulate } from 'halfopen';
import { type Benchmark, secondsSince } from './measure.ts';

const ROUND_TRIPS = 4000;
const TESTS = 50;

// `halfopen/node` is loaded when it is needed: its hooks would slow the other benchmarks. Inside of a program the clock is
// virtual; in the context of this module it is real.
const wall = AsyncResource.bind(() => performance.now());

const ask = (agent: http.Agent, host: string, port: number) =>
  new Promise<void>((resolve, reject) => {
    const request = http.get({ agent, host, port }, (response) => response.resume().on('end', resolve));
    request.on('error', reject);
  });

async function timed(count: number, host: string, port: number): Promise<number> {
  const agent = new http.Agent({ keepAlive: true });
  const start = wall();
  for (let n = 0; n < count; n += 1) await ask(agent, host, port);
  const seconds = (wall() - start) / 1000;
  agent.destroy();
  return count / seconds;
}

const serve = () => http.createServer((_request, response) => response.end('ok'));

async function ours(scale: number): Promise<number> {
  const { nodeProgram } = await import('halfopen/node');
  const world = simulate({ seed: 1, trace: 'off' });
  const a = world.host('A', { address: '10.0.0.1' });
  const b = world.host('B', { address: '10.0.0.2' });
  world.cable(a, b);
  let rate = Number.NaN;
  a.spawn(
    'server',
    nodeProgram(() => void serve().listen(80)),
  );
  const client = b.spawn(
    'client',
    nodeProgram(async () => {
      rate = await timed(Math.round(ROUND_TRIPS * scale), 'A', 80);
    }),
  );
  await world.run({ until: () => !Number.isNaN(rate) });
  client.kill();
  return rate;
}

async function real(scale: number): Promise<number> {
  const server = serve().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const rate = await timed(Math.round(ROUND_TRIPS * scale), '127.0.0.1', port);
  server.close();
  return rate;
}

/** Milliseconds for one test: a world, a server, a client whose cable is cut, until the client has noticed. */
async function shortTest(): Promise<number> {
  const { nodeProgram } = await import('halfopen/node');
  const start = performance.now();
  for (let n = 0; n < TESTS; n += 1) {
    const world = simulate({ seed: n });
    const a = world.host('A', { address: '10.0.0.1' });
    const b = world.host('B', { address: '10.0.1.2' });
    const router = world.router('R');
    world.cable(a, router);
    const cable = world.cable(router, b);
    a.spawn(
      'server',
      nodeProgram(() => void serve().listen(80)),
    );
    let code: string | undefined;
    b.spawn(
      'client',
      nodeProgram(async () => {
        const agent = new http.Agent({ keepAlive: true });
        await ask(agent, 'A', 80);
        cable.cut();
        await ask(agent, 'A', 80).catch((error: NodeJS.ErrnoException) => {
          code = error.code;
        });
      }),
    );
    await world.run({ for: '30min' });
    if (code !== 'ETIMEDOUT') throw new Error(`the client noticed ${code}`);
  }
  return (secondsSince(start) * 1000) / TESTS;
}

export const nodePrograms: readonly Benchmark[] = [
  {
    name: 'http',
    title: 'http on a kept connection, Node programs',
    unit: '/s',
    better: 'more',
    variants: { ours, 'node:http': real },
    peer: { variant: 'node:http' },
    floor: { ratio: 1 },
  },
  {
    name: 'short-test',
    title: 'a test: two Node programs, a cut, 30 min',
    unit: 'ms',
    better: 'less',
    variants: { ours: shortTest },
    floor: { absolute: 50 },
  },
];
