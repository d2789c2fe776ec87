/**
 * A network interface of a stack: its addresses, its ARP cache, and the way out.
 *
 * A frame that leaves is given to `transmit`, which the driver sets; the receiver owns it then, and must not call the
 * stack back from there: what it does is to queue the frame, or to write it out.
 * Calls it: `ip-output.ts`, `ip-input.ts`, `arp.ts`; drivers set `transmit` and the carrier.
 */
import { type NeighborLimits, Neighbors } from '../ip/neighbors.ts';
import { broadcastOf, type IpAddress, type MacAddress, type Prefix } from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';

export interface InterfaceOptions {
  readonly mac: MacAddress;
  readonly address: IpAddress;
  readonly prefix: Prefix;
  /** Longest IP packet, in bytes. */
  readonly mtu: number;
  /** Transport checksums may be left out of what leaves here: it stays inside of a simulation that corrupts nothing. */
  readonly offload?: boolean;
}

export class Interface {
  readonly name: string;
  readonly mac: MacAddress;
  readonly address: IpAddress;
  readonly prefix: Prefix;
  readonly mtu: number;
  offload: boolean;
  /** Last address of its network, uint32; 0 if the network is too small to have one (RFC 3021). */
  readonly broadcast: number;
  readonly neighbors: Neighbors;
  /** Takes ownership of the frame. */
  transmit: (frame: Frame) => void = discard;
  readonly #carrierChanged: (up: boolean) => void;
  #up = true;

  /** Made by Stack.addInterface. */
  constructor(name: string, options: InterfaceOptions, limits: NeighborLimits, carrierChanged: (up: boolean) => void) {
    const { mac, address, prefix, mtu, offload = false } = options;
    this.name = name;
    this.mac = mac;
    this.address = address;
    this.prefix = prefix;
    this.mtu = mtu;
    this.offload = offload;
    this.broadcast = prefix.length <= 30 ? broadcastOf(prefix).bits : 0;
    this.neighbors = new Neighbors(limits);
    this.#carrierChanged = carrierChanged;
  }

  /** Whether it has a carrier. */
  get up(): boolean {
    return this.#up;
  }

  /**
   * The plug is pulled or put back. Without a carrier nothing is sent or received, and the ARP cache is forgotten; routes
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
