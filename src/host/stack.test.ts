import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import { Rng } from '../base/rng.ts';
import type { Sink } from '../base/sink.ts';
import { MILLISECOND, type Nanoseconds, NEVER, SECOND } from '../base/time.ts';
import type { Connection } from '../tcp/connection.ts';
import { type Endpoint, parseInterfaceAddress, parseIpv4Address, parsePrefix } from '../wire/address.ts';
import { FRAME_START, type Frame, FramePool } from '../wire/frame.ts';
import type { StackEvent } from './events.ts';
import type { Interface } from './interface.ts';
import { linux, userOptionsOf } from './profiles.ts';
import { type DatagramPort, Stack, type StackOptions } from './stack.ts';
import { Sysctl } from './sysctl.ts';

const DELAY = 1 * MILLISECOND;
const OPTIONS = userOptionsOf(new Sysctl({}));

interface Travelling {
  readonly at: Nanoseconds;
  readonly frame: Frame;
  readonly to: Stack;
  readonly by: Interface;
}

/** A few stacks, cables of 1 ms, and a clock that steps from event to event. */
class Net {
  readonly pool = new FramePool();
  readonly events: (StackEvent & { host: string; at: Nanoseconds })[] = [];
  now: Nanoseconds = 0;
  cut = false;
  readonly #stacks: Stack[] = [];
  readonly #air: Travelling[] = [];

  stack(name: string, options: Partial<StackOptions> = {}): Stack {
    const sink: Sink<StackEvent> = {
      on: true,
      cause: 0,
      emit: (event) => this.events.push({ ...event, host: name, at: this.now }),
    };
    const rng = new Rng(7).fork(name);
    const stack = new Stack({ name, profile: linux, accounting: 'linux', sink, rng, pool: this.pool, ...options });
    stack.now = this.now;
    this.#stacks.push(stack);
    return stack;
  }

  /** A cable between two stacks; answers the two interfaces. */
  cable(a: Stack, aAddress: string, b: Stack, bAddress: string, mtu = 1500): [Interface, Interface] {
    const ends = [
      [a, aAddress],
      [b, bAddress],
    ] as const;
    const [one, other] = ends.map(([stack, text], i) =>
      stack.addInterface(`eth${stack.interfaces.length}`, {
        mac: 0x0200_0000_0000 + this.#stacks.indexOf(stack) * 256 + stack.interfaces.length + i,
        ...parseInterfaceAddress('address', text),
        mtu,
      }),
    ) as [Interface, Interface];
    one.transmit = (frame) => this.#send(frame, b, other);
    other.transmit = (frame) => this.#send(frame, a, one);
    return [one, other];
  }

  route(stack: Stack, prefix: string, gateway: string, through: Interface): void {
    const source = through.address;
    stack.routes.add({ prefix: parsePrefix('prefix', prefix), gateway: address(gateway), through, metric: 1, source });
  }

  flush(): void {
    for (const stack of this.#stacks) stack.flush(this.now);
  }

  /** Runs until nothing is left to happen, or until `end`. */
  run(end: Nanoseconds = NEVER): void {
    this.flush();
    for (let steps = 0; steps < 100_000; steps++) {
      const frameAt = this.#air[0]?.at ?? NEVER;
      let next = frameAt;
      for (const stack of this.#stacks) next = Math.min(next, stack.pollTimeout());
      if (next > end || next === NEVER) break;
      this.now = next;
      if (next === frameAt) {
        const arrived = this.#air.shift();
        arrived?.to.handleFrame(arrived.by, arrived.frame, this.now);
      } else {
        for (const stack of this.#stacks) stack.handleTimeout(this.now);
      }
      this.flush();
    }
    if (end !== NEVER) this.now = end;
    for (const stack of this.#stacks) stack.now = this.now;
  }

  /** Puts the bytes of a frame, Ethernet header included, onto the wire towards a stack. */
  inject(to: Stack, by: Interface, bytes: Uint8Array): void {
    to.handleFrame(by, this.pool.from(bytes), this.now);
    this.flush();
  }

  dropped(host: string): string[] {
    const reasons: string[] = [];
    for (const event of this.events) {
      if (event.host === host && (event.kind === 'frame.dropped' || event.kind === 'packet.dropped'))
        reasons.push(event.reason);
    }
    return reasons;
  }

  kinds(host: string, kind: StackEvent['kind']) {
    return this.events.filter((event) => event.host === host && event.kind === kind);
  }

  #send(frame: Frame, to: Stack, by: Interface): void {
    if (this.cut) frame.release();
    else this.#air.push({ at: this.now + DELAY, frame, to, by });
  }
}

function address(text: string) {
  return parseIpv4Address('address', text);
}

function endpoint(text: string, port: number): Endpoint {
  return { address: address(text), port };
}

function lan(mtu?: number, options: Partial<StackOptions> = {}) {
  const net = new Net();
  const a = net.stack('A', options);
  const b = net.stack('B', options);
  const [aEth, bEth] = net.cable(a, '10.0.0.1/24', b, '10.0.0.2/24', mtu);
  return { net, a, b, aEth, bEth };
}

/** A - R - B, with the second cable of its own MTU. */
function routed({ mtu = 1500, router = {} }: { mtu?: number; router?: Partial<StackOptions> } = {}) {
  const net = new Net();
  const a = net.stack('A');
  const r = net.stack('R', { forward: true, ...router });
  const b = net.stack('B');
  const [aEth, rLeft] = net.cable(a, '10.0.1.1/24', r, '10.0.1.254/24');
  const [rRight, bEth] = net.cable(r, '10.0.2.254/24', b, '10.0.2.1/24', mtu);
  net.route(a, '0.0.0.0/0', '10.0.1.254', aEth);
  net.route(b, '0.0.0.0/0', '10.0.2.254', bEth);
  return { net, a, r, b, aEth, bEth, rLeft, rRight };
}

function bound(stack: Stack, port: number): DatagramPort {
  const made = stack.bindDatagram({ port });
  if (typeof made === 'string') throw new Error(made);
  return made;
}

function connected(stack: Stack, remote: Endpoint): Connection {
  const connection = stack.connect(undefined, remote, OPTIONS);
  if (typeof connection === 'string') throw new Error(connection);
  return connection;
}

function listening(stack: Stack, port: number, local = '0.0.0.0') {
  const binding = stack.bindStream(endpoint(local, port));
  if (typeof binding === 'string') throw new Error(binding);
  const listen = stack.listen(binding, 10, OPTIONS);
  if (typeof listen === 'string') throw new Error(listen);
  return listen;
}

function read(port: DatagramPort): { text: string; from: number } | undefined {
  const into = new Uint8Array(65_536);
  const got = port.receive(into, 0, into.length, false);
  return got && { text: new TextDecoder().decode(into.subarray(0, got.count)), from: got.from.port };
}

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255);
}

test('an echo request is answered with its data, after ARP', () => {
  const { net, a } = lan();
  const replies: number[] = [];
  a.echoUser = { replied: (_from, rest, bytes) => replies.push(net.now, rest, bytes) };
  expect(a.sendEcho(address('10.0.0.2'), 0x0001_0007, new Uint8Array(56))).toBe(true);
  net.run();
  expect(replies).toEqual([4 * DELAY, 0x0001_0007, 56]);
  // B has A's address from A's request only; it used it, so it verifies it after 5 s (Linux: DELAY, PROBE).
  expect(net.kinds('B', 'arp.sent')).toMatchObject([
    { operation: 'reply', at: DELAY },
    { operation: 'request', attempt: 1, at: 3 * DELAY + 5 * SECOND },
  ]);
});

test('an echo of 20000 bytes goes in fragments both ways', () => {
  const { net, a } = lan();
  let replied = 0;
  a.echoUser = {
    replied: (_from, _rest, bytes) => {
      replied = bytes;
    },
  };
  a.sendEcho(address('10.0.0.2'), 1, pattern(20_000));
  net.run();
  expect(replied).toBe(20_000);
  expect(net.kinds('A', 'ip.fragmented')).toMatchObject([{ bytes: 20_028, fragments: 14 }]);
  expect(net.kinds('A', 'ip.reassembled').length).toBe(1);
});

test('datagrams keep their boundaries, their order and their sender', () => {
  const { net, a, b } = lan();
  const [from, to] = [bound(a, 5000), bound(b, 6000)];
  let notices = 0;
  to.user = { notice: () => notices++ };
  for (const text of ['one', 'two', '']) {
    const bytes = utf8(text);
    expect(a.sendDatagram(from, bytes, 0, bytes.length, endpoint('10.0.0.2', 6000))).toBe(bytes.length);
  }
  net.run();
  expect(notices).toBeGreaterThan(0);
  expect([read(to), read(to), read(to), read(to)]).toEqual([
    { text: 'one', from: 5000 },
    { text: 'two', from: 5000 },
    { text: '', from: 5000 },
    undefined,
  ]);
  expect(net.pool.taken).toBe(0);
});

test('the largest datagram arrives; one byte more is refused', () => {
  const { net, a, b } = lan();
  const [from, to] = [bound(a, 5000), bound(b, 6000)];
  const data = pattern(65_508);
  const remote = endpoint('10.0.0.2', 6000);
  expect(a.sendDatagram(from, data, 0, 65_508, remote)).toBe('message-too-long');
  expect(a.sendDatagram(from, data, 0, 65_507, remote)).toBe(65_507);
  net.run();
  const into = new Uint8Array(65_536);
  expect(to.receive(into, 0, into.length, true)).toMatchObject({ count: 65_507 });
  expect(to.receive(into, 0, 100, false)).toMatchObject({ count: 100, length: 65_507 });
  expect(into.subarray(0, 65_507)).toEqual(data.subarray(0, 65_507));
  expect(net.pool.taken).toBe(0);
});

test('a datagram port whose queue is full drops, and says so', () => {
  const { net, a, b } = lan();
  const [from, to] = [bound(a, 5000), bound(b, 6000)];
  to.receiveLimit = 4000;
  for (let i = 0; i < 5; i++) a.sendDatagram(from, pattern(1000), 0, 1000, endpoint('10.0.0.2', 6000));
  net.run();
  expect(to.queue.length).toBe(2);
  expect(net.kinds('B', 'udp.dropped')).toMatchObject([
    { reason: 'receive-buffer-full', bytes: 1000 },
    { reason: 'receive-buffer-full' },
    { reason: 'receive-buffer-full' },
  ]);
});

test('a closed UDP port answers port unreachable; only a connected port is told, once', () => {
  const { net, a } = lan();
  const [lone, paired] = [bound(a, 5000), bound(a, 5001)];
  const nobody = endpoint('10.0.0.2', 9);
  a.connectDatagram(paired, nobody);
  a.sendDatagram(lone, pattern(3), 0, 3, nobody);
  a.sendDatagram(paired, pattern(3), 0, 3);
  net.run();
  expect(net.kinds('A', 'icmp.received')).toMatchObject([
    { type: 3, code: 3, about: '10.0.0.1:5000>10.0.0.2:9' },
    { type: 3, code: 3, about: '10.0.0.1:5001>10.0.0.2:9' },
  ]);
  expect([lone.takeFailure(), paired.takeFailure(), paired.takeFailure()]).toEqual([undefined, 'refused', undefined]);
});

test('row 40: connect to a dead host of the LAN fails by ARP after exactly 3 s', () => {
  const { net, a } = lan();
  const told: number[] = [];
  const connection = connected(a, endpoint('10.0.0.77', 80));
  connection.user = { notice: () => told.push(net.now) };
  net.run(3 * SECOND - 1);
  expect([connection.state, connection.failed]).toEqual(['SYN-SENT', undefined]);
  net.run(3 * SECOND);
  expect([connection.state, connection.failed]).toEqual(['CLOSED', 'host-unreachable']);
  expect(told).toEqual([3 * SECOND]);
  expect(net.kinds('A', 'arp.sent').map(({ at }) => at)).toEqual([0, 1 * SECOND, 2 * SECOND]);
  net.run();
  expect([...a.connections()]).toEqual([]);
  expect(net.pool.taken).toBe(0);
});

test('a connection carries bytes both ways and leaves nothing behind', () => {
  const { net, a, b } = lan();
  const listen = listening(b, 80);
  const client = connected(a, endpoint('10.0.0.2', 80));
  net.run(100 * MILLISECOND);
  const server = listen.accept();
  if (server === undefined) throw new Error('accepted');
  expect([client.state, server.state]).toEqual(['ESTABLISHED', 'ESTABLISHED']);
  const data = pattern(10_000);
  expect(client.send(data, 0, data.length, net.now)).toBe(10_000);
  net.run(200 * MILLISECOND);
  const into = new Uint8Array(20_000);
  expect(server.receive(into, 0, into.length, false, net.now)).toBe(10_000);
  expect(into.subarray(0, 10_000)).toEqual(data);
  client.close(net.now);
  net.run(300 * MILLISECOND);
  server.close(net.now);
  b.closeListen(listen);
  net.run();
  expect([...a.connections(), ...b.connections(), ...b.listeners()]).toEqual([]);
  expect(net.pool.taken).toBe(0);
});

test('row 39: a closed TCP port refuses after one round trip', () => {
  const { net, a } = lan();
  const connection = connected(a, endpoint('10.0.0.2', 81));
  net.run(1 * SECOND);
  expect(connection.failed).toBe('refused');
});

test('row 50: a connection to itself', () => {
  const { net, a } = lan();
  const binding = a.bindStream(endpoint('10.0.0.1', 4000));
  if (typeof binding === 'string') throw new Error(binding);
  const self = a.connect(binding, endpoint('10.0.0.1', 4000), OPTIONS);
  if (typeof self === 'string') throw new Error(self);
  net.run(1);
  expect(self.state).toBe('ESTABLISHED');
  self.send(utf8('me'), 0, 2, net.now);
  net.run(2);
  const into = new Uint8Array(9);
  expect(self.receive(into, 0, 9, false, net.now)).toBe(2);
});

test('127.0.0.1 needs no cable, and its packets are told', () => {
  const net = new Net();
  const a = net.stack('A');
  const listen = listening(a, 80, '127.0.0.1');
  const client = connected(a, endpoint('127.0.0.1', 80));
  net.run(1);
  expect([client.state, listen.length, client.local.address.key]).toEqual(['ESTABLISHED', 1, 0x7f00_0001]);
  expect(net.kinds('A', 'ip.looped').length).toBeGreaterThanOrEqual(3);
});

test('the listener of the address goes before the one of any address', () => {
  const { net, a, b } = lan();
  const other = b.addInterface('eth1', { ...parseInterfaceAddress('address', '10.9.9.9'), mac: 9, mtu: 1500 });
  const any = b.bindStream(endpoint('0.0.0.0', 80), { reuseAddress: true });
  expect(typeof any).toBe('object');
  const specific = listening(b, 81, '10.0.0.2');
  expect(b.bindStream(endpoint('0.0.0.0', 81))).toBe('address-in-use');
  expect(typeof b.bindStream({ address: other.address, port: 81 })).toBe('object');
  connected(a, endpoint('10.0.0.2', 81));
  net.run(1 * SECOND);
  expect(specific.length).toBe(1);
});

test('rows 43 and 44: no route, broadcast, multicast, a foreign address', () => {
  const { a } = lan();
  for (const [target, refusal] of [
    ['10.5.0.1', 'net-unreachable'],
    ['255.255.255.255', 'net-unreachable'],
    ['10.0.0.255', 'net-unreachable'],
    ['224.0.0.1', 'net-unreachable'],
  ] as const) {
    expect(a.connect(undefined, endpoint(target, 80), OPTIONS)).toBe(refusal);
  }
  expect(a.bindStream(endpoint('10.5.0.1', 80))).toBe('address-not-available');
  expect(a.bindDatagram(endpoint('10.5.0.1', 80))).toBe('address-not-available');
  expect(a.sendDatagram(bound(a, 1), pattern(1), 0, 1, endpoint('10.0.0.255', 80))).toBe('access');
});

test('row 44: when all ephemeral ports are in use, there is none', () => {
  const { a } = lan(1500, { sysctl: { 'net.ipv4.ip_local_port_range': '40000 40002' } });
  const remote = endpoint('10.0.0.2', 80);
  const ports = [1, 2, 3].map(() => connected(a, remote).local.port);
  expect(ports.sort()).toEqual([40_000, 40_001, 40_002]);
  expect(a.connect(undefined, remote, OPTIONS)).toBe('address-not-available');
  expect(typeof a.connect(undefined, endpoint('10.0.0.2', 81), OPTIONS)).toBe('object');
});

test('row 23: on a cut LAN the ARP entry dies and the connection remembers why', () => {
  const { net, a, b } = lan();
  listening(b, 80);
  const client = connected(a, endpoint('10.0.0.2', 80));
  net.run(1 * SECOND);
  net.cut = true;
  client.send(pattern(10), 0, 10, net.now);
  net.run(200 * SECOND);
  expect(client.state).toBe('ESTABLISHED');
  expect(net.kinds('A', 'arp.failed').length).toBeGreaterThan(0);
  expect(client.takeSoftError()).toBe('host-unreachable');
});

test('a router forwards with one hop less, and names the hop where a packet died', () => {
  const { net, a, r } = routed();
  const seen: number[] = [];
  a.echoUser = { replied: (_from, _rest, bytes) => seen.push(bytes) };
  a.sendEcho(address('10.0.2.1'), 1, pattern(10));
  net.run();
  expect(seen).toEqual([10]);
  const short = net.stack('C', { sysctl: { 'net.ipv4.ip_default_ttl': 1 } });
  const [cEth] = net.cable(short, '10.0.3.1/24', r, '10.0.3.254/24');
  net.route(short, '0.0.0.0/0', '10.0.3.254', cEth);
  short.sendEcho(address('10.0.2.1'), 1, pattern(10));
  net.run();
  expect(net.kinds('C', 'icmp.received')).toMatchObject([{ type: 11, code: 0, from: '10.0.3.254' }]);
  expect(net.dropped('R')).toEqual(['ip-ttl-exceeded']);
});

test('a router without a route says net unreachable; after ARP failed, host unreachable', () => {
  const { net, a } = routed();
  connected(a, endpoint('10.7.7.7', 80));
  net.run(1 * SECOND);
  expect(net.kinds('A', 'icmp.received')).toMatchObject([{ type: 3, code: 0, from: '10.0.1.254' }]);
  const silent = connected(a, endpoint('10.0.2.99', 80));
  net.run(60 * SECOND);
  expect(net.kinds('A', 'icmp.received').slice(1)[0]).toMatchObject({ type: 3, code: 1, from: '10.0.1.254' });
  expect(silent.failed).toBe('host-unreachable');
});

test('a narrow link behind a router: TCP learns its MTU, UDP is cut there', () => {
  const { net, a, b } = routed({ mtu: 1000 });
  const listen = listening(b, 80);
  const client = connected(a, endpoint('10.0.2.1', 80));
  net.run(100 * MILLISECOND);
  const server = listen.accept();
  const data = pattern(9000);
  client.send(data, 0, data.length, net.now);
  net.run(5 * SECOND);
  expect(server?.readable).toBe(9000);
  const port = bound(b, 53);
  const from = bound(a, 5000);
  a.sendDatagram(from, pattern(1400), 0, 1400, endpoint('10.0.2.1', 53));
  net.run(6 * SECOND);
  a.sendDatagram(from, pattern(1400), 0, 1400, endpoint('10.0.2.1', 53));
  net.run(7 * SECOND);
  expect(port.bytes).toBeGreaterThanOrEqual(1400);
  expect(net.kinds('A', 'path.mtu')).toMatchObject([{ to: '10.0.2.1', mtu: 1000 }]);
});

test('V16: a spoofed "fragmentation needed" changes nothing, and none goes below 552', () => {
  const { net, a } = routed({ mtu: 300 });
  const port = bound(a, 5000);
  a.connectDatagram(port, endpoint('10.0.2.1', 53));
  a.sendDatagram(port, pattern(1400), 0, 1400);
  net.run(1 * SECOND);
  expect(net.kinds('A', 'path.mtu')).toMatchObject([{ mtu: 552 }]);
  expect(port.takeFailure()).toBe('message-too-long');
});

test('a router that forgets idle flows drops what belongs to none', () => {
  const { net, a, b } = routed({ router: { forgetIdle: 10 * SECOND } });
  listening(b, 80);
  const client = connected(a, endpoint('10.0.2.1', 80));
  net.run(1 * SECOND);
  expect(client.state).toBe('ESTABLISHED');
  net.run(20 * SECOND);
  client.send(pattern(1), 0, 1, net.now);
  net.run(21 * SECOND);
  expect(new Set(net.dropped('R'))).toEqual(new Set(['forgotten-flow']));
  expect(typeof connected(a, endpoint('10.0.2.1', 80))).toBe('object');
  net.run(22 * SECOND);
  expect([...a.connections()].map(({ state }) => state)).toEqual(['ESTABLISHED', 'ESTABLISHED']);
});

test('row 52: a client port in TIME-WAIT is bound again only with SO_REUSEADDR on both', () => {
  for (const reuse of [false, true]) {
    const { net, a, b } = lan();
    const listen = listening(b, 80);
    const client = a.connect(undefined, endpoint('10.0.0.2', 80), OPTIONS, { reuseAddress: reuse });
    if (typeof client === 'string') throw new Error(client);
    net.run(1 * SECOND);
    client.close(net.now);
    net.run(2 * SECOND);
    listen.accept()?.close(net.now);
    net.run(3 * SECOND);
    expect(client.state).toBe('TIME-WAIT');
    const local = endpoint('0.0.0.0', client.local.port);
    expect(a.bindStream(local)).toBe('address-in-use');
    expect(typeof a.bindStream(local, { reuseAddress: true })).toBe(reuse ? 'object' : 'string');
    net.run(62 * SECOND + 10 * MILLISECOND);
    expect([...a.connections()]).toEqual([]);
    if (!reuse) expect(typeof a.bindStream(local)).toBe('object');
  }
});

test('without a carrier nothing leaves and nothing is thrown; later it goes on', () => {
  const { net, a, b, aEth } = lan();
  const listen = listening(b, 80);
  const client = connected(a, endpoint('10.0.0.2', 80));
  net.run(100 * MILLISECOND);
  aEth.setCarrier(false);
  client.send(pattern(5), 0, 5, net.now);
  net.run(10 * SECOND);
  expect(client.state).toBe('ESTABLISHED');
  aEth.setCarrier(true);
  net.run(40 * SECOND);
  expect(listen.accept()?.readable).toBe(5);
});

test('power off: nothing is left, and nobody is told', () => {
  const { net, a, b } = lan();
  listening(b, 80);
  const client = connected(a, endpoint('10.0.0.2', 80));
  client.user = { notice: () => {} };
  net.run(1 * SECOND);
  const events = net.events.length;
  a.powerOff();
  expect(a.pollTimeout()).toBe(NEVER);
  expect([...a.connections()]).toEqual([]);
  expect(net.events.length).toBe(events);
});

test('MUST-57, V17, V19: broadcasts, own addresses and nonsense as source draw no answer', () => {
  const { net, a, b, bEth } = lan();
  listening(b, 80);
  const client = connected(a, endpoint('10.0.0.2', 80));
  let syn = new Uint8Array(0);
  const [aEth] = a.interfaces;
  if (aEth === undefined) throw new Error('an interface');
  const send = aEth.transmit;
  aEth.transmit = (frame) => {
    if (frame.bytes[FRAME_START + 13] === 0) syn = frame.bytes.slice(FRAME_START, frame.end);
    send(frame);
  };
  net.run(1 * SECOND);
  expect(client.state).toBe('ESTABLISHED');
  const before = net.events.length;
  for (const [source, destination] of [
    ['10.0.0.1', '10.0.0.255'],
    ['10.0.0.1', '255.255.255.255'],
    ['10.0.0.1', '224.0.0.1'],
    ['10.0.0.2', '10.0.0.2'],
    ['127.0.0.1', '10.0.0.2'],
    ['10.0.0.255', '10.0.0.2'],
    ['0.0.0.0', '10.0.0.2'],
    ['255.255.255.255', '10.0.0.2'],
    ['10.0.0.1', '127.0.0.1'],
    ['10.0.0.1', '10.0.0.3'],
  ] as const) {
    net.inject(b, bEth, withAddresses(syn, source, destination));
  }
  const later = net.events.slice(before);
  expect(later.map((event) => event.kind)).toEqual(Array.from({ length: 10 }, () => 'frame.dropped'));
  expect([...b.connections()].length).toBe(1);
});

test('any bytes at all never throw, never leak, and each refusal has a reason', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 120 }), { maxLength: 30 }), fc.nat(), (frames, choice) => {
      const { net, a, b, bEth } = lan();
      listening(b, 80);
      connected(a, endpoint('10.0.0.2', 80));
      net.run(100 * MILLISECOND);
      for (const bytes of frames) {
        // Half of them get as far as IP or ARP.
        const frame = new Uint8Array(14 + bytes.length);
        frame.set(bytes, 14);
        frame.set([2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 1, 8, choice & 1 ? 6 : 0], 0);
        for (let i = 5; i >= 0; i--) frame[i] = Math.floor(bEth.mac / 2 ** (8 * (5 - i))) & 255;
        net.inject(b, bEth, choice & 2 ? bytes : frame);
      }
      net.run(200 * MILLISECOND);
      expect([...b.connections()].length).toBe(1);
    }),
    { numRuns: 50 },
  );
});

test('two runs tell the same', () => {
  const runs = [1, 2].map(() => {
    const { net, a, b } = routed();
    listening(b, 80);
    for (let i = 0; i < 5; i++) connected(a, endpoint('10.0.2.1', 80)).send(pattern(2000), 0, 2000, net.now);
    net.run(100 * SECOND);
    return JSON.stringify(net.events);
  });
  expect(runs[0]).toBe(runs[1]);
});

/** The frame with other IP addresses and a right header checksum; the destination MAC follows if it is a broadcast. */
function withAddresses(frame: Uint8Array, source: string, destination: string): Uint8Array {
  const copy = frame.slice();
  const view = new DataView(copy.buffer);
  view.setUint32(26, address(source).bits);
  view.setUint32(30, address(destination).bits);
  view.setUint16(24, 0);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  view.setUint16(24, sum ^ 0xffff);
  return copy;
}
