import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProportionalReduction } from './proportional-reduction.ts';

const SMSS = 1000;

function begun(prior: number): ProportionalReduction {
  const reduction = new ProportionalReduction();
  reduction.begin(prior * SMSS);
  return reduction;
}

test('RFC 6937, 3: while more is in flight than ssthresh, ssthresh / RecoverFS of what is delivered leaves', () => {
  const reduction = begun(20);
  let pipe = 19 * SMSS; // one is lost
  let left = 0;
  for (let ack = 0; ack < 12; ack++) {
    pipe -= SMSS;
    const facts = { delivered: SMSS, pipe, ssthresh: 10 * SMSS, smss: SMSS, progress: false };
    const room = reduction.windowAfter(facts) - pipe;
    expect([0, SMSS]).toContain(room);
    reduction.sent(room);
    pipe += room;
    left += room / SMSS;
    expect(left).toBe(Math.ceil((ack + 1) / 2));
  }
});

test('RFC 6937, 3.1 and RFC 9937: below ssthresh as many leave as were delivered, one more if all goes well', () => {
  const facts = { delivered: SMSS, pipe: 4 * SMSS, ssthresh: 10 * SMSS, smss: SMSS };
  const careful = begun(20);
  careful.sent(SMSS);
  expect(careful.windowAfter({ ...facts, progress: false })).toBe(5 * SMSS);
  const well = begun(20);
  well.sent(SMSS);
  expect(well.windowAfter({ ...facts, progress: true })).toBe(6 * SMSS);
});

test('never beyond ssthresh', () => {
  const reduction = begun(20);
  reduction.sent(SMSS);
  const facts = { delivered: 8 * SMSS, pipe: 7 * SMSS, ssthresh: 10 * SMSS, smss: SMSS, progress: true };
  expect(reduction.windowAfter(facts)).toBe(10 * SMSS);
});

test('the first of a recovery leaves, whatever else the window says', () => {
  const facts = { delivered: SMSS, pipe: 10 * SMSS, ssthresh: 10 * SMSS, smss: SMSS, progress: false };
  const reduction = begun(20);
  expect(reduction.windowAfter(facts)).toBe(11 * SMSS);
  reduction.sent(SMSS);
  expect(reduction.windowAfter(facts)).toBe(10 * SMSS);
});

test('however the ACKs come, no more leaves than was delivered and two segments for each of them', () => {
  const acks = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(acks, fc.integer({ min: 2, max: 40 }), fc.boolean(), (deliveries, ssthresh, progress) => {
      const reduction = begun(50);
      let pipe = 50;
      let delivered = 0;
      let left = 0;
      for (const count of deliveries) {
        if (count > pipe) break;
        pipe -= count;
        delivered += count;
        const facts = {
          delivered: count * SMSS,
          pipe: pipe * SMSS,
          ssthresh: ssthresh * SMSS,
          smss: SMSS,
          progress,
        };
        const room = reduction.windowAfter(facts) / SMSS - pipe;
        expect(room).toBeGreaterThanOrEqual(0);
        expect(room).toBeLessThanOrEqual(Math.max(delivered - left, count) + 1);
        reduction.sent(room * SMSS);
        pipe += room;
        left += room;
      }
    }),
  );
});
