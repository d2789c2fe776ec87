/**
 * The system under test: one host's stack on a line of its own, in virtual time. What it sends is kept with its moment
 * until somebody asks for it; what it is sent is given by the script.
 *
 *     inject(frame) --> stack --> sent: [{ at, frame }, …]
 *     advance(to): deadlines of the stack and timers of sockets, each at its moment
 *
 * There is no Ethernet in a script: the gateway's station is known for good, and whoever is not on the line is behind it.
 * Calls it: `run.ts`, `process.ts`.
 */
import { DeadlineHeap } from '../base/heap.ts';
import { Rng } from '../base/rng.ts';
import type { Sink } from '../base/sink.ts';
import { type Nanoseconds, NEVER } from '../base/time.ts';
import type { Interface } from '../host/interface.ts';
import type { Profile } from '../host/profiles.ts';
import { Stack } from '../host/stack.ts';
import type { Timer } from '../socket/waiters.ts';
import type { LayerEvent } from '../trace/event.ts';
import { anyOf, type Family, formatAddress, type IpAddress, parseInterfaceAddress, prefixOf } from '../wire/address.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, writeEthernet } from '../wire/ethernet.ts';
import { type Frame, FramePool } from '../wire/frame.ts';
import { ipHeaderLength, transportOf } from '../wire/ip.ts';

export interface KernelOptions {
  readonly profile: Profile;
  readonly sysctl: Readonly<Record<string, number | string>>;
  /** '192.168.0.1/16' */
  readonly address: string;
  readonly gateway: IpAddress;
  readonly mtu: number;
  readonly seed: number;
  readonly sink: Sink<LayerEvent>;
  /** Told of each frame that crosses the line. */
  readonly onFrame: (direction: 'in' | 'out', at: Nanoseconds, frame: Frame) => void;
}

/** What the stack sent; whoever takes it releases the frame. */
export interface Sent {
  readonly at: Nanoseconds;
  readonly frame: Frame;
}

const OUR_MAC = 0x02_00_00_00_00_01;
const GATEWAY_MAC = 0x02_00_00_00_00_02;
const ETHERNET = 14;

export class Kernel {
  readonly stack: Stack;
  readonly address: IpAddress;
  readonly mtu: number;
  readonly pool = new FramePool();
  readonly sent: Sent[] = [];
  readonly #interface: Interface;
  readonly #onFrame: KernelOptions['onFrame'];
  readonly #timers = new DeadlineHeap<{ fire: (() => void) | undefined }>();
  /** Told when anything may have changed: blocked calls are tried again. */
  onChange: () => void = () => {};
  #now: Nanoseconds = 0;

  constructor(options: KernelOptions) {
    const { profile, sysctl, gateway, mtu, seed, sink } = options;
    const { address, prefix } = parseInterfaceAddress('--local_ip', options.address);
    this.address = address;
    this.mtu = mtu;
    this.#onFrame = options.onFrame;
    const { pool } = this;
    const rng = new Rng(seed);
    this.stack = new Stack({ name: 'host', profile, sysctl, accounting: 'linux', sink, rng, pool });
    this.#interface = this.stack.addInterface('tun0', { mac: OUR_MAC, address, prefix, mtu });
    this.#interface.neighbors.addPermanent(gateway, GATEWAY_MAC);
    const everything = prefixOf(anyOf(address.family), 0);
    this.stack.routes.add({ prefix: everything, gateway, through: this.#interface, metric: 1, source: address });
    this.#interface.transmit = (frame) => {
      this.#onFrame('out', this.#now, frame);
      this.sent.push({ at: this.#now, frame });
    };
  }

  get now(): Nanoseconds {
    return this.#now;
  }

  /** Time passes up to `to`, with all that falls due on the way; or to the moment at which `until` has become true. */
  advance(to: Nanoseconds, until: () => boolean = () => false): void {
    while (!until()) {
      const next = Math.min(this.stack.pollTimeout(this.#now), this.#timers.peekAt());
      if (next > to) break;
      if (next > this.#now) this.#now = next;
      this.#fire();
    }
    if (!until() && to !== NEVER && to > this.#now) this.#now = to;
    this.stack.now = this.#now;
  }

  #fire(): void {
    this.stack.now = this.#now;
    this.stack.handleTimeout(this.#now);
    while (this.#timers.peekAt() <= this.#now) this.#timers.pop()?.fire?.();
    this.settle();
  }

  /** Sends what is due, and lets blocked calls go on, until nothing follows from it. */
  settle(): void {
    this.stack.flush(this.#now);
    this.onChange();
    this.stack.flush(this.#now);
  }

  /** A packet comes in by the line; its IP header begins at frame.network. Takes the frame. */
  inject(frame: Frame): void {
    writeEthernet(frame, OUR_MAC, GATEWAY_MAC, this.address.family === 'ipv6' ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
    this.#onFrame('in', this.#now, frame);
    this.stack.handleFrame(this.#interface, frame, this.#now);
    this.settle();
  }

  /** An empty frame for a packet of that family with so much behind its IP header. */
  frame(family: Family, length: number): Frame {
    const frame = this.pool.take(ETHERNET + ipHeaderLength(family) + length);
    frame.transport = transportOf(family);
    return frame;
  }

  schedule(at: Nanoseconds, fire: () => void): Timer {
    const entry: { fire: (() => void) | undefined } = { fire };
    this.#timers.push(at, entry);
    return {
      cancel: () => {
        entry.fire = undefined;
      },
    };
  }

  get addressText(): string {
    return formatAddress(this.address);
  }
}
