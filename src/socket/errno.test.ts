import { expect, test } from 'vitest';
import { SCENARIOS } from '../scenarios/index.ts';
import { ERRNO_CODES, errnoMessage, errnoNumber, errnoOfFailure, isErrnoCode, SocketError } from './errno.ts';
import { ERRNO_EXPLANATIONS } from './errno-causes.ts';

test('an error names code, number and call', () => {
  const error = new SocketError('ECONNRESET', 'recv');
  expect(error).toMatchObject({ name: 'SocketError', code: 'ECONNRESET', errno: 104, syscall: 'recv' });
  expect(error.message).toBe('recv ECONNRESET: connection reset by peer');
  expect(error).toBeInstanceOf(Error);
});

test("numbers are Linux's", () => {
  expect(
    ['EAGAIN', 'EPIPE', 'EADDRINUSE', 'ETIMEDOUT', 'ECONNREFUSED', 'EHOSTUNREACH', 'EINPROGRESS'].map((code) =>
      isErrnoCode(code) ? errnoNumber(code) : code,
    ),
  ).toEqual([11, 32, 98, 110, 111, 113, 115]);
});

test('a RST that comes after the FIN is EPIPE, any other ECONNRESET', () => {
  expect(errnoOfFailure('reset-after-fin')).toBe('EPIPE');
  expect(errnoOfFailure('reset')).toBe('ECONNRESET');
  expect(errnoOfFailure('refused')).toBe('ECONNREFUSED');
});

test.each(ERRNO_CODES)('%s is explained in both languages, by at least one cause', (code) => {
  const { meaning, causes } = ERRNO_EXPLANATIONS[code];
  expect(causes.length).toBeGreaterThan(0);
  for (const { en, ko } of [meaning, ...causes.map(({ text }) => text)]) {
    expect(en).toMatch(/[a-z]/i);
    expect(ko).toMatch(/[가-힣]/);
  }
  expect(errnoMessage(code)).not.toBe('');
});

test('every scenario that an explanation names exists, with the parameters that it sets', () => {
  for (const { causes } of Object.values(ERRNO_EXPLANATIONS)) {
    for (const { scenario: name, set = [] } of causes) {
      if (name === undefined) continue;
      const scenario = SCENARIOS.find((candidate) => candidate.name === name);
      expect(scenario?.name).toBe(name);
      for (const setting of set) expect(Object.keys(scenario?.params ?? {})).toContain(setting.split('=')[0]);
    }
  }
});
