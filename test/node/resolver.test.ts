/** `dns.resolve…` in a simulated process: the world's addresses, in Node's shapes and with Node's errors. */
import dns, { Resolver } from 'node:dns';
import { expect, test } from 'vitest';
import { simulate } from '../../src/index.ts';
import { nodeProgram } from '../../src/node/index.ts';

async function asked<T>(question: () => Promise<T>): Promise<unknown> {
  const world = simulate({ seed: 1 });
  world.host('db', { address: ['10.0.0.2', 'fd00::2'], aliases: ['primary.example'] });
  const app = world.host('app', { address: '10.0.0.3' });
  const program = app.spawn(
    'program',
    nodeProgram(() =>
      question().catch((error: NodeJS.ErrnoException & { hostname?: string }) => {
        const { message, code, syscall, hostname } = error;
        return { message, code, syscall, hostname };
      }),
    ),
  );
  await world.run();
  const exit = await program.exited;
  return 'value' in exit ? exit.value : exit;
}

test('addresses of a host by its name and alias', async () => {
  const { resolve, resolve4, resolve6, resolveAny } = dns.promises;
  expect(await asked(() => resolve4('db'))).toEqual(['10.0.0.2']);
  expect(await asked(() => resolve6('primary.example'))).toEqual(['fd00::2']);
  expect(await asked(() => resolve('db'))).toEqual(['10.0.0.2']);
  expect(await asked(() => resolve('db', 'AAAA'))).toEqual(['fd00::2']);
  expect(await asked(() => resolve4('db', { ttl: true }))).toEqual([{ address: '10.0.0.2', ttl: 0 }]);
  expect(await asked(() => resolveAny('db'))).toEqual([
    { type: 'A', address: '10.0.0.2', ttl: 0 },
    { type: 'AAAA', address: 'fd00::2', ttl: 0 },
  ]);
});

test('a resolver of one’s own, and callbacks', async () => {
  const byCallback = () =>
    new Promise((resolve, reject) => {
      new Resolver().resolve4('db', (error, addresses) => (error ? reject(error) : resolve(addresses)));
    });
  expect(await asked(byCallback)).toEqual(['10.0.0.2']);
  expect(await asked(() => new dns.promises.Resolver().resolve6('db'))).toEqual(['fd00::2']);
});

test('an unknown name is ENOTFOUND, a known one without such a record ENODATA, an address has no name', async () => {
  expect(await asked(() => dns.promises.resolve4('nobody'))).toEqual({
    message: 'queryA ENOTFOUND nobody',
    code: 'ENOTFOUND',
    syscall: 'queryA',
    hostname: 'nobody',
  });
  expect(await asked(() => dns.promises.resolve6('app'))).toMatchObject({ code: 'ENODATA', syscall: 'queryAaaa' });
  expect(await asked(() => dns.promises.resolveMx('db'))).toMatchObject({ message: 'queryMx ENODATA db' });
  expect(await asked(() => dns.promises.reverse('10.0.0.2'))).toMatchObject({ syscall: 'getHostByAddr' });
});
