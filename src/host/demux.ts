/**
 * Which connection or listener a segment belongs to: flows by their four numbers, listeners by address and port.
 *
 * Flows stand in a hash table with chains, keyed with secrets so that nobody can aim at one chain; a look-up allocates
 * nothing. Beside it the set of all flows, in order of birth, so that walking over all is deterministic.
 * Calls it: `tcp-host.ts`.
 */
import { assert } from '../base/assert.ts';
import type { Nanoseconds } from '../base/time.ts';
import type { Connection, ConnectionDriver } from '../tcp/connection.ts';
import type { Listen } from '../tcp/listen.ts';
import { canRest, TimeWait } from '../tcp/time-wait.ts';
import { hashOf, type IpAddress } from '../wire/address.ts';
import type { Leftover } from './leftovers.ts';
import type { Path } from './path.ts';
import { type Binding, coversAny } from './ports.ts';

/** An entry in the heap of deadlines. It lies there until its time, so it lets go of a flow that needs it no more. */
export class Alarm {
  readonly at: Nanoseconds;
  flow: Flow | undefined;

  constructor(at: Nanoseconds, flow: Flow) {
    this.at = at;
    this.flow = flow;
  }
}

/** What the stack keeps for each connection. */
export class Flow implements ConnectionDriver {
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly binding: Binding;
  /** local * 65536 + remote, as a signed 32-bit number. */
  readonly ports: number;
  /** Where its segments go; asked for again when the generation has changed. */
  path: Path | undefined = undefined;
  /** Of the next segment; counts up, from a secret start. */
  identification: number;
  /** On the list of those that have something to send or to tell; the event that brought it there. */
  isMarked = false;
  cause = 0;
  /** The one that will wake it; undefined: none. */
  alarm: Alarm | undefined = undefined;
  /** When it entered TIME-WAIT; -1: it has not. */
  timeWaitAt: Nanoseconds = -1;
  removed = false;
  /** As what it is counted among those without a user. */
  leftover: Leftover = 'none';
  /** The next in the same chain. */
  chain: Flow | undefined = undefined;
  #connection: Connection | undefined;
  /** In place of a connection that only waits. */
  #timeWait: TimeWait | undefined = undefined;
  readonly #mark: (flow: Flow) => void;

  /** `mark` puts it on that list. */
  constructor(connection: Connection, binding: Binding, identification: number, mark: (flow: Flow) => void) {
    const { local, remote } = connection;
    this.#connection = connection;
    this.local = local.address;
    this.remote = remote.address;
    this.binding = binding;
    this.ports = (local.port << 16) | remote.port;
    this.identification = identification;
    this.#mark = mark;
  }

  /** To be asked for anew each time, and not kept: the one of before may have been laid aside. */
  get connection(): Connection {
    return this.#connection ?? this.#wake();
  }

  changed(): void {
    this.#mark(this);
  }

  /** When it wants to be woken; NEVER: it does not. */
  get deadline(): Nanoseconds {
    return this.#timeWait?.deadline ?? this.connection.pollTimeout();
  }

  /** Its connection is laid aside: when its time has come there is nothing to do but to forget it. */
  get rests(): boolean {
    return this.#timeWait !== undefined;
  }

  /** All of it is done that was to be done: of a connection that only waits no more is kept than it needs. */
  rest(): void {
    const connection = this.#connection;
    if (connection === undefined || connection.user !== undefined || !canRest(connection.tcb)) return;
    this.#timeWait = new TimeWait(connection.tcb);
    this.#connection = undefined;
  }

  /** From now on `alarm` wakes it, and the one before does not. */
  setAlarm(alarm: Alarm | undefined): void {
    if (this.alarm !== undefined) this.alarm.flow = undefined;
    this.alarm = alarm;
  }

  #wake(): Connection {
    const connection = this.#timeWait?.wake();
    assert(connection !== undefined, 'a flow has a connection, or what it waits with');
    connection.driver = this;
    this.#connection = connection;
    this.#timeWait = undefined;
    return connection;
  }
}

export class FlowTable {
  #chains: (Flow | undefined)[] = [
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ];
  readonly #flows = new Set<Flow>();
  readonly #k0: number;
  readonly #k1: number;

  /** Two secrets. */
  constructor(k0: number, k1: number) {
    this.#k0 = k0 | 1;
    this.#k1 = k1 | 1;
  }

  get size(): number {
    return this.#flows.size;
  }

  find(local: IpAddress, localPort: number, remote: IpAddress, remotePort: number): Flow | undefined {
    const ports = (localPort << 16) | remotePort;
    let flow = this.#chains[this.#index(local, remote, ports)];
    while (flow !== undefined) {
      if (flow.ports === ports && flow.remote.key === remote.key && flow.local.key === local.key) return flow;
      flow = flow.chain;
    }
    return undefined;
  }

  add(flow: Flow): void {
    this.#flows.add(flow);
    if (this.#flows.size > this.#chains.length) this.#grow();
    else this.#link(flow);
  }

  delete(flow: Flow): void {
    if (!this.#flows.delete(flow)) return;
    flow.removed = true;
    flow.setAlarm(undefined);
    const index = this.#indexOf(flow);
    let other = this.#chains[index];
    if (other === flow) {
      this.#chains[index] = flow.chain;
    } else {
      while (other !== undefined && other.chain !== flow) other = other.chain;
      if (other !== undefined) other.chain = flow.chain;
    }
    flow.chain = undefined;
  }

  /** Oldest first. */
  values(): Iterable<Flow> {
    return this.#flows.values();
  }

  *connections(): Iterable<Connection> {
    for (const { connection } of this.#flows) yield connection;
  }

  clear(): void {
    for (const flow of this.#flows) flow.removed = true;
    this.#flows.clear();
    this.#chains.fill(undefined);
  }

  #link(flow: Flow): void {
    const index = this.#indexOf(flow);
    flow.chain = this.#chains[index];
    this.#chains[index] = flow;
  }

  #grow(): void {
    const chains: (Flow | undefined)[] = [];
    for (let i = 0; i < this.#flows.size * 2; i++) chains.push(undefined);
    while ((chains.length & (chains.length - 1)) !== 0) chains.push(undefined);
    this.#chains = chains;
    for (const flow of this.#flows) this.#link(flow);
  }

  #indexOf({ local, remote, ports }: Flow): number {
    return this.#index(local, remote, ports);
  }

  /** Multiply and mix (as MurmurHash3 does), with secrets. */
  #index(local: IpAddress, remote: IpAddress, ports: number): number {
    let hash = Math.imul(hashOf(remote) ^ this.#k0, 0x85eb_ca6b);
    hash = Math.imul((hash ^ (hash >>> 13)) + ports, this.#k1);
    hash = Math.imul((hash ^ (hash >>> 15)) + hashOf(local), 0xc2b2_ae35);
    return (hash ^ (hash >>> 16)) & (this.#chains.length - 1);
  }
}

/** A listener and the port that it holds. */
export interface ListenEntry {
  readonly listen: Listen;
  readonly binding: Binding;
}

export class ListenTable {
  readonly #entries = new Map<number, ListenEntry[]>();

  /** The one bound to the address, else the one bound to any, of the address's own family before one of both. */
  find(address: IpAddress, port: number): ListenEntry | undefined {
    const entries = this.#entries.get(port);
    if (entries === undefined) return undefined;
    let any: ListenEntry | undefined;
    for (const entry of entries) {
      const { local, dual } = entry.binding;
      if (local.address.key === address.key) return entry;
      if (!coversAny(local.address, dual, address)) continue;
      if (any === undefined || local.address.family === address.family) any = entry;
    }
    return any;
  }

  add(entry: ListenEntry): void {
    const entries = this.#entries.get(entry.binding.port);
    // The newest first: with a profile that lets a port be taken over, it gets the connections.
    if (entries === undefined) this.#entries.set(entry.binding.port, [entry]);
    else entries.unshift(entry);
  }

  /** Takes it out; undefined if it was not in. */
  delete(listen: Listen): ListenEntry | undefined {
    for (const [port, entries] of this.#entries) {
      const at = entries.findIndex((entry) => entry.listen === listen);
      const entry = entries[at];
      if (entry === undefined) continue;
      entries.splice(at, 1);
      if (entries.length === 0) this.#entries.delete(port);
      return entry;
    }
    return undefined;
  }

  *values(): Iterable<ListenEntry> {
    for (const entries of this.#entries.values()) yield* entries;
  }

  clear(): void {
    this.#entries.clear();
  }
}
