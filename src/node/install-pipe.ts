/**
 * Unix sockets (`listen(path)`, `connect({ path })`, http's `socketPath`) within one simulated host. Each path is an
 * address of the host's loopback network of its own, so they are connections as others are, and end with the host.
 *
 *     /run/app.sock --hash--> 127.37.112.9 port 54321
 *
 * Source: node's src/pipe_wrap.cc; libuv's uv_pipe_bind (ENOENT is told as EACCES); unix(7) for what is refused.
 * Leaves out: the file itself (none is made, so `stat` and `unlink` find none), rights, passed descriptors; the pipes to
 * child processes stay Node's.
 * Calls it: `install-tcp.ts`.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { currentProcess } from './context.ts';
import { adopt, adopted, type Kind, TcpHandle } from './tcp-handle.ts';
import type { Bindings, Handle, Request } from './tcp-wrap.ts';
import { uvError } from './uv-error.ts';

/** libuv's codes, which no TCP socket tells. */
const ENOENT = -2;
const EACCES = -13;

type Method = (this: object, ...values: never[]) => unknown;

export function installPipe(node: Bindings): void {
  const { Pipe, constants } = node.pipe;
  const place = Pipe.prototype as Record<string, Method>;
  /** Ours from now on, if a simulated process asks. */
  const taken = (handle: object, name: string): TcpHandle | undefined => {
    const known = adopted(handle);
    if (known !== undefined) return known === 'node' ? undefined : known;
    const process = currentProcess();
    if (process === undefined) return undefined;
    const kind: Kind = {
      newHandle: () => new Pipe(constants.SOCKET),
      refused: existsSync(name) ? uvError('ECONNREFUSED') : ENOENT,
    };
    const made = new TcpHandle(process, handle as Handle, node, undefined, kind);
    adopt(handle, made);
    return made;
  };
  const answers: Record<string, (handle: TcpHandle, ...values: never[]) => number> = {
    bind: (handle, name: string) => {
      if (existsSync(name)) return uvError('EADDRINUSE');
      if (!name.startsWith('\0') && !existsSync(path.dirname(name))) return EACCES;
      const { address, port } = placeOf(name);
      const answer = handle.bind(address, port);
      return answer === 0 ? handle.delayed : answer;
    },
    connect: (handle, request: Request, name: string) => {
      const { address, port } = placeOf(name);
      return handle.connect(request, address, port);
    },
    listen: (handle, backlog: number) => handle.listen(backlog),
    fchmod: () => 0,
  };
  for (const [name, answer] of Object.entries(answers)) {
    const native = place[name];
    if (native === undefined) continue;
    place[name] = function (this: object, ...values: never[]) {
      const target: unknown = values[name === 'connect' ? 1 : 0];
      const handle = typeof target === 'string' ? taken(this, target) : adopted(this);
      return handle === undefined || handle === 'node' ? native.apply(this, values) : answer(handle, ...values);
    };
  }
}

/** Where a path is on the loopback network: FNV-1a, 24 bits for the address and the rest for the port. */
function placeOf(name: string): { address: string; port: number } {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(path.resolve(name))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  const [a, b, c] = [hash & 255, (hash >> 8) & 255, (hash >> 16) & 255];
  // 127.0.0.x is where programs listen themselves.
  return { address: `127.${(a % 254) + 1}.${b}.${(c % 254) + 1}`, port: 20_000 + (hash >>> 24) };
}
