import { expect, test } from 'vitest';
import { A, ack, B, ConnectedTrace, data } from '../../test/support/connected-trace.ts';
import { where } from './where.ts';

const CHANNEL = 'B:49152>A:7000';

test('one byte on its way from program to program, each place with what brought it there', () => {
  const trace = new ConnectedTrace();
  const at = (offset: number) => where(trace.recorder.events, CHANNEL, offset);
  const send = trace.call('B', 'send', { length: 6 });
  expect(at(2)).toEqual([{ place: 'application-buffer', at: 'B', events: [send] }]);
  const copied = trace.copied('B', send, 'in', 6);
  expect(at(2)).toEqual([{ place: 'send-buffer', at: 'B', sent: false, events: [send, copied] }]);
  const sent = trace.send(B, A, data(0, 'abcdef'));
  expect(at(2)).toEqual([
    { place: 'send-buffer', at: 'B', sent: true, events: [send, copied] },
    { place: 'cable', at: 'cable', events: [sent] },
  ]);
  const delivered = trace.deliver('A', sent);
  expect(at(2)).toEqual([
    { place: 'send-buffer', at: 'B', sent: true, events: [send, copied] },
    { place: 'receive-buffer', at: 'A', events: [sent, delivered] },
  ]);
  trace.travel(A, B, ack(6));
  expect(at(2)).toEqual([{ place: 'receive-buffer', at: 'A', events: [sent, delivered] }]);
  const recv = trace.call('A', 'recv', { length: 4 });
  const out = trace.copied('A', recv, 'out', 4);
  expect(at(2)).toEqual([{ place: 'program', at: 'A', events: [sent, delivered, out] }]);
  expect(at(5)).toEqual([{ place: 'receive-buffer', at: 'A', events: [sent, delivered] }]);
  expect(where(trace.recorder.events, CHANNEL, 2, copied)).toEqual([
    { place: 'send-buffer', at: 'B', sent: false, events: [send, copied] },
  ]);
});

test('a copy that went lost is told until another is on its way; behind the hole bytes are out of order', () => {
  const trace = new ConnectedTrace();
  const at = (offset: number) => where(trace.recorder.events, CHANNEL, offset).map(({ place }) => place);
  const send = trace.call('B', 'send', { length: 20 });
  trace.copied('B', send, 'in', 20);
  const first = trace.send(B, A, data(0, '0123456789'));
  const lost = trace.emit('B', { kind: 'frame.dropped', frame: first, where: 'cable', reason: 'loss' }, first);
  expect(where(trace.recorder.events, CHANNEL, 3)[1]).toEqual({ place: 'lost', at: 'cable', events: [first, lost] });
  trace.travel(B, A, data(10, '0123456789'));
  expect(at(15)).toEqual(['send-buffer', 'out-of-order']);
  const again = trace.send(B, A, data(0, '0123456789'));
  expect(at(3)).toEqual(['send-buffer', 'cable']);
  trace.deliver('A', again);
  expect(at(3)).toEqual(['send-buffer', 'receive-buffer']);
  expect(at(15)).toEqual(['send-buffer', 'receive-buffer']);
});

test('what a kill and a power cut took away is discarded', () => {
  const trace = new ConnectedTrace();
  const send = trace.call('B', 'send', { length: 20 });
  const copied = trace.copied('B', send, 'in', 10);
  const killed = trace.emit('B', { kind: 'process.killed', process: 'client' });
  const at = (offset: number) => where(trace.recorder.events, CHANNEL, offset);
  expect(at(15)).toEqual([{ place: 'discarded', at: 'B', events: [send, killed] }]);
  expect(at(5).map(({ place }) => place)).toEqual(['send-buffer']);
  const sent = trace.send(B, A, data(0, '0123456789'));
  const delivered = trace.deliver('A', sent);
  const off = trace.emit('A', { kind: 'host.powered-off' });
  expect(at(5)).toEqual([
    { place: 'send-buffer', at: 'B', sent: true, events: [send, copied] },
    { place: 'discarded', at: 'A', events: [sent, delivered, off] },
  ]);
});

test('a wrong channel or offset is told with what there is', () => {
  const { events } = new ConnectedTrace().recorder;
  expect(() => where(events, 'X:1>Y:2', 0)).toThrow(
    "channel: 'X:1>Y:2' is not in the trace; channels: B:49152>A:7000, A:7000>B:49152",
  );
  expect(() => where(events, CHANNEL, 0)).toThrow('offset: 0; of B:49152>A:7000 the program has sent 0 bytes');
  expect(() => where(events, CHANNEL, -1)).toThrow('offset: -1; allowed is a whole number from 0');
});
