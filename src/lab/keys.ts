/** The keyboard, for all that the hands on the time do: one table, which the help sheet shows too. */
import type { Text } from './language.ts';
import { skipSilence, step, stepBack, stepToReturn, toEnd, toggle, toStart } from './player.ts';
import { actAtCursor } from './run/runner.ts';
import { stage } from './stage/stage.ts';

export interface Key {
  /** What is on the key; 'Shift+' before it. */
  readonly key: string;
  /** As people know it. */
  readonly shown: string;
  readonly text: Text;
  readonly act: () => void;
}

export const KEYS: readonly Key[] = [
  { key: ' ', shown: 'Space', text: { en: 'Play or pause', ko: '재생 또는 일시 정지' }, act: toggle },
  { key: 'ArrowRight', shown: '→', text: { en: 'Step', ko: '한 단계 앞으로' }, act: step },
  { key: 'ArrowLeft', shown: '←', text: { en: 'Step back', ko: '한 단계 뒤로' }, act: stepBack },
  {
    key: 'Shift+ArrowRight',
    shown: 'Shift →',
    text: { en: 'To the next return of a call', ko: '다음 호출이 반환될 때까지' },
    act: stepToReturn,
  },
  { key: 's', shown: 'S', text: { en: 'Skip the silence', ko: '무통신 구간 건너뛰기' }, act: skipSilence },
  { key: 'Home', shown: 'Home', text: { en: 'To the beginning', ko: '처음으로' }, act: toStart },
  { key: 'End', shown: 'End', text: { en: 'To the end', ko: '끝으로' }, act: toEnd },
  { key: 'c', shown: 'C', text: { en: 'Cut or mend the cable', ko: '케이블 자르기 또는 잇기' }, act: cutOrMend },
];

/** Listens on the whole page, for '?' too, which shows the help; what is typed into a field, and what a button does, stays theirs. */
export function listenToKeys(help: () => void): void {
  document.addEventListener('keydown', (event) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    // The innermost element: the editor's stands in a shadow root.
    const [target] = event.composedPath();
    if (event.defaultPrevented || ctrlKey || metaKey || altKey) return;
    if (target instanceof Element && target.closest(takesKeys(key)) !== null) return;
    const name = shiftKey && key.length > 1 ? `Shift+${key}` : key.length === 1 ? key.toLowerCase() : key;
    const act = name === '?' ? help : KEYS.find((one) => one.key === name)?.act;
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}

/** What takes a key for itself when it has the focus. */
function takesKeys(key: string): string {
  const fields = 'input, textarea, select, [contenteditable], [role="tab"], dialog[open]';
  return key === ' ' ? `${fields}, button, summary, a` : fields;
}

/** The one that scenarios cut; else the last on the way. */
function cutOrMend(): void {
  const { cables } = stage.value;
  const cable = cables.find(({ name }) => name === 'cable') ?? cables.at(-1);
  if (cable !== undefined) actAtCursor({ do: cable.cut === 'no' ? 'cut' : 'mend', target: cable.name });
}
