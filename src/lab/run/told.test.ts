import { expect, test } from 'vitest';
import { toldOf } from './told.ts';

test('what only the engine says has a Korean sentence before it', () => {
  const message = "set.bytes: 'x' is wrong; allowed is a number";
  expect(toldOf({ kind: 'plan', message })).toEqual({
    en: message,
    ko: `주어진 값으로는 실행할 수 없습니다: ${message}`,
  });
  expect(toldOf({ kind: 'source', message: "'안녕' is not defined" }).ko).toMatch(/^시나리오의 텍스트에 오류가 있어/);
});

test('what is Korean already is left as it is', () => {
  const message = '사건이 2,000,000개를 넘어 페이지에 담을 수 없으므로 실행이 중단되었습니다.';
  expect(toldOf({ kind: 'loop', message }).ko).toBe(message);
});
