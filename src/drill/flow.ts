/**
 * One connection as the script numbers it, and as it is: the script calls our first sequence number 0 and our clock
 * whatever it likes; the stack draws both.
 *
 *     live sequence number = the script's + offset, known from our first SYN on
 *     live timestamp       = what we sent where the script said `val N`
 *
 * The peer's numbers are the script's own. Calls it: `run.ts`, `inject.ts`, `expect.ts`.
 */
import type { IpAddress } from '../wire/address.ts';
import { SYN } from '../wire/tcp.ts';

export interface FlowEnds {
  readonly local: IpAddress;
  readonly localPort: number;
  readonly remote: IpAddress;
  readonly remotePort: number;
}

export class Flow {
  readonly ends: FlowEnds;
  #offset: number | undefined;
  /** Our timestamps: the script's to the live ones. */
  readonly #stamps = new Map<number, number>();

  constructor(ends: FlowEnds) {
    this.ends = ends;
  }

  /** Our first packet says how the script's numbers and the live ones are apart; one without SYN uses the script's. */
  learn(scriptSeq: number, liveSeq: number, control: number): void {
    this.#offset ??= (control & SYN) === 0 ? 0 : (liveSeq - scriptSeq) >>> 0;
  }

  toLive(seq: number): number {
    return (seq + (this.#offset ?? 0)) >>> 0;
  }

  toScript(seq: number): number {
    return (seq - (this.#offset ?? 0)) >>> 0;
  }

  learnStamp(script: number, live: number): void {
    this.#stamps.set(script, live);
  }

  /** Of a stamp that was never sent: as far from the nearest known as the script says. */
  stampToLive(script: number): number {
    const known = this.#stamps.get(script);
    if (known !== undefined) return known;
    const [first] = this.#stamps;
    return first === undefined ? script : (first[1] + (script - first[0])) >>> 0;
  }

  stampToScript(live: number): number {
    for (const [script, known] of this.#stamps) if (known === live) return script;
    const [first] = this.#stamps;
    return first === undefined ? live : (first[0] + (live - first[1])) >>> 0;
  }
}
