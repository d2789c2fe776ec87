/** Unix sockets: a path in place of host and port, the same on Node and on a simulated host. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { both } from './both.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unix-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const failed = (error: NodeJS.ErrnoException) => [
  error.code,
  error.syscall,
  error.message.replace(/ \/.*?([^/]*)$/, ' $1'),
];

both(
  'a server at a path, a client that finds it, and no addresses',
  [['s', true], ['undefined', 'undefined'], 'asked hello', 'answered bye', 'end'],
  async (tell) => {
    const path = join(folder, 's');
    const server = net.createServer((socket) => {
      tell(String(socket.remoteAddress), String(socket.localPort));
      socket.on('data', (data) => {
        tell(`asked ${data}`);
        socket.end('bye');
      });
    });
    server.listen(path);
    await once(server, 'listening');
    tell(String(server.address()).split('/').at(-1), server.address() === path);
    const client = net.connect({ path });
    client.write('hello');
    client.on('data', (data) => tell(`answered ${data}`));
    client.on('end', () => tell('end'));
    await once(client, 'close');
    server.close();
    await once(server, 'close');
  },
);

both('http by a socketPath, twice on one connection', ['/a', '/b', 1], async (tell) => {
  const socketPath = join(folder, 'http');
  let connections = 0;
  const server = http.createServer((request, response) => response.end(request.url));
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(socketPath);
  await once(server, 'listening');
  const agent = new http.Agent({ keepAlive: true });
  for (const path of ['/a', '/b']) {
    const [response] = (await once(http.get({ socketPath, path, agent }), 'response')) as [http.IncomingMessage];
    for await (const data of response) tell(String(data));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  tell(connections);
  agent.destroy();
  server.close();
  await once(server, 'close');
});

both(
  'what is refused at a path',
  [
    ['ENOENT', 'connect', 'connect ENOENT none'],
    ['ECONNREFUSED', 'connect', 'connect ECONNREFUSED file'],
    ['EACCES', 'listen', 'listen EACCES: permission denied none'],
    ['EADDRINUSE', 'listen', 'listen EADDRINUSE: address already in use file'],
    ['EADDRINUSE', 'listen', 'listen EADDRINUSE: address already in use twice'],
  ],
  async (tell) => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const error = async (emitter: net.Socket | net.Server) => {
      const [given] = (await once(emitter, 'error')) as [NodeJS.ErrnoException];
      tell(...failed(given));
    };
    await error(net.connect(join(folder, 'none')));
    await error(net.connect(file));
    await error(net.createServer().listen(join(folder, 'no', 'none')));
    await error(net.createServer().listen(file));
    const first = net.createServer().listen(join(folder, 'twice'));
    await once(first, 'listening');
    await error(net.createServer().listen(join(folder, 'twice')));
    first.close();
    await once(first, 'close');
  },
);
