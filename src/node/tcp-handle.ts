/**
 * The seam below `node:net`: the methods of libuv's TCP handle, answered by a socket of the simulated host. All above it,
 * `net`, `http` and their like, is Node's own code.
 *
 * The handle is Node's own object too, with no descriptor behind it; what it is for us is kept beside it. A handle
 * belongs to the process in which the first call of it is made; one that no process makes is Node's for good.
 *
 * Source: node's src/tcp_wrap.cc, src/stream_base.cc (names, arguments, what is answered and when); libuv's
 * uv_tcp_keepalive (interval 1 s, 10 probes) and uv__stream_io.
 * Leaves out: `open` (descriptors of the real system).
 * Calls it: `install-tcp.ts` by Node's names for the methods.
 */
import { AsyncResource } from 'node:async_hooks';
import type { ErrnoCode } from '../socket/errno.ts';
import type { NonblockingSocket, PollFlags } from '../system/system.ts';
import { catchAttemptTimer } from './attempt-timer.ts';
import type { Watcher } from './event-loop.ts';
import type { NodeProcess } from './node-process.ts';
import { type Bindings, type Handle, newRequest, type Request } from './tcp-wrap.ts';
import type { VirtualTimeout } from './timers.ts';
import { uvError } from './uv-error.ts';

/** What libuv reads at once: the size that Node suggests. */
const READ_SIZE = 65_536;
/** One for all reads, each of which is copied out at once. */
const READ_MEMORY = new Uint8Array(READ_SIZE);
const EOF = -4095;

/** One write that waits for room. */
interface Pending {
  readonly request: Request;
  readonly data: Uint8Array;
  sent: number;
  readonly resource: AsyncResource;
}

/** What the loop is told by a socket without one. */
type Bound = { readonly address: string; readonly port: number };

/** What is another thing in a Unix socket, which is a connection of the same kind. */
export interface Kind {
  /** The object for a connection that comes in. */
  newHandle(): Handle;
  /** What a refused connection is told as, a code of libuv. */
  readonly refused: number;
}

/** Our side of a handle. */
export class TcpHandle implements Watcher {
  readonly process: NodeProcess;
  readonly socket: NonblockingSocket;
  readonly #handle: Handle;
  readonly #bindings: Bindings;
  readonly #resource = new AsyncResource('TCPWRAP');
  #connecting: { readonly request: Request; readonly resource: AsyncResource } | undefined = undefined;
  /** How long this address is given before the next one is tried. */
  #attempt: VirtualTimeout | undefined = undefined;
  #shutting: { readonly request: Request; readonly resource: AsyncResource } | undefined = undefined;
  readonly #writes: Pending[] = [];
  #reading = false;
  /** What the program gave to be read into (`onread`); undefined: each piece is an object of its own. */
  #userBuffer: Uint8Array | undefined = undefined;
  #listening = false;
  #isRef = true;
  #active = false;
  #closed = false;
  /** Of which family its descriptor is; undefined: it has none yet, as libuv's before the first bind or connect. */
  #six: boolean | undefined = undefined;
  /** An address is not available until the connection or the listening begins (libuv's delayed_error). */
  delayed = 0;
  bytesRead = 0;
  bytesWritten = 0;

  readonly #kind: Kind | undefined;

  constructor(process: NodeProcess, handle: Handle, bindings: Bindings, socket?: NonblockingSocket, kind?: Kind) {
    this.process = process;
    this.#kind = kind;
    this.#handle = handle;
    this.#bindings = bindings;
    this.socket = socket ?? process.os.nonblocking.socket();
    Object.defineProperty(handle, 'bytesRead', { get: () => this.bytesRead, configurable: true });
    Object.defineProperty(handle, 'bytesWritten', { get: () => this.bytesWritten, configurable: true });
    Object.defineProperty(handle, 'writeQueueSize', { get: () => this.#queued(), configurable: true });
  }

  #queued(): number {
    return this.#writes.reduce((sum, { data, sent }) => sum + data.length - sent, 0);
  }

  // ---- connecting and listening ----

  bind(text: string, port: number, v6only = false): number {
    const address = withoutZone(text);
    this.#six = address.includes(':');
    if (this.#six) this.socket.setOption('IPV6_V6ONLY', v6only);
    const answer = this.socket.bind(address, port);
    if (answer === 0) return 0;
    // libuv tells it when it is used.
    if (answer === 'EADDRINUSE') {
      this.delayed = uvError(answer);
      return 0;
    }
    return uvError(answer);
  }

  listen(backlog: number): number {
    if (this.delayed !== 0) return this.delayed;
    const answer = this.socket.listen(backlog);
    if (answer !== 0) return uvError(answer);
    this.#listening = true;
    this.#update();
    return 0;
  }

  connect(request: Request, text: string, port: number): number {
    if (this.#connecting !== undefined) return uvError('EALREADY');
    const address = withoutZone(text);
    this.#six ??= address.includes(':');
    const answer = this.delayed === 0 ? this.socket.connect(address, port) : 'EINPROGRESS';
    if (answer !== 0 && answer !== 'EINPROGRESS') {
      // libuv's uv__tcp_connect: a refusal is told later, by the request.
      if (answer !== 'ECONNREFUSED') return uvError(answer);
      this.delayed = uvError(answer);
    }
    this.#connecting = { request, resource: new AsyncResource('TCPCONNECTWRAP') };
    catchAttemptTimer(this.process.loop, request, (timer) => {
      this.#attempt = timer;
    });
    if (this.delayed !== 0) this.process.loop.pending(() => this.#connected());
    this.#update();
    return 0;
  }

  #connected(): void {
    const connecting = this.#connecting;
    if (connecting === undefined) return;
    let status = this.delayed;
    if (status === 0) {
      const answer = this.socket.connect('0.0.0.0', 1);
      if (answer === 'EALREADY' || answer === 'EINPROGRESS') return;
      status = answer === 0 || answer === 'EISCONN' ? 0 : uvError(answer);
    }
    if (this.#kind !== undefined && status === uvError('ECONNREFUSED')) status = this.#kind.refused;
    this.#connecting = undefined;
    this.#attempt?.close();
    this.#update();
    const { request, resource } = connecting;
    resource.runInAsyncScope(() => request.oncomplete?.(status, this.#handle, request, true, true));
  }

  #accept(): void {
    while (!this.#closed) {
      const socket = this.socket.accept();
      if (socket === 'EAGAIN') return;
      if (typeof socket === 'string') {
        this.#handle.onconnection?.(uvError(socket), undefined);
        return;
      }
      const { TCP, constants } = this.#bindings.tcp;
      const client = this.#kind?.newHandle() ?? new TCP(constants.SOCKET);
      adopt(client, new TcpHandle(this.process, client, this.#bindings, socket, this.#kind));
      this.#resource.runInAsyncScope(() => this.#handle.onconnection?.(0, client));
      return;
    }
  }

  // ---- reading ----

  readStart(): number {
    this.#reading = true;
    this.#update();
    return 0;
  }

  readStop(): number {
    this.#reading = false;
    this.#update();
    return 0;
  }

  /** The next pieces are read into `buffer`; what `onread` answers is the one for those behind them. */
  useUserBuffer(buffer: Uint8Array): void {
    this.#userBuffer = buffer;
  }

  /** `ended`: nothing comes behind what lies there, so the end is told at once (libuv's uv__stream_eof). */
  #read(ended: boolean): void {
    const own = this.#userBuffer;
    const into = own ?? READ_MEMORY;
    const answer = this.socket.recv(into);
    if (answer === 'EAGAIN') return;
    if (typeof answer === 'number' && answer > 0) {
      this.bytesRead += answer;
      const next = this.#tell(answer, own === undefined ? READ_MEMORY.slice(0, answer).buffer : undefined);
      if (own !== undefined && next instanceof Uint8Array) this.#userBuffer = next;
      if (ended && answer < into.length)
        this.process.loop.follow(() => this.#reading && !this.#closed && this.#read(false));
      return;
    }
    this.#reading = false;
    this.#update();
    this.#tell(answer === 0 ? EOF : uvError(answer as ErrnoCode), undefined);
  }

  #tell(count: number, data: ArrayBuffer | undefined): unknown {
    const { streamBaseState, kReadBytesOrError, kArrayBufferOffset } = this.#bindings.stream;
    return this.#resource.runInAsyncScope(() => {
      streamBaseState[kReadBytesOrError] = count;
      streamBaseState[kArrayBufferOffset] = 0;
      return this.#handle.onread?.(data);
    });
  }

  // ---- writing ----

  /**
   * Copies what finds room at once; the rest waits, and its request is told. Up to Node 24 it brings the request; Node 26
   * brings none, and wants one for an answer if something waits.
   */
  write(given: Request | null, data: Uint8Array): number | Request {
    const { streamBaseState, kBytesWritten, kLastWriteWasAsync, kLastWriteErr } = this.#bindings.stream;
    this.bytesWritten += data.length;
    streamBaseState[kBytesWritten] = data.length;
    let sent = 0;
    if (this.#writes.length === 0 && this.#connecting === undefined) {
      const answer = this.socket.send(data);
      if (typeof answer === 'number') sent = answer;
      else if (answer !== 'EAGAIN') {
        streamBaseState[kLastWriteWasAsync] = 0;
        return uvError(answer);
      }
    }
    const isDone = sent === data.length;
    streamBaseState[kLastWriteWasAsync] = isDone ? 0 : 1;
    if (isDone) return 0;
    const request = given ?? newRequest();
    this.#writes.push({ request, data, sent, resource: new AsyncResource('WRITEWRAP') });
    this.#update();
    if (given !== null) return 0;
    if (kLastWriteErr !== undefined) streamBaseState[kLastWriteErr] = 0;
    return request;
  }

  #writeOn(): void {
    const head = this.#writes[0];
    if (head === undefined) {
      this.#endWriting();
      return;
    }
    const answer = this.socket.send(head.data.subarray(head.sent));
    if (answer === 'EAGAIN') return;
    if (typeof answer === 'number') head.sent += answer;
    if (typeof answer === 'number' && head.sent < head.data.length) return;
    this.#writes.shift();
    this.#update();
    const status = typeof answer === 'number' ? 0 : uvError(answer);
    head.resource.runInAsyncScope(() => head.request.oncomplete?.(status, this.#handle, undefined));
  }

  shutdown(request: Request): number {
    this.#shutting = { request, resource: new AsyncResource('SHUTDOWNWRAP') };
    this.#update();
    // libuv shuts down in the loop, behind what waits.
    if (this.#writes.length === 0) this.process.loop.pending(() => this.#endWriting());
    return 0;
  }

  #endWriting(): void {
    const shutting = this.#shutting;
    if (shutting === undefined || this.#writes.length > 0 || this.#closed) return;
    this.#shutting = undefined;
    const answer = this.socket.shutdown('write');
    this.#update();
    const status = answer === 0 ? 0 : uvError(answer);
    shutting.resource.runInAsyncScope(() => shutting.request.oncomplete?.(status, this.#handle, undefined));
  }

  // ---- the rest ----

  setNoDelay(on: boolean): number {
    return codeOf(this.socket.setOption('TCP_NODELAY', on));
  }

  /** In seconds. Newer Nodes tell interval and count; where they do not, libuv's own hold. */
  setKeepAlive(on: boolean, delay: number, interval = 1, count = 10): number {
    if (on && delay > 0) {
      this.socket.setOption('TCP_KEEPIDLE', delay * 1000);
      this.socket.setOption('TCP_KEEPINTVL', interval * 1000);
      this.socket.setOption('TCP_KEEPCNT', count);
    }
    return codeOf(this.socket.setOption('SO_KEEPALIVE', on));
  }

  name(place: Bound | undefined, into: Record<string, unknown>): number {
    if (place === undefined) return uvError('ENOTCONN');
    const family = place.address.includes(':') ? 'IPv6' : 'IPv4';
    Object.assign(into, { address: place.address, port: place.port, family });
    return 0;
  }

  /** A descriptor that was bound or connected in vain has no address; before that there is none (EBADF). */
  localName(into: Record<string, unknown>): number {
    const { local } = this.socket;
    if (local === undefined && this.#six === undefined) return uvError('EBADF');
    return this.name(local ?? { address: this.#six ? '::' : '0.0.0.0', port: 0 }, into);
  }

  get isRef(): boolean {
    return this.#isRef && !this.#closed;
  }

  setRef(isRef: boolean): void {
    this.#setActive(false);
    this.#isRef = isRef;
    this.#update();
  }

  /** `reset`: what was not sent is thrown away, and the peer gets an RST. */
  close(reset: boolean, then: (() => void) | undefined): 0 {
    if (this.#closed) return 0;
    this.process.loop.unwatch(this.socket);
    if (reset) this.socket.setOption('SO_LINGER', { onoff: true, linger: 0 });
    this.socket.close();
    const { loop } = this.process;
    const canceled = uvError('ECANCELED');
    const ended = [this.#connecting, ...this.#writes, this.#shutting];
    this.#closed = true;
    this.#attempt?.close();
    this.#setActive(false);
    loop.close(() => {
      for (const request of ended) {
        request?.resource.runInAsyncScope(() => request.request.oncomplete?.(canceled, this.#handle, undefined));
      }
      if (then !== undefined) this.#resource.runInAsyncScope(then, this.#handle);
    });
    return 0;
  }

  ready(flags: PollFlags): void {
    if (this.#listening) {
      this.#accept();
    } else if (this.#connecting !== undefined) {
      if (flags.out || flags.err || flags.hup) this.#connected();
    } else {
      if (this.#reading && (flags.in || flags.err || flags.hup)) this.#read(flags.hup);
      if (
        !this.#closed &&
        (this.#writes.length > 0 || this.#shutting !== undefined) &&
        (flags.out || flags.err || flags.hup)
      )
        this.#writeOn();
    }
  }

  /** Tells the loop what is waited for. */
  #update(): void {
    if (this.#closed) return;
    const wantsIn = this.#listening || this.#reading;
    const wantsOut = this.#connecting !== undefined || this.#writes.length > 0;
    const active = wantsIn || wantsOut || this.#shutting !== undefined;
    if (wantsIn || wantsOut) this.process.loop.watch(this.socket, { in: wantsIn, out: wantsOut }, this);
    else this.process.loop.unwatch(this.socket);
    this.#setActive(active);
  }

  #setActive(active: boolean): void {
    const counts = active && this.#isRef;
    if (counts === this.#active) return;
    this.#active = counts;
    if (counts) this.process.loop.retain();
    else this.process.loop.release();
  }
}

/** Which interface a link-local address is on ('fe80::1%eth0') is the only one's, here. */
function withoutZone(address: string): string {
  return address.split('%')[0] ?? address;
}

function codeOf(answer: 0 | ErrnoCode): number {
  return answer === 0 ? 0 : uvError(answer);
}

/** What the handles of simulated processes are to us; 'node': no process of ours made the first call of it. */
const handles = new WeakMap<object, TcpHandle | 'node'>();

export function adopt(handle: object, ours: TcpHandle | 'node'): void {
  handles.set(handle, ours);
}

/** undefined: no call of it was made yet. */
export function adopted(handle: object): TcpHandle | 'node' | undefined {
  return handles.get(handle);
}
