import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Rng } from '../base/rng.ts';
import { SILENT, type Sink } from '../base/sink.ts';
import { MICROSECOND, MILLISECOND, NEVER, SECOND } from '../base/time.ts';
import {
  type Endpoint,
  ipv4,
  parseInterfaceAddress,
  parseIpv4Address,
  parsePrefix,
  requireIpv4,
} from '../wire/address.ts';
import { ETHERNET_HEADER_LENGTH, ETHERTYPE_IPV4, writeEthernet } from '../wire/ethernet.ts';
import { type Frame, FramePool } from '../wire/frame.ts';
import { IPV4_HEADER_LENGTH, PROTOCOL_TCP, writeIpv4 } from '../wire/ipv4.ts';
import { ACK, finishTcpChecksum, RST, SYN, TCP_HEADER_LENGTH, writeTcpHeader } from '../wire/tcp.ts';
import { HostContext } from './context.ts';
import { IpOutput } from './ip-output.ts';
import { Paths } from './path.ts';
import { linux, userOptionsOf } from './profiles.ts';
import { Stack } from './stack.ts';
import { Sysctl } from './sysctl.ts';
import { TcpHost } from './tcp-host.ts';

const OPTIONS = userOptionsOf(new Sysctl({}));
const SERVER = parseIpv4Address('address', '10.0.0.1');
const PEER_MAC = 0x0200_0000_0002;

function environment(seed: number) {
  const pool = new FramePool();
  const sysctl = new Sysctl({});
  const context = new HostContext('A', SILENT, pool, new Rng(seed), linux, sysctl, false, () => {});
  return new TcpHost(context, new IpOutput(context, new Paths(context)), 'linux').environment;
}

function endpoint(bits: number, port: number): Endpoint {
  return { address: ipv4(bits), port };
}

/** A server on port 80 whose cable is the test: frames go in by hand, and come out into `sent`. */
class Bench {
  readonly pool = new FramePool();
  readonly stack: Stack;
  readonly sent: { seq: number; ack: number; control: number; window: number; to: number }[] = [];
  readonly #interface: ReturnType<Stack['addInterface']>;
  now = 0;

  constructor(sysctl: Record<string, number | string> = {}, sink: Sink<unknown> = SILENT) {
    const { pool } = this;
    this.stack = new Stack({
      name: 'A',
      profile: linux,
      accounting: 'linux',
      sink,
      rng: new Rng(3),
      pool,
      sysctl,
    });
    this.#interface = this.stack.addInterface('eth0', {
      mac: 1,
      ...parseInterfaceAddress('address', '10.0.0.1'),
      mtu: 1500,
    });
    const gateway = parseIpv4Address('gateway', '10.0.0.2');
    this.stack.routes.add({
      prefix: parsePrefix('prefix', '0.0.0.0/0'),
      gateway,
      through: this.#interface,
      metric: 1,
      source: SERVER,
    });
    this.#interface.neighbors.learn(gateway, PEER_MAC, false, true, 0);
    this.#interface.transmit = (frame) => {
      const { view, transport } = frame;
      const isTcp = view.getUint16(14) === ETHERTYPE_IPV4;
      if (isTcp) {
        const [seq, ack] = [view.getUint32(transport + 4), view.getUint32(transport + 8)];
        const control = view.getUint8(transport + 13);
        const window = view.getUint16(transport + 14);
        this.sent.push({ seq, ack, control, window, to: view.getUint16(transport + 2) });
      }
      frame.release();
    };
  }

  listen(backlog = 10) {
    const binding = this.stack.bindStream({ address: ipv4(0), port: 80 });
    if (typeof binding === 'string') throw new Error(binding);
    const listen = this.stack.listen(binding, backlog, OPTIONS);
    if (typeof listen === 'string') throw new Error(listen);
    return listen;
  }

  /** A bare segment from that peer to port 80, and what it draws. */
  segment(from: Endpoint, control: number, seq: number, ack = 0): typeof this.sent {
    this.sent.length = 0;
    const frame: Frame = this.pool.take(ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH + TCP_HEADER_LENGTH);
    writeTcpHeader(frame, from.port, 80, seq, ack, control, 65_535, 0, 0);
    const source = requireIpv4('from', from.address);
    finishTcpChecksum(frame, source, SERVER);
    const fields = { tos: 0, identification: 1, dontFragment: true, moreFragments: false, fragmentOffset: 0, ttl: 64 };
    writeIpv4(frame, { ...fields, protocol: PROTOCOL_TCP, source, destination: SERVER });
    writeEthernet(frame, 1, PEER_MAC, ETHERTYPE_IPV4);
    this.stack.handleFrame(this.#interface, frame, this.now);
    this.stack.flush(this.now);
    return this.sent;
  }

  runUntil(end: number): void {
    for (;;) {
      const next = this.stack.pollTimeout(this.now);
      if (next > end) break;
      this.now = next;
      this.stack.handleTimeout(next);
      this.stack.flush(next);
    }
    this.now = end;
    this.stack.now = end;
  }
}

test('V1, RFC 9293 3.4.1: the sequence number of one pair climbs by one each 4 µs', () => {
  const { initialSequence } = environment(1);
  const [local, remote] = [endpoint(1, 80), endpoint(2, 5000)];
  const first = initialSequence(local, remote, 0);
  expect((initialSequence(local, remote, 4 * MICROSECOND) - first) >>> 0).toBe(1);
  expect((initialSequence(local, remote, 1 * SECOND) - first) >>> 0).toBe(250_000);
});

test('V1: those of different pairs, and of different secrets, have nothing to do with each other', () => {
  const one = environment(1);
  const isns: number[] = [];
  for (let port = 0; port < 4096; port++) isns.push(one.initialSequence(endpoint(1, 80), endpoint(2, port), 0));
  expect(new Set(isns.map((isn, i) => (isn - (isns[i - 1] ?? 0)) >>> 0)).size).toBe(4096);
  for (let bit = 0; bit < 32; bit++) {
    const set = isns.filter((isn) => ((isn >>> bit) & 1) === 1).length;
    expect(Math.abs(set - 2048)).toBeLessThan(200); // six standard deviations
  }
  expect(environment(2).initialSequence(endpoint(1, 80), endpoint(2, 0), 0)).not.toBe(isns[0]);
});

test('V20: the timestamp offset tells neither the clock nor another pair', () => {
  const { timestampOffset } = environment(1);
  const offsets = new Set<number>();
  for (let host = 0; host < 1000; host++) offsets.add(timestampOffset(endpoint(1, 80), endpoint(host, 1)));
  expect(offsets.size).toBe(1000);
});

test('V11: a flood of SYNs leaves memory flat, and an established connection alone', () => {
  const bench = new Bench({ 'net.ipv4.tcp_max_syn_backlog': 64 });
  const listen = bench.listen();
  const friend = endpoint(0x0a00_0303, 4000);
  const [answer] = bench.segment(friend, SYN, 100);
  if (answer === undefined) throw new Error('a SYN is answered');
  bench.segment(friend, ACK, 101, answer.seq + 1);
  const established = listen.accept();
  for (let i = 0; i < 5000; i++) bench.segment(endpoint(0x0b00_0000 + i, 1000 + (i & 1023)), SYN, i);
  expect([...bench.stack.connections()].length).toBe(12); // more half-open ones than the backlog of 10, and the established
  expect(established?.state).toBe('ESTABLISHED');
  bench.runUntil(300 * SECOND);
  expect([...bench.stack.connections()]).toEqual([established]);
  expect(bench.pool.taken).toBe(0);
});

test('V19: each segment of a stranger draws at most one, no longer than itself; a RST draws none', () => {
  const bench = new Bench();
  const stranger = endpoint(0x0c00_0001, 7);
  for (let control = 0; control < 256; control++) {
    expect(bench.segment(stranger, control, 5, 9).length).toBe((control & RST) !== 0 ? 0 : 1);
    expect(bench.sent.every((sent) => (sent.control & RST) !== 0)).toBe(true);
  }
});

test("row 53: the same four numbers may begin anew out of the server's TIME-WAIT", () => {
  const bench = new Bench();
  const listen = bench.listen();
  const client = endpoint(0x0a00_0303, 4000);
  const open = (iss: number) => {
    const [answer] = bench.segment(client, SYN, iss);
    if (answer === undefined) throw new Error('a SYN is answered');
    bench.segment(client, ACK, iss + 1, answer.seq + 1);
    const connection = listen.accept();
    if (connection === undefined) throw new Error('accepted');
    return { connection, next: answer.seq + 1 };
  };
  const { connection, next } = open(100);
  connection.close(bench.now);
  bench.stack.flush(bench.now);
  bench.segment(client, ACK | 1, 101, next + 1);
  expect(connection.state).toBe('TIME-WAIT');
  bench.now += 10 * MILLISECOND;
  const again = open(5000);
  expect([...bench.stack.connections()]).toEqual([again.connection]);
});

test('a connection that only waits is laid aside, and answers as the whole of it does', () => {
  const client = endpoint(0x0a00_0303, 4000);
  /** In TIME-WAIT at 0 s, and nobody holds it; where somebody watches the stack keeps it whole. */
  const waiting = (sink: Sink<unknown>) => {
    const bench = new Bench({}, sink);
    const listen = bench.listen();
    const [answer] = bench.segment(client, SYN, 100);
    if (answer === undefined) throw new Error('a SYN is answered');
    bench.segment(client, ACK, 101, answer.seq + 1);
    const connection = listen.accept();
    connection?.close(0);
    bench.stack.flush(0);
    bench.segment(client, ACK | 1, 101, answer.seq + 2);
    expect(connection?.state).toBe('TIME-WAIT');
    const rests = ![...bench.stack.connections()].some((one) => one === connection);
    bench.stack.closeListen(listen);
    return { bench, next: answer.seq + 2, rests };
  };
  const near = (span: number) => fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -span, max: span }));
  const segment = fc.record({
    after: fc.integer({ min: 0, max: 40_000 }),
    control: fc.integer({ min: 0, max: 255 }),
    seq: near(100_000),
    ack: near(100_000),
  });
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 8 }), (segments) => {
      const small = waiting(SILENT);
      const whole = waiting({ on: true, cause: 0, emit: () => 0 });
      expect([small.rests, whole.rests]).toEqual([true, false]);
      for (const { after, control, seq, ack } of segments) {
        const answers = [small, whole].map(({ bench, next }) => {
          bench.runUntil(bench.now + after * MILLISECOND);
          const sent = [...bench.segment(client, control, (102 + seq) >>> 0, (next + ack) >>> 0)];
          return { sent, left: [...bench.stack.connections()].map(({ state }) => state) };
        });
        expect(answers[0]).toEqual(answers[1]);
      }
    }),
  );
});

test('a thousand connections hold one deadline each, however often it moves', () => {
  const bench = new Bench();
  for (let i = 0; i < 1000; i++) bench.stack.connect(undefined, endpoint(0x0d00_0000 + i, 80), OPTIONS);
  bench.stack.flush(0);
  expect(bench.stack.pollTimeout()).toBe(1 * SECOND);
  bench.runUntil(140 * SECOND);
  expect([...bench.stack.connections()]).toEqual([]);
  bench.runUntil(1000 * SECOND);
  expect(bench.stack.pollTimeout()).toBe(NEVER);
  expect(bench.pool.taken).toBe(0);
});
