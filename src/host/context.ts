/**
 * What all parts of one host's stack share: its clock, its addresses, its settings, and where refusals are told.
 * Made by `stack.ts`; every other file of `host/` gets it and keeps no second copy of what is here.
 */
import type { Rng } from '../base/rng.ts';
import type { Sink } from '../base/sink.ts';
import { MILLISECOND, type Nanoseconds, SECOND } from '../base/time.ts';
import type { NeighborLimits } from '../ip/neighbors.ts';
import { Routes } from '../ip/routes.ts';
import {
  type AddressKey,
  type Family,
  formatAddress,
  type IpAddress,
  isLoopback,
  LIMITED_BROADCAST,
  LOOPBACK,
  prefixOf,
} from '../wire/address.ts';
import type { FramePool } from '../wire/frame.ts';
import { LOOPBACK6 } from '../wire/ipv6-address.ts';
import type { DropReason } from './drop-reason.ts';
import type { StackEvent } from './events.ts';
import { Interface, type InterfaceOptions } from './interface.ts';
import type { Profile } from './profiles.ts';
import type { Sysctl } from './sysctl.ts';

/** 127.0.0.0/8 and ::1, an MTU as Linux has it. It has no cable: `transmit` is never called. */
const LOOPBACK_INTERFACE: InterfaceOptions = {
  mac: 0,
  address: LOOPBACK,
  prefix: prefixOf(LOOPBACK, 8),
  others: [{ address: LOOPBACK6, prefix: prefixOf(LOOPBACK6, 128) }],
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
  readonly #own = new Set<AddressKey>();
  readonly #families = new Set<Family>(['ipv4']);
  readonly #broadcasts = new Set<AddressKey>([LIMITED_BROADCAST.key]);
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
    this.loopback = new Interface('lo', LOOPBACK_INTERFACE, this.#limits, () => {});
  }

  addInterface(name: string, options: InterfaceOptions): Interface {
    const added = new Interface(name, options, this.#limits, (up) => {
      if (this.sink.on) this.sink.emit({ kind: 'interface.carrier', interface: name, up });
      this.wake();
    });
    this.interfaces.push(added);
    if (added.broadcast !== undefined) this.#broadcasts.add(added.broadcast.key);
    for (const { address, prefix } of added.addresses) {
      this.#own.add(address.key);
      this.#families.add(address.family);
      this.routes.add({ prefix, gateway: undefined, through: added, metric: CONNECTED, source: address });
    }
    return added;
  }

  /**
   * Whether it speaks that family. A host to which nobody gave an IPv6 address is one on which IPv6 is switched off (Linux
   * net.ipv6.conf.all.disable_ipv6): it has no ::1 either.
   */
  speaks(family: Family): boolean {
    return this.#families.has(family);
  }

  /** One of our own addresses, 127.0.0.0/8 or ::1: packets to it never leave. */
  isLocal(address: IpAddress): boolean {
    return this.#own.has(address.key) || (isLoopback(address) && this.speaks(address.family));
  }

  /** The limited broadcast address, or that of a network that we are on. */
  isBroadcast(address: IpAddress): boolean {
    return this.#broadcasts.has(address.key);
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

/** The same in both families; Linux has them twice, with the same defaults. */
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
