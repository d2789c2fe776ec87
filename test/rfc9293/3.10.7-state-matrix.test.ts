/**
 * trust.md, V21: every state x every combination of the eight flags x seven places of the sequence number, with and
 * without an acceptable ACK: more than the 19,712 cells of 11 x 256 x 7. Each is held against `oracle.ts`, which is worked out from
 * the RFC's text; the invariants are checked in each by `OneEnd`.
 */
import { expect, test } from 'vitest';
import { NOTICE } from '../../src/tcp/notices.ts';
import { ACK, FIN, PSH, RST, SYN, URG } from '../../src/wire/tcp.ts';
import { byteAt, type OneEnd } from '../support/one-end.ts';
import {
  type Arriving,
  EDGE,
  type Expected,
  expect9293,
  sendFigures,
  TEXT,
  URGENT_POINTER,
} from '../support/oracle.ts';
import { inState, rcvNxtIn, SITUATIONS, type Situation } from '../support/states.ts';

const POSITIONS = ['one before', 'exact', 'one behind', 'last', 'right edge', 'old', 'far'] as const;
const ACKS = ['new', 'old', 'future'] as const;

function seqAt(position: (typeof POSITIONS)[number], nxt: number): number {
  switch (position) {
    case 'one before':
      return nxt - 1;
    case 'exact':
      return nxt;
    case 'one behind':
      return nxt + 1;
    case 'last':
      return EDGE - 1;
    case 'right edge':
      return EDGE;
    case 'old':
      return nxt - 2000;
    case 'far':
      return nxt + 2 ** 31 - 10;
  }
}

function build(situation: Situation): OneEnd {
  const end = inState(situation, { accounting: 'payload', user: { receiveBuffer: EDGE - 1 } });
  if (situation === 'ESTABLISHED' || situation === 'CLOSE-WAIT') end.write(10);
  end.take();
  end.notices = 0;
  return end;
}

const text = Uint8Array.from({ length: TEXT }, (_, i) => 100 + i);

function observe(situation: Situation, control: number, segment: Arriving): Expected {
  const end = build(situation);
  const sent = end.arriveFields(
    {
      control,
      seq: segment.seq,
      length: segment.text,
      ack: segment.hasAck ? segment.ack : undefined,
      urgentPointer: segment.urg ? URGENT_POINTER : 0,
    },
    text,
  );
  if (situation === 'CLOSED') return { ...blank(end), sent };
  if (situation === 'LISTEN') return { ...blank(end), sent };
  const figures = end.tcp.figures();
  return {
    state: end.state,
    sent,
    failure: end.tcp.failed,
    delivered: figures.received,
    behindHole: figures.outOfOrder,
    urgent: (end.notices & NOTICE.urgent) !== 0,
    una: (end.tcp.tcb.snd.una - end.tcp.tcb.snd.iss) >>> 0,
  };
}

function blank(end: OneEnd): Expected {
  return { state: end.state, sent: [], failure: undefined, delivered: 0, behindHole: 0, urgent: false, una: 0 };
}

test('the window is as the oracle assumes, in every state', () => {
  for (const situation of SITUATIONS) {
    if (situation === 'CLOSED' || situation === 'LISTEN' || situation === 'SYN-SENT') continue;
    const { tcb } = build(situation).tcp;
    const from = (at: number, initial: number): number => (at - initial) >>> 0;
    expect([from(tcb.rcv.nxt, tcb.rcv.irs), from(tcb.rcv.edge, tcb.rcv.irs)], situation).toEqual([
      rcvNxtIn(situation),
      EDGE,
    ]);
    const { una, nxt } = sendFigures(situation);
    expect([from(tcb.snd.una, tcb.snd.iss), from(tcb.snd.nxt, tcb.snd.iss)], situation).toEqual([una, nxt]);
  }
  expect(byteAt(0)).toBe(0);
});

let cells = 0;

for (const situation of SITUATIONS) {
  test(`V21: ${situation}: any flags at any place draw what the RFC says, and nothing else`, () => {
    const { una, nxt } = sendFigures(situation);
    const failures: string[] = [];
    for (const position of POSITIONS) {
      for (let control = 0; control < 256; control++) {
        const hasAck = (control & ACK) !== 0;
        for (const kind of hasAck ? ACKS : (['new'] as const)) {
          cells++;
          const segment: Arriving = {
            seq: seqAt(position, rcvNxtIn(situation)),
            ack: kind === 'new' ? nxt : kind === 'old' ? una : nxt + 1,
            fin: (control & FIN) !== 0,
            syn: (control & SYN) !== 0,
            rst: (control & RST) !== 0,
            hasAck,
            urg: (control & URG) !== 0,
            text: (control & PSH) !== 0 ? TEXT : 0,
          };
          const expected = expect9293(situation, segment);
          const observed = observe(situation, control, segment);
          if (JSON.stringify(observed) !== JSON.stringify(expected)) {
            failures.push(
              `${position}, ACK ${kind}: ${JSON.stringify(segment)}\n  RFC: ${JSON.stringify(expected)}\n  is:  ${JSON.stringify(observed)}`,
            );
          }
        }
      }
    }
    expect(failures.length, failures.slice(0, 5).join('\n')).toBe(0);
  });
}

test('V21: no fewer than 19,712 cells were looked at', () => {
  expect(cells).toBeGreaterThanOrEqual(19_712);
});
