/**
 * What the user wrote, by the scenario's name: kept when the page is left. Without storage, or when it is full, a draft
 * lives as long as the page.
 *
 * Calls it: `pane.tsx`.
 */

const KEY = 'halfopen.draft.';
const drafts = new Map<string, string>();

/** undefined: there is none. */
export function draftOf(name: string): string | undefined {
  const here = drafts.get(name);
  if (here !== undefined) return here;
  try {
    return localStorage.getItem(KEY + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the text; undefined: forgets it. */
export function keepDraft(name: string, text: string | undefined): void {
  if (text === undefined) drafts.delete(name);
  else drafts.set(name, text);
  try {
    if (text === undefined) localStorage.removeItem(KEY + name);
    else localStorage.setItem(KEY + name, text);
  } catch {
    // It is kept above.
  }
}
