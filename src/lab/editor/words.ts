/** The words of the editor: what its buttons do, what it says of drafts and mistakes. Calls it: `pane.tsx`. */
import type { Text } from '../language.ts';

export const WORDS = {
  editor: { en: 'The scenario’s text', ko: '시나리오의 텍스트' },
  run: { en: 'Run', ko: '실행' },
  original: { en: 'Back to the original', ko: '원래 내용으로' },
  ran: { en: 'Show the text that ran', ko: '실행된 텍스트 보기' },
  loading: { en: 'The editor is loading.', ko: '편집기를 불러오고 있습니다.' },
  notLoaded: {
    en: 'The editor did not load. Open this page of details again to try once more.',
    ko: '편집기를 불러오지 못했습니다. 이 화면을 다시 열면 한 번 더 시도합니다.',
  },
  noText: { en: 'A trace from a file has no programs.', ko: '파일에서 연 기록에는 프로그램이 없습니다.' },
  draft: (name: string): Text => ({
    en: `Your changes of ${name} are here; press Run to try them.`,
    ko: `고친 내용이 남아 있습니다(${name}). 실행을 누르면 시험할 수 있습니다.`,
  }),
  given: (name: string): Text => ({
    en: `This is the text of ${name}, which cannot run yet. What ran before stays on the stage.`,
    ko: `아직 실행할 수 없는 텍스트입니다(${name}). 앞서 실행한 것은 무대에 그대로 있습니다.`,
  }),
  other: { en: 'Show the draft of another tab', ko: '다른 탭에서 고친 내용 보기' },
  leave: {
    en: 'Ctrl+Enter runs, Ctrl+F searches. Tab indents; Esc, then Tab leaves the editor.',
    ko: 'Ctrl+Enter로 실행하고 Ctrl+F로 찾습니다. Tab은 들여쓰기이고, Esc 다음에 Tab을 누르면 편집기에서 나갑니다.',
  },
  line: (line: number): Text => ({ en: `line ${line}`, ko: `${line}행` }),
} satisfies Record<string, Text | ((line: number) => Text) | ((name: string) => Text)>;

/** What CodeMirror says, by its own English: search, folds, mistakes, completions. */
export const PHRASES = {
  Find: { en: 'Find', ko: '찾기' },
  Replace: { en: 'Replace', ko: '바꾸기' },
  next: { en: 'next', ko: '다음' },
  previous: { en: 'previous', ko: '이전' },
  all: { en: 'all', ko: '모두' },
  'match case': { en: 'match case', ko: '대소문자 구별' },
  regexp: { en: 'regexp', ko: '정규식' },
  'by word': { en: 'by word', ko: '단어 단위' },
  replace: { en: 'replace', ko: '바꾸기' },
  'replace all': { en: 'replace all', ko: '모두 바꾸기' },
  close: { en: 'close', ko: '닫기' },
  'current match': { en: 'current match', ko: '지금 찾은 곳' },
  'on line': { en: 'on line', ko: '행' },
  'replaced match on line $': { en: 'replaced match on line $', ko: '$행에서 바꾸었습니다' },
  'replaced $ matches': { en: 'replaced $ matches', ko: '$곳을 바꾸었습니다' },
  'Go to line': { en: 'Go to line', ko: '행으로 이동' },
  go: { en: 'go', ko: '이동' },
  to: { en: 'to', ko: '부터' },
  'Folded lines': { en: 'Folded lines', ko: '접은 행' },
  'Unfolded lines': { en: 'Unfolded lines', ko: '펼친 행' },
  'folded code': { en: 'folded code', ko: '접은 코드' },
  unfold: { en: 'unfold', ko: '펼치기' },
  'Fold line': { en: 'Fold line', ko: '행 접기' },
  'Unfold line': { en: 'Unfold line', ko: '행 펼치기' },
  'Control character': { en: 'Control character', ko: '제어 문자' },
  'Selection deleted': { en: 'Selection deleted', ko: '선택한 부분을 지웠습니다' },
  Diagnostics: { en: 'Diagnostics', ko: '오류 목록' },
  'No diagnostics': { en: 'No diagnostics', ko: '오류 없음' },
  Completions: { en: 'Completions', ko: '자동 완성' },
} satisfies Record<string, Text>;
