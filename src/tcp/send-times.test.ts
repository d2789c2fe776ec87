import { expect, test } from 'vitest';
import { SendTimes } from './send-times.ts';

test('each ACK gives the round trip of the last segment that it acknowledges', () => {
  const times = new SendTimes();
  times.sent(100, 1000);
  times.sent(200, 1000);
  times.sent(300, 1500);
  times.sent(400, 1700);
  expect(times.acknowledged(100, 2000)).toBe(1000);
  expect(times.acknowledged(200, 2100)).toBe(1100);
  expect(times.acknowledged(400, 2700)).toBe(1000);
  times.sent(500, 3000);
  expect(times.acknowledged(450, 3100)).toBe(100);
});

test('a segment that ends beyond the wrap of the sequence numbers is behind those before', () => {
  const times = new SendTimes();
  times.sent(0xffff_fff0, 1000);
  times.sent(0x10, 1500);
  expect(times.acknowledged(0xffff_fff0, 2000)).toBe(1000);
  expect(times.acknowledged(0x10, 2000)).toBe(500);
});

test('Karn: until what was sent again is acknowledged no ACK tells a round trip', () => {
  const times = new SendTimes();
  times.sent(100, 1000);
  times.sent(200, 1100);
  times.sent(300, 1200);
  times.sentAgain(200);
  times.sentAgain(100);
  expect(times.acknowledged(100, 2000)).toBe(-1);
  expect(times.acknowledged(200, 2000)).toBe(-1);
  expect(times.acknowledged(300, 2000)).toBe(800);
});
