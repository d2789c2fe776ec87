/** What holds of a connection after every event, whatever came (trust.md's invariants, as far as one end can see). */
import { assert } from '../../src/base/assert.ts';
import type { Connection } from '../../src/tcp/connection.ts';
import * as seq from '../../src/tcp/seq.ts';
import type { Tcb } from '../../src/tcp/tcb.ts';
import { TIMERS, type TimerName } from '../../src/tcp/timers.ts';

export class Invariants {
  private edge: number | undefined = undefined;

  /** To be asked when all that there was to send has left. */
  check(connection: Connection): void {
    const { tcb } = connection;
    const { snd, rcv } = tcb;
    assert(seq.le(snd.una, snd.nxt), 'SND.UNA =< SND.NXT');
    const { written, sent, acknowledged, received, read } = connection.figures();
    assert(
      written >= sent && sent >= acknowledged,
      `written ${written} >= sent ${sent} >= acknowledged ${acknowledged}`,
    );
    assert(received >= read, `received ${received} >= read ${read}`);
    assert(tcb.probe === undefined && tcb.reset === undefined, 'what there was to send has left');
    assert(tcb.flight >= tcb.outstanding, 'a packet is no less than its bytes');
    assert(tcb.outstanding > 0 || tcb.flight === 0, 'what is acknowledged is not in flight');
    this.checkEdge(tcb);
    checkTimers(tcb);
    if (tcb.state === 'CLOSED') {
      assert(tcb.sendBuffer.length === 0, 'nothing is left to send in CLOSED');
      return;
    }
    assert(tcb.acks.owed !== 'now', 'an ACK that is owed now has left');
    assert(rcv.wnd >= 0 && snd.wnd >= 0, 'windows are not negative');
    assert(snd.wnd <= 0xffff * 2 ** 14, 'windows are at most 2^30 (RFC 7323, 2.3)');
  }

  /** SHLD-14: the right edge never goes back. */
  private checkEdge(tcb: Tcb): void {
    if (tcb.state === 'SYN-SENT' || tcb.state === 'CLOSED') return;
    if (this.edge !== undefined) assert(seq.ge(tcb.rcv.edge, this.edge), 'the right edge does not go back');
    this.edge = tcb.rcv.edge;
  }
}

const SENDING: readonly TimerName[] = ['retransmission', 'loss-probe', 'persist'];

/** Whenever progress depends on a timer, one is armed, and only the one that the state asks for. */
function checkTimers(tcb: Tcb): void {
  const armed = TIMERS.filter((name) => tcb.timers.isArmed(name));
  const says = `${tcb.state} with ${tcb.outstanding} outstanding and ${tcb.unsent} unsent: ${armed.join(', ')}`;
  const sending = armed.filter((name) => SENDING.includes(name)).length;
  assert(sending <= 1, `at most one of the timers for sending: ${says}`);
  assert(tcb.timers.next === Math.min(...TIMERS.map((name) => tcb.timers.at(name))), `the earliest is known: ${says}`);
  switch (tcb.state) {
    case 'CLOSED':
    case 'LISTEN':
      assert(armed.length === 0, `none: ${says}`);
      return;
    case 'SYN-SENT':
    case 'SYN-RECEIVED':
      assert(tcb.timers.isArmed('retransmission'), `the handshake is timed: ${says}`);
      return;
    case 'TIME-WAIT':
      assert(armed.length === 1 && armed[0] === 'time-wait', `2 MSL alone: ${says}`);
      return;
    default:
      break;
  }
  const waits = tcb.outstanding > 0 || tcb.unsent > 0 || (tcb.finQueued && !tcb.finSent);
  const closes = tcb.state === 'FIN-WAIT-1' || tcb.state === 'CLOSING' || tcb.state === 'LAST-ACK';
  assert(!closes || waits, `it waits for the ACK of its FIN, which is timed: ${says}`);
  assert(!waits || sending === 1, `what waits is timed: ${says}`);
  if (tcb.outstanding > 0) assert(!tcb.timers.isArmed('persist'), `no probe while data is in flight: ${says}`);
  assert((tcb.acks.owed === 'delayed') === tcb.timers.isArmed('delayed-ack'), `an ACK that waits is timed: ${says}`);
  assert((tcb.state === 'FIN-WAIT-2' && tcb.orphan) === tcb.timers.isArmed('fin-wait-2'), `row 7 and T7: ${says}`);
}
