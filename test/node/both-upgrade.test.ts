/** A connection that begins to encrypt on the way (STARTTLS), and hints that are none: the same on Node and on a host. */
import dns from 'node:dns';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { both } from './both.ts';

const read = (name: string) => readFileSync(new URL(`./certificate/${name}`, import.meta.url));
const [key, cert] = [read('key.pem'), read('certificate.pem')];

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Reads the lines before TLS begins, and leaves what comes then. */
async function line(socket: net.Socket): Promise<string> {
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.pause();
  return String(data);
}

both(
  'both ends wrap their socket in a TLSSocket',
  ['STARTTLS', 'go', [true, true], 'asked: secret', 'answered: secret'],
  async (tell) => {
    const server = net.createServer(async (plain) => {
      tell(await line(plain));
      plain.removeAllListeners('data');
      const secure = new tls.TLSSocket(plain, { isServer: true, key, cert });
      plain.write('go');
      secure.on('data', (data) => {
        tell(`asked: ${data}`);
        secure.end(data);
      });
    });
    const port = await listen(server);
    const plain = net.connect(port, '127.0.0.1');
    plain.write('STARTTLS');
    tell(await line(plain));
    const secure = tls.connect({ socket: plain, ca: cert, servername: 'A' });
    await once(secure, 'secureConnect');
    tell(secure instanceof tls.TLSSocket, secure.authorized);
    secure.write('secret');
    secure.on('data', (data) => tell(`answered: ${data}`));
    await once(secure, 'close');
    server.close();
    await once(server, 'close');
  },
);

both('a socket that http has let go is wrapped, and closed', ['wrapped', 'closed'], async (tell) => {
  const server = http.createServer();
  server.on('upgrade', (_request, socket: net.Socket) => {
    const secure = new tls.TLSSocket(socket, { isServer: true, key, cert });
    secure.on('error', () => {});
    tell('wrapped');
    socket.destroy();
  });
  const port = await listen(server);
  const request = http.get({ port, host: '127.0.0.1', headers: { Connection: 'Upgrade', Upgrade: 'websocket' } });
  request.on('error', () => {});
  await new Promise<void>((resolve) => request.on('close', () => resolve()));
  tell('closed');
  server.close();
  await once(server, 'close');
});

both(
  'hints of lookup() that there are not are refused',
  [['ERR_INVALID_ARG_VALUE', 'TypeError', true]],
  async (tell) => {
    const hints = (dns.ADDRCONFIG | dns.V4MAPPED | dns.ALL) + 1;
    try {
      net.connect({ host: 'localhost', port: 42, hints });
    } catch (error) {
      const { code, name, message } = error as NodeJS.ErrnoException;
      tell(code, name, message === `The argument 'hints' is invalid. Received ${hints}`);
    }
  },
);
