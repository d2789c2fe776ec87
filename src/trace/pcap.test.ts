import { expect, test } from 'vitest';
import { TraceWriter } from '../../test/support/trace-writer.ts';
import { toHex } from '../base/bytes.ts';
import { ACK, SYN } from './headers.ts';
import { toPcap } from './pcap.ts';

const B = '10.0.0.2:49152';
const A = '10.0.0.1:7000';

function writer(mode: 'events' | 'frames'): TraceWriter {
  const trace = new TraceWriter(mode);
  trace.host('A', '10.0.0.1');
  trace.host('B', '10.0.0.2');
  return trace;
}

/** Seconds, nanoseconds, bytes here, bytes in all, of each record. */
function records(pcap: Uint8Array): number[][] {
  const view = new DataView(pcap.buffer);
  const found: number[][] = [];
  for (let at = 24; at < pcap.length; at += 16 + view.getUint32(at + 8, true)) {
    found.push([0, 4, 8, 12].map((offset) => view.getUint32(at + offset, true)));
  }
  return found;
}

test('the header says nanoseconds and Ethernet', () => {
  expect(toHex(toPcap([]))).toBe('4d3cb2a1020004000000000000000000' + '0000040001000000');
});

test('a frame stands at its moment to the nanosecond, with all its bytes', () => {
  const trace = writer('frames');
  trace.now = 3_000_000_017;
  trace.travel(B, A, { seq: 1, control: SYN });
  const pcap = toPcap(trace.recorder.events);
  expect(records(pcap)).toEqual([[3, 17, 54, 54]]);
  expect(toHex(pcap.subarray(40, 54))).toBe('020000000002020000000001' + '0800');
});

test('a frame of which the head was kept is marked as cut short', () => {
  const trace = writer('events');
  trace.travel(B, A, { seq: 1, control: ACK, data: new Uint8Array(1000) });
  expect(records(toPcap(trace.recorder.events))).toEqual([[0, 0, 128, 1054]]);
});

test("a host's view has what it sent and what reached it, each at its own moment, damage included", () => {
  const trace = writer('frames');
  trace.travel(B, A, { seq: 1, control: SYN });
  trace.now = 10_000_000;
  const answer = trace.send(A, B, { seq: 1, ack: 2, control: SYN | ACK });
  trace.now = 15_000_000;
  trace.deliver('B', answer, 8 * 13 + 7);
  trace.send(A, B, { seq: 1, ack: 2, control: SYN | ACK });
  const seen = toPcap(trace.recorder.events, { host: 'B' });
  expect(records(seen)).toEqual([
    [0, 0, 54, 54],
    [0, 15_000_000, 54, 54],
  ]);
  expect(seen[24 + 70 + 16 + 13]).toBe(1);
  expect(records(toPcap(trace.recorder.events, { host: 'B', interface: 'eth1' }))).toEqual([]);
  expect(records(toPcap(trace.recorder.events, { cable: 'cable' }))).toHaveLength(3);
  expect(() => toPcap([], { interface: 'eth0' })).toThrow('needs a host');
});
