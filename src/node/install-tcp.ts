/**
 * Puts `tcp-handle.ts` below `node:net`: the methods of Node's own TCP handles ask whose handle it is. One that no
 * simulated process uses is Node's, with nothing changed but this question.
 *
 * Calls it: `install.ts`.
 */
import { currentProcess } from './context.ts';
import { installPipe } from './install-pipe.ts';
import { adopt, adopted, TcpHandle } from './tcp-handle.ts';
import { bindings, type Handle, type Request } from './tcp-wrap.ts';

/** libuv's UV_TCP_IPV6ONLY. */
const IPV6_ONLY = 1;

type Method = (this: object, ...values: never[]) => unknown;
type Answer = (handle: TcpHandle, ...values: never[]) => unknown;

const write =
  (encoding: BufferEncoding): Answer =>
  (handle, request: Request | null, text: string) =>
    handle.write(request, Buffer.from(text, encoding));

/** By the names that Node's library calls. */
const METHODS: Readonly<Record<string, Answer>> = {
  bind: (handle, address: string, port: number) => handle.bind(address, port),
  bind6: (handle, address: string, port: number, flags = 0) => handle.bind(address, port, (flags & IPV6_ONLY) !== 0),
  listen: (handle, backlog: number) => handle.listen(backlog),
  connect: (handle, request: Request, address: string, port: number) => handle.connect(request, address, port),
  connect6: (handle, request: Request, address: string, port: number) => handle.connect(request, address, port),
  getsockname: (handle, into: Record<string, unknown>) => handle.localName(into),
  getpeername: (handle, into: Record<string, unknown>) => handle.name(handle.socket.remote, into),
  setNoDelay: (handle, on: boolean) => handle.setNoDelay(on),
  setKeepAlive: (handle, on: boolean, delay: number, interval?: number, count?: number) =>
    handle.setKeepAlive(on, delay, interval, count),
  reset: (handle, then: () => void) => handle.close(true, then),
  readStart: (handle) => handle.readStart(),
  readStop: (handle) => handle.readStop(),
  useUserBuffer: (handle, buffer: Uint8Array) => handle.useUserBuffer(buffer),
  shutdown: (handle, request: Request) => handle.shutdown(request),
  writeBuffer: (handle, request: Request | null, data: Uint8Array) => handle.write(request, data),
  writeUtf8String: write('utf8'),
  writeAsciiString: write('latin1'),
  writeLatin1String: write('latin1'),
  writeUcs2String: write('utf16le'),
  writev: (handle, request: Request | null, chunks: readonly unknown[], allBuffers: boolean) =>
    handle.write(request, Buffer.concat(allBuffers ? (chunks as readonly Uint8Array[]) : decoded(chunks))),
  close: (handle, then: (() => void) | undefined) => handle.close(false, then),
  ref: (handle) => handle.setRef(true),
  unref: (handle) => handle.setRef(false),
  hasRef: (handle) => handle.isRef,
};

/** Those that only newer Nodes have: what they set is no concern of a simulated cable. */
const NEWER: Readonly<Record<string, Answer>> = {
  setTypeOfService: () => 0,
  getTypeOfService: () => 0,
};

/** @throws Error on a Node whose handles have other methods */
export function installTcp(): void {
  const node = bindings();
  const { TCP } = node.tcp;
  const { Pipe } = node.pipe;
  const ours = (handle: object): TcpHandle | undefined => {
    const known = adopted(handle);
    if (known !== undefined) return known === 'node' ? undefined : known;
    if (!(handle instanceof TCP)) return undefined; // a pipe becomes one when it is bound or connected
    const process = currentProcess();
    const made = process === undefined ? 'node' : new TcpHandle(process, handle as Handle, node);
    adopt(handle, made);
    return made === 'node' ? undefined : made;
  };
  // Else http's parser and http2 would take it for a native stream and read from it themselves.
  Object.defineProperty(placeOf(TCP.prototype, 'isStreamBase') ?? TCP.prototype, 'isStreamBase', {
    get(this: object) {
      return !((this instanceof TCP || this instanceof Pipe) && ours(this) !== undefined);
    },
    configurable: true,
  });
  installPipe(node);
  const nativeClose = methodOf(TCP.prototype, 'close').method;
  const newer = Object.entries(NEWER).filter(([name]) => name in TCP.prototype);
  for (const [name, answer] of [...Object.entries(METHODS), ...newer]) {
    const { place, method } = methodOf(TCP.prototype, name);
    place[name] = function (this: object, ...values: never[]) {
      const handle = this instanceof TCP || this instanceof Pipe ? ours(this) : undefined;
      if (handle === undefined) return method.apply(this, values);
      // The native object, which has no descriptor, is let go as well.
      if (name === 'close' || name === 'reset') nativeClose.call(this);
      return answer(handle, ...values);
    };
  }
}

/** Where on the chain of prototypes it stands. */
function placeOf(prototype: object, name: string): object | null {
  let place: object | null = prototype;
  while (place !== null && !Object.hasOwn(place, name)) place = Object.getPrototypeOf(place);
  return place;
}

export function methodOf(prototype: object, name: string): { place: Record<string, Method>; method: Method } {
  const place = placeOf(prototype, name);
  const method = (place as Record<string, Method> | null)?.[name];
  if (place === null || method === undefined) {
    throw new Error(
      `halfopen/node: the TCP handle of Node ${process.version} has no method '${name}'; known are Node 20, 22, 24 and 26`,
    );
  }
  return { place: place as Record<string, Method>, method };
}

/** [data, encoding, data, encoding, …] */
function decoded(chunks: readonly unknown[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let i = 0; i < chunks.length; i += 2) {
    const data = chunks[i];
    pieces.push(typeof data === 'string' ? Buffer.from(data, chunks[i + 1] as BufferEncoding) : (data as Uint8Array));
  }
  return pieces;
}
