/**
 * What went over each direction of a connection ('10.0.0.1:7000>10.0.1.2:49152'), as far as it tells how it ended: the
 * first FIN and RST that its sender put onto a cable, the last frame that its receiver heard, and who gave up.
 *
 * Calls it: `noticed.ts`.
 */
import { endpointText } from './endpoints.ts';
import type { Event, EventOf } from './event.ts';
import { ACK, FIN, headersOf, RST, SYN } from './headers.ts';
import type { Network } from './network.ts';

class Direction {
  /** Number of the SYN that began it. */
  since = 0;
  firstFin = Infinity;
  firstRst = Infinity;
  lastHeard = 0;
  /** Its sender's host gave the connection up. */
  gaveUp = 0;

  clone(): Direction {
    const copy = new Direction();
    copy.since = this.since;
    copy.firstFin = this.firstFin;
    copy.firstRst = this.firstRst;
    copy.lastHeard = this.lastHeard;
    copy.gaveUp = this.gaveUp;
    return copy;
  }
}

export class Traffic {
  readonly #network: Network;
  readonly #directions = new Map<string, Direction>();
  /** The direction of each frame on its way, and for which host it is. */
  readonly #frames = new Map<number, { readonly key: string; readonly to: string }>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** A copy that goes its own way, over a copy of the network. */
  clone(network: Network): Traffic {
    const copy = new Traffic(network);
    for (const [key, direction] of this.#directions) {
      copy.#directions.set(key, direction.clone());
    }
    for (const [n, frame] of this.#frames) copy.#frames.set(n, frame);
    return copy;
  }

  apply(event: Event): void {
    switch (event.kind) {
      case 'frame.sent':
        this.#sent(event);
        return;
      case 'frame.delivered': {
        const frame = this.#frames.get(event.frame);
        if (frame === undefined) return;
        this.#frames.delete(event.frame);
        if (this.#network.hostOf(frame.to) === event.host) this.#of(frame.key).lastHeard = event.n;
        return;
      }
      case 'frame.dropped':
        if ('frame' in event) this.#frames.delete(event.frame);
        return;
      case 'tcp.failed':
        if (event.failure !== 'reset' && event.failure !== 'refused') this.#of(event.connection).gaveUp = event.n;
        return;
      default:
    }
  }

  /** Number of the SYN that began the direction; 0 if none was seen. */
  since(key: string): number {
    return this.#directions.get(key)?.since ?? 0;
  }

  /** Number of the first FIN; Infinity if there was none. */
  firstFin(key: string): number {
    return this.#directions.get(key)?.firstFin ?? Infinity;
  }

  /** Number of the first RST; Infinity if there was none. */
  firstRst(key: string): number {
    return this.#directions.get(key)?.firstRst ?? Infinity;
  }

  /** Number of the first FIN or RST; Infinity if there was none. */
  firstEnd(key: string): number {
    return Math.min(this.firstFin(key), this.firstRst(key));
  }

  /** Number of the last delivery to the receiver; 0 if there was none. */
  lastHeard(key: string): number {
    return this.#directions.get(key)?.lastHeard ?? 0;
  }

  /** Number of the event in which the sender's host gave the connection up; 0: it did not. */
  gaveUp(key: string): number {
    return this.#directions.get(key)?.gaveUp ?? 0;
  }

  #sent(event: EventOf<'frame.sent'>): void {
    const tcp = headersOf(event);
    if (tcp?.protocol !== 'tcp') return;
    const key = `${endpointText(tcp.source, tcp.sourcePort)}>${endpointText(tcp.destination, tcp.destinationPort)}`;
    this.#frames.set(event.n, { key, to: tcp.destination });
    if (this.#network.hostOf(tcp.source) !== event.host) return;
    const { control } = tcp;
    if ((control & (SYN | ACK)) === SYN && !this.#isRunning(key)) this.#directions.delete(key);
    const direction = this.#of(key);
    if ((control & SYN) !== 0 && direction.since === 0) direction.since = event.n;
    if ((control & FIN) !== 0) direction.firstFin = Math.min(direction.firstFin, event.n);
    if ((control & RST) !== 0) direction.firstRst = Math.min(direction.firstRst, event.n);
  }

  /** A SYN that is sent again belongs to what it began; one after an end begins anew. */
  #isRunning(key: string): boolean {
    return this.firstEnd(key) === Infinity;
  }

  #of(key: string): Direction {
    const known = this.#directions.get(key);
    if (known !== undefined) return known;
    const direction = new Direction();
    this.#directions.set(key, direction);
    return direction;
  }
}
