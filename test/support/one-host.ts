/**
 * A whole host whose cables are the test's: raw packets go in by hand, and what leaves is taken apart. For what lies
 * between TCP and IP (RFC 9293, 3.9); what lies above is told with `one-end.ts`, in fewer words.
 *
 *     host.arrive(packetTo(host, { control: SYN, seq: 100 }))   ->   [{ control: SYN | ACK, ack: 101, … }]
 *
 * Every checksum of what leaves is verified. ARP is settled: the peer, which is also the router, is known for good.
 */
import { assert } from '../../src/base/assert.ts';
import { Rng } from '../../src/base/rng.ts';
import type { StackEvent } from '../../src/host/events.ts';
import type { Interface } from '../../src/host/interface.ts';
import { linux, type Profile, userOptionsOf } from '../../src/host/profiles.ts';
import { Stack } from '../../src/host/stack.ts';
import { Sysctl } from '../../src/host/sysctl.ts';
import type { Connection } from '../../src/tcp/connection.ts';
import type { Listen } from '../../src/tcp/listen.ts';
import {
  type Endpoint,
  type Ipv4Address,
  ipv4,
  parseInterfaceAddress,
  parseIpv4Address,
  parsePrefix,
  requireIpv4,
} from '../../src/wire/address.ts';
import { checksumOf, pseudoHeaderSum } from '../../src/wire/checksum.ts';
import { FRAME_START, type Frame, FramePool } from '../../src/wire/frame.ts';
import { emptyIpv4Header, type Ipv4Header, PROTOCOL_TCP, parseIpv4 } from '../../src/wire/ipv4.ts';
import { ACK, emptyTcpHeader, parseTcp, type TcpHeader } from '../../src/wire/tcp.ts';

const PEER_MAC = 0x0200_0000_0002;
const NO_BYTES = new Uint8Array(0);

/** A segment that left, with its packet. */
export interface Left extends TcpHeader {
  readonly ip: Ipv4Header;
  /** The name of the interface. */
  readonly through: string;
  /** TCP's options and data, as they stand. */
  readonly options: Uint8Array;
  readonly data: Uint8Array;
}

/** A segment for a host; what is not said is a bare ACK of the peer's port 5000 to port 80. */
export interface PacketFields {
  readonly source?: string;
  readonly destination?: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly control?: number;
  /** The second byte of the IP header: DSCP and ECN. */
  readonly tos?: number;
  readonly seq?: number;
  readonly ack?: number;
  /** A multiple of 4 bytes. */
  readonly ipOptions?: Uint8Array;
  readonly tcpOptions?: Uint8Array;
  readonly data?: Uint8Array;
}

export interface OneHostOptions {
  readonly profile?: Profile;
  readonly sysctl?: Readonly<Record<string, number | string>>;
  /** Tells nothing to `events`: for what happens a million times. */
  readonly silent?: boolean;
  /** One for each interface. */
  readonly addresses?: readonly string[];
}

export class OneHost {
  readonly stack: Stack;
  readonly interfaces: readonly Interface[];
  readonly events: StackEvent[] = [];
  now = 0;
  /** What leaves is only counted, not looked at: for a million frames. */
  blind = false;
  counted = 0;
  private readonly pool = new FramePool();
  private readonly left: Left[] = [];
  private metric = 1000;
  private readonly user = userOptionsOf(new Sysctl({}));

  constructor({ profile = linux, sysctl = {}, silent = false, addresses = ['10.0.0.1/24'] }: OneHostOptions = {}) {
    const sink = { on: !silent, cause: 0, emit: (event: StackEvent) => this.events.push(event) };
    this.stack = new Stack({
      name: 'A',
      profile,
      accounting: 'linux',
      sink,
      rng: new Rng(1),
      pool: this.pool,
      sysctl,
    });
    this.interfaces = addresses.map((text, i) => this.addInterface(text, i));
    this.route('0.0.0.0/0', 0);
  }

  /** A route by the neighbour of an interface; of two to one network the later wins. */
  route(network: string, through: number): void {
    const by = this.interfaces[through];
    assert(by !== undefined, `there is an interface ${through}`);
    const prefix = parsePrefix('network', network);
    this.stack.routes.add({ prefix, gateway: gatewayOf(by), through: by, metric: this.metric--, source: by.address });
  }

  /** Reasons of what was refused. */
  get drops(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'frame.dropped' || event.kind === 'tcp.drop' ? [event.reason] : [],
    );
  }

  /** Frames that somebody holds: what lies in buffers and queues, and what was forgotten. */
  get framesHeld(): number {
    return this.pool.taken;
  }

  get connections(): Connection[] {
    return [...this.stack.connections()];
  }

  /** A listener on a port of all addresses. */
  listen(port: number, reuseAddress = false): Listen {
    const binding = this.stack.bindStream({ address: parseIpv4Address('any', '0.0.0.0'), port }, { reuseAddress });
    assert(typeof binding === 'object', `port ${port} is free: ${String(binding)}`);
    const listen = this.stack.listen(binding, 8, this.user);
    assert(typeof listen === 'object', `port ${port} can be listened on: ${String(listen)}`);
    return listen;
  }

  /** An active OPEN; `local`: bound before. The connection, or why there is none. */
  connect(remote: string, port: number, local?: Endpoint, reuseAddress = false): Connection | string {
    const binding = local === undefined ? undefined : this.stack.bindStream(local, { reuseAddress });
    if (typeof binding === 'string') return binding;
    const made = this.stack.connect(binding, { address: parseIpv4Address('remote', remote), port }, this.user, {
      reuseAddress,
    });
    this.stack.flush(this.now);
    return made;
  }

  /** A packet comes in by an interface; what leaves at once. */
  arrive(packet: Uint8Array, through = 0): Left[] {
    const by = this.interfaces[through];
    assert(by !== undefined, `there is an interface ${through}`);
    const bytes = new Uint8Array(14 + packet.length);
    const group = packet[19] === 255 || (packet[16] ?? 0) >= 224;
    writeMac(bytes, 0, group ? 0xffff_ffff_ffff : by.mac);
    writeMac(bytes, 6, PEER_MAC);
    bytes[12] = 8;
    bytes.set(packet, 14);
    const before = this.left.length;
    by.neighbors.learn(gatewayOf(by), PEER_MAC, true, true, this.now);
    this.stack.handleFrame(by, this.pool.from(bytes), this.now);
    this.stack.flush(this.now);
    return this.left.slice(before);
  }

  /** Time goes on by `duration`; what leaves meanwhile. */
  run(duration: number): Left[] {
    const before = this.left.length;
    const end = this.now + duration;
    for (let at = this.stack.pollTimeout(this.now); at <= end; at = this.stack.pollTimeout(this.now)) {
      this.now = at;
      this.stack.handleTimeout(at);
      this.stack.flush(at);
    }
    this.now = end;
    this.stack.now = end;
    return this.left.slice(before);
  }

  /** The segments since the last call. */
  take(): Left[] {
    return this.left.splice(0);
  }

  private addInterface(text: string, i: number): Interface {
    const added = this.stack.addInterface(`eth${i}`, {
      mac: 0x0200_0000_1000 + i,
      ...parseInterfaceAddress('address', text),
      mtu: 1500,
    });
    added.neighbors.learn(gatewayOf(added), PEER_MAC, false, true, 0);
    added.transmit = (frame) => this.takeApart(frame, added.name);
    return added;
  }

  private takeApart(frame: Frame, through: string): void {
    if (this.blind) {
      this.counted++;
      frame.release();
      return;
    }
    const ip = emptyIpv4Header();
    const header = emptyTcpHeader();
    if (frame.view.getUint16(FRAME_START + 12) === 0x0800 && parseIpv4(frame, ip) === undefined) {
      assert(ip.protocol === PROTOCOL_TCP, 'only TCP leaves');
      const refusal = parseTcp(frame, ip, header);
      assert(refusal === undefined, `what leaves is right to the checksum: ${refusal}`);
      const options = frame.bytes.slice(frame.transport + 20, frame.payload);
      const data = frame.bytes.slice(frame.payload, frame.payloadEnd);
      this.left.push({ ...header, ip, through, options, data });
    }
    frame.release();
  }
}

/** The peer on the first interface's network, as `packetTo` has it. */
export const PEER = '10.0.0.2';

/** The bytes of an IPv4 packet, both checksums right. */
export function packetTo(host: OneHost, fields: PacketFields = {}): Uint8Array {
  const { ipOptions = NO_BYTES, tcpOptions = NO_BYTES, data = NO_BYTES, control = ACK } = fields;
  const source = parseIpv4Address('source', fields.source ?? PEER);
  const first = host.interfaces[0]?.ipv4;
  assert(first !== undefined, 'a host has an interface');
  const destination = fields.destination === undefined ? first : parseIpv4Address('destination', fields.destination);
  const transport = 20 + ipOptions.length;
  const bytes = new Uint8Array(transport + 20 + tcpOptions.length + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x40 | (transport / 4));
  view.setUint8(1, fields.tos ?? 0);
  view.setUint16(2, bytes.length);
  view.setUint16(6, 0x4000);
  view.setUint8(8, 64);
  view.setUint8(9, PROTOCOL_TCP);
  view.setUint32(12, source.bits);
  view.setUint32(16, destination.bits);
  bytes.set(ipOptions, 20);
  view.setUint16(10, checksumOf(bytes, 0, transport, 0));
  view.setUint16(transport, fields.sourcePort ?? 5000);
  view.setUint16(transport + 2, fields.destinationPort ?? 80);
  view.setUint32(transport + 4, (fields.seq ?? 0) >>> 0);
  view.setUint32(transport + 8, (fields.ack ?? 0) >>> 0);
  view.setUint8(transport + 12, (20 + tcpOptions.length) * 4);
  view.setUint8(transport + 13, control);
  view.setUint16(transport + 14, 65_535);
  bytes.set(tcpOptions, transport + 20);
  bytes.set(data, transport + 20 + tcpOptions.length);
  const pseudo = pseudoHeaderSum(source, destination, PROTOCOL_TCP, bytes.length - transport);
  view.setUint16(transport + 16, checksumOf(bytes, transport, bytes.length, pseudo));
  return bytes;
}

/** 10.0.0.1/24 has 10.0.0.2: the one neighbour. */
function gatewayOf({ prefix }: Interface): Ipv4Address {
  return ipv4(requireIpv4('network', prefix.network).bits + 2);
}

function writeMac(bytes: Uint8Array, at: number, mac: number): void {
  for (let i = 5, rest = mac; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[at + i] = rest % 256;
}
