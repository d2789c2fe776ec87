/** `node:http`: what client and server see, the same on Node and on a simulated host. */
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { both, type Tell } from './both.ts';

async function serve(server: http.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function stop(server: http.Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** What a raw client of HTTP reads until the server ends, without its Date. */
async function raw(port: number, text: string): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(text);
  let got = '';
  socket.on('data', (data) => {
    got += data;
  });
  await once(socket, 'end');
  socket.end();
  return got;
}

async function bodyOf(response: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of response) text += String(piece);
  return text;
}

async function answerOf(request: http.ClientRequest): Promise<http.IncomingMessage> {
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return response;
}

const failed = (error: NodeJS.ErrnoException) => [error.code, error.message];

both('pipelined requests are answered in their order', [['/1', '/2', '/3'], 3], async (tell) => {
  let asked = 0;
  const server = http.createServer((request, response) => {
    asked += 1;
    // The first is answered last.
    setTimeout(() => response.end(`[${request.url}]`), request.url === '/1' ? 30 : 1);
  });
  const port = await serve(server);
  const get = (path: string, rest = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${rest}\r\n`;
  const text = await raw(port, get('/1') + get('/2') + get('/3', 'Connection: close\r\n'));
  tell([...text.matchAll(/\[(.*?)\]/g)].map(([, path]) => path));
  tell(asked);
  await stop(server);
});

both('Expect: 100-continue', ['checkContinue', 'continue', 'body', 'thanks for body'], async (tell) => {
  const server = http.createServer();
  server.on('checkContinue', async (request: http.IncomingMessage, response: http.ServerResponse) => {
    tell('checkContinue');
    response.writeContinue();
    const text = await bodyOf(request);
    tell(text);
    response.end(`thanks for ${text}`);
  });
  const port = await serve(server);
  const request = http.request({ port, host: '127.0.0.1', method: 'POST', headers: { Expect: '100-continue' } });
  request.on('continue', () => {
    tell('continue');
    request.end('body');
  });
  request.flushHeaders();
  tell(await bodyOf(await answerOf(request)));
  await stop(server);
});

both(
  'upgrade: both ends have the socket, and the bytes behind the head',
  [101, 'head', 'ping', 'pong'],
  async (tell) => {
    const server = http.createServer();
    server.on('upgrade', (_request: http.IncomingMessage, socket: net.Socket) => {
      socket.write('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhead');
      socket.once('data', (data) => {
        tell(String(data));
        socket.end('pong');
      });
    });
    const port = await serve(server);
    const headers = { Connection: 'Upgrade', Upgrade: 'x' };
    const request = http.get({ port, host: '127.0.0.1', headers });
    const [response, socket, head] = (await once(request, 'upgrade')) as [http.IncomingMessage, net.Socket, Buffer];
    tell(response.statusCode);
    tell(String(head));
    socket.write('ping');
    const [pong] = await once(socket, 'data');
    tell(String(pong));
    socket.destroy();
    await stop(server);
  },
);

both('trailers', ['abc', { checksum: '7' }], async (tell) => {
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { Trailer: 'Checksum' });
    response.write('abc');
    response.addTrailers({ Checksum: '7' });
    response.end();
  });
  const response = await answerOf(http.get({ port: await serve(server), host: '127.0.0.1', agent: false }));
  tell(await bodyOf(response));
  tell(response.trailers);
  await stop(server);
});

both('a client that goes away: aborted at the server', ['aborted', 'ECONNRESET', 'close'], async (tell) => {
  const server = http.createServer();
  const port = await serve(server);
  const request = http.request({ port, host: '127.0.0.1', method: 'POST', agent: false });
  request.on('error', () => {});
  request.write('half');
  const [incoming, response] = (await once(server, 'request')) as [http.IncomingMessage, http.ServerResponse];
  incoming.on('aborted', () => tell('aborted'));
  incoming.on('error', ({ code }: NodeJS.ErrnoException) => tell(code));
  const closed = once(response, 'close');
  incoming.on('close', () => tell('close'));
  incoming.resume();
  request.destroy();
  await closed;
  await new Promise((resolve) => setImmediate(resolve));
  await stop(server);
});

both(
  'a server that goes away',
  [
    ['ECONNRESET', 'socket hang up'],
    ['ECONNRESET', 'aborted'],
  ],
  async (tell) => {
    const server = http.createServer((request, response) => {
      if (request.url === '/half') response.write('half', () => request.socket.destroy());
      else request.socket.destroy();
    });
    const port = await serve(server);
    const early = http.get({ port, host: '127.0.0.1', agent: false });
    const [hungUp] = await once(early, 'error');
    tell(failed(hungUp));
    const response = await answerOf(http.get({ port, host: '127.0.0.1', path: '/half', agent: false }));
    response.resume();
    const [aborted] = await once(response, 'error');
    tell(failed(aborted));
    await stop(server);
  },
);

both(
  'an agent keeps, counts and queues its sockets',
  [
    ['a', false],
    ['b', false],
    ['c', false],
    [0, 1],
  ],
  async (tell) => {
    const server = http.createServer((request, response) => response.end(request.url?.slice(1)));
    const port = await serve(server);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    await Promise.all(
      ['a', 'b', 'c'].map(async (path) => {
        const request = http.get({ port, host: '127.0.0.1', path: `/${path}`, agent });
        tell([await bodyOf(await answerOf(request)), request.reusedSocket]);
      }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    tell([Object.keys(agent.sockets).length, Object.keys(agent.freeSockets).length]);
    agent.destroy();
    await stop(server);
  },
);

both(
  'keepAliveTimeout: the server ends an idle connection',
  ['HTTP/1.1 200 OK', 'Keep-Alive: timeout=1', 'ended'],
  async (tell) => {
    const server = http.createServer((_request, response) => response.end('ok'));
    server.keepAliveTimeout = 1000;
    const text = await raw(await serve(server), 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const lines = text.split('\r\n');
    tell(lines[0]);
    tell(lines.find((line) => line.startsWith('Keep-Alive')));
    tell('ended');
    await stop(server);
  },
);

both('closeIdleConnections ends those that wait, and no other', ['idle ended', 'busy answered'], async (tell) => {
  await idleAndBusy(tell);
});

async function idleAndBusy(tell: Tell): Promise<void> {
  let answer = () => {};
  const server = http.createServer((request, response) => {
    if (request.url === '/busy') answer = () => response.end('busy answered');
    else response.end();
  });
  server.keepAliveTimeout = 60_000;
  const port = await serve(server);
  const idle = raw(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(server, 'request');
  const busy = http.get({ port, host: '127.0.0.1', path: '/busy', agent: false });
  await once(server, 'request');
  server.closeIdleConnections();
  await idle;
  tell('idle ended');
  answer();
  tell(await bodyOf(await answerOf(busy)));
  await stop(server);
}

both(
  'a request that is no HTTP: 400, and clientError',
  [['HPE_INVALID_METHOD', 'HTTP/1.1 400 Bad Request']],
  async (tell) => {
    const server = http.createServer();
    let code: string | undefined;
    server.on('clientError', (error: NodeJS.ErrnoException, socket: net.Socket) => {
      ({ code } = error);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const text = await raw(await serve(server), 'no http\r\n\r\n');
    tell([code, text.split('\r\n')[0]]);
    await stop(server);
  },
);

/** Names in their order, and dates by whether they are the program's present. */
function dated(headers: readonly string[]): string[] {
  return headers.map((text) => {
    if (!text.endsWith(' GMT')) return text;
    return Math.abs(Date.parse(text) - Date.now()) < 3000 ? 'now' : text;
  });
}

const LONG_AGO = 'Mon, 01 Jan 2001 00:00:00 GMT';

both(
  'http2: the Date header is the program’s present, and an own one stays',
  ['now', LONG_AGO, 'now'],
  async (tell) => {
    const server = http2.createServer();
    server.on('stream', (stream, headers) => {
      if (headers[':path'] === '/own') stream.respond({ ':status': 200, date: LONG_AGO });
      else if (headers[':path'] === '/bare') stream.respond();
      else stream.respond({ ':status': 200 });
      stream.end('ok');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    for (const path of ['/', '/own', '/bare']) {
      const request = client.request({ ':path': path });
      const [headers] = (await once(request, 'response')) as [http2.IncomingHttpHeaders];
      tell(headers['date'] === undefined ? undefined : dated([headers['date']])[0]);
      await once(request.resume(), 'end');
    }
    client.close();
    server.close();
    await once(server, 'close');
  },
);
