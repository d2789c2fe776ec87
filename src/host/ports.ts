/**
 * Who holds which local port, of one transport protocol: conflicts, and the choice of an ephemeral port.
 *
 * Source: RFC 6056, 3.3.4 (double-hash selection) with Linux's range; conflicts as inet_csk_bind_conflict decides them,
 * measured: a port that a connection in TIME-WAIT holds is free only if SO_REUSEADDR is set on both sockets, and a
 * listening socket shares its address with none.
 * Calls it: `tcp-host.ts`, `datagrams.ts`.
 */
import type { Rng } from '../base/rng.ts';
import { halfSipHash } from '../base/siphash.ts';
import { type Endpoint, type IpAddress, isUnspecified, wordsOf } from '../wire/address.ts';

/** A local address and port that are held. Several connections of one listener hold one together. */
export interface Binding {
  readonly local: Endpoint;
  readonly port: number;
  /** Bound to '::' and to any address of IPv4 too (RFC 3493, 5.3: IPV6_V6ONLY is off). */
  readonly dual: boolean;
  /** SO_REUSEADDR of the socket; may change later. */
  reuse: boolean;
  listening: boolean;
  /** A program named it, or asked for any; false: chosen for connect(). */
  readonly explicit: boolean;
  holders: number;
}

/** Counters of the double hash (RFC 6056, 3.3.4: "TABLE_LENGTH"). */
const TABLE_LENGTH = 256;

export class Ports {
  readonly #held = new Map<number, Binding[]>();
  readonly #low: number;
  readonly #count: number;
  readonly #keys: readonly [number, number, number, number];
  readonly #table = new Uint32Array(TABLE_LENGTH);
  readonly #rng: Rng;
  readonly #steals: boolean;

  /** `low` to `high`: the ephemeral ports, both included. `steals`: SO_REUSEADDR of the newcomer alone is enough. */
  constructor(low: number, high: number, rng: Rng, steals: boolean) {
    this.#low = low;
    this.#count = high - low + 1;
    this.#rng = rng;
    this.#steals = steals;
    this.#keys = [rng.uint32(), rng.uint32(), rng.uint32(), rng.uint32()];
  }

  /** Holds the port; port 0: any free one. undefined: in use. `dual`: see Binding. */
  bind(address: IpAddress, port: number, reuse: boolean, dual = false): Binding | undefined {
    const isFree = (candidate: number, mayShare: boolean) => !this.#conflicts(address, candidate, mayShare, dual);
    if (port !== 0) return isFree(port, reuse) ? this.#hold(address, port, reuse, true, dual) : undefined;
    const first = this.#rng.below(this.#count);
    for (let i = 0; i < this.#count; i++) {
      const candidate = this.#low + ((first + i) % this.#count);
      if (isFree(candidate, false)) return this.#hold(address, candidate, reuse, true, dual);
    }
    return undefined;
  }

  /**
   * Holds a port for a connection from `address` to `remote`: one that no program bound, and that `isFree` finds unused
   * towards that peer. undefined: all are in use.
   */
  choose(
    address: IpAddress,
    { address: remote, port: remotePort }: Endpoint,
    reuse: boolean,
    isFree: (port: number) => boolean,
  ): Binding | undefined {
    const words = [...wordsOf(address), ...wordsOf(remote), remotePort];
    const offset = halfSipHash(this.#keys[0], this.#keys[1], words);
    const index = halfSipHash(this.#keys[2], this.#keys[3], words) % TABLE_LENGTH;
    for (let i = 0; i < this.#count; i++) {
      const step = this.#table[index] ?? 0;
      this.#table[index] = step + 1;
      const port = this.#low + ((offset + step) % this.#count);
      if (this.#held.get(port)?.some(({ explicit }) => explicit)) continue;
      if (isFree(port)) return this.#hold(address, port, reuse, false);
    }
    return undefined;
  }

  /** The listener of this binding makes a connection with the local address: it holds the port too. */
  share(parent: Binding, address: IpAddress): Binding {
    const held = this.#held.get(parent.port) ?? [];
    const shared = held.find(
      (other) =>
        other !== parent &&
        other.local.address.key === address.key &&
        other.reuse === parent.reuse &&
        !other.listening &&
        other.explicit,
    );
    if (shared === undefined) return this.#hold(address, parent.port, parent.reuse, true);
    shared.holders += 1;
    return shared;
  }

  /** One holder more. */
  retain(binding: Binding): void {
    binding.holders += 1;
  }

  /** From now on it listens. False: another listener has the address. */
  startListening(binding: Binding): boolean {
    for (const other of this.#held.get(binding.port) ?? []) {
      if (other === binding || !overlap(other, binding.local.address, binding.dual)) continue;
      if (other.listening && !(this.#steals && binding.reuse)) return false;
    }
    binding.listening = true;
    return true;
  }

  /** One holder less; the last one frees the port. */
  release(binding: Binding): void {
    binding.holders -= 1;
    if (binding.holders > 0) return;
    const held = this.#held.get(binding.port);
    if (held === undefined) return;
    const at = held.indexOf(binding);
    if (at >= 0) held.splice(at, 1);
    if (held.length === 0) this.#held.delete(binding.port);
  }

  clear(): void {
    this.#held.clear();
  }

  #conflicts(address: IpAddress, port: number, reuse: boolean, dual: boolean): boolean {
    const held = this.#held.get(port);
    if (held === undefined) return false;
    if (this.#steals && reuse) return false;
    return held.some((other) => overlap(other, address, dual) && !(reuse && other.reuse && !other.listening));
  }

  #hold(address: IpAddress, port: number, reuse: boolean, explicit: boolean, dual = false): Binding {
    const local = { address, port };
    const binding: Binding = { local, port, dual, reuse, listening: false, explicit, holders: 1 };
    const held = this.#held.get(port);
    if (held === undefined) this.#held.set(port, [binding]);
    else held.push(binding);
    return binding;
  }
}

/** Whether a socket bound to `bound` gets what is sent to `address`, as one for any address. */
export function coversAny(bound: IpAddress, dual: boolean, address: IpAddress): boolean {
  return isUnspecified(bound) && (bound.family === address.family || (dual && address.family === 'ipv4'));
}

function overlap({ local, dual }: Binding, address: IpAddress, dualToo: boolean): boolean {
  const bound = local.address;
  return bound.key === address.key || coversAny(bound, dual, address) || coversAny(address, dualToo, bound);
}
