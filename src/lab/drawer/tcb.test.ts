import { expect, test } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import { ACK, type TcpHeaders, URG } from '../../trace/headers.ts';
import { afterMeasuring, afterSending, afterTaking, type End, newEnd } from './tcb-end.ts';
import { effectiveMss, sendMss } from './tcb-figures.ts';
import { TcbFold } from './tcb-fold.ts';
import { TcbHistory } from './tcb-history.ts';
import { pairsOf } from './tcb-pairs.ts';

const never = () => false;

test('both ends of a connection know the numbers and options of both SYNs', async () => {
  const events = await record('copy');
  const history = new TcbHistory(events);
  history.goTo(events.length, never);
  const [pair] = pairsOf(history.ends);
  const [client, server] = pair ?? [];
  if (client === undefined || server === undefined) throw new Error('there is no pair');
  expect([client.host, server.host]).toEqual(['B', 'A']);
  expect(client.iss).toBeDefined();
  expect([server.irs, server.iss]).toEqual([client.iss, client.irs]);
  expect(server.peer).toEqual(client.own);
  // Exact accounting: segments of 8, timestamps or not.
  expect([sendMss(client), effectiveMss(client, 'payload'), effectiveMss(client, undefined)]).toEqual([
    8,
    8,
    undefined,
  ]);
  expect(client.way.map(({ to }) => to)).toEqual([
    'SYN-SENT',
    'ESTABLISHED',
    'FIN-WAIT-1',
    'FIN-WAIT-2',
    'TIME-WAIT',
    'CLOSED',
  ]);
});

test('going back gives what going there for the first time gave', async () => {
  const events = await record('acknowledged');
  const straight = new TcbFold();
  const expected = events.map((event, index) => {
    straight.apply(event, index);
    return straight.ends;
  });
  const history = new TcbHistory(events);
  for (const cursor of [events.length, 40, 39, 60, 1]) {
    expect(history.goTo(cursor, never)).toBe(true);
    expect(history.ends).toEqual(expected[cursor - 1]);
  }
});

test('a timer counts down to its deadline, fires there, and is counted from then on', async () => {
  const events = await record('cut-sending');
  const fires = events.findIndex((event) => event.kind === 'tcp.timer' && event.timer === 'retransmission');
  const event = events[fires];
  if (event?.kind !== 'tcp.timer') throw new Error('no retransmission timer fires');
  const history = new TcbHistory(events);
  const at = (cursor: number) => {
    history.goTo(cursor, never);
    const end = history.ends.find(({ host, connection }) => host === event.host && connection === event.connection);
    return [end?.deadlines.retransmission, end?.fired.retransmission];
  };
  expect(at(fires)).toEqual([event.at, undefined]);
  expect(at(fires + 1)).toEqual([undefined, 1]);
});

test('a round trip is told by two SRTTs; a time-out that is doubled is no round trip', () => {
  const first = afterMeasuring(undefined, { srtt: 10_000_000, rttvar: 5_000_000, rto: 210_000_000 });
  expect(first.sample).toBe(10_000_000);
  const srtt = Math.floor((7 * 10_000_000 + 26_000_005) / 8);
  const second = afterMeasuring(first, { srtt, rttvar: 7_750_001, rto: 212_000_000 });
  expect(Math.abs(second.sample - 26_000_005)).toBeLessThan(8);
  expect(afterMeasuring(second, { srtt, rttvar: 7_750_001, rto: 424_000_000 }).sample).toBe(second.sample);
});

test('urgent bytes count until they are acknowledged, and read', () => {
  const end: End = { ...newEnd('B', 'b:1>a:2', 'ESTABLISHED'), iss: 100, irs: 500 };
  const segment = { control: ACK | URG, seq: 101, ack: 501, urgent: 3, window: 10 };
  const sent = { ...end, ...afterSending(end, { ...SEGMENT, ...segment }) };
  expect(sent.sendUrgent).toBe(104);
  const taken = { ...end, ...afterTaking(end, { ...SEGMENT, ...segment, seq: 501, ack: 101 }) };
  expect(taken.receiveUrgent).toBe(504);
  // An older pointer takes nothing back (MUST-32).
  const again = afterTaking(taken, { ...SEGMENT, ...segment, seq: 501, ack: 101, urgent: 1 });
  expect(again.receiveUrgent).toBe(504);
});

const SEGMENT: TcpHeaders = {
  protocol: 'tcp',
  source: 'b',
  destination: 'a',
  ttl: 64,
  length: 25,
  sourcePort: 1,
  destinationPort: 2,
  seq: 0,
  ack: 0,
  control: ACK,
  window: 0,
  urgent: 0,
  options: [],
  text: 5,
};
