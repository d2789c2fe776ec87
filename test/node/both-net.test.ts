/** `node:net`: the order of events, and what a program sees of them, the same on Node and on a simulated host. */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { both, seen, type Tell } from './both.ts';

const EVENTS = ['lookup', 'connect', 'ready', 'end', 'finish', 'drain', 'timeout', 'close'] as const;

function follow(name: string, socket: net.Socket, tell: Tell): net.Socket {
  for (const event of EVENTS) {
    socket.on(event, (...values: unknown[]) => tell(`${name} ${event}${event === 'close' ? ` ${values[0]}` : ''}`));
  }
  socket.on('data', (data) => tell(`${name} data ${data}`));
  socket.on('error', (error) => tell(`${name} error`, ...seen(error)));
  return socket;
}

async function listen(server: net.Server, ...values: [string?]): Promise<number> {
  server.listen(0, ...values);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A server of one connection: `serve` is given it; ends when both ends are closed. */
async function pair(
  options: net.ServerOpts,
  serve: (socket: net.Socket) => void,
  connect: (socket: net.Socket) => void,
  tell?: Tell,
): Promise<[net.Socket, net.Socket]> {
  const server = net.createServer(options);
  const port = await listen(server, '127.0.0.1');
  const client = net.connect({ port, host: '127.0.0.1', allowHalfOpen: options.allowHalfOpen ?? false });
  if (tell !== undefined) follow('client', client, tell);
  connect(client);
  const [socket] = (await once(server, 'connection')) as [net.Socket];
  if (tell !== undefined) follow('server', socket, tell);
  serve(socket);
  await Promise.all([closed(client), closed(socket)]);
  server.close();
  await once(server, 'close');
  return [client, socket];
}

function closed(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.on('close', () => resolve());
  });
}

both(
  'the client’s events of a connection that both end',
  ['lookup', 'connect', 'ready', 'data hello', 'finish', 'end', 'close false', [3, 5]]
    .map((one) => (typeof one === 'string' ? `client ${one}` : one))
    .filter((one) => one !== 'client lookup'),
  async (tell) => {
    const [client] = await pair(
      {},
      (socket) => {
        socket.write('hello');
        socket.on('data', () => {});
      },
      (socket) => {
        follow('client', socket, tell);
        socket.once('data', () => socket.end('bye'));
      },
    );
    tell([client.bytesWritten, client.bytesRead]);
  },
);

both(
  'allowHalfOpen: the server answers behind the client’s end',
  ['end asked', 'answer', 'client end'],
  async (tell) => {
    await pair(
      { allowHalfOpen: true },
      (socket) => {
        let text = '';
        socket.on('data', (data) => {
          text += data;
        });
        socket.on('end', () => {
          tell(`end ${text}`);
          setTimeout(() => socket.end('answer'), 10);
        });
      },
      (socket) => {
        socket.end('asked');
        socket.on('data', (data) => tell(String(data)));
        socket.on('end', () => tell('client end'));
      },
    );
  },
);

both(
  'write answers false above the highWaterMark, and drain comes once',
  [[true, true, false], 'drain'],
  async (tell) => {
    await pair(
      {},
      (socket) => socket.resume(),
      (socket) => {
        socket.cork();
        tell([socket.write('a'.repeat(100)), socket.write('b'.repeat(1000)), socket.write('c'.repeat(70_000))]);
        socket.on('drain', () => {
          tell('drain');
          socket.end();
        });
        socket.uncork();
      },
    );
  },
);

both(
  'resetAndDestroy: ECONNRESET read',
  [['ECONNRESET', 'read', undefined, 'read ECONNRESET'], 'close true'],
  async (tell) => {
    await pair(
      {},
      (socket) => {
        socket.on('error', (error) => tell(seen(error)));
        socket.on('close', (had) => tell(`close ${had}`));
      },
      (socket) => void socket.on('connect', () => socket.resetAndDestroy()),
    );
  },
);

both('destroy while connecting: no error, closed', ['close false', [undefined, true]], async (tell) => {
  const server = net.createServer((socket) => socket.on('error', () => {}).resume());
  const port = await listen(server, '127.0.0.1');
  const socket = net.connect(port, '127.0.0.1');
  socket.on('connect', () => tell('connect'));
  socket.on('close', (had) => tell(`close ${had}`));
  socket.destroy();
  await once(socket, 'close');
  tell([socket.remoteAddress, socket.destroyed]);
  server.close();
});

both('destroySoon: what was written arrives', [100_000], async (tell) => {
  let got = 0;
  await pair(
    {},
    (socket) => {
      socket.on('data', (data) => {
        got += data.length;
      });
    },
    (socket) => {
      socket.write('x'.repeat(100_000));
      socket.destroySoon();
    },
  );
  tell(got);
});

both(
  'a write behind the end',
  [['ERR_STREAM_WRITE_AFTER_END', undefined, undefined, 'write after end']],
  async (tell) => {
    await pair(
      {},
      (socket) => socket.resume(),
      (socket) => {
        socket.on('error', (error) => tell(seen(error)));
        socket.on('connect', () => {
          socket.end();
          socket.write('x');
        });
      },
    );
  },
);

both(
  'writing on while the peer reads nothing and destroys: EPIPE or ECONNRESET, told by write or read',
  ['a reset'],
  async (tell) => {
    await pair(
      { allowHalfOpen: true },
      (socket) => {
        socket.once('data', () => socket.destroy());
      },
      (socket) => {
        const more = setInterval(() => socket.write('y'), 5);
        socket.write('x');
        socket.on('error', ({ code }: NodeJS.ErrnoException) => {
          clearInterval(more);
          tell(code === 'EPIPE' || code === 'ECONNRESET' ? 'a reset' : code);
        });
      },
    );
  },
);

both('pause holds data back, resume brings it', ['paused', 'data 5', 'end'], async (tell) => {
  await pair(
    {},
    (socket) => socket.end('hello'),
    (socket) => {
      socket.on('data', (data) => tell(`data ${data.length}`));
      socket.on('end', () => tell('end'));
      socket.pause();
      setTimeout(() => {
        tell('paused');
        socket.resume();
      }, 30);
    },
  );
});

both('setTimeout: timeout comes and the socket lives on', ['timeout', [true, false, 'open']], async (tell) => {
  await pair(
    {},
    (socket) => socket.resume(),
    (socket) => {
      const same = socket.setTimeout(20, () => {
        tell('timeout');
        tell([same === socket, socket.destroyed, socket.readyState]);
        socket.end();
      });
    },
  );
});

both(
  'the port is closed: ECONNREFUSED with its address',
  [['ECONNREFUSED', 'connect', '127.0.0.1', 'connect ECONNREFUSED 127.0.0.1:PORT'], 'close true'],
  async (tell) => {
    const server = net.createServer();
    const port = await listen(server, '127.0.0.1');
    server.close();
    await once(server, 'close');
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', (error) => tell(seen(error)));
    socket.on('close', (had) => tell(`close ${had}`));
    await closed(socket);
  },
);

both(
  'a port that is taken: EADDRINUSE',
  [['EADDRINUSE', 'listen', '127.0.0.1', 'listen EADDRINUSE: address already in use 127.0.0.1:PORT'], false],
  async (tell) => {
    const first = net.createServer();
    const port = await listen(first, '127.0.0.1');
    const second = net.createServer().listen(port, '127.0.0.1');
    const [error] = await once(second, 'error').catch((failure) => [failure]);
    tell(seen(error));
    tell(second.listening);
    first.close();
  },
);

both(
  'an address that is not of this host: EADDRNOTAVAIL, also for localAddress',
  [
    ['EADDRNOTAVAIL', 'listen', '192.0.2.1', 'listen EADDRNOTAVAIL: address not available 192.0.2.1'],
    ['EADDRNOTAVAIL', 'bind', '192.0.2.1', 'bind EADDRNOTAVAIL 192.0.2.1'],
  ],
  async (tell) => {
    const server = net.createServer().listen(0, '192.0.2.1');
    tell(seen((await once(server, 'error'))[0]));
    const socket = net.connect({ port: 9, host: '127.0.0.1', localAddress: '192.0.2.1' });
    tell(seen((await once(socket, 'error'))[0]));
  },
);

both('maxConnections drops, and tells of it', [['drop', true, true, 'IPv4'], 1, 'second close false'], async (tell) => {
  const server = net.createServer((socket) => socket.resume());
  server.maxConnections = 1;
  const port = await listen(server, '127.0.0.1');
  server.on('drop', (data) => {
    tell(['drop', data?.localPort === port, data?.remotePort !== undefined, data?.remoteFamily]);
  });
  const first = net.connect(port, '127.0.0.1');
  await once(server, 'connection');
  const second = net.connect(port, '127.0.0.1').resume();
  const [had] = await once(second, 'close');
  tell(await new Promise((resolve) => server.getConnections((_error, count) => resolve(count))));
  tell(`second close ${had}`);
  first.end().resume();
  await closed(first);
  server.close();
});

both(
  'listening on all addresses is `::`, and an IPv4 peer is a mapped one',
  [
    ['::', 'IPv6'],
    ['::ffff:127.0.0.1', 'IPv6', '::ffff:127.0.0.1', 'IPv6'],
    ['::1', 'IPv6'],
  ],
  async (tell) => {
    const server = net.createServer();
    const port = await listen(server);
    const { address, family } = server.address() as AddressInfo;
    tell([address, family]);
    for (const host of ['127.0.0.1', '::1']) {
      const client = net.connect(port, host).resume();
      const [socket] = (await once(server, 'connection')) as [net.Socket];
      const own = [socket.remoteAddress, socket.remoteFamily];
      tell(host === '::1' ? own : [...own, socket.localAddress, socket.localFamily]);
      socket.end();
      await closed(client);
    }
    server.close();
    await once(server, 'close');
  },
);

both('a client’s address(), and what is left of it once closed', [['127.0.0.1', 'IPv4', true], {}], async (tell) => {
  let address: Partial<AddressInfo> = {};
  const [client] = await pair(
    {},
    (socket) => socket.end(),
    (socket) => {
      socket.on('connect', () => {
        address = socket.address() as AddressInfo;
      });
      socket.resume();
    },
  );
  tell([address.address, address.family, Number(address.port) > 1023]);
  tell(client.address());
});

both(
  'settings give the socket back, before and behind the connection',
  [
    [true, true, true],
    [true, true, true],
  ],
  async (tell) => {
    const settings = (socket: net.Socket) => [
      socket.setKeepAlive(true, 5000) === socket,
      socket.setNoDelay(true) === socket,
      socket.setTimeout(0) === socket,
    ];
    await pair(
      {},
      (socket) => socket.resume(),
      (socket) => {
        tell(settings(socket));
        socket.on('connect', () => {
          tell(settings(socket));
          socket.end();
        });
      },
    );
  },
);

both(
  'close() of a server waits for its connections',
  ['connection ended', 'closed', 'ERR_SERVER_NOT_RUNNING'],
  async (tell) => {
    const server = net.createServer((socket) => socket.resume().on('end', () => tell('connection ended')));
    const port = await listen(server, '127.0.0.1');
    const client = net.connect(port, '127.0.0.1').resume();
    await once(server, 'connection');
    const ended = new Promise<void>((resolve) => {
      server.close(() => {
        tell('closed');
        resolve();
      });
    });
    setTimeout(() => client.end(), 20);
    await ended;
    server.close((error) => tell((error as NodeJS.ErrnoException | undefined)?.code));
    await new Promise((resolve) => setImmediate(resolve));
  },
);

both('happy eyeballs: the refused address is passed over', ['127.0.0.1', 'IPv4'], async (tell) => {
  const server = net.createServer((socket) => socket.end());
  const port = await listen(server, '127.0.0.1');
  const lookup: net.LookupFunction = (_name, _options, done) => {
    done(null, [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ]);
  };
  const socket = net.connect({ port, host: 'both.test', lookup, autoSelectFamily: true });
  await once(socket, 'connect');
  tell(socket.remoteAddress);
  tell(socket.remoteFamily);
  socket.resume();
  await closed(socket);
  server.close();
});

both(
  'happy eyeballs: all refused is one AggregateError',
  [['ECONNREFUSED', ['::1', '127.0.0.1'], true]],
  async (tell) => {
    const server = net.createServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    const lookup: net.LookupFunction = (_name, _options, done) => {
      done(null, [
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ]);
    };
    const socket = net.connect({ port, host: 'both.test', lookup, autoSelectFamily: true });
    const [error] = await once(socket, 'error');
    expect(error).toBeInstanceOf(AggregateError);
    tell([error.code, error.errors.map((one: { address: string }) => one.address), error.errors.length === 2]);
  },
);

const attempt = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
};

both(
  'setTimeout refuses what is no delay and no function',
  ['ERR_INVALID_ARG_TYPE', 'ERR_INVALID_ARG_TYPE', 'ERR_OUT_OF_RANGE', 'ERR_OUT_OF_RANGE', 'ERR_INVALID_ARG_TYPE'],
  async (tell) => {
    const socket = new net.Socket();
    const setTimeout = (...values: unknown[]) => attempt(() => Reflect.apply(socket.setTimeout, socket, values));
    tell(setTimeout('100'));
    tell(setTimeout(undefined));
    tell(setTimeout(-1));
    tell(setTimeout(Number.NaN));
    tell(setTimeout(1, 'no function'));
    socket.destroy();
  },
);
