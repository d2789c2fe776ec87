/** The language of the page: a signal that every text reads, remembered, Korean when the browser says so. */
import { signal } from '@preact/signals';

/** A text that people read, in both languages. */
export interface Text {
  readonly en: string;
  readonly ko: string;
}

export type Language = keyof Text;

const KEY = 'halfopen.language';

export const language = signal<Language>(initialLanguage());

export function setLanguage(to: Language): void {
  language.value = to;
  document.documentElement.lang = to;
  try {
    localStorage.setItem(KEY, to);
  } catch {
    // A page without storage forgets it; nothing else is lost.
  }
}

/** The text in the page's language. Read inside of a component, it follows the switch. */
export function t(text: Text): string {
  return language.value === 'ko' ? bound(text.ko) : text.en;
}

/**
 * With a word joiner (U+2060) where a bracket stands right behind a word, and where a particle stands right behind a
 * bracket or a quotation mark: there `word-break: keep-all` lets a line end, for UAX #14 holds only letters that are no
 * Hangul to a bracket (rule LB30).
 */
function bound(korean: string): string {
  return korean.replace(/([)”’])(?=[가-힣])|(?<=[가-힣])(?=\()/g, '$1\u2060');
}

function initialLanguage(): Language {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === 'en' || kept === 'ko') return kept;
  } catch {
    // No storage: the browser's word counts.
  }
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith('ko')) ? 'ko' : 'en';
}
