/**
 * A router as users see it: it forwards between the networks that it is cabled to, answers for lost packets by ICMP, and
 * takes its addresses by itself (`topology.ts`). With `forgetIdle` it is one that forgets flows, as a NAT or firewall does.
 *
 * Calls it: users, through `world.router`.
 */
import type { Duration } from '../system/system.ts';
import type { Fabric } from './fabric.ts';
import type { Machine, MachinePlan } from './machine.ts';

export interface RouterOptions {
  /** A flow that was idle for so long is forgotten: its packets are dropped from then on, silently. */
  readonly forgetIdle?: Duration;
}

export class Router {
  readonly name: string;
  readonly #fabric: Fabric;
  readonly #machine: Machine;

  /** Called by the world only. */
  constructor(fabric: Fabric, plan: Omit<MachinePlan, 'rng' | 'sink'>) {
    this.name = plan.name;
    this.#fabric = fabric;
    this.#machine = fabric.addMachine(plan, this);
    fabric.announce(this.#machine);
  }

  /** Its addresses, '10.0.0.254/24'; they are known once the world has run. */
  get addresses(): readonly string[] {
    return this.#machine.places.flatMap((nic) => nic.describe());
  }

  /** The power goes off: nothing passes any more, silently, and flows and neighbours are forgotten. */
  powerOff(): void {
    this.#fabric.powerOff(this.#machine);
  }

  powerOn(): void {
    this.#fabric.powerOn(this.#machine);
  }
}
