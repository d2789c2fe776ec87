/**
 * The way of each frame from the host that made it to the host that took it, with the hops over switches and routers
 * left out: what a sequence diagram draws as one arrow.
 *
 * A hop is joined to the next by causes: what a router sends is caused by what was delivered to it. A packet that
 * waited there (for ARP) has another cause, and is known again by its headers.
 *
 * Calls it: `rows.ts`.
 */
import { fromBase64 } from '../../base/bytes.ts';
import type { Nanoseconds } from '../../base/time.ts';
import type { Event, EventOf } from '../../trace/event.ts';
import { ACK, type Headers, readHeaders } from '../../trace/headers.ts';

export interface Journey {
  /** Number of the event that put it onto the first cable. */
  readonly n: number;
  readonly at: Nanoseconds;
  /** The host that made it. */
  readonly from: string;
  /** The host that it is for; undefined for a broadcast, or an address that no host has. */
  readonly to: string | undefined;
  readonly headers: Headers | undefined;
  readonly length: number;
  /** Why it was sent, if a timer or a loss made its sender send it. */
  readonly why: Why | undefined;
  arrived: { readonly at: Nanoseconds; readonly host: string } | undefined;
  /** It ended on its way, or the host that got it refused it. */
  ended: { readonly where: string; readonly reason: string } | undefined;
}

export type Why = 'again' | 'keep-alive probe' | 'window probe';

export class Journeys {
  /** Hosts by their addresses. */
  readonly #hosts = new Map<string, string>();
  readonly #between = new Set<string>();
  /** By the numbers of the events on its way: sent and delivered. */
  readonly #byEvent = new Map<number, Journey>();
  /** Delivered to a router and not sent on yet. */
  readonly #resting = new Map<string, Journey[]>();
  /** The timers that send probes, by the numbers of their events. */
  readonly #timers = new Map<number, Why>();
  readonly #again = new Map<string, Set<number>>();

  /** Takes the next event; a journey that begins with it, or undefined. */
  take(event: Event): Journey | undefined {
    switch (event.kind) {
      case 'host.added':
        if (event.what !== 'host') this.#between.add(event.name);
        return undefined;
      case 'interface.added':
        this.#hosts.set(event.address.split('/')[0] ?? '', event.host);
        return undefined;
      case 'tcp.timer':
        if (event.timer === 'keep-alive') this.#timers.set(event.n, 'keep-alive probe');
        if (event.timer === 'persist') this.#timers.set(event.n, 'window probe');
        return undefined;
      case 'frame.sent':
        return this.#sent(event);
      case 'frame.delivered':
        this.#delivered(event);
        return undefined;
      case 'frame.dropped':
        this.#dropped(event);
        return undefined;
      default:
        return undefined;
    }
  }

  #sent(event: EventOf<'frame.sent'>): Journey | undefined {
    const headers = readHeaders(fromBase64(event.bytes));
    if (this.#between.has(event.host)) {
      const known = this.#byEvent.get(event.cause) ?? this.#takeResting(event.host, headers);
      if (known !== undefined) {
        this.#byEvent.set(event.n, known);
        return undefined;
      }
    }
    const journey: Journey = {
      n: event.n,
      at: event.at,
      from: event.host,
      to: headers === undefined || headers.protocol === 'arp' ? undefined : this.#hosts.get(headers.destination),
      headers,
      length: event.length,
      why: this.#isAgain(headers) ? 'again' : this.#probeOf(event, headers),
      arrived: undefined,
      ended: undefined,
    };
    this.#byEvent.set(event.n, journey);
    return journey;
  }

  /** A probe carries no text (T3 and T4 of the measured behaviour). */
  #probeOf(event: EventOf<'frame.sent'>, headers: Headers | undefined): Why | undefined {
    const isPlain = headers?.protocol === 'tcp' && headers.control === ACK && headers.text === 0;
    return isPlain ? this.#timers.get(event.cause) : undefined;
  }

  #delivered(event: EventOf<'frame.delivered'>): void {
    const journey = this.#byEvent.get(event.frame);
    if (journey === undefined) return;
    this.#byEvent.set(event.n, journey);
    if (!this.#between.has(event.host)) {
      journey.arrived ??= { at: event.at, host: event.host };
      return;
    }
    const resting = this.#resting.get(event.host) ?? [];
    resting.push(journey);
    if (resting.length > 64) resting.shift();
    this.#resting.set(event.host, resting);
  }

  #dropped(event: EventOf<'frame.dropped'>): void {
    const inFlight = 'frame' in event;
    const journey = this.#byEvent.get(inFlight ? event.frame : event.cause);
    if (journey === undefined) return;
    journey.ended ??= { where: inFlight ? event.where : event.host, reason: event.reason };
  }

  #takeResting(router: string, headers: Headers | undefined): Journey | undefined {
    const resting = this.#resting.get(router) ?? [];
    const wanted = packetKey(headers);
    const index = wanted === undefined ? -1 : resting.findIndex((journey) => packetKey(journey.headers) === wanted);
    return index === -1 ? undefined : resting.splice(index, 1)[0];
  }

  /** True if a segment with text, SYN or FIN at that sequence number has been sent before in that direction. */
  #isAgain(headers: Headers | undefined): boolean {
    if (headers?.protocol !== 'tcp' || (headers.text === 0 && (headers.control & 3) === 0)) return false;
    const key = `${headers.source}:${headers.sourcePort}>${headers.destination}:${headers.destinationPort}`;
    const sent = this.#again.get(key) ?? new Set<number>();
    this.#again.set(key, sent);
    if (sent.has(headers.seq)) return true;
    sent.add(headers.seq);
    return false;
  }
}

/** What makes a packet known again behind a router, which changes only its TTL. */
function packetKey(headers: Headers | undefined): string | undefined {
  if (headers === undefined || headers.protocol === 'arp') return undefined;
  const { ttl: _, ...rest } = headers;
  return JSON.stringify(rest);
}
