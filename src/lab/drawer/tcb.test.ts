import { expect, test } from 'vitest';
import { record } from '../../../test/support/recordings.ts';
import { effectiveMss, sendMss } from './tcb-figures.ts';
import { TcbFold } from './tcb-fold.ts';
import { TcbHistory, TimerIndex } from './tcb-history.ts';
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

test('a timer that fires is the next one until then, and counted from then on', async () => {
  const events = await record('cut-sending');
  const index = new TimerIndex(events);
  index.grow();
  const fires = events.findIndex((event) => event.kind === 'tcp.timer' && event.timer === 'retransmission');
  const event = events[fires];
  if (event?.kind !== 'tcp.timer') throw new Error('no retransmission timer fires');
  const nextAt = (cursor: number) => index.next(event, cursor).find(({ timer }) => timer === 'retransmission')?.index;
  expect(nextAt(fires - 1)).toBe(fires);
  expect(nextAt(fires)).toBe(fires);
  expect(nextAt(fires + 1)).toBeGreaterThan(fires);
  const history = new TcbHistory(events);
  const countAt = (cursor: number) => {
    history.goTo(cursor, never);
    return history.ends.find(({ host, connection }) => host === event.host && connection === event.connection)?.fired
      .retransmission?.count;
  };
  expect([countAt(fires), countAt(fires + 1)]).toEqual([undefined, 1]);
});
