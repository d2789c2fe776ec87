import { expect, test } from 'vitest';
import { TraceWriter } from '../../test/support/trace-writer.ts';
import { SYN } from './headers.ts';
import { Trace } from './query.ts';

function sample(): Trace {
  const writer = new TraceWriter('events');
  writer.host('A', '10.0.0.1');
  writer.host('B', '10.0.0.2');
  const cut = writer.emit('', { kind: 'cable.cut', cable: 'cable', direction: 'both', carrier: 'kept' });
  writer.travel('10.0.0.2:49152', '10.0.0.1:7000', { seq: 1, control: SYN }, cut);
  return new Trace(writer.recorder);
}

test('events are found by kind, host and any field', () => {
  const trace = sample();
  expect(trace.find({ kind: 'host.added' }).map(({ name }) => name)).toEqual(['A', 'B']);
  expect(trace.find({ kind: 'frame.sent', host: 'B' })).toHaveLength(1);
  expect(trace.find({ kind: 'frame.sent', host: 'A' })).toHaveLength(0);
  expect(trace.find({ addresses: ['10.0.0.2/24'] })).toHaveLength(1);
  expect(trace.find({ cable: 'cable', direction: 'both' })).toHaveLength(1);
  expect(trace.find({})).toEqual(trace.events);
});

test('a kind or field that does not exist is an error with what there is', () => {
  const trace = sample();
  const find = (pattern: Record<string, string | number>) => () => trace.find(pattern);
  expect(find({ kind: 'tcp.stat' })).toThrow(/kind: "tcp.stat" is no kind of event; known: .*tcp\.state/);
  expect(find({ kind: 'frame.sent', bits: 1 })).toThrow("bits: no event 'frame.sent' has it; fields: ");
  expect(find({ hots: 'A' })).toThrow('hots: no event has it');
});

test('an event is reached by its number, and what led to it by its causes', () => {
  const trace = sample();
  expect(trace.at(4).kind).toBe('cable.cut');
  expect(() => trace.at(7)).toThrow('n: 7; the trace has events 1 to 6');
  expect(trace.chain(6).map(({ kind }) => kind)).toEqual(['frame.delivered', 'frame.sent', 'cable.cut']);
});

test('the text has a line for each event, in both languages', () => {
  const trace = sample();
  expect(trace.toText().split('\n')[4]).toBe(
    '     5      0.000000  B       → cable  10.0.0.2.49152 > 10.0.0.1.7000: Flags [S], seq 1, win 64240, length 0',
  );
  expect(trace.toText('ko')).toContain('케이블 cable 잘림');
});
