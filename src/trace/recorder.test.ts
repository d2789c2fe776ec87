import { expect, test } from 'vitest';
import { PLATFORM, TraceWriter } from '../../test/support/trace-writer.ts';
import { fromBase64 } from '../base/bytes.ts';
import { Sha256 } from '../base/sha256.ts';
import { FRAME_START, FramePool } from '../wire/frame.ts';
import { emptyIpv4Header, parseIpv4 } from '../wire/ipv4.ts';
import { emptyTcpHeader, parseTcp } from '../wire/tcp.ts';
import { SNAP_LENGTH } from './event.ts';
import { ACK, SYN } from './headers.ts';
import { Trace } from './query.ts';
import { Recorder, type TraceMode } from './recorder.ts';

function smallTrace(mode: TraceMode): TraceWriter {
  const writer = new TraceWriter(mode);
  writer.host('A', '10.0.0.1');
  writer.host('B', '10.0.0.2');
  writer.travel('10.0.0.2:49152', '10.0.0.1:7000', { seq: 1, control: SYN });
  writer.travel('10.0.0.2:49152', '10.0.0.1:7000', {
    seq: 2,
    ack: 9,
    control: ACK,
    data: new Uint8Array(1000).fill(65),
  });
  writer.emit('A', { kind: 'process.printed', process: 'p', text: '안녕' });
  return writer;
}

test('the modes that hash agree on the hash and the numbers, and it is that of the lines with whole frames', () => {
  const [hash, events, frames] = (['hash', 'events', 'frames'] as const).map((mode) => smallTrace(mode).recorder);
  expect(hash?.count).toBe(8);
  expect(events?.count).toBe(8);
  expect(hash?.hash()).toBe(frames?.hash());
  expect(events?.hash()).toBe(frames?.hash());
  if (frames === undefined) throw new Error('three modes');
  expect(new Sha256().updateText(new Trace(frames).toJsonl()).digestHex()).toBe(frames.hash());
});

test('the hash can be asked for at any moment, and goes on', () => {
  const one = smallTrace('hash');
  const early = one.recorder.hash();
  expect(one.recorder.hash()).toBe(early);
  one.emit('', { kind: 'host.powered-off' });
  const other = smallTrace('hash');
  other.emit('', { kind: 'host.powered-off' });
  expect(one.recorder.hash()).toBe(other.recorder.hash());
  expect(one.recorder.hash()).not.toBe(early);
});

test('a sink stamps with its host and clock; the cause is one for all sinks', () => {
  const recorder = new Recorder('events', PLATFORM);
  const a = recorder.sinkFor('A', { now: () => 17 });
  const b = recorder.sinkFor('B', { now: () => 18 });
  const cause = a.emit({ kind: 'process.started', process: 'p' });
  a.cause = cause;
  expect(b.cause).toBe(1);
  b.emit({ kind: 'process.started', process: 'q' });
  expect(recorder.events).toEqual([
    { n: 1, at: 17, host: 'A', cause: 0, kind: 'process.started', process: 'p' },
    { n: 2, at: 18, host: 'B', cause: 1, kind: 'process.started', process: 'q' },
  ]);
});

test('events keep the first 128 bytes of a frame, frames keep all', () => {
  const long = smallTrace('events').recorder.events[5];
  if (long?.kind !== 'frame.sent') throw new Error('the sixth event is a frame');
  expect(long.length).toBe(1054);
  expect(fromBase64(long.bytes).length).toBe(SNAP_LENGTH);
  const whole = smallTrace('frames').recorder.events[5];
  if (whole?.kind !== 'frame.sent') throw new Error('the sixth event is a frame');
  expect(fromBase64(whole.bytes).length).toBe(1054);
});

test('what was not kept cannot be asked for, and the error says which mode keeps it', () => {
  expect(() => smallTrace('hash').recorder.events).toThrow("its mode is 'hash'; run with trace: 'events' or 'frames'");
  expect(() => new Trace(smallTrace('hash').recorder).find({ kind: 'frame.sent' })).toThrow("'events' or 'frames'");
  expect(() => smallTrace('off').recorder.hash()).toThrow("its mode is 'off'; run with trace: 'hash'");
});

test('a recorder that is off numbers nothing, and its sinks say that nobody listens', () => {
  const { recorder } = smallTrace('off');
  expect(recorder.count).toBe(0);
  expect(recorder.sinkFor('A', { now: () => 0 }).on).toBe(false);
});

test('a checksum that was left to the hardware is right in what is captured', () => {
  const writer = new TraceWriter('frames');
  const frame = writer.frame('10.0.0.2:49152', '10.0.0.1:7000', { seq: 1, ack: 1, control: ACK, data: 'hello' });
  frame.view.setUint16(frame.transport + 16, 0);
  frame.offloaded = true;
  const n = writer.recorder.frameSent('B', 0, 'eth0', 'cable', frame);
  expect(frame.n).toBe(n);
  expect(frame.offloaded).toBe(false);
  const event = writer.recorder.events[n - 1];
  if (event?.kind !== 'frame.sent') throw new Error('a frame was sent');
  const captured = new FramePool().from(fromBase64(event.bytes));
  expect(captured.end - FRAME_START).toBe(event.length);
  const ip = emptyIpv4Header();
  expect(parseIpv4(captured, ip)).toBeUndefined();
  expect(parseTcp(captured, ip, emptyTcpHeader())).toBeUndefined();
});
