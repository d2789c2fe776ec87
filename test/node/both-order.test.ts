/** What happens in which order where both ends are programs of one machine: the same on Node and on a simulated host. */
import dns from 'node:dns';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { both, type Tell } from './both.ts';

function follow(name: string, socket: net.Socket, tell: Tell): net.Socket {
  for (const event of ['connect', 'end', 'finish', 'close'] as const) socket.on(event, () => tell(`${name} ${event}`));
  return socket;
}

async function listen(server: net.Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

function closed(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => socket.on('close', () => resolve()));
}

both('the server has its connection before the client has its own', ['server', 'client'], async (tell) => {
  const server = net.createServer((socket) => {
    tell('server');
    socket.end();
  });
  const client = net.connect(await listen(server), '127.0.0.1', () => tell('client')).resume();
  await closed(client);
  server.close();
});

both(
  'an answer, and the end behind it: who hears of what first',
  ['server finish', 'client end', 'client finish', 'client close', 'server end', 'server close'],
  async (tell) => {
    let serverSide: Promise<void> | undefined;
    const server = net.createServer((socket) => {
      follow('server', socket.resume(), tell).end('bye');
      serverSide = closed(socket);
    });
    const client = net.connect(await listen(server), '127.0.0.1').resume();
    client.on('connect', () => client.removeAllListeners('connect'));
    for (const event of ['end', 'finish', 'close'] as const) client.on(event, () => tell(`client ${event}`));
    await closed(client);
    server.close();
    await Promise.all([once(server, 'close'), serverSide]);
  },
);

both(
  'a half-open connection: what was written last is read with the end behind it',
  ['client finish', 'server end', 'server finish', 'late', 'client end'],
  async (tell) => {
    let serverSide: Promise<void> | undefined;
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      for (const event of ['end', 'finish'] as const) socket.resume().on(event, () => tell(`server ${event}`));
      serverSide = closed(socket);
      socket.on('end', () => setTimeout(() => socket.end('late'), 20));
    });
    const client = net.connect({ port: await listen(server), host: '127.0.0.1', allowHalfOpen: true });
    for (const event of ['end', 'finish'] as const) client.on(event, () => tell(`client ${event}`));
    client.on('data', (data) => tell(String(data)));
    client.end();
    await closed(client);
    server.close();
    await Promise.all([once(server, 'close'), serverSide]);
  },
);

both('of two that are destroyed at once the second is closed first', ['second', 'first'], async (tell) => {
  const server = net.createServer((socket) => void socket.on('error', () => {}));
  const port = await listen(server);
  const [first, second] = [net.connect(port, '127.0.0.1'), net.connect(port, '127.0.0.1')];
  await Promise.all([once(first, 'connect'), once(second, 'connect')]);
  first.on('close', () => tell('first'));
  second.on('close', () => tell('second'));
  first.destroy();
  second.destroy();
  await Promise.all([closed(first), closed(second)]);
  server.close();
});

both('an echo is heard before its pipe is told to be done', ['abc', 'done'], async (tell) => {
  const server = net.createServer((socket) => socket.pipe(socket).on('close', () => tell('done')));
  const client = net.connect(await listen(server), '127.0.0.1');
  client.on('data', (data) => tell(String(data)));
  client.end('abc');
  await closed(client);
  server.close();
  await once(server, 'close');
});

both(
  'dns.lookup refuses what Node refuses',
  ['ERR_INVALID_ARG_VALUE', 'ERR_INVALID_ARG_VALUE', 'ERR_INVALID_ARG_TYPE', 'ERR_INVALID_ARG_TYPE'],
  async (tell) => {
    const refused = (act: () => unknown) => {
      try {
        act();
        tell('taken');
      } catch (error) {
        tell((error as NodeJS.ErrnoException).code);
      }
    };
    const lookup = dns.lookup as (...values: unknown[]) => void;
    refused(() => lookup('localhost', { family: 9 }, () => {}));
    refused(() => lookup('localhost', { hints: 1_234_567 }, () => {}));
    refused(() => lookup('localhost', 4));
    refused(() => lookup(5, () => {}));
  },
);
