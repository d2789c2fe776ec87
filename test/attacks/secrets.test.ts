/**
 * Attacks by guessing: V1 (initial sequence numbers), V2 (the side channel of challenge ACKs), V20 (ports, timestamps,
 * identification). The figures are those of a uniform source, with a margin of six standard deviations.
 */
import { expect, test } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { SILENT } from '../../src/base/sink.ts';
import { MICROSECOND, SECOND } from '../../src/base/time.ts';
import { HostContext } from '../../src/host/context.ts';
import { IpOutput } from '../../src/host/ip-output.ts';
import { Paths } from '../../src/host/path.ts';
import { linux } from '../../src/host/profiles.ts';
import { Sysctl } from '../../src/host/sysctl.ts';
import { TcpHost } from '../../src/host/tcp-host.ts';
import type { TcpEnvironment } from '../../src/tcp/config.ts';
import { type Endpoint, ipv4 } from '../../src/wire/address.ts';
import { FramePool } from '../../src/wire/frame.ts';
import { ACK, RST, SYN } from '../../src/wire/tcp.ts';
import { OneHost, packetTo } from '../support/one-host.ts';

function environment(secret: number): TcpEnvironment {
  const context = new HostContext(
    'A',
    SILENT,
    new FramePool(),
    new Rng(secret),
    linux,
    new Sysctl({}),
    false,
    () => {},
  );
  return new TcpHost(context, new IpOutput(context, new Paths(context)), 'linux').environment;
}

const SERVER: Endpoint = { address: ipv4(0x0a00_0001), port: 80 };
const clientAt = (port: number, host = 0x0a00_0002): Endpoint => ({ address: ipv4(host), port });

test('V1 predictable ISN: among 1,000,000 of them the last tells no more of the next than chance would', () => {
  const { initialSequence } = environment(1);
  const count = 1_000_000;
  const buckets = new Float64Array(256);
  let [guessed, products, previous, lastStep] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const isn = initialSequence(SERVER, clientAt(i & 0xffff, 0x0a00_0002 + (i >>> 16)), i * 10 * MICROSECOND);
    const step = (isn - previous) >>> 0;
    const bucket = step >>> 24;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    // Who knows the last two guesses that the step comes again, to 65,536 either side.
    if ((step - lastStep + 65_536) >>> 0 < 131_072) guessed++;
    products += (isn / 2 ** 32 - 0.5) * (previous / 2 ** 32 - 0.5);
    previous = isn;
    lastStep = step;
  }
  const correlation = (products / count) * 12;
  expect(Math.abs(correlation), 'serial correlation').toBeLessThan(6 / Math.sqrt(count));
  const mean = count / 256;
  const chiSquared = buckets.reduce((sum, of) => sum + (of - mean) ** 2 / mean, 0);
  expect(Math.abs(chiSquared - 255), 'spread of the steps').toBeLessThan(6 * Math.sqrt(2 * 255));
  const hits = (count * 131_072) / 2 ** 32;
  expect(Math.abs(guessed - hits), 'guesses that hit').toBeLessThan(6 * Math.sqrt(hits));
});

test('V1 predictable ISN: those of one 4-tuple only climb, and another secret has others', () => {
  const [one, other] = [environment(1), environment(2)];
  let last = one.initialSequence(SERVER, clientAt(5000), 0);
  for (let at = 1; at <= 1000; at++) {
    const isn = one.initialSequence(SERVER, clientAt(5000), at * SECOND);
    expect((isn - last) >>> 0).toBe(250_000);
    last = isn;
  }
  let same = 0;
  for (let port = 0; port < 1000; port++) {
    if (one.initialSequence(SERVER, clientAt(port), 0) === other.initialSequence(SERVER, clientAt(port), 0)) same++;
  }
  expect(same).toBe(0);
});

/** A host with two connections of strangers to each other; the answer to the SYN of each. */
function twoConnections() {
  const host = new OneHost();
  host.listen(80);
  const nexts = [5000, 5001].map((sourcePort) => {
    const [answer] = host.arrive(packetTo(host, { control: SYN, seq: 100, sourcePort }));
    const ack = ((answer?.seq ?? 0) + 1) >>> 0;
    host.arrive(packetTo(host, { seq: 101, ack, sourcePort }));
    return ack;
  });
  expect(host.connections.map(({ state }) => state)).toEqual(['ESTABLISHED', 'ESTABLISHED']);
  host.take();
  return { host, nexts };
}

test("V2 challenge-ACK side channel: 10,000 spoofed probes at one connection do not change another's answers", () => {
  const observe = (probes: number): string[] => {
    const { host, nexts } = twoConnections();
    const told: string[] = [];
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < probes; i++) {
        host.arrive(packetTo(host, { control: i % 2 === 0 ? RST : SYN, seq: 200 + i, sourcePort: 5000 }));
      }
      // What the attacker counts on its own connection: challenge ACKs drawn by a RST that is not exact.
      const own = host.arrive(packetTo(host, { control: RST, seq: 300, ack: nexts[1] ?? 0, sourcePort: 5001 }));
      told.push(own.map(({ control, seq, ack }) => `${control} ${seq} ${ack}`).join());
      host.run(0.1 * SECOND);
    }
    return told;
  };
  expect(observe(500)).toEqual(observe(0));
});

test('V2 challenge-ACK side channel: one connection answers 10,000 probes of 5 s with 10 at most, and forgets no frame', () => {
  const { host } = twoConnections();
  let answers = 0;
  for (let i = 0; i < 10_000; i++) {
    answers += host.arrive(packetTo(host, { control: RST, seq: 200 + (i % 5000), sourcePort: 5000 })).length;
    host.run(0.0005 * SECOND);
  }
  expect(answers).toBe(10);
  expect(host.framesHeld).toBe(0);
});

test('V20 predictable ports: 10,000 ephemeral ports to distinct peers are spread over the range', () => {
  const ports: number[] = [];
  const host = new OneHost();
  for (let i = 0; i < 10_000; i++) {
    const made = host.connect(`10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, 80);
    if (typeof made !== 'string') ports.push(made.local.port);
  }
  expect(ports.length).toBe(10_000);
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(32_768);
  expect(Math.max(...ports)).toBeLessThanOrEqual(60_999);
  const next = ports.filter((port, i) => Math.abs(port - (ports[i - 1] ?? 0)) <= 4).length;
  expect(next, 'ports next to the one before').toBeLessThan(60); // by chance 3
  const upper = ports.filter((port) => port >= 46_884).length;
  expect(Math.abs(upper - 5000)).toBeLessThan(300);
});

test('V20 leaks by timestamp: its offset is secret for each pair of hosts, and no two of 10,000 are near each other by more than chance', () => {
  const { timestampOffset } = environment(1);
  const offsets: number[] = [];
  for (let i = 0; i < 10_000; i++) offsets.push(timestampOffset(SERVER, clientAt(1, 0x0a00_0002 + i)));
  const near = offsets.filter((offset, i) => i > 0 && (offset - (offsets[i - 1] ?? 0) + 4096) >>> 0 < 8192).length;
  expect(near).toBeLessThan(4); // by chance 0.02
  expect(environment(2).timestampOffset(SERVER, clientAt(1))).not.toBe(offsets[0]);
});

test('V20 leaks by identification: connections of one host begin theirs apart, and count each by itself', () => {
  const host = new OneHost();
  host.listen(80);
  const firsts: number[] = [];
  for (let i = 0; i < 8; i++) {
    const sourcePort = 6000 + i;
    const [answer] = host.arrive(packetTo(host, { control: SYN, seq: 100, sourcePort }));
    firsts.push(answer?.ip.identification ?? 0);
    const [again] = host.arrive(packetTo(host, { control: SYN, seq: 100, sourcePort }));
    expect(((again?.ip.identification ?? 0) - (firsts.at(-1) ?? 0)) & 0xffff).toBe(1);
  }
  const steps = firsts.map((first, i) => (first - (firsts[i - 1] ?? 0)) & 0xffff);
  expect(steps.filter((step) => step < 16).length).toBeLessThanOrEqual(1);
  expect(host.arrive(packetTo(host, { control: ACK, sourcePort: 9, ack: 7 })).length).toBe(1);
});
