/** RFC 9293, 3.8.4: keep-alive; linux-behaviour, T4 and rows 20, 21, 30. */
import { expect, test } from 'vitest';
import { SECOND } from '../../src/base/time.ts';
import { userOptionsOf } from '../../src/host/profiles.ts';
import { Sysctl } from '../../src/host/sysctl.ts';
import { OneEnd } from '../support/one-end.ts';
import { DEFAULTS } from '../support/pair.ts';
import { inState } from '../support/states.ts';

const TEN_FIVE_THREE = { keepAlive: true, keepIdle: 10 * SECOND, keepInterval: 5 * SECOND, keepCount: 3 };
const PROBE = '. 0:0(0) ack 1';

test('T4, MUST-27, MUST-29, SHLD-12: 10/5/3: probes at 10, 15 and 20 s, given up with a RST after 25 s', () => {
  const end = OneEnd.established({ user: TEN_FIVE_THREE });
  for (const at of [10, 15, 20]) expect(end.quietUntil(at * SECOND)).toEqual([PROBE]);
  expect(end.state).toBe('ESTABLISHED');
  expect(end.quietUntil(25 * SECOND)).toEqual(['R. 1:1(0) ack 1']);
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', 'timed-out']);
});

test('MUST-25, MUST-28: off by default; when on, after two hours, then every 75 s, 9 times', () => {
  expect(userOptionsOf(new Sysctl({}))).toMatchObject({
    keepAlive: false,
    keepIdle: 7200 * SECOND,
    keepInterval: 75 * SECOND,
    keepCount: 9,
  });
  expect(DEFAULTS.keepAlive).toBe(false);
  expect(OneEnd.established().run(1e6 * SECOND)).toEqual([]);
  const end = OneEnd.established({ user: { keepAlive: true } });
  for (let i = 0; i < 9; i++) expect(end.quietUntil((7200 + 75 * i) * SECOND)).toEqual([PROBE]);
  expect(end.quietUntil(7875 * SECOND)).toEqual(['R. 1:1(0) ack 1']);
});

test('MUST-26, MUST-29: an answer begins it anew, whatever probes were lost before', () => {
  const end = OneEnd.established({ user: TEN_FIVE_THREE });
  end.run(20 * SECOND);
  end.take();
  end.arrive('. 1:1(0) ack 1');
  for (const at of [30, 35, 40]) expect(end.quietUntil(at * SECOND)).toEqual([PROBE]);
  end.arrive('. 1:1(0) ack 1');
  expect(end.quietUntil(50 * SECOND)).toEqual([PROBE]);
});

test('MUST-26: data that came within the interval postpones it', () => {
  const end = OneEnd.established({ user: TEN_FIVE_THREE });
  end.run(7 * SECOND);
  end.arrive('P. 1:6(5) ack 1');
  expect(end.quietUntil(17 * SECOND)).toEqual(['. 0:0(0) ack 6']);
});

test('MUST-26: what nobody can know to be from the peer does not postpone it', () => {
  const end = OneEnd.established({ user: TEN_FIVE_THREE });
  end.run(9 * SECOND);
  end.arrive('. 900000:900000(0) ack 1');
  end.arrive('R 900000:900000(0)');
  end.arrive('. 1:1(0) ack 700000');
  end.take();
  expect(end.quietUntil(10 * SECOND)).toEqual([PROBE]);
});

test('MUST-26, row 21: silent while data is unacknowledged; then T1 decides', () => {
  const end = OneEnd.established({ user: TEN_FIVE_THREE });
  end.write(10);
  end.run(900 * SECOND);
  expect(end.take().every((out) => out.length === 10)).toBe(true);
  expect(end.state).toBe('ESTABLISHED');
});

test('MUST-24, MUST-27: it can be switched on, changed and switched off while the connection lives', () => {
  const end = OneEnd.established();
  end.run(100 * SECOND);
  end.call((tcp) => tcp.setOptions(TEN_FIVE_THREE, end.now));
  expect(end.quietUntil(110 * SECOND)).toEqual([PROBE]);
  end.call((tcp) => tcp.setOptions({ keepAlive: false }, end.now));
  expect(end.run(1000 * SECOND)).toEqual([]);
});

test('row 30: the peer that was booted anew answers the probe with RST', () => {
  const end = OneEnd.established({ user: TEN_FIVE_THREE });
  end.run(10 * SECOND);
  end.arrive('R 1:1(0)'); // 3.10.7.1: SEQ = SEG.ACK of the probe
  expect(end.tcp.failed).toBe('reset');
});

test('MAY-5: it runs in CLOSE-WAIT and FIN-WAIT-2 too, and ends with the connection', () => {
  const waits = inState('CLOSE-WAIT', { user: TEN_FIVE_THREE });
  expect(waits.quietUntil(10 * SECOND)).toEqual(['. 0:0(0) ack 2']);
  const half = inState('FIN-WAIT-2', { user: TEN_FIVE_THREE });
  expect(half.quietUntil(10 * SECOND)).toEqual(['. 1:1(0) ack 1']);
  const gone = inState('TIME-WAIT', { user: TEN_FIVE_THREE });
  expect(gone.run(1000 * SECOND)).toEqual([]);
  expect(gone.state).toBe('CLOSED');
});

test('keep-alive with TCP_USER_TIMEOUT: the first probe that is due after it gives up', () => {
  const end = OneEnd.established({ user: { ...TEN_FIVE_THREE, userTimeout: 12 * SECOND } });
  expect(end.quietUntil(10 * SECOND)).toEqual([PROBE]);
  expect(end.quietUntil(15 * SECOND)).toEqual(['R. 1:1(0) ack 1']);
  const patient = OneEnd.established({ user: { ...TEN_FIVE_THREE, userTimeout: 60 * SECOND } });
  patient.run(60 * SECOND - 1);
  expect(patient.state).toBe('ESTABLISHED');
  patient.run(1);
  expect([patient.state, patient.tcp.failed]).toEqual(['CLOSED', 'timed-out']);
});
