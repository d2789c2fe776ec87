/**
 * A network interface of a host or router, as the world sees it: its addresses, a MAC, the cable that is plugged into it.
 * It outlives the stack behind it: after the power comes back a new stack takes it over.
 *
 * Calls it: `machine.ts`, which owns it; lines deliver into it.
 */
import type { Sink } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import type { Interface } from '../host/interface.ts';
import type { LayerEvent } from '../trace/event.ts';
import { FAMILIES, type Family, formatAddress, formatMac, type MacAddress, type OnLink } from '../wire/address.ts';
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
  ipv4: OnLink | undefined;
  ipv6: OnLink | undefined;
  mtu = MTU_DEFAULT;
  /** The cable allows that checksums are left out. */
  offloaded = false;
  /** Where frames leave; undefined: no cable is plugged in. */
  line: Line | undefined;
  carrier = false;
  /** What the stack of now knows of it; undefined: not yet, or the power is off. */
  attached: Interface | undefined;
  readonly #owner: NicOwner;
  /** Which family comes first: the user's order. */
  readonly #order: readonly Family[];
  #announced: readonly string[] = [];

  constructor(owner: NicOwner, name: string, mac: MacAddress, given?: readonly OnLink[]) {
    this.device = owner.name;
    this.name = name;
    this.mac = mac;
    this.fixed = given !== undefined;
    this.#order = given?.map(({ address }) => address.family) ?? FAMILIES;
    for (const onLink of given ?? []) this[onLink.address.family] = onLink;
    this.#owner = owner;
  }

  /** Its addresses in the order in which they were given; none while it has none. */
  get addresses(): readonly OnLink[] {
    const all: OnLink[] = [];
    for (const family of this.#order) {
      const onLink = this[family];
      if (onLink !== undefined) all.push(onLink);
    }
    return all;
  }

  /** '10.0.0.1/24', 'fd00::1/64'. */
  describe(): string[] {
    return this.addresses.map(({ address, prefix }) => `${formatAddress(address)}/${prefix.length}`);
  }

  /** Tells the trace its addresses, once, and again only if they have changed. */
  announce(sink: Sink<LayerEvent>): void {
    const { name, mtu } = this;
    const mac = formatMac(this.mac);
    for (const address of this.describe()) {
      if (this.#announced.includes(address)) continue;
      sink.emit({ kind: 'interface.added', interface: name, address, mac, mtu });
    }
    this.#announced = this.describe();
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
