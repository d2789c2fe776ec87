/**
 * `tls` in simulated processes. Node encrypts in native code that wants a native stream below it; for any other stream it
 * has a way of its own (JSStreamSocket), which a socket of a simulated host is led to: it is handed over as a plain stream.
 *
 * Source: node's lib/_tls_wrap.js (TLSSocket's constructor), lib/internal/js_stream_socket.js.
 * Calls it: `install.ts`.
 */
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { currentProcess } from './context.ts';

/** A socket as a stream that is no socket. */
class Plain extends Duplex {
  readonly #socket: net.Socket;

  get socket(): net.Socket {
    return this.#socket;
  }

  constructor(socket: net.Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.on('data', (data) => {
      if (!this.push(data)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.on('timeout', () => this.emit('timeout'));
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }
  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(data: Uint8Array, _encoding: BufferEncoding, then: (error?: Error | null) => void): void {
    this.#socket.write(data, then);
  }

  override _final(then: () => void): void {
    this.#socket.end(then);
  }

  override _destroy(error: Error | null, then: (error: Error | null) => void): void {
    this.#socket.destroy();
    then(error);
  }
}

/** The socket that a stream is, or passes on; undefined: neither. */
export function socketBelow(stream: unknown): net.Socket | undefined {
  if (stream instanceof Plain) return stream.socket;
  return stream instanceof net.Socket ? stream : undefined;
}

type Connect = (...values: unknown[]) => tls.TLSSocket;

export function installTls(): void {
  const real = tls.connect as Connect;
  const connect: Connect = (...values) => {
    const options = optionsOf(values);
    if (currentProcess() === undefined || options === undefined) return real(...values);
    const raw = options['socket'] instanceof net.Socket ? options['socket'] : net.connect(options as never);
    const callback = values.at(-1);
    const servername = options['servername'] ?? nameOf(options['host']);
    const secure = real(
      { ...options, servername, socket: new Plain(raw) },
      ...(typeof callback === 'function' ? [callback] : []),
    );
    if (raw.connecting) raw.once('connect', () => secure.emit('connect'));
    return secure;
  };
  Object.assign(tls, { connect, TLSSocket: overPlain(tls.TLSSocket) });
  const { emit } = tls.Server.prototype;
  tls.Server.prototype.emit = function (this: tls.Server, event: string | symbol, ...values: unknown[]): boolean {
    const [socket] = values;
    const isOurs = event === 'connection' && socket instanceof net.Socket && currentProcess() !== undefined;
    return (emit as (...all: unknown[]) => boolean).call(this, event, ...(isOurs ? [new Plain(socket)] : values));
  } as typeof emit;
  syncBuiltinESMExports();
}

/** `new tls.TLSSocket(socket)`, with which programs begin to encrypt on a connection that is there. */
function overPlain(real: typeof tls.TLSSocket): typeof tls.TLSSocket {
  return new Proxy(real, {
    construct: (target, [socket, ...rest], maker) =>
      Reflect.construct(target, [isOfHost(socket) ? new Plain(socket) : socket, ...rest], maker),
  });
}

/** A socket right above a handle of a simulated host; one that encrypts is none. */
function isOfHost(socket: unknown): socket is net.Socket {
  if (!(socket instanceof net.Socket) || currentProcess() === undefined) return false;
  const handle: unknown = Reflect.get(socket, '_handle');
  return typeof handle === 'object' && handle !== null && Reflect.get(handle, 'isStreamBase') === false;
}

/** tls.connect(options), (port, options), (port, host, options); undefined: something else, for Node to refuse. */
function optionsOf(values: readonly unknown[]): Record<string, unknown> | undefined {
  const [first, second] = values;
  const object = values.find((value) => typeof value === 'object' && value !== null) as
    | Record<string, unknown>
    | undefined;
  if (typeof first === 'object') return object;
  if (typeof first !== 'number' && typeof first !== 'string') return undefined;
  return { ...(typeof second === 'string' ? { host: second } : {}), ...object, port: Number(first) };
}

/** A server's name for the handshake; an address is none (RFC 6066, 3). */
function nameOf(host: unknown): string | undefined {
  return typeof host === 'string' && net.isIP(host) === 0 ? host : undefined;
}
