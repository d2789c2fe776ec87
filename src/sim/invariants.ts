/**
 * What must be true of every connection of a world whenever no event is being handled, whatever happened before. Used
 * by tests of random worlds, after each event; costs time in proportion to the connections that are not over.
 *
 * Each rule says what a user would see if it were broken. Left out: what needs the frames (checksums, no RST for a RST),
 * which a test reads from the trace, and what needs the programs' bytes, which only they know.
 */
import { assert } from '../base/assert.ts';
import { NEVER } from '../base/time.ts';
import * as seq from '../tcp/seq.ts';
import { isSynchronized } from '../tcp/state.ts';
import type { Tcb } from '../tcp/tcb.ts';
import type { TimerName } from '../tcp/timers.ts';
import { type Endpoint, formatEndpoint } from '../wire/address.ts';
import { fabricOf } from './fabric.ts';
import type { Counted } from './live-ledger.ts';
import type { World } from './world.ts';

/** What is remembered of a connection between two checks. */
interface Seen {
  edge: number;
  una: number;
  nxt: number;
  rcvNxt: number;
}

const SEEN = new WeakMap<Tcb, Seen>();

/** @throws AssertionFailed that names the connection and the rule */
export function checkInvariants(world: World): void {
  const fabric = fabricOf(world);
  for (const machine of fabric.machines.values()) {
    const { stack } = machine;
    if (stack === undefined) continue;
    for (const connection of stack.connections()) {
      const rule = brokenRule(connection.tcb);
      assert(rule === undefined, `${machine.name}: connection ${connection.id}: ${rule}`);
    }
    const deadline = stack.pollTimeout();
    assert(deadline === NEVER || machine.armed <= deadline, `${machine.name}: nothing will wake it at its deadline`);
  }
  fabric.ledger.visitChanged(checkChannel);
}

/** Of one channel: what was asked for ≥ handed over ≥ sent ≥ acknowledged, and ≥ arrived in order ≥ read. */
function checkChannel(
  sending: Counted | undefined,
  receiving: Counted | undefined,
  from: Endpoint,
  to: Endpoint,
): void {
  const rule = brokenLedgerRule(sending, receiving?.figures);
  // Two names for each channel after each event would cost more than all the rules.
  if (rule !== undefined) assert(false, `channel ${formatEndpoint(from)}>${formatEndpoint(to)}: ${rule}`);
}

function brokenLedgerRule(sending: Counted | undefined, receiving: Counted['figures'] | undefined): string | undefined {
  if (receiving !== undefined && receiving.received < receiving.read) {
    return `${receiving.received} received, ${receiving.read} read`;
  }
  if (sending === undefined) return undefined;
  const { requested } = sending;
  const { written, sent, acknowledged } = sending.figures;
  if (requested < written || written < sent || sent < acknowledged) {
    return `requested ≥ written ≥ sent ≥ acknowledged, but ${requested}, ${written}, ${sent}, ${acknowledged}`;
  }
  if (receiving === undefined) return undefined;
  const { received, outOfOrder } = receiving;
  if (received < acknowledged) return `${acknowledged} acknowledged, ${received} received`;
  if (sent < received + outOfOrder) return `${sent} sent, ${received} received and ${outOfOrder} behind a hole`;
  return undefined;
}

/** The first rule that does not hold, as a sentence; undefined: all hold. */
function brokenRule(tcb: Tcb): string | undefined {
  return numbersRule(tcb) ?? buffersRule(tcb) ?? movesRule(tcb) ?? timersRule(tcb);
}

/** RFC 9293, 3.3.1 and 3.4. */
function numbersRule(tcb: Tcb): string | undefined {
  const { snd, sendBuffer } = tcb;
  if (!seq.le(snd.una, snd.nxt)) return `SND.UNA ${snd.una} is beyond SND.NXT ${snd.nxt}`;
  if (tcb.unsent < 0 || tcb.sentOffset < sendBuffer.acknowledged) {
    return `written ${sendBuffer.written}, sent ${tcb.sentOffset}, acknowledged ${sendBuffer.acknowledged}`;
  }
  return undefined;
}

function buffersRule(tcb: Tcb): string | undefined {
  const { receiveBuffer, sendBuffer } = tcb;
  const { read, unread, received, outOfOrder } = receiveBuffer;
  const lost = tcb.discarded['receive-buffer'];
  if (unread < 0 || read + unread + lost !== received) {
    return `read ${read}, unread ${unread} and discarded ${lost} are not the ${received} received`;
  }
  if (outOfOrder.count > 0 && outOfOrder.bytes <= 0) return 'ranges out of order without bytes';
  if (outOfOrder.count > 0 && seq.le(outOfOrder.left(0), tcb.rcv.nxt)) {
    return 'bytes at RCV.NXT lie out of order';
  }
  if (sendBuffer.charged < sendBuffer.length && tcb.environment.accounting.name === 'linux') {
    return `${sendBuffer.length} bytes in the send buffer are charged as ${sendBuffer.charged}`;
  }
  return undefined;
}

/** What may only rise. */
function movesRule(tcb: Tcb): string | undefined {
  const { snd, rcv } = tcb;
  const now = { edge: rcv.edge, una: snd.una, nxt: snd.nxt, rcvNxt: rcv.nxt };
  const before = SEEN.get(tcb);
  if (!isSynchronized(tcb.state)) return undefined;
  SEEN.set(tcb, now);
  if (before === undefined) return undefined;
  if (!seq.ge(now.edge, before.edge)) return 'the right edge of the receive window fell (SHLD-14)';
  if (!seq.ge(now.una, before.una)) return 'SND.UNA fell';
  if (!seq.ge(now.nxt, before.nxt)) return 'SND.NXT fell';
  if (!seq.ge(now.rcvNxt, before.rcvNxt)) return 'RCV.NXT fell';
  return undefined;
}

const SENDING: readonly TimerName[] = ['retransmission', 'loss-probe', 'persist'];
const STAYING: readonly TimerName[] = ['keep-alive', 'fin-wait-2', 'time-wait'];

/** No silent hang: whatever waits for time to pass has a timer, and only the one that its state asks for. */
function timersRule(tcb: Tcb): string | undefined {
  const { timers, state } = tcb;
  const armed = (names: readonly TimerName[]) => names.filter((name) => timers.isArmed(name));
  const sending = armed(SENDING);
  const staying = armed(STAYING);
  if (sending.length > 1) return `${sending.join(' and ')} are both armed`;
  if (staying.length > 1) return `${staying.join(' and ')} are both armed`;
  if (state === 'CLOSED') {
    const all = [...sending, ...staying, ...armed(['delayed-ack'])];
    return all.length === 0 ? undefined : `CLOSED, but ${all.join(', ')} is armed`;
  }
  if (sending.length === 0 && hasToSend(tcb)) {
    return `${state} with ${tcb.outstanding} outstanding and ${tcb.unsent} unsent, and no timer to send them`;
  }
  if (state === 'TIME-WAIT' && !timers.isArmed('time-wait')) return 'TIME-WAIT without end';
  if (state === 'FIN-WAIT-2' && tcb.orphan && !timers.isArmed('fin-wait-2'))
    return 'FIN-WAIT-2 of an orphan without end';
  if (state === 'ESTABLISHED' && tcb.options.keepAlive && !timers.isArmed('keep-alive')) {
    return 'SO_KEEPALIVE without a timer';
  }
  if (tcb.acks.owed === 'delayed' && !timers.isArmed('delayed-ack')) return 'an ACK is owed and never comes';
  return undefined;
}

function hasToSend(tcb: Tcb): boolean {
  if (tcb.state === 'SYN-SENT' || tcb.state === 'SYN-RECEIVED') return true;
  if (!isSynchronized(tcb.state)) return false;
  return tcb.outstanding > 0 || tcb.unsent > 0 || (tcb.finQueued && !tcb.finSent);
}
