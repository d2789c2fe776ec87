/**
 * A cable between two ports: two lines, each with faults of its own, and what can be done to it while the world runs.
 *
 * A cut is silent: frames vanish, those on their way too, and the link light stays on, as when the cut is farther along.
 * With `carrier: 'lost'` it is the plug at the machine that was pulled: both interfaces see their link go, and nothing
 * passes in either direction, whatever direction was named.
 *
 * Calls it: users, through `world.cable`.
 */
import { checkKeys, checkOneOf } from '../base/check.ts';
import type { Json } from '../base/json.ts';
import { type CableOptions, type CableSettings, checkChangedCable, describeSettings } from './cable-options.ts';
import type { Line, Port } from './line.ts';

export interface CutOptions {
  /** Default: both ways. 'a' and 'b' are the cable's ends in the order in which `world.cable` was given them. */
  readonly direction?: 'a-to-b' | 'b-to-a';
  /** 'lost': the interfaces at both ends see it. Default 'kept'. */
  readonly carrier?: 'kept' | 'lost';
}

/** A cut as the world notes it down. */
export interface Cut {
  readonly direction: 'both' | 'a-to-b' | 'b-to-a';
  readonly carrier: 'kept' | 'lost';
}

/** What a cable tells the world that it lies in. */
export interface CableOwner {
  /** A cable is to be cut, mended, or set: tells the trace, then lets `change` do it. */
  cutting(cable: Cable, cut: Cut, change: () => void): void;
  mending(cable: Cable, change: () => void): void;
  setting(cable: Cable, aToB: CableSettings, bToA: CableSettings, change: () => void): void;
}

export type ChangeableOptions = Omit<CableOptions, 'mtu' | 'checksums' | 'name'>;

export class Cable {
  readonly name: string;
  /** Names of the hosts, switches or routers at its ends. */
  readonly ends: readonly [string, string];
  readonly mtu: number;
  readonly #a: Port;
  readonly #b: Port;
  readonly #aToB: Line;
  readonly #bToA: Line;
  readonly #owner: CableOwner;

  /** Called by the world only. */
  constructor(
    name: string,
    lines: readonly [Line, Line],
    ports: readonly [Port, Port],
    mtu: number,
    owner: CableOwner,
  ) {
    this.name = name;
    this.mtu = mtu;
    [this.#aToB, this.#bToA] = lines;
    [this.#a, this.#b] = ports;
    this.ends = [this.#a.device, this.#b.device];
    this.#owner = owner;
  }

  /**
   * Cuts the cable at this moment, in one direction or both. What is on its way in that direction is lost.
   *
   * @throws TypeError if an option is not known
   */
  cut(options: CutOptions = {}): void {
    const given = checkKeys('options', options, ['direction', 'carrier']);
    const carrier = checkOneOf('options.carrier', given.carrier ?? 'kept', ['kept', 'lost']);
    const named = given.direction;
    const direction = named === undefined ? 'both' : checkOneOf('options.direction', named, ['a-to-b', 'b-to-a']);
    this.#owner.cutting(this, { direction, carrier }, () => {
      const reason = carrier === 'lost' ? 'no-carrier' : 'cut';
      if (direction !== 'b-to-a' || carrier === 'lost') breakLine(this.#aToB, reason);
      if (direction !== 'a-to-b' || carrier === 'lost') breakLine(this.#bToA, reason);
      if (carrier === 'lost') this.#setCarrier(false);
    });
  }

  /** Makes the cable whole again, both ways, and the link light comes back. */
  mend(): void {
    this.#owner.mending(this, () => {
      const wasDark = this.#aToB.broken === 'no-carrier';
      this.#aToB.broken = undefined;
      this.#bToA.broken = undefined;
      if (wasDark) this.#setCarrier(true);
    });
  }

  /**
   * Changes options from this moment on, in one direction or both; those not named stay. Frames that are on their way
   * arrive as they would have.
   *
   * @throws TypeError, RangeError naming the option, its value and what is allowed
   */
  set(options: ChangeableOptions, direction?: CutOptions['direction']): void {
    const named = direction === undefined ? 'both' : checkOneOf('direction', direction, ['a-to-b', 'b-to-a']);
    const changed = ({ settings }: Line, other: Cut['direction']) => {
      const after = checkChangedCable(options, settings);
      return named === other ? settings : after;
    };
    const [aToB, bToA] = [changed(this.#aToB, 'b-to-a'), changed(this.#bToA, 'a-to-b')];
    this.#owner.setting(this, aToB, bToA, () => {
      this.#aToB.settings = aToB;
      this.#bToA.settings = bToA;
    });
  }

  /** What `set` would refuse. @throws TypeError, RangeError naming the option, its value and what is allowed */
  check(options: unknown): void {
    checkChangedCable(options, this.#aToB.settings);
  }

  /** Which directions pass nothing now. */
  get broken(): { readonly aToB: boolean; readonly bToA: boolean } {
    return { aToB: this.#aToB.broken !== undefined, bToA: this.#bToA.broken !== undefined };
  }

  /** How many frames are on it, waiting ones included. */
  get inFlight(): number {
    return this.#aToB.inFlight + this.#bToA.inFlight;
  }

  /** The options in force, as the trace tells them. Times in nanoseconds. */
  describe(): Record<string, Json> {
    return { ...describeSettings(this.#aToB.settings), mtu: this.mtu };
  }

  #setCarrier(up: boolean): void {
    this.#a.setCarrier(up);
    this.#b.setCarrier(up);
  }
}

function breakLine(line: Line, reason: 'cut' | 'no-carrier'): void {
  // A pulled plug stays pulled when the cable is then also cut.
  if (line.broken !== 'no-carrier') line.broken = reason;
  line.loseAll(reason);
}
