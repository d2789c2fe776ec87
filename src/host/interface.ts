/**
 * A network interface of a stack: its addresses, its neighbours, and the way out.
 *
 * A frame that leaves is given to `transmit`, which the driver sets; the receiver owns it then, and must not call the
 * stack back from there: what it does is to queue the frame, or to write it out.
 * Calls it: `ip-output.ts`, `ip-input.ts`, `arp.ts`; drivers set `transmit` and the carrier.
 */
import { type NeighborLimits, Neighbors } from '../ip/neighbors.ts';
import {
  broadcastOf,
  type IpAddress,
  type Ipv4Address,
  inPrefix,
  type MacAddress,
  type OnLink,
  type Prefix,
} from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';
import type { Ipv6Address } from '../wire/ipv6-address.ts';

export interface InterfaceOptions extends OnLink {
  readonly mac: MacAddress;
  /** Addresses beside the first, as one of the other family. */
  readonly others?: readonly OnLink[];
  /** Longest IP packet, in bytes. */
  readonly mtu: number;
  /** Transport checksums may be left out of what leaves here: it stays inside of a simulation that corrupts nothing. */
  readonly offload?: boolean;
}

export class Interface {
  readonly name: string;
  readonly mac: MacAddress;
  /** The first of its addresses, and that one's network. */
  readonly address: IpAddress;
  readonly prefix: Prefix;
  readonly addresses: readonly OnLink[];
  /** The first of each family. */
  readonly ipv4: Ipv4Address | undefined;
  readonly ipv6: Ipv6Address | undefined;
  readonly mtu: number;
  offload: boolean;
  /** Last address of its IPv4 network; undefined if the network is too small to have one (RFC 3021). */
  readonly broadcast: Ipv4Address | undefined;
  readonly neighbors: Neighbors;
  /** Takes ownership of the frame. */
  transmit: (frame: Frame) => void = discard;
  readonly #carrierChanged: (up: boolean) => void;
  #up = true;

  /** Made by Stack.addInterface. */
  constructor(name: string, options: InterfaceOptions, limits: NeighborLimits, carrierChanged: (up: boolean) => void) {
    const { mac, address, prefix, others = [], mtu, offload = false } = options;
    this.name = name;
    this.mac = mac;
    this.address = address;
    this.prefix = prefix;
    this.addresses = [{ address, prefix }, ...others];
    const all = this.addresses.map((own) => own.address);
    this.ipv4 = all.find((own) => own.family === 'ipv4');
    this.ipv6 = all.find((own) => own.family === 'ipv6');
    this.mtu = mtu;
    this.offload = offload;
    const network = this.addresses.find((own) => own.address.family === 'ipv4')?.prefix;
    this.broadcast = network !== undefined && network.length <= 30 ? broadcastOf(network) : undefined;
    this.neighbors = new Neighbors(limits);
    this.#carrierChanged = carrierChanged;
  }

  /** Whether it has a carrier. */
  get up(): boolean {
    return this.#up;
  }

  /** Whether the address is one of its own. */
  has(address: IpAddress): boolean {
    return this.addresses.some((own) => own.address.key === address.key);
  }

  /** Whether the address lies in one of its networks, and which of its own is there with it. */
  ownNextTo(address: IpAddress): IpAddress | undefined {
    return this.addresses.find(({ prefix }) => inPrefix(address, prefix))?.address;
  }

  /**
   * The plug is pulled or put back. Without a carrier nothing is sent or received, and its neighbours are forgotten; routes
   * and addresses stay, and no call fails at once (as in Linux: a connection finds out by its own timers).
   */
  setCarrier(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    if (!up) this.neighbors.flush();
    this.#carrierChanged(up);
  }
}

function discard(frame: Frame): void {
  frame.release();
}
