import { afterEach, expect, test, vi } from 'vitest';
import { draftOf, keepDraft } from './drafts.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a draft is kept by its name, and forgotten when asked', () => {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => stored.set(key, text),
    removeItem: (key: string) => stored.delete(key),
  });
  keepDraft('copy', 'mine');
  expect([draftOf('copy'), draftOf('hello')]).toEqual(['mine', undefined]);
  expect([...stored.values()]).toEqual(['mine']);
  keepDraft('copy', undefined);
  expect(draftOf('copy')).toBeUndefined();
  expect(stored.size).toBe(0);
});

test('a draft of an earlier visit is found', () => {
  vi.stubGlobal('localStorage', { getItem: (key: string) => (key.endsWith('.hello') ? 'of yesterday' : null) });
  expect(draftOf('hello')).toBe('of yesterday');
});

test('where nothing can be stored, a draft lives as long as the page', () => {
  const refuse = () => {
    throw new Error('QuotaExceededError');
  };
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, removeItem: refuse });
  keepDraft('copy', 'mine');
  expect(draftOf('copy')).toBe('mine');
  keepDraft('copy', undefined);
  expect(draftOf('copy')).toBeUndefined();
});
