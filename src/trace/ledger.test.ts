import { expect, test } from 'vitest';
import { TraceWriter } from '../../test/support/trace-writer.ts';
import type { ChannelLedger } from '../system/scenario.ts';
import { ACK, FIN, PSH, RST, SYN } from './headers.ts';
import { LedgerFold } from './ledger.ts';

const B = '10.0.0.2:49152';
const A = '10.0.0.1:7000';
const [ISS, IRS] = [0xffff_fff0, 5000];

/** A trace in which B has connected to A; B's socket is tcp:1, A's, accepted, tcp:2. */
function connected(): TraceWriter {
  const trace = new TraceWriter();
  trace.host('A', '10.0.0.1');
  trace.host('B', '10.0.0.2');
  trace.cable('cable', 'A', 'B');
  const connect = call(trace, 'B', 'client', 'connect', 'tcp:1', { host: 'A', port: 7000 });
  trace.travel(B, A, { seq: ISS, control: SYN }, connect);
  const done = trace.travel(A, B, { seq: IRS, ack: ISS + 1, control: SYN | ACK, window: 100 });
  returns(trace, 'B', 'client', 'connect', connect, { socket: 'tcp:1', local: B, remote: A }, done);
  trace.travel(B, A, { seq: ISS + 1, ack: IRS + 1, control: ACK, window: 100 });
  const accept = call(trace, 'A', 'server', 'accept', 'tcp:0', {});
  returns(trace, 'A', 'server', 'accept', accept, { socket: 'tcp:2', local: A, remote: B });
  return trace;
}

function call(trace: TraceWriter, host: string, process: string, name: string, socket: string, args: object): number {
  return trace.emit(host, { kind: 'call.entered', process, call: name, socket, args: { ...args } });
}

function returns(
  trace: TraceWriter,
  host: string,
  process: string,
  name: string,
  entered: number,
  result: number | Record<string, string>,
  cause = entered,
): void {
  trace.emit(host, { kind: 'call.returned', process, call: name, entered, result }, cause);
}

function copied(trace: TraceWriter, host: string, entered: number, direction: 'in' | 'out', bytes: number): void {
  const [process, socket] = host === 'B' ? ['client', 'tcp:1'] : ['server', 'tcp:2'];
  trace.emit(host, { kind: 'socket.copied', process, socket, entered, direction, bytes }, entered);
}

function data(from: number, text: string, control = PSH | ACK) {
  return { seq: (ISS + 1 + from) >>> 0, ack: IRS + 1, control, data: text, window: 100 };
}

/** A's acknowledgment of B's bytes up to an offset. */
function ack(upTo: number, window = 100) {
  return { seq: IRS + 1, ack: (ISS + 1 + upTo) >>> 0, control: ACK, window };
}

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
  const [first, second] = ledgers(connected());
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
  const trace = connected();
  const send = call(trace, 'B', 'client', 'send', 'tcp:1', { length: 10 });
  expect(forth(trace)).toMatchObject({ requested: 10, written: 0, waiting: 10 });
  copied(trace, 'B', send, 'in', 6);
  expect(forth(trace)).toMatchObject({ written: 6, waiting: 4, unsent: 6 });
  const sent = trace.send(B, A, data(0, 'abcdef'));
  expect(forth(trace)).toMatchObject({ sent: 6, unsent: 0, inFlight: 6, unacknowledged: 6 });
  trace.deliver('A', sent);
  expect(forth(trace)).toMatchObject({ received: 6, inFlight: 0, unread: 6, unacknowledged: 6 });
  trace.travel(A, B, ack(6));
  expect(forth(trace)).toMatchObject({ acknowledged: 6, unacknowledged: 0 });
  const recv = call(trace, 'A', 'server', 'recv', 'tcp:2', { length: 4 });
  copied(trace, 'A', recv, 'out', 4);
  returns(trace, 'A', 'server', 'recv', recv, 4);
  expect(forth(trace)).toMatchObject({ read: 4, unread: 2, waiting: 4 });
  returns(trace, 'B', 'client', 'send', send, 6);
  expect(forth(trace)).toMatchObject({ requested: 6, waiting: 0 });
});

test('bytes behind a hole are out of order until it is filled, over the wrap of the sequence space', () => {
  const trace = connected();
  const send = call(trace, 'B', 'client', 'send', 'tcp:1', { length: 40 });
  copied(trace, 'B', send, 'in', 40);
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

test('what the host refused was not received, nor what lies beyond its window', () => {
  const trace = connected();
  const send = call(trace, 'B', 'client', 'send', 'tcp:1', { length: 200 });
  copied(trace, 'B', send, 'in', 200);
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
  const trace = connected();
  const send = call(trace, 'B', 'client', 'send', 'tcp:1', { length: 20 });
  copied(trace, 'B', send, 'in', 20);
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

test('the FIN is no byte', () => {
  const trace = connected();
  const send = call(trace, 'B', 'client', 'send', 'tcp:1', { length: 2 });
  copied(trace, 'B', send, 'in', 2);
  trace.travel(B, A, data(0, 'hi', FIN | ACK));
  trace.travel(A, B, ack(3));
  expect(forth(trace)).toMatchObject({ sent: 2, acknowledged: 2, received: 2 });
});

test('a power cut discards what lay in the host, a kill what the program still had', () => {
  const trace = connected();
  const send = call(trace, 'B', 'client', 'send', 'tcp:1', { length: 20 });
  copied(trace, 'B', send, 'in', 12);
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
  const trace = connected();
  const send = call(trace, 'B', 'client', 'send', 'tcp:1', { length: 10 });
  copied(trace, 'B', send, 'in', 10);
  trace.travel(B, A, data(0, '0123456789'));
  trace.travel(A, B, { ...ack(10), control: RST | ACK });
  expect(forth(trace)).toMatchObject({ acknowledged: 0, unacknowledged: 10 });
});

test('a connection of the same two endpoints, begun later, has channels of its own', () => {
  const trace = connected();
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
  const syn = trace.send(from, A, { seq: ISS, control: SYN });
  trace.deliver('A', syn);
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

test('the ledger can be asked for at any virtual moment', () => {
  const trace = connected();
  trace.now = 30_000_000;
  call(trace, 'B', 'client', 'send', 'tcp:1', { length: 7 });
  expect(LedgerFold.at(trace.recorder.events, 29)[0]?.requested).toBe(0);
  expect(LedgerFold.at(trace.recorder.events, 30)[0]?.requested).toBe(7);
});
