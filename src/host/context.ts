/**
 * What all parts of one host's stack share: its clock, its addresses, its settings, and where refusals are told.
 * Made by `stack.ts`; every other file of `host/` gets it and keeps no second copy of what is here.
 */
import type { Rng } from '../base/rng.ts';
import type { Sink } from '../base/sink.ts';
import { MILLISECOND, type Nanoseconds, SECOND } from '../base/time.ts';
import type { NeighborLimits } from '../ip/neighbors.ts';
import { Routes } from '../ip/routes.ts';
import { formatAddress, type IpAddress, ipv4, LIMITED_BROADCAST } from '../wire/address.ts';
import type { FramePool } from '../wire/frame.ts';
import type { DropReason } from './drop-reason.ts';
import type { StackEvent } from './events.ts';
import { Interface, type InterfaceOptions } from './interface.ts';
import type { Profile } from './profiles.ts';
import type { Sysctl } from './sysctl.ts';

/** 127.0.0.0/8, an MTU as Linux has it. It has no cable: `transmit` is never called. */
const LOOPBACK: InterfaceOptions = {
  mac: 0,
  address: ipv4(0x7f00_0001),
  prefix: { network: ipv4(0x7f00_0000), length: 8 },
  mtu: 65_535, // Linux: 65536, which no IPv4 packet reaches
  offload: true,
};

/** Metric of a network that an interface itself is on. */
const CONNECTED = 0;

export class HostContext {
  /** Set by the driver's calls before anything else happens. */
  now: Nanoseconds = 0;
  readonly name: string;
  readonly sink: Sink<StackEvent>;
  readonly pool: FramePool;
  readonly rng: Rng;
  readonly profile: Profile;
  readonly sysctl: Sysctl;
  readonly forward: boolean;
  readonly interfaces: Interface[] = [];
  readonly loopback: Interface;
  readonly routes = new Routes<Interface>();
  /** Told when there is something to flush. */
  readonly wake: () => void;
  readonly #own = new Set<number>();
  readonly #broadcasts = new Set<number>([LIMITED_BROADCAST.bits]);
  readonly #limits: NeighborLimits;

  constructor(
    name: string,
    sink: Sink<StackEvent>,
    pool: FramePool,
    rng: Rng,
    profile: Profile,
    sysctl: Sysctl,
    forward: boolean,
    wake: () => void,
  ) {
    this.name = name;
    this.sink = sink;
    this.pool = pool;
    this.rng = rng;
    this.profile = profile;
    this.sysctl = sysctl;
    this.forward = forward;
    this.wake = wake;
    this.#limits = neighborLimitsOf(sysctl);
    this.loopback = new Interface('lo', LOOPBACK, this.#limits, () => {});
  }

  addInterface(name: string, options: InterfaceOptions): Interface {
    const added = new Interface(name, options, this.#limits, (up) => {
      if (this.sink.on) this.sink.emit({ kind: 'interface.carrier', interface: name, up });
      this.wake();
    });
    const { address, prefix } = options;
    this.interfaces.push(added);
    this.#own.add(address.bits);
    if (added.broadcast !== 0) this.#broadcasts.add(added.broadcast);
    this.routes.add({
      network: prefix.network.bits,
      length: prefix.length,
      gateway: undefined,
      through: added,
      metric: CONNECTED,
      source: address.bits,
    });
    return added;
  }

  /** One of our own addresses, or 127.0.0.0/8: packets to it never leave. */
  isLocal(address: IpAddress): boolean {
    return this.#own.has(address.bits) || address.bits >>> 24 === 127;
  }

  /** The limited broadcast address, or that of a network that we are on. */
  isBroadcast(address: IpAddress): boolean {
    return this.#broadcasts.has(address.bits);
  }

  /** A frame that came in by `from` is not taken. */
  dropFrame(from: Interface, reason: DropReason): void {
    if (this.sink.on) this.sink.emit({ kind: 'frame.dropped', interface: from.name, reason });
  }

  /** A packet did not get out. */
  dropPacket(to: IpAddress, reason: DropReason): void {
    if (this.sink.on) this.sink.emit({ kind: 'packet.dropped', to: formatAddress(to), reason });
  }
}

function neighborLimitsOf(sysctl: Sysctl): NeighborLimits {
  return {
    searches: sysctl.get('net.ipv4.neigh.default.mcast_solicit'),
    probes: sysctl.get('net.ipv4.neigh.default.ucast_solicit'),
    retry: sysctl.get('net.ipv4.neigh.default.retrans_time_ms') * MILLISECOND,
    reachable: sysctl.get('net.ipv4.neigh.default.base_reachable_time_ms') * MILLISECOND,
    delay: sysctl.get('net.ipv4.neigh.default.delay_first_probe_time') * SECOND,
    queue: sysctl.get('net.ipv4.neigh.default.unres_qlen'),
  };
}
