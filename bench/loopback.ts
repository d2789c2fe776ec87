/**
 * The peer: the kernel's TCP over loopback, through `node:net`, both ends in this process.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Runs `work` with a server on a free port of 127.0.0.1, and closes the server. */
export async function withServer<T>(serve: (socket: Socket) => void, work: (port: number) => Promise<T>): Promise<T> {
  const server: Server = createServer(serve);
  server.listen({ port: 0, host: '127.0.0.1', backlog: 511 });
  await once(server, 'listening');
  try {
    return await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

export async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  return socket;
}
