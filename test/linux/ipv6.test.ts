/**
 * The stack's IPv6 against the kernel's, through a TAP device in a namespace of its own: neighbour discovery both ways,
 * echo, fragments, TCP.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { SILENT } from '../../src/base/sink.ts';
import { NEVER } from '../../src/base/time.ts';
import { linux, userOptionsOf } from '../../src/host/profiles.ts';
import { Stack } from '../../src/host/stack.ts';
import { Sysctl } from '../../src/host/sysctl.ts';
import { Tap } from '../../src/linux/tap.ts';
import type { Connection } from '../../src/tcp/connection.ts';
import { NOTICE } from '../../src/tcp/notices.ts';
import { parseInterfaceAddress } from '../../src/wire/address.ts';
import { FRAME_START, type Frame, FramePool } from '../../src/wire/frame.ts';
import { ANY6 } from '../../src/wire/ipv6-address.ts';
import { needs } from '../support/needs.ts';
import { makeNamespace, type TestNamespace } from './namespace.ts';

const run = promisify(execFile);
const MTU = 1400;
const OPTIONS = userOptionsOf(new Sysctl({}));
const BODY = 'halfopen '.repeat(5000);

/** A stack at the other end of the device, with a server that answers every connection and closes. */
class Peer {
  readonly pool = new FramePool();
  readonly frames: Uint8Array[] = [];
  readonly stack: Stack;
  readonly #tap: Tap;
  readonly #waiting: Frame[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(tap: Tap) {
    this.#tap = tap;
    const rng = new Rng(1);
    this.stack = new Stack({ name: 'peer', profile: linux, accounting: 'linux', sink: SILENT, rng, pool: this.pool });
    this.stack.now = this.#now();
    const eth0 = this.stack.addInterface('eth0', {
      mac: 0x0200_0000_0077,
      ...parseInterfaceAddress('address', 'fd77::2'),
      mtu: MTU,
    });
    eth0.transmit = (frame) => this.#waiting.push(frame);
    this.#listen();
    tap.watch(() => {
      for (let frame = this.#read(); frame !== undefined; frame = this.#read()) {
        this.stack.handleFrame(eth0, frame, this.#now());
      }
      this.#flush();
    });
  }

  #listen(): void {
    const binding = this.stack.bindStream({ address: ANY6, port: 80 });
    if (typeof binding === 'string') throw new Error(binding);
    const listen = this.stack.listen(binding, 10, OPTIONS);
    if (typeof listen === 'string') throw new Error(listen);
    listen.user = {
      acceptable: () => {
        const connection = listen.accept();
        if (connection !== undefined) this.#serve(connection);
      },
    };
  }

  /** The answer goes out as there is room for it, then the FIN. */
  #serve(connection: Connection): void {
    const answer = Buffer.from(`HTTP/1.0 200 OK\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`);
    let sent = 0;
    const work = () => {
      const now = this.#now();
      sent += connection.send(answer, sent, answer.length, now);
      if (sent === answer.length) connection.shutdownWrite(now);
    };
    connection.user = {
      notice: (_connection, notices) => {
        if ((notices & NOTICE.writable) !== 0 && sent < answer.length) work();
      },
    };
    work();
  }

  #read(): Frame | undefined {
    const frame = this.pool.take(MTU + 14);
    const length = this.#tap.read(frame.bytes.subarray(FRAME_START, frame.end));
    if (length <= 0) {
      frame.release();
      return undefined;
    }
    frame.end = FRAME_START + length;
    this.frames.push(frame.bytes.slice(FRAME_START, frame.end));
    return frame;
  }

  #flush(): void {
    this.stack.flush(this.#now());
    for (const frame of this.#waiting.splice(0)) {
      const bytes = frame.bytes.subarray(FRAME_START, frame.end);
      this.frames.push(bytes.slice());
      this.#tap.write(bytes);
      frame.release();
    }
    clearTimeout(this.#timer);
    const due = this.stack.pollTimeout();
    if (due === NEVER) return;
    this.#timer = setTimeout(
      () => {
        this.stack.handleTimeout(this.#now());
        this.#flush();
      },
      Math.max(0, (due - this.#now()) / 1e6),
    );
  }

  #now(): number {
    return Math.trunc(performance.now() * 1e6);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.stack.powerOff();
  }
}

const kernel = needs({ root: true, tun: true, namespaces: true, programs: ['ip', 'ping', 'curl'] });

kernel.describe('IPv6 with the kernel', () => {
  let namespace: TestNamespace;
  let tap: Tap;
  let peer: Peer;

  beforeEach(() => {
    namespace = makeNamespace();
    tap = Tap.open('tap7', namespace.name);
    namespace.ip('link', 'set', 'tap7', 'mtu', String(MTU), 'up');
    namespace.ip('addr', 'add', 'fd77::1/64', 'dev', 'tap7', 'nodad');
    peer = new Peer(tap);
  });
  afterEach(() => {
    peer.close();
    tap.close();
    namespace.destroy();
  });

  const inside = (program: string, ...args: string[]) =>
    run('ip', ['netns', 'exec', namespace.name, program, ...args]).then(({ stdout }) => stdout);

  test('the kernel finds us by neighbour discovery, and we answer its echoes, those in fragments too', async () => {
    expect(await inside('ping', '-c', '3', '-i', '0.01', 'fd77::2')).toContain('3 received, 0% packet loss');
    expect(await inside('ping', '-c', '2', '-i', '0.01', '-s', '5000', 'fd77::2')).toContain('2 received');
    expect(namespace.ip('-6', 'neigh', 'show', 'dev', 'tap7')).toMatch(/^fd77::2 lladdr 02:00:00:00:00:77/m);
  });

  test('curl gets 45000 bytes', async () => {
    expect(await inside('curl', '-s', '--max-time', '20', 'http://[fd77::2]/')).toBe(BODY);
  });

  test('a closed port is refused', async () => {
    const refused = await inside('curl', '-sS', '--max-time', '20', 'http://[fd77::2]:81/').catch(
      ({ stderr }) => stderr,
    );
    expect(refused).toMatch(/[Cc]onnection refused|Failed to connect|Couldn't connect/);
  });
});
