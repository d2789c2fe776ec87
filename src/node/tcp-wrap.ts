/**
 * Node's internal bindings for TCP, as far as they are used: the classes of handles and requests, and the memory in which
 * a stream tells what a call came to. `process.binding` gives them without a warning on Node 20, 22, 24 and 26.
 *
 * Source: node's src/tcp_wrap.cc, src/stream_base.cc.
 * Calls it: `tcp-handle.ts`, `install-tcp.ts`.
 */

/** A request: WriteWrap, ShutdownWrap or TCPConnectWrap. */
export interface Request {
  /** Taken away where nobody wants to know any more: an attempt whose time is over. */
  oncomplete?(status: number, handle: Handle, second: unknown, ...more: unknown[]): void;
}

/** A write that waits, as Node 26 is answered: it puts its own `oncomplete` in. */
export function newRequest(): Request {
  return Object.assign({ oncomplete: () => {} }, { writeStatus: null });
}

/** The native object, as far as we use it. */
export interface Handle {
  onread?: (data: ArrayBuffer | undefined) => unknown;
  onconnection?: (status: number, client: Handle | undefined) => void;
}

export interface StreamWrap {
  readonly kReadBytesOrError: number;
  readonly kArrayBufferOffset: number;
  readonly kBytesWritten: number;
  readonly kLastWriteWasAsync: number;
  /** Since Node 26. */
  readonly kLastWriteErr?: number;
  readonly streamBaseState: Int32Array;
}

export interface TcpWrap {
  readonly TCP: { new (kind: number): Handle; readonly prototype: object };
  readonly constants: { readonly SOCKET: number; readonly SERVER: number };
}

/** Of Unix sockets, and of the pipes to child processes. */
export interface PipeWrap {
  readonly Pipe: { new (kind: number): Handle; readonly prototype: object };
  readonly constants: { readonly SOCKET: number; readonly SERVER: number };
}

export interface Bindings {
  readonly tcp: TcpWrap;
  readonly pipe: PipeWrap;
  readonly stream: StreamWrap;
}

export function bindings(): Bindings {
  const { binding } = process as unknown as { binding(name: string): unknown };
  return {
    tcp: binding('tcp_wrap') as TcpWrap,
    pipe: binding('pipe_wrap') as PipeWrap,
    stream: binding('stream_wrap') as StreamWrap,
  };
}
