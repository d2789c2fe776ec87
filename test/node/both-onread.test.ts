/** `onread`: a client that reads into memory of its own, the same on Node and on a simulated host. */
import { once } from 'node:events';
import net, { type AddressInfo, type OnReadOpts } from 'node:net';
import { both } from './both.ts';

/** The one of the run that goes on. */
let client: net.Socket | undefined;

/** A server that sends `text` to one client, which reads by `onread` till it is closed. */
async function read(text: string, onread: OnReadOpts): Promise<net.Socket> {
  const server = net.createServer((socket) => {
    server.close();
    socket.end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = net.connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', onread });
  client.on('data', () => {
    throw new Error('onread stands in place of data');
  });
  client.on('end', () => {});
  await once(client, 'close');
  return client;
}

both('onread: one buffer, filled again and again', ['hello wo', 'rld', [11, true]], async (tell) => {
  const buffer = Buffer.alloc(8);
  let isSame = true;
  const { bytesRead } = await read('hello world', {
    buffer,
    callback(count, given) {
      isSame &&= given === buffer;
      tell(buffer.toString('latin1', 0, count));
      return true;
    },
  });
  tell(bytesRead, isSame);
});

both('onread: a function brings the next buffer', ['ab', 'cdef', 'gh', 'ij'], async (tell) => {
  const buffers = [Buffer.alloc(2), Buffer.alloc(4)];
  let next = 0;
  await read('abcdefghij', {
    buffer: () => buffers[next++ % 2] ?? Buffer.alloc(1),
    callback(count, given) {
      tell(Buffer.from(given).toString('latin1', 0, count));
      return true;
    },
  });
});

both('onread: false stops reading until resume()', ['abc', 'resume', 'def', 'g'], async (tell) => {
  let isFirst = true;
  await read('abcdefg', {
    buffer: new Uint8Array(3),
    callback(count, given) {
      tell(Buffer.from(given).toString('latin1', 0, count));
      if (!isFirst) return true;
      isFirst = false;
      setTimeout(() => {
        tell('resume');
        client?.resume();
      }, 20);
      return false;
    },
  });
});
