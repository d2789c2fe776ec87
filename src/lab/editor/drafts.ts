/** What was typed and not run yet, by the scenario's name: kept when the page is left. Calls it: `pane.tsx`. */

const KEY = 'halfopen.draft.';

/** undefined: there is none, or this browser keeps nothing. */
export function draftOf(name: string): string | undefined {
  try {
    return localStorage.getItem(KEY + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the text; undefined: forgets it. */
export function keepDraft(name: string, text: string | undefined): void {
  try {
    if (text === undefined) localStorage.removeItem(KEY + name);
    else localStorage.setItem(KEY + name, text);
  } catch {
    // Without storage the text lives as long as the page.
  }
}
