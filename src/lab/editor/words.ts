/** The words of the editor: what its buttons do, and what it says of drafts and mistakes. Calls it: `pane.tsx`. */
import type { Text } from '../language.ts';

export const WORDS = {
  editor: { en: 'The scenario’s text', ko: '시나리오의 텍스트' },
  run: { en: 'Run', ko: '실행' },
  original: { en: 'Back to the original', ko: '원래 내용으로' },
  loading: { en: 'The editor is loading.', ko: '편집기를 불러오고 있습니다.' },
  noText: { en: 'A trace from a file has no programs.', ko: '파일에서 연 기록에는 프로그램이 없습니다.' },
  draft: {
    en: 'Your changes are here; press Run to try them.',
    ko: '고친 내용이 남아 있습니다. 실행을 누르면 시험할 수 있습니다.',
  },
  leave: {
    en: 'Esc, then Tab leaves the editor. Ctrl+Enter runs.',
    ko: 'Esc를 누르고 Tab을 누르면 편집기에서 나갑니다. Ctrl+Enter로 실행합니다.',
  },
  line: (line: number): Text => ({ en: `line ${line}`, ko: `${line}행` }),
} satisfies Record<string, Text | ((line: number) => Text)>;
