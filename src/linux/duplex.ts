/**
 * A `node:stream` Duplex over a socket of our stack, so that whatever takes a stream (`node:http`) can use it.
 *
 * Back-pressure is TCP's own: what the reader of the stream leaves lies first in the stream's buffer (highWaterMark),
 * then in the receive buffer, then the window closes; a write is done when its bytes are in the send buffer. `end()`
 * sends FIN and reading goes on; the peer's FIN ends the readable side only. An error of a call destroys the stream
 * with that error, which has `code` and `syscall`.
 *
 * It has those of net.Socket's properties and methods that http's server uses, and no others.
 * Calls it: serve.ts, anybody who imports `halfopen/linux`.
 */
import { Duplex } from 'node:stream';
import type { Socket } from '../system/system.ts';

/** Bytes that one `recv` may take: a receive buffer of default size in two steps. */
const READ_SIZE = 64 * 1024;

export class SocketDuplex extends Duplex {
  /** The socket below; its status tells where the bytes are. */
  readonly socket: Socket;
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly remoteFamily = 'IPv4';
  /** Milliseconds without a byte either way after which 'timeout' is emitted; 0: never. */
  timeout = 0;

  readonly #aborted = new AbortController();
  #reading = false;
  #idle: NodeJS.Timeout | undefined;

  /** Takes the socket over: nobody else may call it from now on, but for `status()`. */
  constructor(socket: Socket) {
    super({ allowHalfOpen: true, emitClose: true, autoDestroy: true });
    this.socket = socket;
    this.remoteAddress = socket.remote?.address;
    this.remotePort = socket.remote?.port;
    this.localAddress = socket.local?.address;
    this.localPort = socket.local?.port;
  }

  override _read(): void {
    if (this.#reading) return;
    this.#reading = true;
    void this.#readOn();
  }

  /** Reads until the stream has enough, so that no byte leaves the receive buffer that nobody asked for. */
  async #readOn(): Promise<void> {
    try {
      for (let wanted = true; wanted && !this.destroyed; ) {
        // A buffer for each call: the stream hands it on and never gives it back.
        const buffer = Buffer.allocUnsafe(READ_SIZE);
        const count = await this.socket.recv(buffer, { signal: this.#aborted.signal });
        this.#active();
        if (count === 0) {
          this.push(null);
          break;
        }
        // Few bytes must not keep much memory.
        wanted = this.push(count < READ_SIZE / 4 ? Buffer.from(buffer.subarray(0, count)) : buffer.subarray(0, count));
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#reading = false;
    }
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#sendAll(chunk).then(() => done(), done);
  }

  async #sendAll(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length; ) {
      // Fewer than asked means that an error ended the wait: the next call tells it.
      sent += await this.socket.send(sent === 0 ? bytes : bytes.subarray(sent), { signal: this.#aborted.signal });
      this.#active();
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.socket.shutdown('write').then(
      () => done(),
      // The connection ended meanwhile: there is nobody to tell that we have nothing more to say.
      (error: unknown) => done(isNotConnected(error) ? null : asError(error)),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#idle);
    // Wakes a call that waits, since close() with calls open is nobody's business but ours.
    this.#aborted.abort();
    this.socket.close().then(
      () => done(error),
      (failure: unknown) => done(error ?? asError(failure)),
    );
  }

  /** As net.Socket's: ends the stream and destroys it when all is written. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  setTimeout(milliseconds: number, listener?: () => void): this {
    this.timeout = milliseconds;
    if (listener !== undefined) {
      if (milliseconds === 0) this.off('timeout', listener);
      else this.once('timeout', listener);
    }
    clearTimeout(this.#idle);
    this.#idle = undefined;
    if (milliseconds > 0 && !this.destroyed) {
      this.#idle = setTimeout(() => this.emit('timeout'), milliseconds);
      this.#idle.unref();
    }
    return this;
  }

  setNoDelay(on = true): this {
    this.socket.setOption('TCP_NODELAY', on).catch(() => {});
    return this;
  }

  setKeepAlive(on = false, initialDelay = 0): this {
    const set = async () => {
      if (initialDelay > 0) await this.socket.setOption('TCP_KEEPIDLE', initialDelay);
      await this.socket.setOption('SO_KEEPALIVE', on);
    };
    set().catch(() => {});
    return this;
  }

  /** The device keeps the process alive, not its connections. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  #active(): void {
    this.#idle?.refresh();
  }

  #fail(error: unknown): void {
    // After destroy() the calls that we woke end with ECANCELED: that is no news.
    if (!this.destroyed) this.destroy(asError(error));
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function isNotConnected(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOTCONN';
}
