/** The scoreboard against RFC 6675's own definition, octet by octet, for random ACKs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULTS, Pair } from '../../test/support/pair.ts';
import * as seq from './seq.ts';
import type { Tcb } from './tcb.ts';

/** RFC 6675, 4, SetPipe(), as written there: every octet that is out is looked at. */
function pipeByOctets(tcb: Tcb): number {
  const { recovery, snd } = tcb;
  let pipe = 0;
  for (let at = snd.una; seq.lt(at, snd.nxt); at = seq.add(at, 1)) {
    if (recovery.sacked.has(at)) continue;
    if (seq.ge(at, recovery.lossEdge)) pipe++;
    if (seq.lt(at, recovery.highRxt) && recovery.phase !== 'open') pipe++;
  }
  return pipe;
}

const answer = fc.record({
  kind: fc.constantFrom('ack', 'sack', 'sack', 'timeout'),
  at: fc.nat({ max: 1000 }),
  length: fc.integer({ min: 1, max: 3 }),
});

test('the sums are what counting octets gives, after any ACKs, SACKs and time-outs', () => {
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 25 }), (answers) => {
      const pair = new Pair({
        accounting: 'payload',
        a: { receiveBuffer: 4000 },
        b: { ...DEFAULTS, maxSegment: 20, sendBuffer: 2000 },
      });
      pair.connect();
      pair.verdict = () => false;
      const { tcb } = pair.b;
      pair.b.send(new Uint8Array(2000), 0, 2000, pair.now);
      pair.flush();
      for (const { kind, at, length } of answers) {
        const out = tcb.outstanding;
        if (kind === 'timeout') {
          const deadline = pair.b.pollTimeout();
          if (deadline === Number.POSITIVE_INFINITY) continue;
          pair.now = deadline;
          pair.b.handleTimeout(deadline);
          pair.flush();
        } else {
          const segment = Math.floor((at * out) / 1001 / 20);
          const ack = kind === 'ack' ? seq.add(tcb.snd.una, segment * 20) : tcb.snd.una;
          const left = seq.add(tcb.snd.una, (segment + 1) * 20);
          const right = seq.min(tcb.snd.nxt, seq.add(left, length * 20));
          pair.now += 1_000_000;
          pair.forge('b', (forged) => {
            forged.seq = tcb.rcv.nxt;
            forged.ack = ack;
            forged.wnd = 4000;
            forged.options.timestamps = true;
            forged.options.tsval = tcb.timestamps.recent;
            forged.options.tsecr = tcb.timestamp(pair.now);
            if (kind === 'sack' && seq.lt(left, right)) {
              forged.options.sackCount = 1;
              forged.options.sack[0] = left;
              forged.options.sack[1] = right;
            }
          });
        }
        if (tcb.state === 'CLOSED') return;
        expect(tcb.recovery.pipe(tcb)).toBe(pipeByOctets(tcb));
        expect(seq.le(tcb.recovery.lossEdge, tcb.snd.nxt)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
