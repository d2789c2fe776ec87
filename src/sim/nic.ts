/**
 * A network interface of a host or router, as the world sees it: an address, a MAC, the cable that is plugged into it.
 * It outlives the stack behind it: after the power comes back a new stack takes it over.
 *
 * Calls it: `machine.ts`, which owns it; lines deliver into it.
 */
import type { Sink } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import type { Interface } from '../host/interface.ts';
import type { LayerEvent } from '../trace/event.ts';
import {
  formatAddress,
  formatMac,
  formatPrefix,
  type IpAddress,
  type MacAddress,
  type Prefix,
} from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';
import type { Line, Port } from './line.ts';
import type { Place } from './topology.ts';

/** What an interface delivers to. */
export interface NicOwner {
  readonly name: string;
  /** Takes ownership of the frame. */
  receive(nic: Nic, frame: Frame, now: Nanoseconds): void;
  /** Something happened that the stack may answer. */
  work(): void;
}

const MTU_DEFAULT = 1500;

export class Nic implements Port, Place {
  readonly device: string;
  readonly name: string;
  readonly fixed: boolean;
  readonly mac: MacAddress;
  address: IpAddress | undefined;
  prefix: Prefix | undefined;
  mtu = MTU_DEFAULT;
  /** The cable allows that checksums are left out. */
  offloaded = false;
  /** Where frames leave; undefined: no cable is plugged in. */
  line: Line | undefined;
  carrier = false;
  /** What the stack of now knows of it; undefined: not yet, or the power is off. */
  attached: Interface | undefined;
  readonly #owner: NicOwner;
  #announced = '';

  constructor(owner: NicOwner, name: string, mac: MacAddress, given?: { address: IpAddress; prefix: Prefix }) {
    this.device = owner.name;
    this.name = name;
    this.mac = mac;
    this.fixed = given !== undefined;
    this.address = given?.address;
    this.prefix = given?.prefix;
    this.#owner = owner;
  }

  /** '10.0.0.1/24'; '' while it has none. */
  describe(): string {
    if (this.address === undefined || this.prefix === undefined) return '';
    const length = formatPrefix(this.prefix).split('/')[1];
    return `${formatAddress(this.address)}/${length}`;
  }

  /** Tells the trace its address, once, and again only if it has changed. */
  announce(sink: Sink<LayerEvent>): void {
    const address = this.describe();
    if (address === this.#announced) return;
    this.#announced = address;
    const { name, mac, mtu } = this;
    sink.emit({ kind: 'interface.added', interface: name, address, mac: formatMac(mac), mtu });
  }

  get powered(): boolean {
    return this.attached !== undefined;
  }

  plug(line: Line, mtu: number, offloaded: boolean): void {
    this.line = line;
    this.mtu = mtu;
    this.offloaded = offloaded;
    this.carrier = true;
  }

  /** Takes ownership of a frame that the stack sends. */
  transmit(frame: Frame): void {
    if (this.line === undefined) frame.release();
    else this.line.send(frame);
  }

  receive(frame: Frame, now: Nanoseconds): void {
    this.#owner.receive(this, frame, now);
  }

  setCarrier(up: boolean): void {
    this.carrier = up;
    this.attached?.setCarrier(up);
    this.#owner.work();
  }
}
