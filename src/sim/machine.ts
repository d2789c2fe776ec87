/**
 * The hardware of a host or router: its interfaces, its power, and the driver of the stack that runs on it.
 *
 * The stack (host/stack.ts) is sans-io; this hands it frames and time, lets it send when an event is over (`flush`), and
 * keeps one entry in the world's queue for its earliest deadline. A deadline that is put off moves no entry: when the
 * entry comes up, the stack is asked again. Without power there is no stack; the next one begins with other secrets.
 *
 * Calls it: `host.ts` and `router.ts`, which users see; the loop.
 */
import { assert } from '../base/assert.ts';
import type { Rng } from '../base/rng.ts';
import type { Sink } from '../base/sink.ts';
import { type Nanoseconds, NEVER } from '../base/time.ts';
import type { Profile } from '../host/profiles.ts';
import { Stack } from '../host/stack.ts';
import type { LayerEvent } from '../trace/event.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { MacAddress, Prefix } from '../wire/address.ts';
import type { Frame, FramePool } from '../wire/frame.ts';
import type { LiveLedger } from './live-ledger.ts';
import type { Loop, Worker } from './loop.ts';
import { Nic, type NicOwner } from './nic.ts';
import type { Occurrence } from './timeline.ts';
import type { PlannedNeighbor, PlannedRoute, Station } from './topology.ts';

/** What the world gives to each of its machines. */
export interface MachineWorld {
  readonly loop: Loop;
  readonly ledger: LiveLedger;
  readonly recorder: Recorder;
  readonly pool: FramePool;
  nextMac(): MacAddress;
}

/** What a machine is, checked. */
export interface MachinePlan {
  readonly name: string;
  readonly forwards: boolean;
  readonly profile: Profile;
  readonly accounting: 'linux' | 'payload';
  readonly sysctl: Record<string, number | string>;
  /** A router that forgets flows idle for so long. */
  readonly forgetIdle: Nanoseconds | undefined;
  readonly rng: Rng;
  readonly sink: Sink<LayerEvent>;
}

export class Machine implements Worker, Occurrence, NicOwner, Station {
  readonly name: string;
  readonly forwards: boolean;
  readonly plan: MachinePlan;
  readonly places: Nic[] = [];
  readonly explicitRoutes: { readonly prefix: Prefix; readonly via: string }[] = [];
  /** Undefined: without power, or the world has not run yet. */
  stack: Stack | undefined;
  /** The power is on. */
  powered = true;
  readonly #world: MachineWorld;
  #routes: readonly PlannedRoute[] = [];
  #neighbors: readonly PlannedNeighbor[] = [];
  #boots = 0;
  /** Of the next descriptor: 0 to 2 are taken on every system. */
  #descriptor = 3;
  /** The moment of this machine's entry in the world's queue. */
  #armed: Nanoseconds = NEVER;
  #hasWork = false;
  /** What made the work: the cause of the frames that come of it. */
  #cause = 0;

  constructor(world: MachineWorld, plan: MachinePlan) {
    this.#world = world;
    this.plan = plan;
    this.name = plan.name;
    this.forwards = plan.forwards;
  }

  /** How often its stack has started: 1 from the first run on, one more for each time that the power came back. */
  get boots(): number {
    return this.#boots;
  }

  /** When the world will ask the stack again; NEVER: it has no deadline. */
  get armed(): Nanoseconds {
    return this.#armed;
  }

  /** A number that no other descriptor of this host has or had. */
  newDescriptor(): number {
    this.#descriptor += 1;
    return this.#descriptor - 1;
  }

  // ---- what it is made of ----

  addNic(name: string, mac: MacAddress | undefined, given?: ConstructorParameters<typeof Nic>[3]): Nic {
    const nic = new Nic(this, name, mac ?? this.#world.nextMac(), given);
    this.places.push(nic);
    return nic;
  }

  /** The topology was computed: starts the stack if it has never run, and brings interfaces and routes up to date. */
  configure(routes: readonly PlannedRoute[], neighbors: readonly PlannedNeighbor[]): void {
    this.#routes = routes;
    this.#neighbors = neighbors;
    if (!this.powered) return;
    if (this.stack === undefined || this.#isRebuilt()) this.#boot();
    else this.#applyPlan(this.stack);
  }

  powerOff(): void {
    this.powered = false;
    this.stack?.powerOff();
    this.stack = undefined;
    for (const nic of this.places) nic.attached = undefined;
    this.#armed = NEVER;
  }

  powerOn(): void {
    this.powered = true;
    this.#boot();
  }

  /** A router's interface was given another address or MTU; only a new stack has no trace of the old one. */
  #isRebuilt(): boolean {
    return this.places.some(
      ({ attached, ipv4, ipv6, mtu }) =>
        attached !== undefined &&
        (attached.ipv4?.key !== ipv4?.address.key || attached.ipv6?.key !== ipv6?.address.key || attached.mtu !== mtu),
    );
  }

  #boot(): void {
    this.stack?.powerOff();
    for (const nic of this.places) nic.attached = undefined;
    const { name, profile, sysctl, accounting, sink, rng, forwards, forgetIdle } = this.plan;
    this.#boots += 1;
    const stack = new Stack({
      name,
      profile,
      sysctl,
      accounting,
      sink,
      rng: rng.fork(`boot ${this.#boots}`),
      pool: this.#world.pool,
      forward: forwards,
      ...(forgetIdle === undefined ? {} : { forgetIdle }),
    });
    stack.now = this.#world.loop.timeline.now();
    stack.onWork = () => this.work();
    const { ledger } = this.#world;
    stack.onConnection = (connection) => ledger.opened(name, connection);
    stack.onEnded = (connection) => ledger.ended(connection);
    this.stack = stack;
    this.#applyPlan(stack);
  }

  #applyPlan(stack: Stack): void {
    for (const nic of this.places) if (nic.attached === undefined) this.#attach(stack, nic);
    stack.routes.remove(({ metric }) => metric === PLANNED);
    for (const { prefix, gateway, through } of this.#routes) {
      const nic = this.places.find((own) => own === through);
      const source = nic?.[gateway.family]?.address;
      assert(nic?.attached !== undefined && source !== undefined, 'a route goes through an own interface');
      stack.routes.add({ prefix, gateway, through: nic.attached, metric: PLANNED, source });
    }
    for (const { through, address, mac } of this.#neighbors) {
      const nic = this.places.find((own) => own === through);
      nic?.attached?.neighbors.addPermanent(address, mac);
    }
    this.work();
  }

  #attach(stack: Stack, nic: Nic): void {
    const { name, mac, mtu, offloaded } = nic;
    const [first, ...others] = nic.addresses;
    if (first === undefined) return; // a router's, not joined with anything
    const attached = stack.addInterface(name, { mac, ...first, others, mtu, offload: offloaded });
    attached.transmit = (frame) => nic.transmit(frame);
    if (!nic.carrier) attached.setCarrier(false);
    nic.attached = attached;
    nic.announce(this.plan.sink);
  }

  // ---- events ----

  receive(nic: Nic, frame: Frame, now: Nanoseconds): void {
    const { stack } = this;
    assert(stack !== undefined && nic.attached !== undefined, 'a frame is delivered only where there is power');
    stack.now = now;
    stack.handleFrame(nic.attached, frame, now);
    this.work();
  }

  /** There may be something to send, or a new deadline, when the event is over. */
  work(): void {
    if (this.#hasWork) return;
    this.#hasWork = true;
    this.#cause = this.#world.recorder.cause;
    this.#world.loop.work(this);
  }

  flush(now: Nanoseconds): void {
    this.#hasWork = false;
    const { stack } = this;
    if (stack === undefined) return;
    const { recorder } = this.#world;
    const { cause } = recorder;
    recorder.cause = this.#cause;
    stack.now = now;
    stack.flush(now);
    recorder.cause = cause;
    this.#arm(stack.pollTimeout(now), now);
  }

  // Occurrence: the stack's earliest deadline.

  isDue(at: Nanoseconds): boolean {
    if (at !== this.#armed || this.stack === undefined) return false;
    const deadline = this.stack.pollTimeout(at);
    if (deadline <= at) return true;
    this.#armed = NEVER;
    this.#arm(deadline, at);
    return false;
  }

  occur(now: Nanoseconds): void {
    this.#armed = NEVER;
    const { stack } = this;
    assert(stack !== undefined, 'a deadline is due');
    stack.now = now;
    stack.handleTimeout(now);
    this.work();
  }

  #arm(deadline: Nanoseconds, now: Nanoseconds): void {
    if (deadline >= this.#armed) return;
    this.#armed = Math.max(deadline, now);
    this.#world.loop.timeline.put(this.#armed, this);
  }
}

/** Marks the routes that come from the world's topology, so that they can be replaced. Above 0, an interface's own. */
const PLANNED = 1;
