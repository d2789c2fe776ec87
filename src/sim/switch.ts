/**
 * An Ethernet switch: it learns behind which port an address lives, and passes a frame on to that port, or to all others
 * while it does not know (IEEE 802.1D, 7.7 to 7.9, transparent bridging).
 *
 * Left out on purpose: spanning tree (a loop of switches is refused when its last cable is laid), VLANs, a delay of its
 * own. It has no power switch and no addresses.
 *
 * Calls it: `world.switch` makes it, lines deliver into its ports.
 */
import { assert } from '../base/assert.ts';
import { type Nanoseconds, SECOND } from '../base/time.ts';
import { isGroupMac, type MacAddress } from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';
import type { Line, Port } from './line.ts';

/** IEEE 802.1D, 7.9.2, the recommended ageing time. */
const AGEING: Nanoseconds = 300 * SECOND;

interface Learned {
  port: SwitchPort;
  at: Nanoseconds;
}

export class Switch {
  readonly name: string;
  readonly #ports: SwitchPort[] = [];
  readonly #table = new Map<MacAddress, Learned>();

  /** Called by the world only. */
  constructor(name: string) {
    this.name = name;
  }

  /** A new port; a switch always has room for one more cable. */
  addPort(): SwitchPort {
    const port = new SwitchPort(this, `port${this.#ports.length}`);
    this.#ports.push(port);
    return port;
  }

  /** Takes ownership of the frame. */
  forward(frame: Frame, from: SwitchPort, now: Nanoseconds): void {
    const source = macAt(frame, SOURCE);
    if (!isGroupMac(source)) this.#learn(source, from, now);
    const destination = macAt(frame, DESTINATION);
    const known = isGroupMac(destination) ? undefined : this.#table.get(destination);
    if (known !== undefined && now - known.at <= AGEING) {
      // Behind the port that it came from its addressee has it already.
      if (known.port === from) frame.release();
      else known.port.send(frame);
      return;
    }
    for (const port of this.#ports) if (port !== from) port.send(frame.clone());
    frame.release();
  }

  #learn(source: MacAddress, port: SwitchPort, now: Nanoseconds): void {
    const learned = this.#table.get(source);
    if (learned === undefined) {
      this.#table.set(source, { port, at: now });
    } else {
      learned.port = port;
      learned.at = now;
    }
  }
}

const DESTINATION = 0;
const SOURCE = 6;

function macAt(frame: Frame, offset: number): MacAddress {
  const start = frame.end - frame.length + offset;
  return frame.view.getUint16(start) * 0x1_0000_0000 + frame.view.getUint32(start + 2);
}

export class SwitchPort implements Port {
  readonly device: string;
  readonly name: string;
  readonly powered = true;
  readonly #switch: Switch;
  #line: Line | undefined;

  constructor(owner: Switch, name: string) {
    this.device = owner.name;
    this.name = name;
    this.#switch = owner;
  }

  receive(frame: Frame, now: Nanoseconds): void {
    this.#switch.forward(frame, this, now);
  }

  plug(line: Line): void {
    this.#line = line;
  }

  send(frame: Frame): void {
    assert(this.#line !== undefined, 'a port exists because a cable was plugged in');
    this.#line.send(frame);
  }

  /** A switch has no user whom it could tell; what it sends into the dark is lost on the line. */
  setCarrier(): void {}
}
