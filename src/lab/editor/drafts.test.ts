import { afterEach, expect, test, vi } from 'vitest';

/** As a browser's; `tab` is what a tab has for itself. */
function storage(): Storage {
  const stored = new Map<string, string>();
  return {
    get length() {
      return stored.size;
    },
    key: (index) => [...stored.keys()][index] ?? null,
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, text) => stored.set(key, text),
    removeItem: (key) => stored.delete(key),
    clear: () => stored.clear(),
  };
}

/** The module as a tab loads it that has this for itself. */
async function openTab(shared: Storage, own = storage()) {
  vi.resetModules();
  vi.stubGlobal('localStorage', shared);
  vi.stubGlobal('sessionStorage', own);
  return import('./drafts.ts');
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a draft is kept by its name, over a reload, and forgotten when asked', async () => {
  const [shared, own] = [storage(), storage()];
  const { keepDraft } = await openTab(shared, own);
  keepDraft('copy', 'mine');
  const again = await openTab(shared, own);
  expect([again.draftOf('copy'), again.draftOf('hello'), again.draftOf('my.copy')]).toEqual([
    'mine',
    undefined,
    undefined,
  ]);
  again.keepDraft('copy', undefined);
  expect(again.draftOf('copy')).toBeUndefined();
  expect(shared.length).toBe(0);
});

test('two tabs do not take anything from each other, and the next one begins with the newest', async () => {
  vi.useFakeTimers();
  const [shared, first, second] = [storage(), storage(), storage()];
  (await openTab(shared, first)).keepDraft('copy', 'first');
  vi.advanceTimersByTime(1);
  const beside = await openTab(shared, second);
  expect(beside.draftOf('copy')).toBe('first');
  beside.keepDraft('copy', 'second');
  expect((await openTab(shared, first)).draftOf('copy')).toBe('first');
  expect((await openTab(shared, second)).draftOf('copy')).toBe('second');
  const third = await openTab(shared);
  expect(third.draftOf('copy')).toBe('second');
  expect(third.otherDrafts('copy')).toEqual(['second', 'first']);
});

test('who puts the original back has it again after a reload, whatever other tabs keep', async () => {
  vi.useFakeTimers();
  const [shared, own] = [storage(), storage()];
  (await openTab(shared)).keepDraft('copy', 'of another tab');
  vi.advanceTimersByTime(1);
  (await openTab(shared, own)).keepDraft('copy', undefined);
  const again = await openTab(shared, own);
  expect(again.draftOf('copy')).toBeUndefined();
  expect(again.otherDrafts('copy')).toEqual(['of another tab']);
});

test('of very many tabs the oldest drafts go', async () => {
  vi.useFakeTimers();
  const shared = storage();
  for (let i = 0; i < 30; i++) {
    vi.advanceTimersByTime(1);
    (await openTab(shared)).keepDraft('copy', `draft ${i}`);
  }
  expect(shared.length).toBe(20);
  expect((await openTab(shared)).draftOf('copy')).toBe('draft 29');
});

test('what is stored and is no draft is none', async () => {
  const shared = storage();
  shared.setItem('halfopen.draft.1.copy', 'no JSON');
  shared.setItem('halfopen.draft.2.copy', '7');
  expect((await openTab(shared)).draftOf('copy')).toBeUndefined();
});

test('where nothing can be stored, a draft lives as long as the page', async () => {
  const refuse = () => {
    throw new Error('QuotaExceededError');
  };
  const broken: Storage = {
    length: 1,
    key: refuse,
    getItem: refuse,
    setItem: refuse,
    removeItem: refuse,
    clear: refuse,
  };
  const { draftOf, keepDraft } = await openTab(broken, broken);
  keepDraft('copy', 'mine');
  expect(draftOf('copy')).toBe('mine');
  keepDraft('copy', undefined);
  expect(draftOf('copy')).toBeUndefined();
});
