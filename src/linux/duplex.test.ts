import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import type { Json } from '../base/json.ts';
import { SocketError } from '../socket/errno.ts';
import type { Listener, ReceiveOptions, SendOptions, Socket, SocketStatus } from '../system/system.ts';
import { SocketDuplex } from './duplex.ts';

/** A socket of a few lines: what arrives and what is sent is decided by the test. */
class FakeSocket implements Socket {
  readonly id = 'tcp:1';
  readonly local = { address: '10.0.0.1', port: 80 };
  readonly remote = { address: '10.0.0.2', port: 1234 };
  readonly calls: string[] = [];
  /** What the next calls of recv bring, in order; without any they wait. */
  readonly arriving: (Uint8Array | 'end' | SocketError)[] = [];
  sent = '';
  /** Bytes that a call of send takes at most; 0: it waits. */
  room = Number.POSITIVE_INFINITY;
  sendError: SocketError | undefined;
  #wake: (() => void)[] = [];

  /** Something changed: calls that wait are tried again. */
  wake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  async recv(buffer: Uint8Array, { signal }: ReceiveOptions = {}): Promise<number> {
    this.calls.push('recv');
    for (;;) {
      if (signal?.aborted) throw new SocketError('ECANCELED', 'recv');
      const next = this.arriving.shift();
      if (next === 'end') return 0;
      if (next instanceof SocketError) throw next;
      if (next !== undefined) {
        buffer.set(next);
        return next.length;
      }
      await this.#wait(signal);
    }
  }

  async send(data: string | Uint8Array, { signal }: SendOptions = {}): Promise<number> {
    if (typeof data === 'string') throw new TypeError('bytes only');
    for (;;) {
      if (signal?.aborted) throw new SocketError('ECANCELED', 'send');
      if (this.sendError !== undefined) throw this.sendError;
      if (this.room > 0) break;
      await this.#wait(signal);
    }
    const part = data.subarray(0, this.room);
    this.calls.push(`send ${part.length}`);
    this.room -= part.length;
    this.sent += Buffer.from(part).toString();
    return part.length;
  }

  async shutdown(how: 'read' | 'write' | 'both'): Promise<void> {
    this.calls.push(`shutdown ${how}`);
  }

  async close(): Promise<void> {
    this.calls.push('close');
  }

  async setOption(name: string, value: unknown): Promise<void> {
    this.calls.push(`${name} ${value}`);
  }

  async bind(): Promise<void> {}
  async connect(): Promise<void> {}
  async listen(): Promise<Listener> {
    throw new Error('not here');
  }
  async getOption(): Promise<Json> {
    return null;
  }
  status(): SocketStatus {
    throw new Error('not here');
  }
  async [Symbol.asyncDispose](): Promise<void> {}

  #wait(signal: ReceiveOptions['signal']): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
      signal?.addEventListener('abort', resolve);
    });
  }
}

/** Lets everything run that can run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

afterEach(() => {
  vi.useRealTimers();
});

test('bytes that arrive come out, the end of the stream ends the readable side only', async () => {
  const socket = new FakeSocket();
  const duplex = new SocketDuplex(socket);
  socket.arriving.push(Buffer.from('hel'), Buffer.from('lo'), 'end');
  let text = '';
  duplex.on('data', (chunk) => {
    text += chunk;
  });
  await once(duplex, 'end');
  expect(text).toBe('hello');
  duplex.write('still');
  await settle();
  expect(socket.sent).toBe('still');
  duplex.end();
  await once(duplex, 'close');
  expect(socket.calls.slice(-2)).toEqual(['shutdown write', 'close']);
});

test('what nobody reads stays in the receive buffer', async () => {
  const socket = new FakeSocket();
  const duplex = new SocketDuplex(socket);
  for (let n = 0; n < 100; n++) socket.arriving.push(Buffer.alloc(10_000, n));
  duplex.on('readable', () => {});
  await settle();
  expect(duplex.readableLength).toBeLessThan(duplex.readableHighWaterMark + 10_000);
  const left = socket.arriving.length;
  expect(left).toBeGreaterThan(90);
  await settle();
  expect(socket.arriving.length).toBe(left);
  duplex.read();
  await settle();
  expect(socket.arriving.length).toBeLessThan(left);
  duplex.destroy();
});

test('a write is done when all of it is in the send buffer', async () => {
  const socket = new FakeSocket();
  const duplex = new SocketDuplex(socket);
  socket.room = 3;
  let isDone = false;
  duplex.write('abcdef', () => {
    isDone = true;
  });
  await settle();
  expect([isDone, socket.sent]).toEqual([false, 'abc']);
  socket.room = 10;
  socket.wake();
  await settle();
  expect([isDone, socket.sent]).toEqual([true, 'abcdef']);
  expect(socket.calls).toEqual(['send 3', 'send 3']);
  duplex.destroy();
});

test('end() sends FIN after the last byte, and reading goes on', async () => {
  const socket = new FakeSocket();
  const duplex = new SocketDuplex(socket);
  duplex.resume();
  duplex.end('bye');
  await once(duplex, 'finish');
  expect(socket.calls.filter((call) => call !== 'recv')).toEqual(['send 3', 'shutdown write']);
  const data = once(duplex, 'data');
  socket.arriving.push(Buffer.from('late'));
  socket.wake();
  expect(String(await data)).toBe('late');
  duplex.destroy();
});

test('an error of recv or send destroys the stream with it', async () => {
  const reading = new FakeSocket();
  reading.arriving.push(new SocketError('ECONNRESET', 'recv'));
  const first = new SocketDuplex(reading);
  first.resume();
  expect((await once(first, 'error'))[0]).toMatchObject({ code: 'ECONNRESET', syscall: 'recv' });
  expect(reading.calls.at(-1)).toBe('close');

  const writing = new FakeSocket();
  writing.sendError = new SocketError('EPIPE', 'send');
  const second = new SocketDuplex(writing);
  second.write('x');
  expect((await once(second, 'error'))[0]).toMatchObject({ code: 'EPIPE', syscall: 'send' });
  expect(writing.calls).toEqual(['close']);
});

test('destroy() ends a read and a write that wait, without an error', async () => {
  const socket = new FakeSocket();
  socket.room = 0;
  const duplex = new SocketDuplex(socket);
  const errors: unknown[] = [];
  duplex.on('error', (error) => errors.push(error));
  duplex.resume();
  duplex.write('never');
  await settle();
  duplex.destroy();
  await once(duplex, 'close');
  await settle();
  expect(errors).toEqual([]);
  expect(socket.calls).toEqual(['recv', 'close']);
});

test('destroySoon() waits for what was written', async () => {
  const socket = new FakeSocket();
  socket.room = 0;
  const duplex = new SocketDuplex(socket);
  duplex.write('last words');
  duplex.destroySoon();
  await settle();
  expect(duplex.destroyed).toBe(false);
  socket.room = 100;
  socket.wake();
  await once(duplex, 'close');
  expect(socket.sent).toBe('last words');
  expect(socket.calls.slice(-2)).toEqual(['shutdown write', 'close']);
});

test('silence is reported after its time, and bytes put it off', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const socket = new FakeSocket();
  const duplex = new SocketDuplex(socket);
  duplex.resume();
  let silent = 0;
  duplex.setTimeout(1000);
  duplex.on('timeout', () => {
    silent += 1;
  });
  await settle();
  vi.advanceTimersByTime(999);
  socket.arriving.push(Buffer.from('x'));
  socket.wake();
  await settle();
  vi.advanceTimersByTime(999);
  expect(silent).toBe(0);
  vi.advanceTimersByTime(1);
  expect(silent).toBe(1);
  duplex.setTimeout(0);
  vi.advanceTimersByTime(5000);
  expect(silent).toBe(1);
  duplex.destroy();
});

test('it has what http asks of a socket: addresses and options', async () => {
  const socket = new FakeSocket();
  const duplex = new SocketDuplex(socket);
  expect(duplex).toMatchObject({
    remoteAddress: '10.0.0.2',
    remotePort: 1234,
    localAddress: '10.0.0.1',
    localPort: 80,
  });
  duplex.setNoDelay().setKeepAlive(true, 5000).ref().unref();
  await settle();
  expect(socket.calls).toEqual(['TCP_NODELAY true', 'TCP_KEEPIDLE 5000', 'SO_KEEPALIVE true']);
  duplex.destroy();
});
