/**
 * What a connection in TIME-WAIT still needs once nobody holds it. A busy host has thousands of them, each for a minute, and a
 * whole TCB for each would be most of its memory: so a small record waits in the connection's place (Linux tcp_time_wait and
 * inet_timewait_sock). When something happens to it, rarely, the connection is made again from the record, and the rules of
 * `segment-arrives.ts` stay the only ones.
 *
 * Kept: the numbers that an answer or a check needs. The window stays as it was offered last (tw_rcv_wnd).
 * Leaves out: what only a sender or a reader of bytes has, and the figures of the ledger, which is settled by then. So while
 * somebody watches by a trace, and may look at the whole TCB, it stays.
 * Calls it: `host/demux.ts`.
 */
import type { Nanoseconds } from '../base/time.ts';
import type { Endpoint } from '../wire/address.ts';
import type { TcpEnvironment, TcpUserOptions } from './config.ts';
import { Connection } from './connection.ts';
import * as seq from './seq.ts';
import type { Tcb, TimestampState } from './tcb.ts';

export class TimeWait {
  /** When the wait ends. */
  readonly deadline: Nanoseconds;
  readonly #local: Endpoint;
  readonly #remote: Endpoint;
  readonly #environment: TcpEnvironment;
  readonly #options: Readonly<TcpUserOptions>;
  readonly #timestamps: TimestampState;
  readonly #passive: boolean;
  readonly #iss: number;
  readonly #irs: number;
  readonly #sndNxt: number;
  readonly #maxWindow: number;
  readonly #rcvNxt: number;
  readonly #edge: number;
  readonly #scale: number;
  readonly #challengedAt: Nanoseconds;

  /** Of a connection for which `canRest`. */
  constructor(tcb: Tcb) {
    this.#local = tcb.local;
    this.#remote = tcb.remote;
    this.#environment = tcb.environment;
    this.#options = tcb.options;
    this.#timestamps = tcb.timestamps;
    this.deadline = tcb.timers.at('time-wait');
    this.#passive = tcb.passive;
    this.#iss = tcb.snd.iss;
    this.#irs = tcb.rcv.irs;
    this.#sndNxt = tcb.snd.nxt;
    this.#maxWindow = tcb.snd.maxWindow;
    this.#rcvNxt = tcb.rcv.nxt;
    this.#edge = tcb.rcv.edge;
    this.#scale = tcb.rcv.scale;
    this.#challengedAt = tcb.challengedAt;
  }

  /** The connection again, as far as it can be told from outside. */
  wake(): Connection {
    const connection = new Connection(this.#environment, this.#local, this.#remote, this.#options);
    const { tcb } = connection;
    const { snd, rcv, timestamps } = tcb;
    Object.assign(timestamps, this.#timestamps);
    tcb.state = 'TIME-WAIT';
    tcb.passive = this.#passive;
    tcb.orphan = true;
    snd.iss = this.#iss;
    snd.una = this.#sndNxt;
    snd.nxt = this.#sndNxt;
    snd.base = seq.add(this.#sndNxt, -1);
    snd.maxWindow = this.#maxWindow;
    rcv.irs = this.#irs;
    rcv.nxt = this.#rcvNxt;
    rcv.edge = this.#edge;
    rcv.wnd = seq.distance(this.#rcvNxt, this.#edge);
    rcv.scale = this.#scale;
    rcv.fin = seq.add(this.#rcvNxt, -1);
    tcb.receiveBuffer.limit = 0; // the edge of the window stays
    tcb.finQueued = true;
    tcb.finSent = true;
    tcb.finReceived = true;
    tcb.challengedAt = this.#challengedAt;
    tcb.timers.arm('time-wait', this.deadline);
    return connection;
  }
}

/** It only waits, and has nothing to send or to tell. */
export function canRest(tcb: Tcb): boolean {
  if (tcb.state !== 'TIME-WAIT' || !tcb.orphan || tcb.environment.sink.on) return false;
  return tcb.acks.owed === 'none' && tcb.notices === 0;
}
