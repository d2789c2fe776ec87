import { expect, test } from 'vitest';
import { STOPS } from '../tour/stops.ts';
import { partsOf, runsOf } from './linked-parts.ts';
import { TERMS } from './terms.ts';

test('a sentence is its parts, and each word leads to its term once', () => {
  const parts = partsOf('The send buffer feeds the receive buffer; the send buffer waits for an ACK.', 'en');
  expect(parts.map(({ text }) => text).join('')).toBe(
    'The send buffer feeds the receive buffer; the send buffer waits for an ACK.',
  );
  expect(parts.flatMap(({ id }) => id ?? [])).toEqual(['send-buffer', 'receive-buffer', 'ack']);
});

test('a Korean word is found with its particle behind it', () => {
  expect(partsOf('송신 버퍼에서 수신 버퍼로', 'ko')).toEqual([
    { text: '송신 버퍼', id: 'send-buffer' },
    { text: '에서 ' },
    { text: '수신 버퍼', id: 'receive-buffer' },
    { text: '로' },
  ]);
});

test('part of another word is no term', () => {
  expect(partsOf('packaged, a windowsill, blockstone', 'en')).toEqual([{ text: 'packaged, a windowsill, blockstone' }]);
});

test('most stops lead to a word of the help, in both languages', () => {
  for (const language of ['en', 'ko'] as const) {
    const linked = STOPS.filter(({ claim }) => partsOf(claim[language], language).some(({ id }) => id !== undefined));
    expect(linked.length).toBeGreaterThan(STOPS.length / 2);
  }
});

test('no two terms have one name', () => {
  for (const language of ['en', 'ko'] as const) {
    expect(new Set(TERMS.map(({ term }) => term[language])).size).toBe(TERMS.length);
  }
});

test('a term is in one run with its particle and with the bracket before it, and all runs are the sentence', () => {
  const parts = partsOf('이것이 (수신 윈도우)입니다. 송신 버퍼가 가득', 'ko');
  const runs = runsOf(parts).map((run) => run.map(({ text }) => text));
  expect(runs).toEqual([['이것이 '], ['(', '수신 윈도우', ')입니다.'], [' '], ['송신 버퍼', '가'], [' '], ['가득']]);
  expect(runs.flat().join('')).toBe('이것이 (수신 윈도우)입니다. 송신 버퍼가 가득');
});
