import { expect, test } from 'vitest';
import { A, ack, B, ConnectedTrace, data, IRS, ISS } from '../../test/support/connected-trace.ts';
import { TraceWriter } from '../../test/support/trace-writer.ts';
import type { ChannelLedger } from '../system/scenario.ts';
import { ACK, FIN, PSH, RST, SYN } from './headers.ts';
import { LedgerFold } from './ledger.ts';

function ledgers(trace: TraceWriter): readonly ChannelLedger[] {
  const fold = new LedgerFold();
  for (const event of trace.recorder.events) fold.apply(event);
  return fold.channels();
}

function forth(trace: TraceWriter): ChannelLedger {
  const [first] = ledgers(trace);
  if (first === undefined) throw new Error('there is a channel');
  const { requested = 0, written = 0, sent = 0, received = 0, outOfOrder = 0, read = 0 } = first;
  const { waiting = 0, unsent = 0, inFlight = 0, unread = 0 } = first;
  expect(waiting + unsent + inFlight + outOfOrder + unread + read).toBe(requested);
  expect([requested >= written, written >= sent, sent >= received, received >= read]).not.toContain(false);
  return first;
}

test('a connection is two channels, named by hosts and ports, with nothing in them', () => {
  const [first, second] = ledgers(new ConnectedTrace());
  expect(first).toEqual({
    channel: 'B:49152>A:7000',
    requested: 0,
    written: 0,
    sent: 0,
    acknowledged: 0,
    received: 0,
    read: 0,
    outOfOrder: 0,
    waiting: 0,
    unsent: 0,
    inFlight: 0,
    unread: 0,
    unacknowledged: 0,
    discarded: [],
  });
  expect(second?.channel).toBe('A:7000>B:49152');
});

test('a byte goes from waiting to read, and each step is counted where it shows', () => {
  const trace = new ConnectedTrace();
  const send = trace.call('B', 'send', { length: 10 });
  expect(forth(trace)).toMatchObject({ requested: 10, written: 0, waiting: 10 });
  trace.copied('B', send, 'in', 6);
  expect(forth(trace)).toMatchObject({ written: 6, waiting: 4, unsent: 6 });
  const sent = trace.send(B, A, data(0, 'abcdef'));
  expect(forth(trace)).toMatchObject({ sent: 6, unsent: 0, inFlight: 6, unacknowledged: 6 });
  trace.deliver('A', sent);
  expect(forth(trace)).toMatchObject({ received: 6, inFlight: 0, unread: 6, unacknowledged: 6 });
  trace.travel(A, B, ack(6));
  expect(forth(trace)).toMatchObject({ acknowledged: 6, unacknowledged: 0 });
  const recv = trace.call('A', 'recv', { length: 4 });
  trace.copied('A', recv, 'out', 4);
  trace.returns('A', recv, 4);
  expect(forth(trace)).toMatchObject({ read: 4, unread: 2, waiting: 4 });
  trace.returns('B', send, 6);
  expect(forth(trace)).toMatchObject({ requested: 6, waiting: 0 });
});

test('bytes behind a hole are out of order until it is filled, over the wrap of the sequence space', () => {
  const trace = new ConnectedTrace();
  const send = trace.call('B', 'send', { length: 40 });
  trace.copied('B', send, 'in', 40);
  const lost = trace.send(B, A, data(0, '0123456789'));
  trace.emit('B', { kind: 'frame.dropped', frame: lost, where: 'cable', reason: 'loss' }, lost);
  trace.travel(B, A, data(20, '0123456789'));
  trace.travel(B, A, data(30, '0123456789'));
  expect(forth(trace)).toMatchObject({ sent: 40, received: 0, outOfOrder: 20, inFlight: 20 });
  trace.travel(B, A, data(5, '567890123456789'));
  expect(forth(trace)).toMatchObject({ received: 0, outOfOrder: 35, inFlight: 5 });
  trace.travel(B, A, data(0, '0123456789'));
  expect(forth(trace)).toMatchObject({ received: 40, outOfOrder: 0, unread: 40, inFlight: 0 });
});

test('what a host gives up behind a hole is under way again; what it is given up for is taken, or is not', () => {
  const pruning = () => {
    const trace = new ConnectedTrace();
    const send = trace.call('B', 'send', { length: 40 });
    trace.copied('B', send, 'in', 40);
    trace.send(B, A, data(0, '0123456789'));
    trace.travel(B, A, data(10, '0123456789'));
    const first = trace.travel(B, A, data(0, '0123456789'));
    trace.emit('A', { kind: 'tcp.pruned', connection: `${A}>${B}`, bytes: 10 }, first);
    return { trace, first };
  };
  expect(forth(pruning().trace)).toMatchObject({ sent: 20, received: 10, outOfOrder: 0, inFlight: 10, discarded: [] });
  const { trace, first } = pruning();
  trace.emit('A', { kind: 'tcp.drop', connection: `${A}>${B}`, reason: 'receive-buffer-full' }, first);
  expect(forth(trace)).toMatchObject({ sent: 20, received: 0, outOfOrder: 0, inFlight: 20 });
});

test('what the host refused was not received, nor what lies beyond its window', () => {
  const trace = new ConnectedTrace();
  const send = trace.call('B', 'send', { length: 200 });
  trace.copied('B', send, 'in', 200);
  const delivered = trace.travel(B, A, data(0, 'hello'));
  trace.emit('A', { kind: 'frame.dropped', interface: 'eth0', reason: 'tcp-checksum' }, delivered);
  expect(forth(trace)).toMatchObject({ sent: 5, received: 0, inFlight: 5 });
  const full = trace.travel(B, A, data(0, 'hello'));
  trace.emit('A', { kind: 'tcp.drop', connection: `${A}>${B}`, reason: 'receive-buffer-full' }, full);
  expect(forth(trace)).toMatchObject({ received: 0 });
  trace.travel(B, A, data(0, 'x'.repeat(120)));
  expect(forth(trace)).toMatchObject({ sent: 120, received: 100, inFlight: 20 });
});

test('an ACK of a refused segment counts as the reason says, one for what was never sent not at all', () => {
  const trace = new ConnectedTrace();
  const send = trace.call('B', 'send', { length: 20 });
  trace.copied('B', send, 'in', 20);
  trace.travel(B, A, data(0, '0123456789'));
  const old = trace.travel(A, B, ack(4));
  trace.emit('B', { kind: 'tcp.drop', connection: `${B}>${A}`, reason: 'paws' }, old);
  expect(forth(trace).acknowledged).toBe(0);
  const stray = trace.travel(A, B, ack(4));
  trace.emit('B', { kind: 'tcp.drop', connection: `${B}>${A}`, reason: 'outside-window' }, stray);
  expect(forth(trace).acknowledged).toBe(4);
  trace.travel(A, B, ack(15));
  expect(forth(trace).acknowledged).toBe(4);
});

test('the ACK of a segment counts that came again with the FIN that its host has; not of one whose FIN is new', () => {
  const trace = new ConnectedTrace();
  const send = trace.call('A', 'send', { length: 4 });
  trace.copied('A', send, 'in', 4);
  trace.travel(A, B, { ...ack(0), control: PSH | ACK, data: 'ABCD' });
  // B closes; its FIN reaches A, whose ACK is lost; then it comes again, and acknowledges more.
  trace.travel(B, A, data(0, 'hi', FIN | ACK));
  const again = () => trace.travel(B, A, { ...data(0, 'hi', FIN | ACK), ack: IRS + 1 + 4 });
  const refuse = (delivery: number) =>
    trace.emit('A', { kind: 'tcp.drop', connection: `${A}>${B}`, reason: 'outside-window' }, delivery);
  const back = () => ledgers(trace)[1]?.acknowledged;
  refuse(again());
  expect(back()).toBe(0);
  trace.emit('A', {
    kind: 'tcp.state',
    connection: `${A}>${B}`,
    from: 'ESTABLISHED',
    to: 'CLOSE-WAIT',
    why: 'FIN',
  });
  trace.send(A, B, ack(3));
  refuse(again());
  expect(back()).toBe(4);
});

test('the FIN is no byte', () => {
  const trace = new ConnectedTrace();
  const send = trace.call('B', 'send', { length: 2 });
  trace.copied('B', send, 'in', 2);
  trace.travel(B, A, data(0, 'hi', FIN | ACK));
  trace.travel(A, B, ack(3));
  expect(forth(trace)).toMatchObject({ sent: 2, acknowledged: 2, received: 2 });
});

test('a power cut discards what lay in the host, a kill what the program still had', () => {
  const trace = new ConnectedTrace();
  const send = trace.call('B', 'send', { length: 20 });
  trace.copied('B', send, 'in', 12);
  trace.travel(B, A, data(0, '0123456789'));
  trace.travel(A, B, ack(4));
  trace.emit('B', { kind: 'process.killed', process: 'client' });
  expect(forth(trace).discarded).toEqual([{ where: 'application-buffer', bytes: 8 }]);
  trace.emit('A', { kind: 'host.powered-off' });
  expect(forth(trace).discarded).toEqual([
    { where: 'application-buffer', bytes: 8 },
    { where: 'receive-buffer', bytes: 10 },
  ]);
  trace.travel(B, A, data(10, 'ab'));
  expect(forth(trace)).toMatchObject({ sent: 12, received: 10 });
});

test('a reset ends what its host knows; its ACK field acknowledges nothing', () => {
  const trace = new ConnectedTrace();
  const send = trace.call('B', 'send', { length: 10 });
  trace.copied('B', send, 'in', 10);
  trace.travel(B, A, data(0, '0123456789'));
  trace.travel(A, B, ack(10, RST | ACK));
  expect(forth(trace)).toMatchObject({ acknowledged: 0, unacknowledged: 10 });
});

test('a connection of the same two endpoints, begun later, has channels of its own', () => {
  const trace = new ConnectedTrace();
  trace.travel(B, A, { seq: 77, control: SYN });
  expect(ledgers(trace).map(({ channel }) => channel)).toEqual([
    'B:49152>A:7000',
    'A:7000>B:49152',
    'B:49152>A:7000',
    'A:7000>B:49152',
  ]);
});

test('a machine outside of the trace keeps its figures to itself', () => {
  const trace = new TraceWriter();
  trace.host('A', '10.0.0.1');
  const from = '10.0.0.77:1234';
  const syn = trace.deliver('A', trace.send(from, A, { seq: ISS, control: SYN }));
  const taken = { from: 'CLOSED', to: 'SYN-RECEIVED', why: 'SYN' } as const;
  trace.emit('A', { kind: 'tcp.state', connection: `${A}>${from}`, ...taken }, syn);
  trace.send(A, from, { seq: IRS, ack: ISS + 1, control: SYN | ACK, window: 100 });
  trace.deliver('A', trace.send(from, A, data(0, 'hello')));
  expect(ledgers(trace)).toEqual([
    { channel: '10.0.0.77:1234>A:7000', received: 5, read: 0, outOfOrder: 0, unread: 5, discarded: [] },
    {
      channel: 'A:7000>10.0.0.77:1234',
      requested: 0,
      written: 0,
      sent: 0,
      acknowledged: 0,
      waiting: 0,
      unsent: 0,
      unacknowledged: 0,
      discarded: [],
    },
  ]);
});

test('a segment that was damaged on its way, and is no connection of anybody, begins none', () => {
  const trace = new ConnectedTrace();
  const damaged = trace.travel('10.0.16.2:49152', A, data(0, 'hello'));
  trace.emit('A', { kind: 'frame.dropped', interface: 'eth0', reason: 'ipv4-checksum' }, damaged);
  const syn = trace.travel('10.0.16.2:49153', A, { seq: ISS, control: SYN });
  trace.emit('A', { kind: 'frame.dropped', interface: 'eth0', reason: 'ipv4-checksum' }, syn);
  expect(ledgers(trace)).toHaveLength(2);
});

test('the ledger can be asked for at any virtual moment', () => {
  const trace = new ConnectedTrace();
  trace.now = 30_000_000;
  trace.call('B', 'send', { length: 7 });
  expect(LedgerFold.at(trace.recorder.events, 29)[0]?.requested).toBe(0);
  expect(LedgerFold.at(trace.recorder.events, 30)[0]?.requested).toBe(7);
});
