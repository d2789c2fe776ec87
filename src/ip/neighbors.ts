/**
 * The neighbours of one interface, as ARP or neighbour discovery found them: which station has which address, and what waits until that is known.
 *
 * Source: RFC 826, RFC 1122 2.3.2; RFC 4861 7.3 (the states' names, RETRANS_TIMER, MAX_MULTICAST_SOLICIT); times and tries as Linux has them (net/core/neighbour.c: mcast_solicit and
 * ucast_solicit 3, retrans_time 1 s, base_reachable_time 30 s, delay_first_probe_time 5 s, unres_qlen 101 frames).
 *
 *   (none) --enqueue--> INCOMPLETE --reply--> REACHABLE --30 s unconfirmed, used--> DELAY --5 s--> PROBE --reply--> REACHABLE
 *                            \--3 tries, 3 s--> FAILED        a request of theirs--> STALE --used--> DELAY    \--3 s--> FAILED
 *
 * Transitions by age alone happen when an entry is used, so that a quiet host has no timer running. Deviation: Linux
 * spreads the 30 s over 15 to 45 s at random; here the nominal time counts.
 * Left out on purpose: sending. `pollRequest` and `pollFailed` say what is to be done; `host/arp.ts` and
 * `host/neighbor-discovery.ts` do it.
 */
import { assert } from '../base/assert.ts';
import { Fifo } from '../base/fifo.ts';
import { type Nanoseconds, NEVER, SECOND } from '../base/time.ts';
import type { AddressKey, IpAddress, MacAddress } from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';

/** Figures that Linux keeps in net.ipv4.neigh.default. */
export interface NeighborLimits {
  /** Tries before an address fails: mcast_solicit for the first search, ucast_solicit when an entry is verified. */
  readonly searches: number;
  readonly probes: number;
  readonly retry: Nanoseconds;
  readonly reachable: Nanoseconds;
  readonly delay: Nanoseconds;
  /** Frames that wait for one address; the oldest gives way (Linux: 212992 bytes, about as many). */
  readonly queue: number;
}

export const LINUX_NEIGHBOR_LIMITS: NeighborLimits = {
  searches: 3,
  probes: 3,
  retry: 1 * SECOND,
  reachable: 30 * SECOND,
  delay: 5 * SECOND,
  queue: 101,
};
/** Addresses that one interface remembers (Linux gc_thresh3). */
export const NEIGHBOR_LIMIT = 1024;

export type NeighborState = 'incomplete' | 'reachable' | 'stale' | 'delay' | 'probe' | 'failed';

/** An entry. Those who send often keep it, and ask `usable` instead of looking the address up again. */
export class Neighbor {
  readonly address: IpAddress;
  state: NeighborState = 'failed';
  /** undefined while no station is known. */
  mac: MacAddress | undefined = undefined;
  /** When it was last known that frames of ours reach it. */
  confirmed: Nanoseconds = -Infinity;
  tries = 0;
  deadline: Nanoseconds = NEVER;
  readonly queue: Fifo<Frame> = new Fifo();
  readonly #reachable: Nanoseconds;

  constructor(address: IpAddress, reachable: Nanoseconds) {
    this.address = address;
    this.#reachable = reachable;
  }

  /** It was put in by hand. */
  get isPermanent(): boolean {
    return this.confirmed === NEVER;
  }

  /** True if its MAC address may be used with nothing else to do: known, and confirmed not long ago (30 s). */
  usable(now: Nanoseconds): boolean {
    return this.state === 'reachable' && now < this.confirmed + this.#reachable;
  }
}

/** An address that did not answer, and the frames that had waited for it (now the caller's). */
export interface NeighborFailure {
  readonly address: IpAddress;
  readonly frames: readonly Frame[];
}

/** A request to be sent: broadcast (multicast) if `mac` is undefined. */
export interface NeighborRequest {
  readonly address: IpAddress;
  readonly mac: MacAddress | undefined;
  readonly attempt: number;
}

export class Neighbors {
  readonly #limits: NeighborLimits;
  readonly #entries = new Map<AddressKey, Neighbor>();
  /** Entries with a deadline. */
  readonly #armed = new Set<Neighbor>();
  #next: Nanoseconds = NEVER;
  readonly #requests: Fifo<NeighborRequest> = new Fifo();
  readonly #failures: Fifo<NeighborFailure> = new Fifo();

  constructor(limits: NeighborLimits = LINUX_NEIGHBOR_LIMITS) {
    this.#limits = limits;
  }

  // Getters

  find(address: IpAddress): Neighbor | undefined {
    return this.#entries.get(address.key);
  }

  entries(): Iterable<Neighbor> {
    return this.#entries.values();
  }

  // Use

  /** The MAC address to send to now, undefined if it must first be found: then `enqueue`. May begin to verify the entry. */
  resolve(address: IpAddress, now: Nanoseconds): MacAddress | undefined {
    const entry = this.#entries.get(address.key);
    return entry === undefined ? undefined : this.use(entry, now);
  }

  /** As `resolve`, for an entry that is at hand. */
  use(entry: Neighbor, now: Nanoseconds): MacAddress | undefined {
    if (entry.mac === undefined || entry.usable(now)) return entry.mac;
    if (entry.state === 'reachable' || entry.state === 'stale') {
      entry.state = 'delay';
      this.#arm(entry, now + this.#limits.delay);
    }
    return entry.mac;
  }

  /**
   * Keeps the frame until the address is known; the first one starts the search. Answers a frame that had to give way
   * (the caller's again), undefined if none.
   */
  enqueue(frame: Frame, address: IpAddress, now: Nanoseconds): Frame | undefined {
    const entry = this.#entryOf(address);
    assert(entry.mac === undefined, 'a frame waits only for an unknown station');
    entry.queue.push(frame);
    if (entry.state === 'failed') {
      entry.state = 'incomplete';
      entry.tries = 0;
      this.#ask(entry, now);
    }
    return entry.queue.length > this.#limits.queue ? entry.queue.shift() : undefined;
  }

  /**
   * The address is known for good, as a route's next hop on a point-to-point line: it is never searched for, verified,
   * replaced or forgotten (Linux NUD_PERMANENT).
   */
  addPermanent(address: IpAddress, mac: MacAddress): void {
    const entry = this.#entryOf(address);
    entry.mac = mac;
    entry.state = 'reachable';
    entry.confirmed = NEVER;
    this.#disarm(entry);
  }

  // Handle

  /**
   * A packet told who has the address. `solicited`: it answers a request of ours, so both directions work; else
   * (their request) only theirs is known to. Frames that waited are now in `release`. True if it was news.
   */
  learn(address: IpAddress, mac: MacAddress, solicited: boolean, mayAdd: boolean, now: Nanoseconds): boolean {
    let entry = this.#entries.get(address.key);
    if (entry === undefined) {
      if (!mayAdd) return false;
      entry = this.#entryOf(address);
    }
    if (entry.isPermanent || (entry.state === 'failed' && !mayAdd)) return false;
    const news = entry.mac !== mac;
    if (!solicited && !news && entry.state !== 'failed' && entry.state !== 'incomplete') return false;
    entry.mac = mac;
    entry.tries = 0;
    this.#disarm(entry);
    entry.state = solicited ? 'reachable' : 'stale';
    if (solicited) entry.confirmed = now;
    return news;
  }

  /** The next frame that waited for this address and may go now. */
  release(address: IpAddress): Frame | undefined {
    const entry = this.#entries.get(address.key);
    return entry === undefined || entry.mac === undefined ? undefined : entry.queue.shift();
  }

  /** Upper layers saw that our frames arrive there (Linux dst_confirm): as good as a reply. */
  confirm(entry: Neighbor, now: Nanoseconds): void {
    if (entry.mac === undefined || entry.isPermanent) return;
    entry.confirmed = now;
    if (entry.state !== 'reachable') {
      entry.state = 'reachable';
      this.#disarm(entry);
    }
  }

  handleTimeout(now: Nanoseconds): void {
    if (now < this.#next) return;
    for (const entry of this.#armed) {
      if (entry.deadline > now) continue;
      if (entry.state === 'delay') {
        entry.state = 'probe';
        entry.tries = 0;
      }
      const tries = entry.state === 'probe' ? this.#limits.probes : this.#limits.searches;
      if (entry.tries < tries) this.#ask(entry, now);
      else this.#fail(entry);
    }
    this.#findNext();
  }

  /** The carrier is gone: everything is forgotten, as Linux does (neigh_carrier_down). Waiting frames vanish untold. */
  flush(): void {
    for (const entry of this.#entries.values()) {
      if (entry.isPermanent) continue;
      entry.state = 'failed'; // not searched for: nobody is told
      for (const frame of this.#forget(entry)) frame.release();
      this.#entries.delete(entry.address.key);
    }
    this.#armed.clear();
    this.#next = NEVER;
    this.#requests.clear();
  }

  // Poll

  pollRequest(): NeighborRequest | undefined {
    return this.#requests.shift();
  }

  pollFailed(): NeighborFailure | undefined {
    return this.#failures.shift();
  }

  pollTimeout(): Nanoseconds {
    return this.#next;
  }

  #ask(entry: Neighbor, now: Nanoseconds): void {
    entry.tries += 1;
    this.#requests.push({ address: entry.address, mac: entry.mac, attempt: entry.tries });
    this.#arm(entry, now + this.#limits.retry);
  }

  #fail(entry: Neighbor): void {
    const searched = entry.state === 'incomplete' || entry.state === 'probe';
    const frames = this.#forget(entry);
    if (searched) this.#failures.push({ address: entry.address, frames });
  }

  /** What it knew is gone; answers the frames that waited. */
  #forget(entry: Neighbor): readonly Frame[] {
    const frames: Frame[] = [];
    for (let frame = entry.queue.shift(); frame !== undefined; frame = entry.queue.shift()) frames.push(frame);
    entry.state = 'failed';
    entry.mac = undefined;
    entry.confirmed = -Infinity;
    entry.deadline = NEVER;
    this.#armed.delete(entry);
    return frames;
  }

  #entryOf(address: IpAddress): Neighbor {
    const known = this.#entries.get(address.key);
    if (known !== undefined) return known;
    if (this.#entries.size >= NEIGHBOR_LIMIT) this.#evict();
    const entry = new Neighbor(address, this.#limits.reachable);
    this.#entries.set(address.key, entry);
    return entry;
  }

  /** Makes room: a failed entry, else the one that was confirmed longest ago. Searches that run are spared if possible. */
  #evict(): void {
    let worst: Neighbor | undefined;
    let worstRank = NEVER;
    for (const entry of this.#entries.values()) {
      const rank = entry.state === 'failed' ? -2 : entry.state === 'incomplete' ? NEVER : Math.max(entry.confirmed, -1);
      if (worst === undefined || rank < worstRank) {
        worst = entry;
        worstRank = rank;
      }
    }
    if (worst === undefined) return;
    this.#fail(worst);
    this.#entries.delete(worst.address.key);
    this.#findNext();
  }

  #arm(entry: Neighbor, at: Nanoseconds): void {
    entry.deadline = at;
    this.#armed.add(entry);
    if (at < this.#next) this.#next = at;
  }

  #disarm(entry: Neighbor): void {
    if (entry.deadline === NEVER) return;
    entry.deadline = NEVER;
    this.#armed.delete(entry);
    this.#findNext();
  }

  #findNext(): void {
    let next = NEVER;
    for (const entry of this.#armed) if (entry.deadline < next) next = entry.deadline;
    this.#next = next;
  }
}
