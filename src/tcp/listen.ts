/**
 * A TCB in LISTEN: it takes SYNs and makes connections (RFC 9293, 3.10.7.2). Those whose handshake is complete wait in
 * the accept queue until the user takes them; bytes may come for them meanwhile.
 *
 * Linux, row 47: listen(n) holds n + 1 established connections; when they are all there, further SYNs are dropped, so
 * that the client tries again.
 */
import { Fifo } from '../base/fifo.ts';
import { SILENT } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import { type Endpoint, isMulticast } from '../wire/address.ts';
import { type TcpEnvironment, type TcpUserOptions, withChanges } from './config.ts';
import { Connection } from './connection.ts';
import type { TcpDropReason } from './events.ts';
import { Segment } from './segment.ts';
import { COOKIE_VALID, cookieFor, cookieMss, recoverSyn } from './syn-cookies.ts';
import { connectionId } from './tcb.ts';

/**
 * A new connection in SYN-RECEIVED, for which the segment is meant too if it has an ACK; or: answer with RST; or: nothing;
 * or: send this SYN-ACK and forget it.
 */
export type ListenOutcome = Connection | 'reset' | 'drop' | { readonly cookie: Connection };

export class Listen {
  readonly local: Endpoint;
  /** How many may wait for accept(), but one; the user may say anew. */
  backlog: number;
  /** Given to the connections it makes; what the user sets later counts for later ones. */
  readonly options: TcpUserOptions;
  /** Told when a connection can be accepted. */
  user: { acceptable(): void } | undefined = undefined;
  private readonly environment: TcpEnvironment;
  private readonly synReceived = new Set<Connection>();
  private readonly established = new Fifo<Connection>();
  /** When a cookie was last sent: without one before, no ACK can bring one. */
  private cookieAt: Nanoseconds = -COOKIE_VALID - 1;

  constructor(environment: TcpEnvironment, local: Endpoint, backlog: number, options: TcpUserOptions) {
    this.environment = environment;
    this.local = local;
    this.backlog = backlog;
    this.options = withChanges(options, {});
  }

  /** Established connections that nobody has accepted yet. */
  get length(): number {
    return this.established.length;
  }

  private get isFull(): boolean {
    return this.established.length >= this.backlog + this.environment.config.backlogExtra;
  }

  /** The oldest established connection, which is the user's from now on. */
  accept(): Connection | undefined {
    return this.established.shift();
  }

  /** 3.10.7.2: first RST, then ACK, then SYN, then anything else. */
  handleSegment(segment: Segment, now: Nanoseconds): ListenOutcome {
    if (segment.rst) return this.drop(segment, 'listen-rst');
    if (segment.hasAck) {
      const opened = this.takeCookie(segment, now);
      if (opened !== undefined) return opened;
      this.drop(segment, 'listen-ack');
      return 'reset';
    }
    // Linux: nobody opens and closes in one segment but to slip through a filter.
    if (!segment.syn || segment.fin) return this.drop(segment, 'not-a-syn');
    // MUST-57, MUST-63: the stack has refused broadcasts; multicast is told by the address alone.
    if (isMulticast(segment.local.address) || isMulticast(segment.remote.address)) {
      return this.drop(segment, 'listen-broadcast');
    }
    if (this.isFull) {
      this.drop(segment, 'accept-queue-full');
      return this.environment.config.backlogOverflow === 'rst' ? 'reset' : 'drop';
    }
    const { config } = this.environment;
    if (this.isFlooded || config.synCookies === 2) {
      return config.synCookies === 0 ? this.drop(segment, 'syn-queue-full') : this.answerByCookie(segment, now);
    }
    const connection = new Connection(this.environment, segment.local, segment.remote, this.options);
    this.synReceived.add(connection);
    connection.openPassive(this, segment, now);
    return connection;
  }

  /** CLOSE: those not accepted, whose handshake is complete or not; the caller aborts them (row 13). */
  close(_now: Nanoseconds): Connection[] {
    const left = [...this.synReceived, ...this.established];
    this.synReceived.clear();
    this.established.clear();
    this.user = undefined;
    return left;
  }

  /** Called by a connection of ours at the end of its handshake: is there room for it in the accept queue? */
  mayEstablish(): boolean {
    return !this.isFull;
  }

  /** Called by a connection of ours that is established: the user may accept it. */
  completed(connection: Connection): void {
    if (!this.synReceived.delete(connection)) return;
    this.established.push(connection);
    this.user?.acceptable();
  }

  /** Called by a connection of ours whose handshake failed: the user never hears of it. */
  abandoned(connection: Connection): void {
    this.synReceived.delete(connection);
  }

  /**
   * Linux: more half-open connections than the backlog. Where cookies are off, three quarters of tcp_max_syn_backlog are the
   * end too: the last quarter is for peers that were heard of before, which nobody here remembers.
   */
  private get isFlooded(): boolean {
    const { maxSynBacklog, synQueueBound, synCookies } = this.environment.config;
    const half = this.synReceived.size;
    if (synQueueBound === 'none') return half >= maxSynBacklog;
    return half > this.backlog || (synCookies === 0 && half > maxSynBacklog - Math.floor(maxSynBacklog / 4));
  }

  private answerByCookie(segment: Segment, now: Nanoseconds): ListenOutcome {
    const { local, remote, options } = segment;
    this.cookieAt = now;
    const { cookieHash } = this.environment;
    // Told is only that it came and was forgotten; the rest would be of a connection that is none.
    const connection = new Connection({ ...this.environment, sink: SILENT }, local, remote, this.options);
    const mss = options.mss ?? connection.tcb.snd.mss;
    connection.openCookie(cookieFor(cookieHash, local, remote, segment.seq, mss, now), segment, now);
    const { sink } = this.environment;
    if (sink.on) {
      const id = connectionId(local, remote);
      sink.emit({ kind: 'tcp.state', connection: id, from: 'CLOSED', to: 'SYN-RECEIVED', why: 'SYN' });
      sink.emit({ kind: 'tcp.state', connection: id, from: 'SYN-RECEIVED', to: 'CLOSED', why: 'answered by a cookie' });
    }
    return { cookie: connection };
  }

  /** An ACK to LISTEN: of one of our cookies? Linux tcp_v4_cookie_check, cookie_v4_check. */
  private takeCookie(segment: Segment, now: Nanoseconds): ListenOutcome | undefined {
    if (segment.syn || now - this.cookieAt > COOKIE_VALID) return undefined;
    const { environment } = this;
    const { local, remote } = segment;
    const cookie = (segment.ack - 1) >>> 0;
    const irs = (segment.seq - 1) >>> 0;
    const mss = cookieMss(environment.cookieHash, local, remote, irs, cookie, now);
    if (mss === undefined) return undefined;
    const syn = new Segment();
    const offset = environment.timestampOffset(local, remote);
    if (!recoverSyn(syn, segment, mss, offset, environment.config)) return undefined;
    if (this.isFull) return this.drop(segment, 'accept-queue-full');
    segment.options.tsecr = 0; // Linux: a stamp that says options times nothing
    const connection = new Connection(environment, local, remote, this.options);
    this.synReceived.add(connection);
    connection.openByCookie(this, cookie, syn, now);
    return connection;
  }

  private drop(segment: Segment, reason: TcpDropReason): 'drop' {
    const { sink } = this.environment;
    if (sink.on) {
      const { local, remote } = segment;
      sink.emit({ kind: 'tcp.drop', connection: connectionId(local, remote), reason });
    }
    return 'drop';
  }
}
