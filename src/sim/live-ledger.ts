/**
 * The ledger read off the sockets and connections themselves: where the bytes of each channel are, now. It costs nothing
 * while nobody asks; `trace/ledger.ts` folds another from frames and calls, and tests hold the two against each other.
 *
 * A connection that nobody holds and that only waits for its end (TIME-WAIT) or has reached it is let go: its last
 * figures are kept in its place. With the trace off those of the last thousand, so that a world that opens millions of
 * connections stays small.
 *
 * Calls it: `world.ts`; machines and processes tell it what begins and what is lost.
 */
import type { StreamSocket } from '../socket/socket.ts';
import type { ChannelLedger } from '../system/scenario.ts';
import { Connection } from '../tcp/connection.ts';
import type { ChannelFigures } from '../tcp/status.ts';
import { type Endpoint, formatAddress, formatEndpoint, sameEndpoint } from '../wire/address.ts';

const ENDED_KEPT = 1000;
const FIRST_SWEEP = 1000;

interface Figures {
  readonly requested: number;
  readonly written: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly received: number;
  readonly outOfOrder: number;
  readonly read: number;
}

const NOTHING: Figures = { requested: 0, written: 0, sent: 0, acknowledged: 0, received: 0, outOfOrder: 0, read: 0 };

/** What one end counts. */
export interface Counted {
  readonly requested: number;
  readonly figures: Omit<ChannelFigures, 'discarded'>;
}

const NOTHING_COUNTED: Counted = { requested: 0, figures: NOTHING };

/** `undefined` for an end outside of the world. */
export type ChannelVisitor = (
  sending: Counted | undefined,
  receiving: Counted | undefined,
  from: Endpoint,
  to: Endpoint,
) => void;

type Discarded = ChannelLedger['discarded'];

interface Lost {
  readonly application: number;
  readonly send: number;
  readonly receive: number;
  readonly outOfOrder: number;
}

const NOTHING_LOST: Lost = { application: 0, send: 0, receive: 0, outOfOrder: 0 };

/** What is kept of an end when nothing of it can change any more. */
interface Settled {
  readonly requested: number;
  readonly figures: ChannelFigures;
  readonly iss: number;
  readonly irs: number;
  readonly wasEstablished: boolean;
}

/** One end of a connection. */
class End {
  readonly host: string;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly passive: boolean;
  socket: StreamSocket | undefined;
  /** The host lost power, and this end with it. */
  gone = false;
  /** What went with the process or the host, beside what the connection itself tells. */
  lost: Lost = NOTHING_LOST;
  #of: Connection | Settled;

  constructor(host: string, connection: Connection) {
    this.host = host;
    this.local = connection.local;
    this.remote = connection.remote;
    this.passive = connection.tcb.passive;
    this.#of = connection;
  }

  /** undefined: it was let go. */
  get connection(): Connection | undefined {
    return this.#of instanceof Connection ? this.#of : undefined;
  }

  get iss(): number {
    return this.#of instanceof Connection ? this.#of.tcb.snd.iss : this.#of.iss;
  }

  get irs(): number {
    return this.#of instanceof Connection ? this.#of.tcb.rcv.irs : this.#of.irs;
  }

  get figures(): Figures {
    const figures = this.#figures;
    return { ...figures, requested: this.#requested(figures) };
  }

  /** Its SYN was acknowledged. */
  get wasEstablished(): boolean {
    if (!(this.#of instanceof Connection)) return this.#of.wasEstablished;
    const { una, iss } = this.#of.tcb.snd;
    return una !== iss;
  }

  get counted(): Counted {
    const figures = this.#figures;
    return { requested: this.#requested(figures), figures };
  }

  /** Nothing of it can change any more. */
  get isOver(): boolean {
    if (this.gone || !(this.#of instanceof Connection)) return true;
    return this.#of.state === 'CLOSED' && this.#of.user === undefined;
  }

  /** A process has it open. */
  get isHeld(): boolean {
    const held = !this.gone && this.#of instanceof Connection ? this.#of.user : undefined;
    return held !== undefined && held === this.socket;
  }

  /** Its figures stay as they are now; connection and socket are let go. */
  settle(): void {
    const { iss, irs, wasEstablished } = this;
    const figures = this.#figures;
    this.#of = { requested: this.#requested(figures), figures, iss, irs, wasEstablished };
    this.socket = undefined;
  }

  /** A process that is dead had still to hand this over. */
  loseApplication(): void {
    const { requested, written } = this.figures;
    const application = this.lost.application + requested - written;
    this.lost = { ...this.lost, application };
  }

  loseAll(): void {
    if (this.gone) return;
    if (this.isHeld) this.loseApplication();
    this.gone = true;
    if (!(this.#of instanceof Connection) || this.#of.state === 'CLOSED') return;
    const { written, acknowledged, received, read, outOfOrder } = this.figures;
    const { application } = this.lost;
    const already = this.#discarded;
    this.lost = {
      application,
      send: written - acknowledged - already['send-buffer'],
      receive: received - read - already['receive-buffer'],
      outOfOrder: outOfOrder - already['out-of-order'],
    };
  }

  get discardedSending(): Discarded {
    return places([
      ['application-buffer', this.lost.application],
      ['send-buffer', this.lost.send + this.#discarded['send-buffer']],
    ]);
  }

  get discardedReceiving(): Discarded {
    return places([
      ['receive-buffer', this.lost.receive + this.#discarded['receive-buffer']],
      ['out-of-order', this.lost.outOfOrder + this.#discarded['out-of-order']],
    ]);
  }

  get #figures(): ChannelFigures {
    return this.#of instanceof Connection ? this.#of.figures() : this.#of.figures;
  }

  get #discarded(): ChannelFigures['discarded'] {
    return this.#figures.discarded;
  }

  #requested({ written }: ChannelFigures): number {
    return this.#of instanceof Connection ? Math.max(this.socket?.requested ?? 0, written) : this.#of.requested;
  }
}

function places(bytes: readonly (readonly [string, number])[]): Discarded {
  return bytes.filter(([, count]) => count > 0).map(([where, count]) => ({ where, bytes: count }));
}

/** Both ends of a connection, as far as they are there; `one` is the end whose SYN began it. */
interface Pair {
  readonly oneAt: Endpoint;
  readonly otherAt: Endpoint;
  one: End | undefined;
  other: End | undefined;
  /** An older one with the same two ports. */
  older: Pair | undefined;
  /** `visitChanged` told its last figures. */
  told: boolean;
}

export class LiveLedger {
  readonly #hostOf: (address: string) => string | undefined;
  readonly #keepsAll: boolean;
  /** In the order in which the connections began. */
  #pairs: Pair[] = [];
  /** Ends that were not looked at yet. */
  #fresh: End[] = [];
  /** Of connections of which something can still change. */
  readonly #ends = new Map<Connection, End>();
  /** Those pairs by their two ports, the newest first. */
  readonly #byPorts = new Map<number, Pair>();
  #sweepAt = FIRST_SWEEP;

  /** `hostOf`: the host that has an address; undefined for a machine outside of the world. */
  constructor(keepsAll: boolean, hostOf: (address: string) => string | undefined) {
    this.#keepsAll = keepsAll;
    this.#hostOf = hostOf;
  }

  /** A host has a new connection. */
  opened(host: string, connection: Connection): void {
    const end = new End(host, connection);
    this.#ends.set(connection, end);
    this.#fresh.push(end);
    if (this.#fresh.length + this.#pairs.length >= this.#sweepAt) this.#sweep();
  }

  /** A connection has no user and no byte to move any more. */
  ended(connection: Connection): void {
    const end = this.#ends.get(connection);
    if (end === undefined) return;
    this.#match(); // while it can be told from one that comes after it
    this.#settle(end);
  }

  /** A connection has a socket. */
  connected(socket: StreamSocket): void {
    const end = socket.connection === undefined ? undefined : this.#ends.get(socket.connection);
    if (end !== undefined) end.socket = socket;
  }

  /** A process is about to be killed: what its blocked calls hold is lost. */
  killed(host: string, process: string): void {
    this.#match();
    for (const { one, other } of this.#pairs) {
      for (const end of [one, other]) {
        if (end?.host === host && end.isHeld && end.socket?.figures()?.process === process) end.loseApplication();
      }
    }
  }

  /** A host is about to lose its power, and all that it holds with it: also what calls on failed connections hold. */
  poweredOff(host: string): void {
    this.#match();
    for (const { one, other } of this.#pairs) {
      for (const end of [one, other]) if (end?.host === host) end.loseAll();
    }
  }

  /** Both channels of each connection, now. */
  read(): ChannelLedger[] {
    this.#match();
    return this.#pairs.flatMap((pair) => this.#channelsOf(pair));
  }

  /** Tells the figures of each channel of which something may have changed since this was asked last. */
  visitChanged(visit: ChannelVisitor): void {
    this.#match();
    for (const pair of this.#pairs) {
      const wasTold = pair.told;
      pair.told = isOver(pair);
      if (wasTold && pair.told) continue;
      const { one, other, oneAt, otherAt } = pair;
      const there = one?.counted ?? this.#countedAt(oneAt);
      const here = other?.counted ?? this.#countedAt(otherAt);
      visit(there, here, oneAt, otherAt);
      visit(here, there, otherAt, oneAt);
    }
  }

  /** An end that our host does not have yet has moved nothing; of others nothing is known. */
  #countedAt(at: Endpoint): Counted | undefined {
    return this.#isOurs(at) ? NOTHING_COUNTED : undefined;
  }

  // ---- which end belongs to which ----

  #match(): void {
    for (const end of this.#fresh) this.#place(end);
    this.#fresh = [];
  }

  #place(end: End): void {
    const { local, remote, passive } = end;
    const known = this.#newestBetween(local, remote);
    const peer = known?.one;
    // The other end of a connection that began there: its SYN's number is the one that we were given.
    const isItsOther = passive ? peer?.iss === end.irs : known?.other === undefined && peer?.isOver === false;
    // A copy of the SYN came when the connection that it began was over: nobody ever answers what it begins.
    if (passive && isItsOther && known?.other?.wasEstablished === true) return;
    if (known !== undefined && peer !== undefined && isItsOther) {
      known.other = end;
      return;
    }
    const pair: Pair = passive
      ? { oneAt: remote, otherAt: local, one: undefined, other: end, older: undefined, told: false }
      : { oneAt: local, otherAt: remote, one: end, other: undefined, older: undefined, told: false };
    this.#pairs.push(pair);
    this.#file(pair);
  }

  #newestBetween(local: Endpoint, remote: Endpoint): Pair | undefined {
    let pair = this.#byPorts.get(portsOf(local, remote));
    while (pair !== undefined) {
      const { oneAt, otherAt } = pair;
      if (sameEndpoint(oneAt, local) && sameEndpoint(otherAt, remote)) return pair;
      if (sameEndpoint(oneAt, remote) && sameEndpoint(otherAt, local)) return pair;
      pair = pair.older;
    }
    return undefined;
  }

  #file(pair: Pair): void {
    const ports = portsOf(pair.oneAt, pair.otherAt);
    pair.older = this.#byPorts.get(ports);
    this.#byPorts.set(ports, pair);
  }

  #sweep(): void {
    this.#match();
    this.#byPorts.clear();
    let ended = 0;
    for (const pair of this.#pairs) {
      if (!isOver(pair)) {
        this.#file(pair);
        continue;
      }
      this.#settle(pair.one);
      this.#settle(pair.other);
      pair.older = undefined; // else it would keep all those before it
      ended += 1;
    }
    let tooMany = this.#keepsAll ? 0 : ended - ENDED_KEPT;
    this.#pairs = this.#pairs.filter((pair) => {
      if (tooMany <= 0 || !isOver(pair)) return true;
      tooMany -= 1;
      return false;
    });
    this.#sweepAt = Math.max(FIRST_SWEEP, this.#pairs.length * 2);
  }

  #settle(end: End | undefined): void {
    if (end?.connection === undefined) return;
    this.#ends.delete(end.connection);
    end.settle();
  }

  // ---- figures ----

  #channelsOf(pair: Pair): ChannelLedger[] {
    const { one, other, oneAt, otherAt } = pair;
    const [a, b] = [this.#nameOf(oneAt), this.#nameOf(otherAt)];
    // A socket that is connected to itself is both ends of one channel.
    if (a === b) return [this.#channel(`${a}>${a}`, one, one, oneAt, oneAt)];
    return [
      this.#channel(`${a}>${b}`, one, other, oneAt, otherAt),
      this.#channel(`${b}>${a}`, other, one, otherAt, oneAt),
    ];
  }

  #channel(
    channel: string,
    from: End | undefined,
    to: End | undefined,
    fromAt: Endpoint,
    toAt: Endpoint,
  ): ChannelLedger {
    const sending = from?.figures ?? (this.#isOurs(fromAt) ? NOTHING : undefined);
    const receiving = to?.figures ?? (this.#isOurs(toAt) ? NOTHING : undefined);
    return {
      channel,
      ...(sending && {
        requested: sending.requested,
        written: sending.written,
        sent: sending.sent,
        acknowledged: sending.acknowledged,
        waiting: sending.requested - sending.written,
        unsent: sending.written - sending.sent,
        unacknowledged: sending.sent - sending.acknowledged,
      }),
      ...(receiving && {
        received: receiving.received,
        read: receiving.read,
        outOfOrder: receiving.outOfOrder,
        unread: receiving.received - receiving.read,
      }),
      ...(sending && receiving && { inFlight: sending.sent - receiving.received - receiving.outOfOrder }),
      discarded: [...(from?.discardedSending ?? []), ...(to?.discardedReceiving ?? [])],
    };
  }

  #isOurs({ address }: Endpoint): boolean {
    return this.#hostOf(formatAddress(address)) !== undefined;
  }

  #nameOf({ address, port }: Endpoint): string {
    const host = this.#hostOf(formatAddress(address));
    return host === undefined ? formatEndpoint({ address, port }) : `${host}:${port}`;
  }
}

/** The same number in either direction: as good as the endpoints, but for hosts that use the same two ports. */
function portsOf({ port: a }: Endpoint, { port: b }: Endpoint): number {
  return a < b ? (a << 16) | b : (b << 16) | a;
}

function isOver({ one, other }: Pair): boolean {
  return (one === undefined || one.isOver) && (other === undefined || other.isOver);
}
