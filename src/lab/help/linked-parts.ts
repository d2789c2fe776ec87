/** Finds the words of the help in a sentence. Calls it: `linked.tsx`. */
import type { Language } from '../language.ts';
import { saidOf, TERMS } from './terms.ts';

export interface Part {
  readonly text: string;
  /** Of the term; undefined: plain text. */
  readonly id?: string;
}

/** The sentence in parts that join to it: each term once, where it stands first; the longer term where two begin. */
export function partsOf(sentence: string, language: Language): readonly Part[] {
  const parts: Part[] = [];
  const seen = new Set<string>();
  let from = 0;
  for (const match of sentence.matchAll(PATTERNS[language])) {
    const id = IDS[language].get(match[0].toLowerCase());
    if (id === undefined || seen.has(id)) continue;
    seen.add(id);
    if (match.index > from) parts.push({ text: sentence.slice(from, match.index) });
    parts.push({ text: match[0], id });
    from = match.index + match[0].length;
  }
  if (from < sentence.length) parts.push({ text: sentence.slice(from) });
  return parts;
}

/** What no line may begin or end inside of: a term with what touches it, or a stretch of plain text. */
export type Run = readonly Part[];

/** The parts with each term held together with what touches it, in runs: a particle behind it, a quotation mark before it. */
export function runsOf(parts: readonly Part[]): readonly Run[] {
  const runs: Part[][] = [];
  let isOpen = false;
  for (const part of parts) {
    if (part.id !== undefined) {
      if (isOpen) runs.at(-1)?.push(part);
      else runs.push([part]);
      isOpen = true;
      continue;
    }
    const [head = ''] = isOpen ? (/^\S*/.exec(part.text) ?? []) : [];
    if (head !== '') runs.at(-1)?.push({ text: head });
    const rest = part.text.slice(head.length);
    if (rest === '') continue;
    const [tail = ''] = /\S*$/.exec(rest) ?? [];
    if (tail.length < rest.length) runs.push([{ text: rest.slice(0, rest.length - tail.length) }]);
    if (tail !== '') runs.push([{ text: tail }]);
    isOpen = tail !== '';
  }
  return runs;
}

const IDS = { en: idsIn('en'), ko: idsIn('ko') };
/** English words end; a Korean one may have a particle behind it. */
const PATTERNS = {
  en: new RegExp(`\\b(?:${alternatives('en')})\\b`, 'gi'),
  ko: new RegExp(`(?:${alternatives('ko')})`, 'gi'),
};

function idsIn(language: Language): ReadonlyMap<string, string> {
  return new Map(TERMS.map((one) => [saidOf(one)[language].toLowerCase(), one.id]));
}

function alternatives(language: Language): string {
  const words = TERMS.map((one) => saidOf(one)[language]);
  return words
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|');
}
