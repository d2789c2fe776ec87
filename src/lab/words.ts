/** What the page's frame says: the header, and what stands at its edges. */
import type { Text } from './language.ts';

export const WORDS = {
  language: { en: 'Language', ko: '언어' },
  more: { en: 'More', ko: '더 보기' },
  help: { en: 'Help', ko: '도움말' },
  details: { en: 'Details', ko: '자세히' },
  close: { en: 'Close', ko: '닫기' },
  tagline: { en: 'TCP you can see into, and break', ko: '속이 보이고, 끊어 볼 수 있는 TCP' },
  drawerOf: { en: 'Pages of details', ko: '자세한 내용' },
} satisfies Record<string, Text>;

/** The pages of the drawer that the header names. */
export const PAGES: readonly { readonly id: string; readonly text: Text }[] = [
  { id: 'gallery', text: { en: 'Scenarios', ko: '시나리오' } },
  { id: 'editor', text: { en: 'Programs', ko: '프로그램' } },
  { id: 'sequence', text: { en: 'Sequence', ko: '순서도' } },
  { id: 'ledger', text: { en: 'Ledger', ko: '장부' } },
  { id: 'settings', text: { en: 'Settings', ko: '설정' } },
];
