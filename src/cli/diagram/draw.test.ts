import { expect, test } from 'vitest';
import { toBase64 } from '../../base/bytes.ts';
import type { Event, LayerEvent } from '../../trace/event.ts';
import { widthOf } from '../width.ts';
import { draw } from './draw.ts';
import { diagramOf } from './rows.ts';

const MS = 1e6;

/** A trace made by hand: two hosts, and what a test adds. */
class Hand {
  readonly events: Event[] = [];
  #cause = 0;

  constructor(router = false) {
    this.add('', 0, { kind: 'host.added', name: 'A', what: 'host', addresses: [] });
    this.add('', 0, { kind: 'host.added', name: 'B', what: 'host', addresses: [] });
    if (router) this.add('', 0, { kind: 'host.added', name: 'R', what: 'router', addresses: [] });
    for (const [host, address] of [
      ['A', '10.0.0.1'],
      ['B', '10.0.0.2'],
    ] as const) {
      this.add(host, 0, { kind: 'interface.added', interface: 'eth0', address: `${address}/24`, mac: '', mtu: 1500 });
    }
    this.add('A', 0, { kind: 'process.started', process: 'server' });
    this.add('B', 0, { kind: 'process.started', process: 'client' });
  }

  add(host: string, ms: number, event: LayerEvent): number {
    const n = this.events.length + 1;
    this.events.push({ n, at: ms * MS, host, cause: this.#cause, ...event });
    return n;
  }

  because<T>(cause: number, act: () => T): T {
    this.#cause = cause;
    const result = act();
    this.#cause = 0;
    return result;
  }

  frame(host: string, ms: number, segment: Segment, cable = 'cable'): number {
    const bytes = toBase64(bytesOf(segment));
    return this.add(host, ms, { kind: 'frame.sent', interface: 'eth0', cable, length: 54 + segment.text, bytes });
  }

  lines(language: 'en' | 'ko' = 'en', width = 100): string[] {
    return draw(diagramOf(this.events, language), { width, language, during: () => [] });
  }
}

interface Segment {
  readonly from: 1 | 2;
  readonly seq: number;
  readonly ack?: number;
  readonly control: number;
  readonly text: number;
}

/** Ethernet, IPv4 and TCP without checksums: nobody looks at them here. */
function bytesOf({ from, seq, ack = 0, control, text }: Segment): Uint8Array {
  const bytes = new Uint8Array(54 + text);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, 0x0800);
  view.setUint8(14, 0x45);
  view.setUint16(16, 40 + text);
  view.setUint8(23, 6);
  view.setUint32(26, 0x0a000000 + from);
  view.setUint32(30, 0x0a000000 + (3 - from));
  view.setUint16(34, from === 1 ? 7000 : 50000);
  view.setUint16(36, from === 1 ? 50000 : 7000);
  view.setUint32(38, seq);
  view.setUint32(42, ack);
  view.setUint8(46, 0x50);
  view.setUint8(47, control);
  view.setUint16(48, 32);
  return bytes;
}

const SYN: Segment = { from: 2, seq: 1000, control: 2, text: 0 };
const DATA: Segment = { from: 2, seq: 1001, ack: 5001, control: 24, text: 8 };

test('a segment is an arrow in its direction, with relative numbers and the time of its arrival', () => {
  const hand = new Hand();
  const syn = hand.frame('B', 0, SYN);
  hand.add('A', 5, { kind: 'frame.delivered', frame: syn, interface: 'eth0' });
  const data = hand.frame('B', 10, DATA);
  hand.add('A', 15, { kind: 'frame.delivered', frame: data, interface: 'eth0' });
  const [first, second] = hand.lines().slice(2);
  expect(first).toMatch(/arrives 5 ms\s+│◀─+ \[S\] win 32 ─+│$/);
  expect(second).toMatch(/10 ms\s+arrives 15 ms\s+│◀─+ \[P\.\] 1:9 ack 0 win 32 ─+│$/);
});

test('a segment that was lost ends in ✕ before the other host, and says why', () => {
  const hand = new Hand();
  const syn = hand.frame('B', 0, SYN);
  hand.add('B', 0, { kind: 'frame.dropped', frame: syn, where: 'cable', reason: 'cut' });
  const line = hand.lines()[2] ?? '';
  expect(line).toMatch(/lost: cut\s+│ +✕─+ \[S\] win 32 ─+│$/);
});

test('a router between the hosts is not drawn: two hops are one arrow', () => {
  const hand = new Hand(true);
  const hop = hand.frame('B', 0, SYN);
  const atRouter = hand.add('R', 5, { kind: 'frame.delivered', frame: hop, interface: 'eth1' });
  const next = hand.because(atRouter, () => hand.frame('R', 5, SYN, 'cable-A'));
  hand.add('A', 10, { kind: 'frame.delivered', frame: next, interface: 'eth0' });
  const lines = hand.lines().slice(2);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('arrives 10 ms');
});

test('a packet that waited in the router for ARP is known again', () => {
  const hand = new Hand(true);
  const hop = hand.frame('B', 0, SYN);
  hand.add('R', 5, { kind: 'frame.delivered', frame: hop, interface: 'eth1' });
  const next = hand.frame('R', 15, SYN, 'cable-A');
  hand.add('A', 20, { kind: 'frame.delivered', frame: next, interface: 'eth0' });
  expect(hand.lines().slice(2)).toHaveLength(1);
});

test('the same bytes sent twice are marked as sent again', () => {
  const hand = new Hand();
  hand.frame('B', 0, SYN);
  hand.frame('B', 1, DATA);
  hand.frame('B', 50, DATA);
  const lines = hand.lines().slice(2);
  expect(lines[1]).not.toContain('again');
  expect(lines[2]).toContain('again');
});

test('a call that returns at once is one line; one that waits is two, and its line is dotted meanwhile', () => {
  const hand = new Hand();
  const send = hand.add('B', 0, { kind: 'call.entered', process: 'client', call: 'send', args: { length: 5 } });
  hand.add('B', 0, { kind: 'call.returned', process: 'client', call: 'send', entered: send, result: 5 });
  const recv = hand.add('A', 0, { kind: 'call.entered', process: 'server', call: 'recv', args: { length: 64 } });
  hand.frame('B', 1, DATA);
  hand.add('A', 6, { kind: 'call.returned', process: 'server', call: 'recv', entered: recv, result: 5 });
  const [whole, entered, segment, returned] = hand.lines().slice(2);
  expect(whole).toContain('send(5) → 5');
  expect(entered).toContain('recv(64) …');
  expect(segment).toMatch(/░◀/);
  expect(returned).toContain('recv → 5, 6 ms');
});

test('silence is folded into one line that says how long it was', () => {
  const hand = new Hand();
  hand.frame('B', 0, SYN);
  hand.add('', 7_140_000, { kind: 'cable.cut', cable: 'cable', direction: 'both', carrier: 'kept' });
  const lines = hand.lines().slice(2);
  expect(lines[1]).toContain('┆ 1 h 59 min ┆');
  expect(lines[2]).toMatch(/^ +1:59:00 +═+ cable cable is CUT ═+$/);
  expect(hand.lines('ko')[3]).toContain('┆ 1시간 59분 ┆');
});

test('no line is wider than the terminal, also with Korean in it', () => {
  const hand = new Hand();
  hand.add('A', 0, {
    kind: 'process.printed',
    process: 'server',
    text: '안녕하세요, 이것은 여백에 들어가지 않는 긴 글입니다',
  });
  hand.frame('B', 0, DATA);
  hand.add('', 1000, { kind: 'cable.cut', cable: '이름이 긴 케이블', direction: 'both', carrier: 'kept' });
  for (const width of [72, 80, 100, 140]) {
    for (const line of hand.lines('ko', width)) expect(widthOf(line)).toBeLessThanOrEqual(width);
  }
});

test('a very long run keeps its beginning, its end and its breaks, and counts what it leaves out', () => {
  const hand = new Hand();
  for (let at = 0; at < 500; at++) hand.frame('B', at, { ...DATA, seq: 1001 + 8 * at });
  hand.add('', 500, { kind: 'cable.cut', cable: 'cable', direction: 'both', carrier: 'kept' });
  for (let at = 501; at < 1000; at++) hand.frame('B', at, { ...DATA, seq: 1001 + 8 * at });
  const lines = hand.lines();
  expect(lines.length).toBeLessThan(120);
  expect(lines.join('\n')).toMatch(/440 more[\s\S]*CUT[\s\S]*459 more/);
});
