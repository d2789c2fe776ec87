/**
 * What the user wrote, by the scenario's name: kept when the page is left. Each tab writes a draft of its own, so that two
 * of them take nothing from each other; a new tab begins with the newest. Without storage, or when it is full, a draft
 * lives as long as the page.
 *
 *     localStorage   halfopen.draft.TAB.NAME   {"at":1700000000000,"text":"…"}   text null: it was put back to the original
 *     sessionStorage halfopen.tab              TAB, which stays the same when the page is loaded again
 *
 * Calls it: `pane.tsx`, `given.ts`.
 */

const KEY = 'halfopen.draft.';
const TAB = 'halfopen.tab';
/** Drafts of one name, of all tabs; the oldest go. */
const MOST = 20;

interface Draft {
  /** Wall-clock milliseconds. */
  readonly at: number;
  readonly text: string | undefined;
}

const here = new Map<string, string | undefined>();
let tab: string | undefined;

/** undefined: there is none. */
export function draftOf(name: string): string | undefined {
  if (here.has(name)) return here.get(name);
  const all = kept(name);
  return (all.get(tabName()) ?? newestFirst(all)[0])?.text;
}

/** Drafts that other tabs left under that name, newest first. */
export function otherDrafts(name: string): readonly string[] {
  const all = kept(name);
  all.delete(tabName());
  return newestFirst(all).flatMap(({ text }) => text ?? []);
}

/** Keeps the text; undefined: forgets it. */
export function keepDraft(name: string, text: string | undefined): void {
  here.set(name, text);
  try {
    const all = kept(name);
    all.delete(tabName());
    const old = [...all].sort(([, a], [, b]) => b.at - a.at).slice(MOST - 1);
    for (const [of] of old) localStorage.removeItem(keyOf(of, name));
    // That there is none must be told only where a draft of another tab would be taken for it.
    if (text === undefined && all.size === 0) localStorage.removeItem(keyOf(tabName(), name));
    else localStorage.setItem(keyOf(tabName(), name), JSON.stringify({ at: Date.now(), text: text ?? null }));
  } catch {
    // It is kept above.
  }
}

/** Two tabs have one name when one was made as a copy of the other: whoever comes second takes another one. */
export async function separateTabs(): Promise<void> {
  const { locks }: { readonly locks?: LockManager } = navigator;
  const isOurs = await new Promise<boolean>((resolve) => {
    const hold = (lock: Lock | null) => {
      resolve(lock !== null);
      // As long as the page lives.
      return lock === null ? undefined : new Promise<never>(() => {});
    };
    if (locks === undefined) resolve(true);
    else locks.request(`${TAB}.${tabName()}`, { ifAvailable: true }, hold).catch(() => resolve(true));
  });
  if (isOurs) return;
  try {
    sessionStorage.removeItem(TAB);
  } catch {
    // It was not kept there.
  }
  tab = undefined;
  await separateTabs();
}

function keyOf(of: string, name: string): string {
  return `${KEY}${of}.${name}`;
}

function tabName(): string {
  if (tab !== undefined) return tab;
  const fresh = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  try {
    tab = sessionStorage.getItem(TAB) ?? fresh;
    sessionStorage.setItem(TAB, tab);
  } catch {
    tab = fresh;
  }
  return tab;
}

/** All drafts of that name, by tab. */
function kept(name: string): Map<string, Draft> {
  const found = new Map<string, Draft>();
  try {
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i) ?? '';
      const of = key.slice(KEY.length, -name.length - 1);
      const draft = key === keyOf(of, name) && !of.includes('.') ? draftIn(localStorage.getItem(key)) : undefined;
      if (draft !== undefined) found.set(of, draft);
    }
  } catch {
    // Nothing can be stored here.
  }
  return found;
}

function draftIn(stored: string | null): Draft | undefined {
  try {
    const { at, text }: { readonly at?: unknown; readonly text?: unknown } = JSON.parse(stored ?? 'null') ?? {};
    if (typeof at !== 'number') return undefined;
    return { at, text: typeof text === 'string' ? text : undefined };
  } catch {
    return undefined;
  }
}

function newestFirst(all: ReadonlyMap<string, Draft>): Draft[] {
  return [...all.values()].sort((a, b) => b.at - a.at);
}
