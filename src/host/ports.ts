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
import { type Endpoint, ipv4 } from '../wire/address.ts';

/** A local address and port that are held. Several connections of one listener hold one together. */
export interface Binding {
  readonly local: Endpoint;
  readonly port: number;
  /** uint32; 0: any address. */
  readonly address: number;
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

  /** Holds the port; port 0: any free one. undefined: in use. */
  bind(address: number, port: number, reuse: boolean): Binding | undefined {
    if (port !== 0) return this.#conflicts(address, port, reuse) ? undefined : this.#hold(address, port, reuse, true);
    const first = this.#rng.below(this.#count);
    for (let i = 0; i < this.#count; i++) {
      const candidate = this.#low + ((first + i) % this.#count);
      if (!this.#conflicts(address, candidate, false)) return this.#hold(address, candidate, reuse, true);
    }
    return undefined;
  }

  /**
   * Holds a port for a connection from `address` to `remote`: one that no program bound, and that `isFree` finds unused
   * towards that peer. undefined: all are in use.
   */
  choose(
    address: number,
    remote: number,
    remotePort: number,
    reuse: boolean,
    isFree: (port: number) => boolean,
  ): Binding | undefined {
    const words = [address, remote, remotePort];
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
  share(parent: Binding, address: number): Binding {
    const held = this.#held.get(parent.port) ?? [];
    const shared = held.find(
      (other) =>
        other !== parent &&
        other.address === address &&
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
      if (other === binding || !overlap(other.address, binding.address)) continue;
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

  #conflicts(address: number, port: number, reuse: boolean): boolean {
    const held = this.#held.get(port);
    if (held === undefined) return false;
    if (this.#steals && reuse) return false;
    return held.some((other) => overlap(other.address, address) && !(reuse && other.reuse && !other.listening));
  }

  #hold(address: number, port: number, reuse: boolean, explicit: boolean): Binding {
    const local = { address: ipv4(address), port };
    const binding: Binding = { local, port, address, reuse, listening: false, explicit, holders: 1 };
    const held = this.#held.get(port);
    if (held === undefined) this.#held.set(port, [binding]);
    else held.push(binding);
    return binding;
  }
}

/** 0 is every address. */
function overlap(a: number, b: number): boolean {
  return a === 0 || b === 0 || a === b;
}
