/** What the help sheet itself says; the terms that it explains stand in `terms.ts`. */
import type { Text } from '../language.ts';
import { WORDS as STAGE } from '../view/words.ts';

export const WORDS = {
  help: { en: 'Help', ko: '도움말' },
  close: { en: 'Close', ko: '닫기' },
  keys: { en: 'Keys', ko: '키보드' },
  patterns: STAGE.legend,
  words: { en: 'Words', ko: '용어' },
  question: { en: 'This sheet', ko: '이 도움말' },
  find: { en: 'Find a word', ko: '용어 찾기' },
  none: { en: 'No word of this sheet has that in it.', ko: '그 말이 들어 있는 용어가 없습니다.' },
  explain: { en: 'What this word means', ko: '이 용어의 뜻' },
} satisfies Record<string, Text>;

/** A byte's state is told by its pattern alone; its colour tells the channel. */
export const PATTERNS: readonly { readonly state: string; readonly text: Text }[] = [
  { state: 'waiting', text: STAGE.waiting },
  { state: 'unsent', text: STAGE.unsent },
  { state: 'unacknowledged', text: STAGE.unacknowledged },
  { state: 'unread', text: STAGE.unread },
  { state: 'out-of-order', text: STAGE.outOfOrder },
  { state: 'free', text: STAGE.free },
];
