/** What the command says, and how it finds out what the user meant. */
import { expect, test } from 'vitest';
import { languageOf } from '../base/language.ts';
import { wordsIn } from './messages.ts';
import { nearest } from './user-error.ts';
import { padEnd, shorten, widthOf, wrap } from './width.ts';

test('the language is that of --lang, or of the locale, LC_ALL first', () => {
  expect(languageOf(['list'], { LANG: 'ko_KR.UTF-8' })).toBe('ko');
  expect(languageOf(['list'], { LC_ALL: 'C', LANG: 'ko_KR.UTF-8' })).toBe('en');
  expect(languageOf(['list'], { LC_ALL: '', LANG: 'ko_KR.UTF-8' })).toBe('ko');
  expect(languageOf(['list', '--lang', 'ko'], { LANG: 'de_DE' })).toBe('ko');
  expect(languageOf(['--lang=en', 'list'], { LANG: 'ko_KR' })).toBe('en');
  expect(languageOf(['run', 'x', '--', '--lang', 'ko'], {})).toBe('en');
});

test('durations are told in the units of the language', () => {
  expect(wordsIn('en').duration(0)).toBe('0 s');
  expect(wordsIn('en').duration(7_875e9)).toBe('2 h 11 min 15 s');
  expect(wordsIn('ko').duration(7_875e9)).toBe('2시간 11분 15초');
  expect(wordsIn('ko').duration(5e6)).toBe('5 ms');
  expect(wordsIn('ko').duration(924.8e9)).toBe('924.8초');
});

test('a moment late in a run fits its column', () => {
  const { clock } = wordsIn('en');
  expect(clock(999.5e9)).toBe('999.5 s');
  expect(clock(7_875e9)).toBe('2:11:15');
  expect(clock((30 * 86_400 + 61) * 1e9)).toBe('30d 0:01:01');
});

test('a mistyped name is answered by the nearest one, and nonsense by none', () => {
  const names = ['hello', 'full-buffer', 'cut-idle', 'cut-idle-keepalive', 'kill-idle'];
  expect(nearest('helo', names)).toBe('hello');
  expect(nearest('fulbuffer', names)).toBe('full-buffer');
  expect(nearest('full', names)).toBe('full-buffer');
  expect(nearest('cut_idle', names)).toBe('cut-idle');
  expect(nearest('xyzzy-plugh', names)).toBeUndefined();
});

test('columns are counted as a terminal counts them: Hangul takes two', () => {
  expect(widthOf('안녕 TCP')).toBe(8);
  expect(widthOf(padEnd('안녕', 6))).toBe(6);
  expect(shorten('안녕하세요', 5)).toBe('안녕…');
  expect(wrap('가나다 라마바 사아자', 13)).toEqual(['가나다 라마바', '사아자']);
});
