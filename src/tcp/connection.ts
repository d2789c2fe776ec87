/**
 * One end of a TCP connection, without a clock and without a network of its own. Four families of methods:
 *
 *     getters     what is so now
 *     handle…     something happened: a segment came, time passed, ICMP or ARP reported an error
 *     user calls  OPEN, SEND, RECEIVE, CLOSE, ABORT, STATUS (RFC 9293, 3.10.1 to 3.10.6)
 *     poll…       what follows from it, to be drained in this order after each of the others:
 *                 pollTransmit until it answers 0, pollNotices, pollTimeout
 *
 * Time is always an argument, in nanoseconds, and never goes back. The rules are in the files beside this one;
 * this is only their face.
 */
import type { Nanoseconds } from '../base/time.ts';
import type { Endpoint } from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';
import { type TcpEnvironment, type TcpUserOptions, withChanges } from './config.ts';
import type { TcpFailure } from './failure.ts';
import { icmpArrives, noteSoftFailure } from './icmp.ts';
import type { IcmpNotice } from './icmp-notice.ts';
import { NOTICE } from './notices.ts';
import { transmit } from './output.ts';
import type { SendMarks } from './push.ts';
import { restartRetransmission } from './retransmission.ts';
import type { Segment } from './segment.ts';
import { segmentArrives } from './segment-arrives.ts';
import * as seq from './seq.ts';
import type { State } from './state.ts';
import { enter, fail } from './state-change.ts';
import { type ChannelFigures, figuresOf, statusOf, type TcpStatus } from './status.ts';
import { stampOptions } from './syn-cookies.ts';
import { takeSyn } from './syn-sent.ts';
import { Tcb } from './tcb.ts';
import { tellTimers, timeoutsExpire } from './timeouts.ts';
import { tellBuffers } from './tuning.ts';
import { type NoUrgent, receiveUrgent } from './urgent.ts';
import * as calls from './user-calls.ts';
import { offerFirstWindow } from './window.ts';

export { NOTICE } from './notices.ts';

/** Who holds a connection: told after each handle or call, never inside of one. */
export interface ConnectionUser {
  /** `notices` is a set of NOTICE's bits. */
  notice(connection: Connection, notices: number): void;
}

/** Who drains a connection by its poll methods. */
export interface ConnectionDriver {
  /** A user call was made: there may be output, notices or another deadline. */
  changed(): void;
}

/** Who made a connection by LISTEN, as the connection knows it. */
interface Parent {
  mayEstablish(): boolean;
  completed(connection: Connection): void;
  abandoned(connection: Connection): void;
}

export class Connection {
  readonly tcb: Tcb;
  user: ConnectionUser | undefined = undefined;
  driver: ConnectionDriver | undefined = undefined;
  private parent: Parent | undefined = undefined;

  constructor(environment: TcpEnvironment, local: Endpoint, remote: Endpoint, options: TcpUserOptions) {
    this.tcb = new Tcb(environment, local, remote, options);
  }

  // Getters

  get id(): string {
    return this.tcb.id;
  }
  get local(): Endpoint {
    return this.tcb.local;
  }
  get remote(): Endpoint {
    return this.tcb.remote;
  }
  get state(): State {
    return this.tcb.state;
  }
  /** Bytes that RECEIVE would find. */
  get readable(): number {
    return this.tcb.receiveBuffer.unread;
  }
  /** No byte will come any more and all were read: RECEIVE has only the end of the stream, or the failure, to tell. */
  get atEnd(): boolean {
    const { tcb } = this;
    if (tcb.receiveBuffer.unread > 0) return false;
    return tcb.finReceived || tcb.receiveShut || tcb.state === 'CLOSED' || tcb.state === 'TIME-WAIT';
  }
  /** Bytes that SEND would take now. */
  get room(): number {
    return calls.roomFor(this.tcb, false, 0);
  }
  /** The failure that no call has been told yet. */
  get failed(): TcpFailure | undefined {
    return this.tcb.failure;
  }
  /** All that was sent, FIN included, is acknowledged; or there is nobody left to acknowledge it. */
  get isFlushed(): boolean {
    const { tcb } = this;
    return tcb.state === 'CLOSED' || (tcb.outstanding === 0 && tcb.unsent === 0 && (!tcb.finQueued || tcb.finSent));
  }
  /** 3.10.6, STATUS: a copy. */
  status(): TcpStatus {
    return statusOf(this.tcb);
  }
  /** This end's part of the ledger: a copy. */
  figures(): ChannelFigures {
    return figuresOf(this.tcb);
  }

  /** The byte of the IP header that the segment written last goes with: IP_TOS, and whether it may be marked. */
  get tos(): number {
    return this.tcb.options.tos | this.tcb.ecn.codepoint;
  }

  // Handle

  /** SEGMENT ARRIVES. The segment is read during the call and not kept; frames of which text is kept are retained. */
  handleSegment(segment: Segment, now: Nanoseconds): void {
    segmentArrives(this.tcb, segment, now);
    this.settleParent();
  }
  /** Time has come to `now`: all timers that are due fire. */
  handleTimeout(now: Nanoseconds): void {
    timeoutsExpire(this.tcb, now);
    this.settleParent();
  }
  handleIcmp(notice: IcmpNotice, _now: Nanoseconds): void {
    icmpArrives(this.tcb, notice);
    this.settleParent();
  }
  /** The next hop did not answer ARP: a handshake fails at once (row 40), a connection only remembers it (row 23). */
  handleUnreachable(_now: Nanoseconds): void {
    if (this.tcb.state === 'SYN-SENT') fail(this.tcb, 'host-unreachable', 'ARP failed');
    // Linux tcp_v4_err: an error about what is not in flight, as a keep-alive probe, counts for nothing (RFC 5927).
    else if (this.tcb.outstanding > 0) noteSoftFailure(this.tcb, 'host-unreachable');
  }

  // User calls

  /** Active OPEN. */
  open(now: Nanoseconds): void {
    calls.open(this.tcb, now);
    this.changed();
  }
  /** Passive OPEN, by the LISTEN that took this SYN. */
  openPassive(parent: Parent, segment: Segment, now: Nanoseconds): void {
    const { tcb } = this;
    this.parent = parent;
    tcb.mayEstablish = () => parent.mayEstablish();
    this.beginPassive(tcb.environment.initialSequence(tcb.local, tcb.remote, now), segment, now, 'SYN');
    tcb.sendSyn = true;
    tcb.timing = { seq: seq.add(tcb.snd.iss, 1), at: now };
    tcb.timers.arm('retransmission', now + tcb.rto.value);
  }
  /**
   * As `openPassive`, for one SYN-ACK that is a cookie (`syn-cookies.ts`): it is asked for by `pollTransmit`, and then the
   * connection is forgotten. What the cookie cannot hold is not agreed to.
   */
  openCookie(iss: number, segment: Segment, now: Nanoseconds): void {
    const { tcb } = this;
    this.beginPassive(iss, segment, now, 'SYN');
    if (tcb.timestamps.on) {
      const clock = (tcb.timestamp(now) - tcb.timestamps.offset) >>> 0;
      tcb.timestamps.offset += stampOptions(tcb, clock) - clock;
    } else {
      tcb.ecn.ok = false;
      tcb.sackPermitted = false;
      tcb.windowScaling = false;
      tcb.snd.scale = 0;
      tcb.rcv.scale = 0;
    }
    tcb.sendSyn = true;
  }
  /** As `openPassive`, when the SYN-ACK was a cookie and has been acknowledged. `syn`: what the cookie told of the SYN. */
  openByCookie(parent: Parent, iss: number, syn: Segment, now: Nanoseconds): void {
    const { tcb } = this;
    this.parent = parent;
    tcb.mayEstablish = () => parent.mayEstablish();
    this.beginPassive(iss, syn, now, 'SYN cookie');
    tcb.snd.nxt = tcb.snd.base;
    offerFirstWindow(tcb); // the SYN-ACK had done so
  }
  /** SEND: the count of bytes copied out of data[start, end). */
  send(data: Uint8Array, start: number, end: number, _now: Nanoseconds, marks?: SendMarks): number {
    const count = calls.send(this.tcb, data, start, end, false, marks);
    this.changed();
    return count;
  }
  /** SEND by Windows' rule: all of data[start, end), or nothing while the buffer is full. */
  sendWhole(data: Uint8Array, start: number, end: number, _now: Nanoseconds): number {
    const count = calls.send(this.tcb, data, start, end, true);
    this.changed();
    return count;
  }
  /** The bytes sent so far end with urgent ones (RFC 9293, 3.8.5): SND.UP = SND.NXT as it will be. */
  markUrgent(): void {
    this.tcb.snd.up = this.tcb.finSeq;
    this.tcb.snd.urgent = true;
  }
  /** RECEIVE: the count of bytes copied into into[start, end). */
  receive(into: Uint8Array, start: number, end: number, peek: boolean, now: Nanoseconds): number {
    const count = calls.receive(this.tcb, into, start, end, peek, now);
    if (!peek && count > 0) this.changed();
    return count;
  }
  /** RECEIVE with MSG_OOB: the urgent byte's value, or why there is none. */
  receiveUrgent(peek: boolean): number | NoUrgent {
    return receiveUrgent(this.tcb, peek);
  }
  /** CLOSE, 3.10.4: the FIN goes behind the last byte; what comes is still received. */
  shutdownWrite(_now: Nanoseconds): void {
    calls.closeSending(this.tcb);
    this.changed();
  }
  shutdownRead(_now: Nanoseconds): void {
    this.tcb.receiveShut = true;
    this.tcb.notices |= NOTICE.readable;
    this.changed();
  }
  /** The user lets go: FIN, or RST if bytes are unread. The connection ends its business by itself. */
  close(now: Nanoseconds): void {
    calls.letGo(this.tcb, now);
    this.changed();
  }
  abort(_now: Nanoseconds): void {
    calls.abort(this.tcb);
    this.settleParent();
    this.changed();
  }
  /** The system has no room for one that only waits: it is gone, and nothing is said (Linux: TCPTimeWaitOverflow). */
  endWaiting(): void {
    enter(this.tcb, 'CLOSED', 'too many wait');
    this.changed();
  }
  setOptions(changes: Partial<TcpUserOptions>, now: Nanoseconds): void {
    const { tcb } = this;
    tcb.options = withChanges(tcb.options, changes);
    if (changes.sendBuffer !== undefined) tcb.sendBuffer.limit = changes.sendBuffer;
    if (changes.receiveBuffer !== undefined) tcb.receiveBuffer.limit = changes.receiveBuffer;
    // A connection that is still CLOSED tells its limits when it opens.
    if (tcb.state !== 'CLOSED') tellBuffers(tcb);
    if (changes.sendBuffer !== undefined) tcb.notices |= NOTICE.writable;
    if (changes.noDelay === true || changes.cork === false) tcb.snd.more = false;
    if (changes.noDelay === true) tcb.snd.pulled = tcb.sendBuffer.written;
    if (changes.unsentLowWater !== undefined) tcb.notices |= NOTICE.writable;
    if (changes.quickAck === true && tcb.acks.owed === 'delayed') tcb.acks.owed = 'now';
    if (changes.quickAck === false) tcb.acks.converse();
    // Linux: SO_KEEPALIVE counts the time of idleness from now on, TCP_KEEPIDLE from the last segment that came.
    if (changes.keepAlive !== undefined) this.restartKeepAlive(now);
    else if (changes.keepIdle !== undefined) this.restartKeepAlive(now, this.tcb.lastReceivedAt);
    if (changes.userTimeout !== undefined) restartRetransmission(tcb, now);
    this.changed();
  }
  /** The failure, told once: the next answer is undefined. */
  takeFailure(): TcpFailure | undefined {
    const { failure } = this.tcb;
    this.tcb.failure = undefined;
    return failure;
  }
  /** The error that did not end the connection, told once (row 34). */
  takeSoftError(): TcpFailure | undefined {
    const { softFailure } = this.tcb;
    this.tcb.softFailure = undefined;
    return softFailure;
  }

  // Poll

  /** Bytes of the segment written at frame.transport, up to frame.end; 0: there is nothing to send now. */
  pollTransmit(now: Nanoseconds, frame: Frame): number {
    return transmit(this.tcb, now, frame);
  }
  /** What happened since the last time, as NOTICE's bits. */
  pollNotices(): number {
    const { notices } = this.tcb;
    this.tcb.notices = 0;
    tellTimers(this.tcb);
    return notices;
  }
  /** When handleTimeout wants to be called, NEVER if not. */
  pollTimeout(): Nanoseconds {
    return this.tcb.timers.next;
  }

  private beginPassive(iss: number, segment: Segment, now: Nanoseconds, why: string): void {
    const { tcb } = this;
    tcb.passive = true;
    tcb.snd.iss = iss;
    calls.begin(tcb);
    takeSyn(tcb, segment, now);
    tcb.snd.wnd = segment.wnd;
    tcb.snd.wl1 = segment.seq;
    tcb.snd.maxWindow = segment.wnd;
    tcb.lastReceivedAt = now;
    enter(tcb, 'SYN-RECEIVED', why);
    tellBuffers(tcb);
  }

  private changed(): void {
    this.driver?.changed();
  }

  private restartKeepAlive(now: Nanoseconds, idleSince: Nanoseconds = now): void {
    const { tcb } = this;
    tcb.timers.disarm('keep-alive');
    const isOpen =
      tcb.state === 'ESTABLISHED' ||
      tcb.state === 'CLOSE-WAIT' ||
      tcb.state === 'FIN-WAIT-1' ||
      tcb.state === 'FIN-WAIT-2';
    if (tcb.options.keepAlive && isOpen && !tcb.orphan) {
      tcb.timers.arm('keep-alive', Math.max(now, idleSince + tcb.options.keepIdle));
    }
  }

  private settleParent(): void {
    const { parent, tcb } = this;
    if (parent === undefined || tcb.state === 'SYN-RECEIVED') return;
    this.parent = undefined;
    tcb.mayEstablish = undefined;
    if (tcb.state === 'CLOSED' && tcb.congestion.cwnd === 0) parent.abandoned(this);
    else parent.completed(this);
  }
}

/**
 * A SYN came for a connection in TIME-WAIT: may it begin a new one (RFC 9293, 3.6.1, MAY-2; RFC 6191)? Yes if its
 * timestamp is newer, or its sequence number higher, than all that the old one had.
 */
export function acceptsReuse(connection: Connection, segment: Segment): boolean {
  const { tcb } = connection;
  if (!segment.syn || segment.rst || segment.hasAck) return false;
  if (tcb.timestamps.on && segment.options.timestamps) {
    const newer = (segment.options.tsval - tcb.timestamps.recent) | 0;
    if (newer !== 0) return newer > 0;
  }
  return seq.gt(segment.seq, tcb.rcv.nxt);
}
