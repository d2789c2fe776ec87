// A second file in the same worker: another context, with a copy of halfopen of its own.
import http from 'node:http';
import { jest } from '@jest/globals';
import { withWorld } from 'halfopen';
import { nodeProgram } from 'halfopen/node';

test('a program asks another', () =>
  withWorld({ seed: 3 }, async (world) => {
    const [a, b] = ['a', 'b'].map((name, i) => world.host(name, { address: `10.0.0.${i + 1}` }));
    world.cable(a, b, { delay: '5ms' });
    const server = a.spawn(
      'server',
      nodeProgram(() => void http.createServer((request, response) => response.end(request.url)).listen(80)),
    );
    const client = b.spawn(
      'client',
      nodeProgram(async () => (await fetch('http://a/asked')).text()),
    );
    await world.run({ for: '10s' });
    expect(await client.exited).toEqual({ code: 0, value: '/asked' });
    server.kill();
  }));

test('fake timers in place of the program’s are refused', async () => {
  jest.useFakeTimers();
  try {
    expect(() => nodeProgram(() => {})).toThrow(/fake timers/);
  } finally {
    jest.useRealTimers();
  }
});
