/**
 * The longest packet that a path takes, found out by what arrives and without a word from the path: RFC 4821 as Linux
 * does it (`net.ipv4.tcp_mtu_probing`). A path that swallows long packets and tells nobody is a black hole (RFC 2923, 2.1):
 * after a few time-outs segments become short; later longer ones are tried, one at a time.
 *
 *     0      low                         high
 *     |-------|------------|--------------|      packets up to `low` are known to arrive; `high` is the most that may
 *                        probe
 *
 * Sizes are of IP packets with headers and options, in bytes. Source: net/ipv4/tcp_timer.c (tcp_mtu_probing),
 * tcp_output.c (tcp_mtu_probe, tcp_mtup_init, tcp_mtu_check_reprobe), tcp_input.c (tcp_mtup_probe_success and _failed).
 * Calls it: `timeouts.ts`, `output.ts`, `acknowledge.ts`, `state-change.ts`; the Tcb holds one once it is needed.
 */
import type { Nanoseconds } from '../base/time.ts';
import { headersTo } from '../wire/tcp.ts';
import * as seq from './seq.ts';
import type { Tcb } from './tcb.ts';

/** What the host's sysctl values say. */
export interface MtuProbingConfig {
  /** tcp_mtu_probing: never, from a black hole on, or always. */
  readonly when: 'never' | 'black-hole' | 'always';
  /** tcp_base_mss: bytes of data in a segment where the search begins. */
  readonly base: number;
  /** tcp_mtu_probe_floor: no segment is made shorter than that. */
  readonly floor: number;
  /** tcp_probe_threshold: a range of fewer bytes is not searched any more. */
  readonly threshold: number;
  /** tcp_probe_interval: then it is searched again. */
  readonly interval: Nanoseconds;
}

/** Linux: less of a window of congestion has no room for an experiment. */
const SEGMENTS_LEAST = 11;
/** tp->reordering, and one: segments that must follow a probe, so that its loss shows. */
const SEGMENTS_BEHIND = 4;

export class MtuSearch {
  low: number;
  #high: number;
  #began: Nanoseconds;
  #probe: { readonly start: number; readonly end: number; readonly size: number } | undefined;

  constructor(tcb: Tcb, now: Nanoseconds) {
    this.low = tcb.config.mtuProbing.base + headersOf(tcb);
    this.#high = highest(tcb);
    this.#began = now;
  }

  /** Not even these arrive: half as much data in a segment, or tcp_base_mss if that is less. */
  narrow({ config }: Tcb, headers: number): void {
    const { base, floor } = config.mtuProbing;
    this.low = Math.max(floor, Math.min(base, Math.floor((this.low - headers) / 2))) + headers;
  }

  /**
   * Bytes of data for a segment that tries a longer packet now; 0: it is time for one, and it waits for room; undefined: it
   * is not.
   */
  next(tcb: Tcb, room: number, now: Nanoseconds): number | undefined {
    const { recovery, congestion, effectiveMss, receiveBuffer } = tcb;
    const reports = receiveBuffer.outOfOrder.count > 0 || tcb.duplicate !== undefined;
    if (this.#probe !== undefined || recovery.phase !== 'open' || reports) return undefined;
    if (congestion.cwnd < SEGMENTS_LEAST * effectiveMss) return undefined;
    this.#high = Math.min(this.#high, tcb.environment.mtu(tcb.remote.address));
    if (this.#high - this.low < tcb.config.mtuProbing.threshold) {
      this.#beginAgain(tcb, now);
      return undefined;
    }
    const size = Math.floor((this.#high + this.low) / 2) - headersOf(tcb);
    const needed = size + SEGMENTS_BEHIND * effectiveMss;
    if (tcb.unsent < needed || tcb.snd.wnd < needed) return undefined;
    const pipe = recovery.pipe(tcb);
    if (room < needed) return 0;
    if (pipe + 2 * effectiveMss > congestion.cwnd) return pipe === 0 ? undefined : 0;
    return size;
  }

  sent(tcb: Tcb, start: number, length: number): void {
    this.#probe = { start, end: seq.add(start, length), size: length + headersOf(tcb) };
  }

  /** SND.UNA has moved: past the probe, so the path takes as much. */
  acknowledged({ snd }: Tcb): void {
    if (this.#probe === undefined || seq.lt(snd.una, this.#probe.end)) return;
    this.low = this.#probe.size;
    this.#probe = undefined;
  }

  /**
   * The oldest segment was lost. If that was the probe, which tells of the path's length and not of its load, the sequence
   * number behind it; else undefined.
   */
  failed({ snd }: Tcb): number | undefined {
    if (this.#probe?.start !== snd.una) return undefined;
    const { end, size } = this.#probe;
    this.#high = size - 1;
    this.#probe = undefined;
    return end;
  }

  /** Something else was sent again: whatever becomes of the probe now, it proves nothing. */
  spoil(): void {
    this.#probe = undefined;
  }

  #beginAgain(tcb: Tcb, now: Nanoseconds): void {
    if (now - this.#began < tcb.config.mtuProbing.interval) return;
    this.#began = now;
    this.#high = highest(tcb);
    this.low = tcb.effectiveMss + headersOf(tcb);
  }
}

/** So many time-outs that long packets may be what is lost: the first time the search begins, then it goes down. */
export function suspectBlackHole(tcb: Tcb, now: Nanoseconds): void {
  if (tcb.config.mtuProbing.when === 'never') return;
  if (tcb.mtuSearch === undefined) tcb.mtuSearch = new MtuSearch(tcb, now);
  else tcb.mtuSearch.narrow(tcb, headersOf(tcb));
}

/** Of a segment with data: IP, TCP, and the options that each has. */
function headersOf({ remote, timestamps }: Tcb): number {
  return headersTo(remote.address) + (timestamps.on ? 12 : 0);
}

/** What both ends and the path allow. */
function highest({ environment, options, remote, snd }: Tcb): number {
  const agreed = options.maxSegment > 0 ? Math.min(options.maxSegment, snd.mss) : snd.mss;
  return Math.min(agreed + headersTo(remote.address), environment.mtu(remote.address));
}
