/**
 * The programs of a random world: servers and clients that send known bytes both ways at once, in pieces of any size,
 * with pauses, half-closes, resets and early ends, and that check every byte they read.
 *
 * An errno is part of such a world's life and ends a stream; what must never happen is thrown as a `Violation`.
 */
import type { Listener, Socket, System } from '../../src/system/system.ts';
import { byteOf, bytesOf, type Chance } from './chance.ts';

/** Bytes came that were not sent, or an end of the stream came too early. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** One direction of a connection, as both of its programs know it. */
interface Stream {
  readonly id: number;
  /** What `send` has taken, by its own word. */
  written: number;
  /** A call is under way and has not said yet how much it took. */
  sending: number;
  read: number;
}

/** What programs of all hosts share, outside of the world: what was really sent. */
export class Ledger {
  readonly streams: Stream[] = [];
  /** What went wrong in a part of a program that nobody waits for. */
  readonly violations: unknown[] = [];

  open(): Stream {
    const stream = { id: this.streams.length + 1, written: 0, sending: 0, read: 0 };
    this.streams.push(stream);
    return stream;
  }

  /** The client names the pair by one byte: its own stream's index. */
  pair(index: number): { up: Stream; down: Stream } | undefined {
    const [up, down] = [this.streams[2 * index], this.streams[2 * index + 1]];
    return up === undefined || down === undefined ? undefined : { up, down };
  }
}

export const PORT = 7000;
/**
 * The first segment has at least so many bytes. With fewer, a SYN cookie could take the second for the first, if that is
 * lost and overtaken: a cookie does not tell numbers apart that are less than four ahead (`tcp/syn-cookies.ts`).
 */
const NAME_BYTES = 4;

/** How much the programs of a world do. */
export interface Amounts {
  /** How long a stream is: one of these, in bytes. */
  readonly streams: readonly [number, ...number[]];
  /** Of one stream at most: a world's time is for events. */
  readonly calls: number;
  /** How often a client comes at most. */
  readonly visits: number;
}

function isErrno(error: unknown): boolean {
  return error instanceof Error && 'errno' in error;
}

/** Runs `work`; an errno ends it quietly. */
async function untilErrno(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

export function server(chance: Chance, ledger: Ledger, amounts: Amounts) {
  return async (os: System): Promise<void> => {
    const backlog = chance.from(0, 8);
    const listener = await os.listen(PORT, { backlog, options: { SO_REUSEADDR: true } });
    const serving: Promise<void>[] = [];
    for (;;) {
      const socket = await accepted(listener);
      if (socket === undefined) continue;
      const served = untilErrno(() => serve(os, socket, chance, ledger, amounts));
      serving.push(served.catch((error: unknown) => void ledger.violations.push(error)));
      if (chance.is(0.02)) break;
    }
    await Promise.all(serving);
  };
}

/** The next connection; undefined for one that was gone before it was taken. */
async function accepted(listener: Listener): Promise<Socket | undefined> {
  try {
    return await listener.accept();
  } catch (error) {
    if (!isErrno(error)) throw error;
    return undefined;
  }
}

async function serve(os: System, socket: Socket, chance: Chance, ledger: Ledger, amounts: Amounts): Promise<void> {
  const name = new Uint8Array(NAME_BYTES);
  for (let n = 0; n < NAME_BYTES; ) {
    const count = await socket.recv(name.subarray(n));
    if (count === 0) return socket.close();
    n += count;
  }
  const pair = ledger.pair((name[0] ?? 0) * 256 + (name[1] ?? 0));
  if (pair === undefined) throw new Violation(`the connection's name ${name.join('.')} is none that was sent`);
  await talk(os, socket, pair.down, pair.up, chance, amounts);
}

export function client(target: string, chance: Chance, ledger: Ledger, amounts: Amounts) {
  return async (os: System): Promise<void> => {
    for (let times = chance.from(1, amounts.visits); times > 0; times--) {
      await untilErrno(() => visit(os, target, chance, ledger, amounts));
      await os.sleep(chance.from(0, 5000));
    }
  };
}

async function visit(os: System, target: string, chance: Chance, ledger: Ledger, amounts: Amounts): Promise<void> {
  const up = ledger.open();
  const down = ledger.open();
  const index = (up.id - 1) / 2;
  const options = {
    ...(chance.is(0.3) ? { SO_SNDBUF: chance.from(NAME_BYTES, 20_000) } : {}),
    ...(chance.is(0.3) ? { SO_RCVBUF: chance.from(1, 20_000) } : {}),
    ...(chance.is(0.3) ? { TCP_NODELAY: true } : {}),
    ...(chance.is(0.3) ? { SO_KEEPALIVE: true, TCP_KEEPIDLE: '5s', TCP_KEEPINTVL: '1s', TCP_KEEPCNT: 3 } : {}),
    ...(chance.is(0.2) ? { TCP_USER_TIMEOUT: chance.from(1000, 20_000) } : {}),
    ...(chance.is(0.1) ? { SO_RCVTIMEO: chance.from(1, 5000) } : {}),
    ...(chance.is(0.1) ? { SO_LINGER: { onoff: true, linger: chance.from(0, 2000) } } : {}),
  };
  const socket = await os.connect(target, PORT, { options });
  await socket.send(Uint8Array.of(index >> 8, index & 0xff, 0, 0));
  await talk(os, socket, up, down, chance, amounts);
}

/** Sends one stream and reads the other, both at once, and ends the connection in one of the ways that there are. */
async function talk(
  os: System,
  socket: Socket,
  out: Stream,
  into: Stream,
  chance: Chance,
  amounts: Amounts,
): Promise<void> {
  const state = { failed: false };
  const early = chance.is(0.15);
  const sending = untilErrnoNoted(state, () => sendAll(os, socket, out, chance, amounts));
  const reading = untilErrnoNoted(state, () => readAll(os, socket, into, chance, state, early));
  await Promise.all([sending, reading]);
  if (chance.is(0.1)) await os.sleep(chance.from(0, 20_000));
  await socket.close();
}

async function untilErrnoNoted(state: { failed: boolean }, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isErrno(error)) throw error;
    state.failed = true;
  }
}

async function sendAll(os: System, socket: Socket, out: Stream, chance: Chance, amounts: Amounts): Promise<void> {
  const total = chance.of(amounts.streams);
  const least = Math.floor(total / amounts.calls);
  while (out.written < total) {
    const length = Math.min(total - out.written, least + chance.of([1, 7, 536, 1448, 10_000, 100_000]));
    const bytes = bytesOf(out.id, out.written, length);
    out.sending = length;
    try {
      out.written += await socket.send(bytes);
    } finally {
      out.sending = 0;
    }
    // The bytes are the system's by now: what the program writes over them changes nothing.
    bytes.fill(0xee);
    if (chance.is(0.2)) await os.sleep(chance.from(0, 300));
  }
  if (chance.is(0.8)) await socket.shutdown('write');
}

async function readAll(
  os: System,
  socket: Socket,
  into: Stream,
  chance: Chance,
  state: { failed: boolean },
  early: boolean,
): Promise<void> {
  const buffer = new Uint8Array(chance.of([100, 600, 4000, 65_536]));
  for (;;) {
    const count = await socket.recv(buffer);
    if (count === 0) break;
    checkBytes(into, buffer, count);
    into.read += count;
    if (early && chance.is(0.1)) return;
    if (chance.is(0.1)) await os.sleep(chance.from(0, 500));
  }
  // After an error, which the other half's call may have taken just now, the end of the stream says nothing.
  await os.sleep(0);
  const complete = into.written <= into.read && into.read <= into.written + into.sending;
  if (!state.failed && !complete) {
    throw new Violation(`stream ${into.id} ended at ${into.read} without an error; ${into.written} bytes were written`);
  }
}

function checkBytes(into: Stream, buffer: Uint8Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const expected = byteOf(into.id, into.read + i);
    if (buffer[i] !== expected) {
      throw new Violation(`stream ${into.id}: byte ${into.read + i} is ${buffer[i]}, sent was ${expected}`);
    }
  }
  if (into.read + count > into.written + into.sending) {
    throw new Violation(`stream ${into.id}: ${into.read + count} bytes read, ${into.written + into.sending} written`);
  }
}
