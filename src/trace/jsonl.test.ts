import { expect, test } from 'vitest';
import { TraceWriter } from '../../test/support/trace-writer.ts';
import { SYN } from './headers.ts';
import { HEADER_WHOLE, readTrace } from './jsonl.ts';
import { Trace } from './query.ts';

function written(): TraceWriter {
  const writer = new TraceWriter('frames');
  writer.host('A', '10.0.0.1');
  writer.host('B', '10.0.0.2');
  writer.travel('10.0.0.2:49152', '10.0.0.1:7000', { seq: 1, control: SYN });
  return writer;
}

test('what was written is read again, event for event, hash for hash', () => {
  const { recorder } = written();
  const trace = new Trace(recorder);
  expect(readTrace(trace.toJsonl())).toEqual(recorder.events);
  expect(Trace.read(trace.toJsonl()).hash()).toBe(recorder.hash());
  expect(Trace.read(trace.toJsonl()).toPcap()).toEqual(trace.toPcap());
});

test('a trace with the heads of frames only does not claim a hash', () => {
  const writer = new TraceWriter('events');
  const read = Trace.read(new Trace(writer.recorder).toJsonl());
  expect(read.mode).toBe('events');
  expect(() => read.hash()).toThrow("run with trace: 'frames'");
});

test('a text that is no trace, or a broken one, is refused with the line', () => {
  const world = '{"n":1,"at":0,"host":"","cause":0,"kind":"world.started","version":1}\n';
  expect(() => readTrace('')).toThrow('the text is empty');
  expect(() => readTrace('hello\n')).toThrow('line 1 of the trace is not JSON: hello');
  expect(() => readTrace('{}\n')).toThrow('not a trace of halfopen');
  expect(() => readTrace('{"halfopen":"trace","version":2}\n')).toThrow('version 2; this halfopen reads version 1');
  expect(() => readTrace(`${HEADER_WHOLE}${world}[]\n`)).toThrow('line 3 of the trace is not a JSON object');
  expect(() => readTrace(`${HEADER_WHOLE}${world.replace('started', 'ended')}`)).toThrow(
    'line 2 of the trace: the kind "world.ended" is not known',
  );
  expect(() => readTrace(`${HEADER_WHOLE}${world.replace('"n":1', '"n":2')}`)).toThrow(
    'line 2 of the trace: n must be 1',
  );
  expect(() => readTrace(`${HEADER_WHOLE}${world.replace('"at":0', '"at":0.5')}`)).toThrow('at must be nanoseconds');
  expect(() => readTrace(`${HEADER_WHOLE}${world.replace('"cause":0', '"cause":1')}`)).toThrow(
    'cause must be an earlier',
  );
  expect(() => readTrace(`${HEADER_WHOLE}${world.replace(',"version":1', '')}`)).toThrow(
    "line 2 of the trace: world.started has no field 'version'",
  );
  expect(() => readTrace(`${HEADER_WHOLE}${world.replace('"host":""', '"host":7')}`)).toThrow(
    "'host' must be a string",
  );
  const later = world.replace('"at":0', '"at":5');
  expect(() => readTrace(`${HEADER_WHOLE}${later}${world.replace('"n":1', '"n":2')}`)).toThrow(
    'line 3 of the trace: at must not be before 5, not 0',
  );
  const host = '{"n":1,"at":0,"host":"A","cause":0,"kind":"host.added","name":"A","what":"host","addresses":7}\n';
  expect(() => readTrace(`${HEADER_WHOLE}${host}`)).toThrow("'addresses' must be a list of names, not 7");
  const sent =
    '{"n":1,"at":0,"host":"A","cause":0,"kind":"frame.sent","interface":"eth0","cable":"c","length":60,"bytes":"?"}\n';
  expect(() => readTrace(`${HEADER_WHOLE}${sent}`)).toThrow('\'bytes\' must be a base64, not "?"');
  // Whoever looks up an event that is far ahead would fill the memory on the way to it.
  const arrived =
    '{"n":1,"at":0,"host":"A","cause":0,"kind":"frame.delivered","frame":9007199254740991,"interface":"eth0"}\n';
  expect(() => readTrace(`${HEADER_WHOLE}${arrived}`)).toThrow("'frame' must be a number of an earlier event");
});
