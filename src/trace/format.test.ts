import { expect, test } from 'vitest';
import type { LayerEvent } from './event.ts';
import { Formatter, secondsOf, WORDED } from './format.ts';
import { knownKinds } from './kinds.ts';

function text(language: 'en' | 'ko', event: LayerEvent): string {
  return new Formatter(language).text({ n: 1, at: 0, host: 'A', cause: 0, ...event });
}

test('every kind that can be read has words, and no other', () => {
  expect([...WORDED].sort()).toEqual(knownKinds());
});

test('calls, copies and breaks read as sentences in both languages', () => {
  const call = { kind: 'call.entered', process: 'client', call: 'send', socket: 'tcp:1', args: { length: 5 } } as const;
  expect(text('en', call)).toBe('client  send(length 5) [tcp:1] …');
  const failed = { kind: 'call.returned', process: 'client', call: 'recv', entered: 1, error: 'ECONNRESET' } as const;
  expect(text('en', failed)).toBe('client  … recv returns ECONNRESET');
  expect(text('ko', failed)).toBe('client  … recv의 반환값: ECONNRESET');
  const copied = {
    kind: 'socket.copied',
    process: 'p',
    socket: 'tcp:1',
    entered: 1,
    direction: 'in',
    bytes: 1,
  } as const;
  expect(text('en', copied)).toBe('p  1 byte is copied into the send buffer [tcp:1]');
  expect(text('ko', copied)).toBe('p  송신 버퍼로 1바이트 복사 [tcp:1]');
  const cut = { kind: 'cable.cut', cable: 'cable', direction: 'a-to-b', carrier: 'lost' } as const;
  expect(text('en', cut)).toBe('cable cable is CUT (a-to-b), the carrier is lost');
  expect(text('ko', { kind: 'process.killed', process: 'client' })).toBe('프로세스 client 강제 종료');
  expect(text('en', { kind: 'process.exited', process: 'p', code: 0, value: { n: 1 } })).toBe(
    'process p ends: 0 {"n":1}',
  );
  expect(text('en', { kind: 'tcp.retransmit', connection: 'x', seq: 1, len: 8, why: 'timeout' })).toBe(
    'x  8 bytes are sent again: timeout',
  );
});

test('a moment is cut to the microsecond, not rounded up', () => {
  expect(secondsOf(924_599_999_999)).toBe('   924.599999');
});
