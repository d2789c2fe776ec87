/**
 * Where one byte of a channel is: the list of its places, each with the events that brought it there.
 *
 * A byte can be in several places at once: in the send buffer until its ACK comes, on a cable, and in the peer's
 * receive buffer already. What was taken away from a place (acknowledged, read, lost with a host) is not there any
 * more. The original in the program's memory stays there after `send` has copied it, and is the program's affair.
 *
 * Calls it: `world.where`, `halfopen where`, the page.
 */

import { fromBase64 } from '../base/bytes.ts';
import type { Way } from './channels.ts';
import { endpointText } from './endpoints.ts';
import type { Event, EventOf } from './event.ts';
import { readHeaders } from './headers.ts';
import { LedgerFold } from './ledger.ts';

/** Where a byte can lie. */
export type PlaceName =
  | 'application-buffer' // asked of `send`, which has not taken it yet
  | 'send-buffer'
  | 'cable'
  | 'lost' // its last copy went lost, and the receiver has none
  | 'out-of-order' // in the receive buffer, behind a hole
  | 'receive-buffer'
  | 'program' // copied out by `recv`
  | 'discarded'; // gone with its process, connection or host

export interface Place {
  readonly place: PlaceName;
  /** The host or cable. */
  readonly at: string;
  /** Of a byte in the send buffer: whether it has ever been sent. */
  readonly sent?: boolean;
  /** Numbers of the events that brought it there, oldest first. */
  readonly events: readonly number[];
}

/**
 * The places of the byte at `offset` (from 0) of a channel ('B:49152>A:7000'), after the event of number `until`, or
 * after the last. Of several connections with that name the last.
 * @throws RangeError if there is no such channel, or the byte was never asked to be sent
 */
export function where(events: Iterable<Event>, channel: string, offset: number, until = Infinity): Place[] {
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new RangeError(`offset: ${offset}; allowed is a whole number from 0, the channel's first byte`);
  }
  const watch = new ByteWatch(channel, offset);
  for (const event of events) {
    if (event.n > until) break;
    watch.apply(event);
  }
  return watch.places();
}

/** The events that moved the byte, as they are found. */
class Moves {
  asked = 0;
  copiedIn = 0;
  received = 0;
  copiedOut = 0;
  discardedSending = 0;
  discardedReceiving = 0;
  /** Copies on their way: number of `frame.sent` and cable. */
  readonly frames = new Map<number, string>();
  /** The last copy that went lost: its numbers, and where. */
  lost: { readonly events: readonly number[]; readonly at: string } | undefined;
}

/** The same, event by event: for who looks at one byte at many moments. Calls it: `where`, the page. */
export class ByteWatch {
  readonly #channel: string;
  readonly #offset: number;
  readonly #fold = new LedgerFold();
  #way: Way | undefined;
  #moves = new Moves();
  /** How many channels were looked at. */
  #looked = 0;

  constructor(channel: string, offset: number) {
    this.#channel = channel;
    this.#offset = offset;
  }

  apply(event: Event): void {
    const before = this.#state();
    this.#fold.apply(event);
    const way = this.#find();
    if (way === undefined) return;
    this.#noteChange(event, before, this.#state());
    if (event.kind === 'frame.sent') this.#noteFrame(event, way);
    else if (event.kind === 'frame.delivered') this.#moves.frames.delete(event.frame);
    else if (event.kind === 'frame.dropped') this.#noteLoss(event);
  }

  /** The channel; of several with its name the last. */
  #find(): Way | undefined {
    const { ways } = this.#fold;
    for (; this.#looked < ways.length; this.#looked++) {
      const way = ways[this.#looked];
      if (way?.name !== this.#channel) continue;
      this.#way = way;
      this.#moves = new Moves();
    }
    return this.#way;
  }

  /** Its places now. @throws RangeError as `where` does */
  places(): Place[] {
    const way = this.#way;
    if (way === undefined) {
      const names = [...new Set(this.#fold.ways.map(({ name }) => name))];
      throw new RangeError(`channel: '${this.#channel}' is not in the trace; channels: ${names.join(', ') || 'none'}`);
    }
    const state = this.#state();
    if (!state.asked && !state.received) {
      throw new RangeError(
        `offset: ${this.#offset}; of ${this.#channel} the program has sent ${way.sender.requested} bytes`,
      );
    }
    return [...this.#sending(way, state), ...this.#onTheWay(state), ...this.#receiving(way, state)];
  }

  #sending(way: Way, state: State): Place[] {
    const moves = this.#moves;
    const at = way.sender.host ?? 'outside';
    if (moves.discardedSending > 0) {
      return [{ place: 'discarded', at, events: known(moves.asked, moves.copiedIn, moves.discardedSending) }];
    }
    if (state.asked && !state.written) return [{ place: 'application-buffer', at, events: known(moves.asked) }];
    if (!state.written || state.acknowledged) return [];
    return [{ place: 'send-buffer', at, sent: state.sent, events: known(moves.asked, moves.copiedIn) }];
  }

  #onTheWay(state: State): Place[] {
    const { frames, lost } = this.#moves;
    const places: Place[] = [...frames].map(([n, cable]) => ({ place: 'cable', at: cable, events: [n] }));
    if (places.length > 0 || lost === undefined || state.received || state.outOfOrder) return places;
    return [{ place: 'lost', at: lost.at, events: lost.events }];
  }

  #receiving(way: Way, state: State): Place[] {
    const moves = this.#moves;
    const at = way.receiver.host ?? 'outside';
    const arrived = known(this.#sentAs(moves.received), moves.received);
    if (moves.discardedReceiving > 0)
      return [{ place: 'discarded', at, events: [...arrived, moves.discardedReceiving] }];
    if (state.read) return [{ place: 'program', at, events: [...arrived, ...known(moves.copiedOut)] }];
    if (state.received) return [{ place: 'receive-buffer', at, events: arrived }];
    return state.outOfOrder ? [{ place: 'out-of-order', at, events: arrived }] : [];
  }

  /** Number of the `frame.sent` of a delivery. */
  readonly #sentBy = new Map<number, number>();

  #sentAs(delivered: number): number {
    return this.#sentBy.get(delivered) ?? 0;
  }

  #noteChange(event: Event, before: State, after: State): void {
    const moves = this.#moves;
    if (after.asked && !before.asked) moves.asked = event.n;
    if (after.written && !before.written) moves.copiedIn = event.n;
    if (after.read && !before.read) moves.copiedOut = event.n;
    const there = after.received || after.outOfOrder;
    const wasThere = before.received || before.outOfOrder;
    if (there && !wasThere) {
      moves.received = event.n;
      if (event.kind === 'frame.delivered') this.#sentBy.set(event.n, event.frame);
    }
    if (!there && wasThere) moves.received = 0;
    this.#noteDiscard(event, before, after);
  }

  #noteDiscard(event: Event, before: State, after: State): void {
    const moves = this.#moves;
    if (before.discardedSending !== after.discardedSending && after.asked && !after.acknowledged) {
      // The connection loses what it was given, a program what it still holds, a host without power both.
      const isGone =
        event.kind === 'tcp.discarded' ? after.written : event.kind === 'host.powered-off' || !after.written;
      if (isGone) moves.discardedSending = event.n;
    }
    const here = (after.received || after.outOfOrder) && !after.read;
    if (before.discardedReceiving !== after.discardedReceiving && here) moves.discardedReceiving = event.n;
  }

  #noteFrame(event: EventOf<'frame.sent'>, way: Way): void {
    const tcp = readHeaders(fromBase64(event.bytes));
    if (tcp?.protocol !== 'tcp' || tcp.text === 0) return;
    const isSenders =
      endpointText(tcp.source, tcp.sourcePort) === way.sender.endpoint &&
      endpointText(tcp.destination, tcp.destinationPort) === way.receiver.endpoint;
    if (!isSenders || way.flow.iss === undefined) return;
    const { from, to } = way.flow.text(tcp);
    if (from <= this.#offset && this.#offset < to) this.#moves.frames.set(event.n, event.cable);
  }

  #noteLoss(event: EventOf<'frame.dropped'>): void {
    const moves = this.#moves;
    if ('frame' in event) {
      if (moves.frames.delete(event.frame)) moves.lost = { events: [event.frame, event.n], at: event.where };
    }
  }

  #state(): State {
    const way = this.#way;
    const offset = this.#offset;
    if (way === undefined) return NOWHERE;
    const { sender, receiver, flow } = way;
    return {
      asked: offset < sender.requested,
      written: offset < sender.written,
      sent: offset < flow.sent,
      acknowledged: offset < flow.acknowledged,
      received: offset < flow.received,
      outOfOrder: flow.outOfOrder.some(({ from, to }) => from <= offset && offset < to),
      read: offset < receiver.read,
      discardedSending: total(sender.discardedSending),
      discardedReceiving: total(receiver.discardedReceiving),
    };
  }
}

interface State {
  readonly asked: boolean;
  readonly written: boolean;
  readonly sent: boolean;
  readonly acknowledged: boolean;
  readonly received: boolean;
  readonly outOfOrder: boolean;
  readonly read: boolean;
  /** Bytes that were discarded so far. */
  readonly discardedSending: number;
  readonly discardedReceiving: number;
}

const NOWHERE: State = {
  asked: false,
  written: false,
  sent: false,
  acknowledged: false,
  received: false,
  outOfOrder: false,
  read: false,
  discardedSending: 0,
  discardedReceiving: 0,
};

function total(discarded: ReadonlyMap<string, number>): number {
  let bytes = 0;
  for (const count of discarded.values()) bytes += count;
  return bytes;
}

/** The numbers that are known. */
function known(...numbers: readonly number[]): number[] {
  return numbers.filter((n) => n > 0);
}
