/** The programs, to be edited: the scenario's whole text, run when asked. Nothing that was typed is lost. */
import { computed, effect, signal } from '@preact/signals';
import './editor.css';
import { language, t } from '../language.ts';
import { startRun } from '../run/runner.ts';
import { cursor, events, failure, outcome, plan, sites, source } from '../state.ts';
import { draftOf, keepDraft } from './drafts.ts';
import type { Editor, Mistake } from './view.ts';
import { WORDS } from './words.ts';

const editor = signal<Editor | undefined>(undefined);
/** What stands in the editor is not what ran. */
const isChanged = signal(false);

/** Where the text was wrong, or a program threw. */
const mistakes = computed<readonly Mistake[]>(() => {
  const broken = failure.value;
  const thrown = outcome.value?.errors ?? [];
  const all = broken === undefined ? thrown : [...thrown, broken];
  return all.flatMap(({ place, message }) =>
    place === undefined ? [] : [{ line: place.line, column: place.column, message }],
  );
});

/** The line of the last call before the cursor. */
const running = computed(() => {
  const all = events.value;
  for (let i = cursor.value - 1; i >= 0; i--) {
    const event = all[i];
    if (event?.kind === 'call.entered') return sites.value.get(event.n);
  }
  return undefined;
});

function run(): void {
  const text = editor.peek()?.text;
  if (text === undefined) return;
  keepDraft(plan.peek().name, text);
  startRun({ ...plan.peek(), source: text, acts: [] });
}

function toOriginal(): void {
  const { source: _, ...original } = plan.peek();
  keepDraft(original.name, undefined);
  isChanged.value = false;
  startRun({ ...original, acts: [] });
}

export function EditorPane() {
  if (source.value === undefined) return <p>{t(WORDS.noText)}</p>;
  return (
    <div class="editor">
      <p class="editor-hands">
        <button type="button" onClick={run}>
          {t(WORDS.run)}
        </button>
        <button type="button" onClick={toOriginal}>
          {t(WORDS.original)}
        </button>
      </p>
      {isChanged.value && <p role="status">{t(WORDS.draft)}</p>}
      <ul class="editor-mistakes" aria-live="polite">
        {mistakes.value.map(({ line, message }) => (
          <li key={`${line} ${message}`}>
            {t(WORDS.line(line))}: {message}
          </li>
        ))}
      </ul>
      <div class="editor-text" ref={mount}>
        {editor.value === undefined && <p>{t(WORDS.loading)}</p>}
      </div>
      <p class="editor-note">{t(WORDS.leave)}</p>
    </div>
  );
}

/** Puts the editor there, with the draft if there is one, and follows the run. */
function mount(parent: HTMLElement | null): (() => void) | undefined {
  if (parent === null) return undefined;
  let isGone = false;
  let stop: (() => void) | undefined;
  import('./view.ts').then(({ makeEditor }) => {
    if (isGone) return;
    let ran = source.peek() ?? '';
    const draft = draftOf(plan.peek().name);
    isChanged.value = draft !== undefined && draft !== ran;
    const changed = (text: string) => {
      isChanged.value = text !== ran;
      keepDraft(plan.peek().name, text === ran ? undefined : text);
    };
    const made = makeEditor(parent, draft ?? ran, WORDS.editor[language.peek()], changed, run);
    editor.value = made;
    const follow = [
      effect(() => made.mark(running.value)),
      effect(() => made.show(mistakes.value)),
      effect(() => {
        const now = source.value ?? '';
        if (now === ran) return;
        // Another text ran: what stood here unchanged follows it, and what the user changed stays.
        const follows = !isChanged.peek() || made.text === now;
        ran = now;
        isChanged.value = made.text !== now;
        if (follows) made.replace(draftOf(plan.peek().name) ?? now);
      }),
    ];
    stop = () => {
      for (const end of follow) end();
      made.destroy();
      editor.value = undefined;
    };
  });
  return () => {
    isGone = true;
    stop?.();
  };
}
