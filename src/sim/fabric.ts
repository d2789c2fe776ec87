/**
 * What a world is made of, and where its parts find each other: hosts, routers, switches and cables by name, the
 * topology. Users see `world.ts`; this is behind it.
 *
 * Calls it: `world.ts`, `host.ts`, `router.ts`, `cable.ts`, `invariants.ts`.
 */
import { assert } from '../base/assert.ts';
import { checkName } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import type { Rng } from '../base/rng.ts';
import type { Sink } from '../base/sink.ts';
import type { LayerEvent } from '../trace/event.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { FaultEvent } from '../trace/world-events.ts';
import { formatAddress, type IpAddress, LOOPBACK, type MacAddress, parseAddress } from '../wire/address.ts';
import { FramePool } from '../wire/frame.ts';
import { LOOPBACK6 } from '../wire/ipv6-address.ts';
import { Cable, type CableOwner, type Cut } from './cable.ts';
import { type CableSettings, checkNewCable, describeSettings, type NewCable } from './cable-options.ts';
import { Judge } from './fault.ts';
import { Line, type Port } from './line.ts';
import { LiveLedger } from './live-ledger.ts';
import { Loop } from './loop.ts';
import { Machine, type MachinePlan, type MachineWorld } from './machine.ts';
import { Nic } from './nic.ts';
import type { Platform } from './platform.ts';
import { ProgramWorld } from './programs.ts';
import { RealServers } from './real-servers.ts';
import { Switch } from './switch.ts';
import { Timeline } from './timeline.ts';
import { Topology } from './topology.ts';
import type { Variation } from './variation.ts';

/** Locally administered (IEEE 802, 8.2), so that it is no manufacturer's. */
const FIRST_MAC: MacAddress = 0x02_00_00_00_00_01;

/** For those who look at a world from inside: the fabric behind a world or a process that the user holds. */
const FABRICS = new WeakMap<object, Fabric>();

export function fabricOf(held: object): Fabric {
  const fabric = FABRICS.get(held);
  assert(fabric !== undefined, 'every world has its fabric, and every process');
  return fabric;
}

export function hold(held: object, fabric: Fabric): void {
  FABRICS.set(held, fabric);
}

export class Fabric implements MachineWorld, CableOwner {
  readonly loop: Loop;
  readonly timeline: Timeline;
  /** undefined: everything is as it was told. */
  readonly variation: Variation | undefined;
  readonly recorder: Recorder;
  readonly platform: Platform;
  readonly pool = new FramePool();
  readonly rng: Rng;
  /** For events that are no host's. */
  readonly sink: Sink<LayerEvent>;
  readonly machines = new Map<string, Machine>();
  readonly switches = new Map<string, Switch>();
  readonly cables = new Map<string, Cable>();
  readonly ledger: LiveLedger;
  /** The world as processes see it. */
  readonly programs = new ProgramWorld(this);
  readonly realServers: RealServers;
  /** Whose address is whose. */
  readonly #owners = new Map<string, string>();
  /** Whose names are whose beside the own ones, in lower case. */
  readonly #aliases = new Map<string, Machine>();
  readonly #topology = new Topology();
  /** What stands behind the objects that users hold. */
  readonly #behind = new Map<unknown, Machine | Switch | Nic>();
  #macs = 0;

  constructor(platform: Platform, recorder: Recorder, rng: Rng, seed: number, variation?: Variation) {
    this.variation = variation;
    this.timeline = new Timeline(variation && (() => variation.rank()));
    this.platform = platform;
    this.recorder = recorder;
    this.rng = rng;
    this.sink = recorder.sinkFor('', this.timeline);
    this.ledger = new LiveLedger(recorder.on, (address) => this.#owners.get(address));
    this.realServers = new RealServers(this.timeline, platform.wall);
    this.loop = new Loop(this.timeline, recorder, platform, seed, this.realServers, () => this.#prepare());
  }

  nextMac(): MacAddress {
    const mac = FIRST_MAC + this.#macs;
    this.#macs += 1;
    return mac;
  }

  /** A name that no host, router or switch has yet. */
  newName(name: unknown): string {
    const checked = checkName('name', name);
    if (this.machines.has(checked) || this.switches.has(checked) || this.#aliases.has(checked.toLowerCase())) {
      throw new RangeError(`name: '${checked}' is taken; allowed is a name that no other host, router or switch has`);
    }
    return checked;
  }

  /** The handle is what the user holds, and gives back as a cable's end. */
  addMachine(plan: Omit<MachinePlan, 'rng' | 'sink'>, handle: unknown): Machine {
    const { name } = plan;
    const rng = this.rng.fork(`host ${name}`);
    const machine = new Machine(this, { ...plan, rng, sink: this.recorder.sinkFor(name, this.timeline) });
    this.machines.set(name, machine);
    this.#topology.addStation(machine);
    this.#behind.set(handle, machine);
    this.loop.unprepare();
    return machine;
  }

  /** More names for a host. @throws RangeError if one is another's */
  addAliases(machine: Machine, aliases: readonly string[]): void {
    for (const alias of aliases) {
      const owner = this.#machineLike(alias) ?? this.#aliases.get(alias.toLowerCase());
      if (alias === 'localhost' || (owner !== undefined && owner !== machine)) {
        throw new RangeError(`options.aliases: '${alias}' is taken; allowed is a name that no other host has`);
      }
      this.#aliases.set(alias.toLowerCase(), machine);
    }
  }

  /** It was refused before anything could know it. */
  removeMachine(machine: Machine, handle: unknown): void {
    for (const [alias, owner] of this.#aliases) if (owner === machine) this.#aliases.delete(alias);
    this.machines.delete(machine.name);
    this.#topology.removeStation(machine);
    this.#behind.delete(handle);
  }

  /** Tells the trace that it is there. */
  announce({ name, forwards, places, plan }: Machine): void {
    const what = forwards ? 'router' : 'host';
    const addresses = places.flatMap((nic) => nic.describe());
    this.sink.emit({ kind: 'host.added', name, what, addresses, profile: plan.profile.name });
  }

  /** An interface; `given` is undefined for a router's, whose address comes with its cable. */
  addNic(
    machine: Machine,
    name: string,
    mac?: MacAddress,
    given?: Parameters<Machine['addNic']>[2],
    handle?: unknown,
  ): Nic {
    for (const { address } of given ?? []) {
      const taken = this.#topology.placeOf(address);
      if (taken?.fixed !== true) continue;
      throw new RangeError(
        `address: '${formatAddress(address)}' is host '${taken.device}''s; allowed is an address that no other has`,
      );
    }
    const nic = machine.addNic(name, mac, given);
    this.#topology.addPlace(machine, nic);
    if (handle !== undefined) this.#behind.set(handle, nic);
    this.loop.unprepare();
    return nic;
  }

  addSwitch(name: string): Switch {
    const made = new Switch(name);
    this.switches.set(name, made);
    this.#behind.set(made, made);
    if (this.sink.on) this.sink.emit({ kind: 'host.added', name, what: 'switch', addresses: [] });
    return made;
  }

  /** @throws TypeError, RangeError for ends that cannot be joined, or wrong options */
  addCable(a: unknown, b: unknown, options: unknown): Cable {
    const plan = checkNewCable(options);
    const ends = [this.#freeEnd('a', a), this.#freeEnd('b', b)] as const;
    if (ends[0] === ends[1]) {
      throw new RangeError(
        `b: both ends are '${nameOf(ends[0])}'; allowed are two different hosts, routers or switches`,
      );
    }
    const name = this.#cableName(plan, nameOf(ends[0]), nameOf(ends[1]));
    for (const end of ends) if (end instanceof Nic) refuseOtherMtu(end, plan.mtu);
    const nics = ends.map((end) => (end instanceof Machine ? this.addNic(end, `eth${end.places.length}`) : end));
    const [one, other] = nics as [Nic | Switch, Nic | Switch];
    this.#topology.join(one, other);
    const { settings } = plan;
    const delay = this.variation?.delay(settings.delay) ?? settings.delay;
    const cable = this.#lay(name, { ...plan, settings: { ...settings, delay } }, one, other);
    this.cables.set(name, cable);
    this.loop.unprepare();
    const [deviceA, deviceB] = cable.ends;
    if (this.sink.on) {
      this.sink.emit({ kind: 'cable.added', cable: name, a: deviceA, b: deviceB, options: cable.describe() });
    }
    return cable;
  }

  /** The first address of the host or router of that name. */
  addressOf(name: string): string | undefined {
    const address = this.machines.get(name)?.places[0]?.addresses[0]?.address;
    return address === undefined ? undefined : formatAddress(address);
  }

  /**
   * The addresses that a program means by a name: those of a host's or router's first interface, of 'localhost', or an
   * address itself; none if there is no such name. A name in other letters, as a URL makes of 'A', means the first host
   * that is called so (RFC 4343).
   */
  resolve(name: string): readonly IpAddress[] {
    const machine = this.machines.get(name) ?? this.#machineLike(name) ?? this.#aliases.get(name.toLowerCase());
    if (machine !== undefined) return machine.places[0]?.addresses.map(({ address }) => address) ?? [];
    if (name === 'localhost') return [LOOPBACK6, LOOPBACK];
    try {
      return [parseAddress('host', name)];
    } catch {
      return [];
    }
  }

  #machineLike(name: string): Machine | undefined {
    const lower = name.toLowerCase();
    for (const [known, machine] of this.machines) if (known.toLowerCase() === lower) return machine;
    return undefined;
  }

  /** Does something to the world: tells the trace, and makes that event the cause of all that `change` brings about. */
  act(event: FaultEvent, host: string, change: () => void): void {
    const { recorder } = this;
    const before = recorder.cause;
    recorder.cause = 0;
    recorder.cause = recorder.emit(host, this.timeline.now(), event);
    change();
    recorder.cause = before;
  }

  /** `lose`: what goes with the power beside the stack. */
  powerOff(machine: Machine, lose: () => void = () => undefined): void {
    if (!machine.powered) return;
    this.act({ kind: 'host.powered-off' }, machine.name, () => {
      this.ledger.poweredOff(machine.name);
      lose();
      machine.powerOff();
    });
  }

  /** `boot`: what starts beside the stack. */
  powerOn(machine: Machine, boot: () => void = () => undefined): void {
    if (machine.powered) return;
    this.act({ kind: 'host.powered-on' }, machine.name, () => {
      machine.powerOn();
      boot();
    });
  }

  // CableOwner

  cutting(cable: Cable, { direction, carrier }: Cut, change: () => void): void {
    this.act({ kind: 'cable.cut', cable: cable.name, direction, carrier }, '', change);
  }

  mending(cable: Cable, change: () => void): void {
    this.act({ kind: 'cable.mended', cable: cable.name }, '', change);
  }

  setting(cable: Cable, aToB: CableSettings, bToA: CableSettings, change: () => void): void {
    const [options, back] = [describeSettings(aToB), describeSettings(bToA)];
    const differs = JSON.stringify(options) !== JSON.stringify(back);
    this.act({ kind: 'cable.set', cable: cable.name, options, ...(differs && { back }) }, '', change);
  }

  /** Before the world runs on: addresses for routers, routes for all, stacks for those that have none. */
  #prepare(): void {
    this.recorder.cause = 0;
    this.#topology.assignAddresses();
    for (const { name, places } of this.machines.values()) {
      for (const { address } of places.flatMap((nic) => nic.addresses)) this.#owners.set(formatAddress(address), name);
    }
    for (const machine of this.machines.values()) {
      machine.configure(this.#topology.routesOf(machine), this.#topology.neighborsOf(machine));
    }
  }

  /** Where a cable can be plugged in: a free interface; a router, which gets one; a switch. */
  #freeEnd(argument: string, end: unknown): Nic | Machine | Switch {
    const found = typeof end === 'string' ? (this.machines.get(end) ?? this.switches.get(end)) : this.#behind.get(end);
    if (found === undefined) {
      const known = [...this.machines.keys(), ...this.switches.keys()].join(', ');
      const what = typeof end === 'string' ? shown(end) : 'this value';
      throw new TypeError(
        `${argument}: ${what} is no part of this world; allowed is a host, router, switch or interface (${known})`,
      );
    }
    if (found instanceof Switch) return found;
    if (found instanceof Nic) {
      if (found.line === undefined) return found;
      throw new RangeError(
        `${argument}: ${found.name} of host '${found.device}' has a cable; allowed is a free interface`,
      );
    }
    if (found.forwards) return found;
    const free = found.places.find(({ line }) => line === undefined);
    if (free !== undefined) return free;
    const names = found.places.map(({ name }) => name).join(', ');
    throw new RangeError(
      `${argument}: host '${found.name}' has no free interface (${names} in use); allowed is one cable for each: add host.interface('eth${found.places.length}', { address })`,
    );
  }

  #cableName(plan: NewCable, a: string, b: string): string {
    if (plan.name !== undefined) {
      if (!this.cables.has(plan.name)) return plan.name;
      throw new RangeError(`options.name: '${plan.name}' is taken; allowed is a name that no other cable has`);
    }
    const base = `${a}-${b}`;
    let name = base;
    for (let i = 2; this.cables.has(name); i++) name = `${base}-${i}`;
    return name;
  }

  #lay(name: string, plan: NewCable, a: Nic | Switch, b: Nic | Switch): Cable {
    const [portA, portB]: readonly [Port, Port] = [portOf(a), portOf(b)];
    const rng = this.rng.fork(`cable ${name}`);
    const line = (from: Port, to: Port, direction: string) =>
      new Line({
        cable: name,
        from,
        to,
        mtu: plan.mtu,
        settings: plan.settings,
        timeline: this.timeline,
        recorder: this.recorder,
        makeJudge: () => new Judge(rng.fork(direction)),
      });
    const lines = [line(portA, portB, 'a-to-b'), line(portB, portA, 'b-to-a')] as const;
    portA.plug(lines[0], plan.mtu, plan.offloaded);
    portB.plug(lines[1], plan.mtu, plan.offloaded);
    return new Cable(name, lines, [portA, portB], plan.mtu, this);
  }
}

function refuseOtherMtu({ attached, device, name }: Nic, mtu: number): void {
  if (attached === undefined || attached.mtu === mtu) return;
  throw new RangeError(
    `options.mtu: ${mtu} differs from the ${attached.mtu} with which ${name} of host '${device}' runs already; allowed is ${attached.mtu}, or to lay the cable before the world runs`,
  );
}

function nameOf(end: Nic | Machine | Switch): string {
  return end instanceof Nic ? end.device : end.name;
}

function portOf(end: Nic | Switch): Port {
  return end instanceof Nic ? end : end.addPort();
}
