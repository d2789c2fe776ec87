/** Attacks of trust.md that need two ends or time: V2, V12, V17, V18, V22. The others stand with the section that they are about. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/time.ts';
import { ACK, RST } from '../../src/wire/tcp.ts';
import { OneEnd } from '../support/one-end.ts';
import { Pair } from '../support/pair.ts';
import { inState, SITUATIONS, SYNCHRONIZED } from '../support/states.ts';

test('V17: two ends that disagree about their numbers exchange no more than one segment each in half a second', () => {
  const pair = new Pair({ delay: 1 * MILLISECOND }).connect();
  pair.b.tcb.snd.nxt = (pair.b.tcb.snd.nxt + 1_000_000) >>> 0; // as after an injection that only one end saw
  pair.b.tcb.snd.una = pair.b.tcb.snd.nxt;
  pair.b.tcb.rcv.nxt = (pair.b.tcb.rcv.nxt + 5_000_000) >>> 0;
  pair.b.tcb.rcv.edge = (pair.b.tcb.rcv.nxt + 1000) >>> 0;
  pair.take();
  pair.forge('a', (segment) => {
    segment.seq = pair.b.tcb.snd.nxt;
    segment.ack = pair.b.tcb.rcv.nxt;
  });
  pair.run(10 * SECOND);
  const sent = pair.take();
  expect(sent.length).toBeLessThanOrEqual(42);
  expect(sent.every(({ control }) => control === ACK)).toBe(true);
});

test('V17: LAND: a segment that seems to come from ourselves draws at most one answer', () => {
  for (const situation of SITUATIONS) {
    const end = inState(situation);
    expect(end.arrive('S 0:0(0)').length, situation).toBeLessThanOrEqual(1);
  }
});

test("V2: what a spoofer draws from one connection changes nothing in another's answers", () => {
  const [attacked, other] = [OneEnd.established(), OneEnd.established()];
  for (let i = 0; i < 500; i++) attacked.arrive(`R ${100 + i}:${100 + i}(0)`);
  expect(other.arrive('R 100:100(0)')).toEqual(['. 1:1(0) ack 1']);
});

test('V2: the limit of challenge ACKs does not keep back an ACK that is owed for data', () => {
  const end = OneEnd.established();
  end.arrive('R 100:100(0)');
  expect(end.arrive('R 100:100(0)')).toEqual([]);
  expect(end.arrive('P. 1:11(10) ack 1')).toEqual(['. 1:1(0) ack 11']);
});

test('V18: TIME-WAIT delivers no old duplicate, and lasts no longer for it', () => {
  const end = inState('TIME-WAIT');
  end.run(30 * SECOND);
  end.arrive('P. 2:12(10) ack 2');
  end.arrive('P. 1:1(0) ack 2');
  expect([end.tcp.readable, end.tcp.pollTimeout()]).toEqual([0, 60 * SECOND]);
});

test('V18: an old FIN with an old timestamp does not begin TIME-WAIT anew', () => {
  const end = inState('FIN-WAIT-2', { peer: 'mss 1000,TS 5000 0' });
  end.arrive('F. 1:1(0) ack 2 <TS 5001 0>');
  expect(end.state).toBe('TIME-WAIT');
  end.run(30 * SECOND);
  end.arrive('F. 1:1(0) ack 2 <TS 4000 0>');
  expect(end.tcp.pollTimeout()).toBe(60 * SECOND);
});

test('V19: nothing that comes draws more bytes than it has itself, but for the SYN-ACK and its options', () => {
  for (const situation of SITUATIONS) {
    for (const text of ['S 0:0(0)', '. 5:5(0) ack 9', 'R 1:1(0)', 'FPU 1:5(4) urg 9', 'S. 0:0(0) ack 9']) {
      const end = inState(situation);
      const answers = end.arrive(text);
      expect(answers.length, `${situation} ${text}`).toBeLessThanOrEqual(1);
      expect(end.take().every((out) => out.length === 0)).toBe(true);
    }
  }
});

const flags = fc.constantFrom('.', 'P.', 'F.', 'FP.', 'R', 'R.', 'S', 'S.', 'U.', '-', 'SFRPUEW.');
const step = fc.oneof(
  fc.record({
    what: fc.constant('segment' as const),
    flags,
    seq: fc.integer({ min: -5, max: 60 }),
    length: fc.nat({ max: 20 }),
    ack: fc.integer({ min: -5, max: 80 }),
    window: fc.constantFrom(0, 5, 50, 65_535),
  }),
  fc.record({ what: fc.constant('time' as const), ms: fc.nat({ max: 3000 }) }),
  fc.record({ what: fc.constant('send' as const), bytes: fc.integer({ min: 1, max: 40 }) }),
  fc.record({
    what: fc.constant('call' as const),
    call: fc.constantFrom('read', 'shutdownWrite', 'shutdownRead', 'close', 'abort'),
  }),
);

test('V22: any segments, any calls, any time in any order: the invariants hold, and what was read was sent', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.boolean(), fc.boolean(), (steps, options, tiny) => {
      const end = OneEnd.established({
        peer: options ? 'mss 10,sackOK,wscale 1' : 'mss 10',
        window: 50,
        accounting: tiny ? 'payload' : 'linux',
        user: tiny ? { receiveBuffer: 30, sendBuffer: 60 } : {},
      });
      let closed = false;
      for (const at of steps) {
        if (at.what === 'segment') {
          const length = at.flags.includes('R') ? 0 : at.length;
          end.arrive(`${at.flags} ${at.seq}:${at.seq + length}(${length}) ack ${at.ack} win ${at.window}`);
        } else if (at.what === 'time') end.run(at.ms * MILLISECOND);
        else if (at.what === 'send') {
          const room = Math.min(at.bytes, end.tcp.room);
          const open = end.state === 'ESTABLISHED' || end.state === 'CLOSE-WAIT';
          if (open && room > 0 && !closed) end.write(room);
        } else if (at.call === 'read') end.read();
        else {
          closed ||= at.call !== 'shutdownRead';
          const { call } = at;
          end.call((tcp) => tcp[call](end.now));
        }
      }
      end.read();
      // Whatever happened: the user aborts, and nothing is left.
      end.call((tcp) => tcp.abort(end.now));
      expect(end.state).toBe('CLOSED');
      expect(end.tcp.pollTimeout()).toBe(Number.POSITIVE_INFINITY);
    }),
    { numRuns: 1500 },
  );
});

test('V13, V22: whatever came before, a connection that was let go is gone in the end, however silent or stubborn its peer', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SYNCHRONIZED),
      fc.array(fc.record({ flags, seq: fc.integer({ min: -3, max: 9 }), ack: fc.integer({ min: -3, max: 20 }) }), {
        maxLength: 8,
      }),
      (state, segments) => {
        const end = inState(state, { peer: 'mss 100,sackOK' });
        if (state === 'ESTABLISHED') end.write(5);
        for (const { flags: bits, seq, ack } of segments) end.arrive(`${bits} ${seq}:${seq}(0) ack ${ack} win 0`);
        end.call((tcp) => tcp.close(end.now));
        end.run(2000 * SECOND);
        expect(end.state).toBe('CLOSED');
      },
    ),
    { numRuns: 500 },
  );
});

test('V3, V19: of all that a stranger sends only a RST at RCV.NXT ends a connection', () => {
  const end = OneEnd.established();
  for (let control = 0; control < 256; control++) {
    if ((control & RST) !== 0) continue;
    for (const seq of [-50, 0, 500, 70_000]) end.arriveFields({ control, seq, length: 3, ack: 90_000 });
  }
  expect(end.state).toBe('ESTABLISHED');
  expect(end.tcp.readable).toBe(0);
});
