/**
 * The programs, to be edited: the scenario's whole text, run when asked. Nothing that was typed is lost: what differs from
 * the original is a draft, kept by the scenario's name, and no other run's text takes its place.
 *
 * Calls it: the drawer.
 */
import { computed, effect, signal } from '@preact/signals';
import './editor.css';
import { language, t } from '../language.ts';
import type { RunPlan } from '../run/plan.ts';
import { sourceOf, startRun } from '../run/runner.ts';
import { cursor, events, facts, failure, outcome, plan, refusal, sites, source } from '../state.ts';
import { draftOf, keepDraft, otherDrafts } from './drafts.ts';
import { type Given, give, given } from './given.ts';
import type { Editor, Mistake, Speech } from './view.ts';
import { PHRASES, WORDS } from './words.ts';

const editor = signal<Editor | undefined>(undefined);
const isMissing = signal(false);
/** What stands in the editor, and the name of the scenario that it is of. */
const text = signal<string | undefined>(undefined);
const opened = signal('');
/** The text that was sent to run from here, until there is something to show of it. */
const asked = signal<string | undefined>(undefined);
/** Texts that were there before any change, by name. */
const originals = new Map<string, string>();
/** The editor's text is being put there by the page, not by the user. */
let isOurs = false;

const isChanged = computed(() => text.value !== undefined && text.value !== source.value);

/** Where the text of the editor was wrong, or a program threw. */
const mistakes = computed<readonly Mistake[]>(() => {
  const isGiven = given.value !== undefined;
  const thrown = isGiven ? [] : (outcome.value?.errors ?? []);
  const broken = refusal.value ?? failure.value;
  // A text from elsewhere that could not begin is not the one that stands here.
  const isHere = broken !== undefined && (broken.kind === 'source' ? isGiven || asked.value !== undefined : !isGiven);
  // A text that could not begin has no other mistakes: what was thrown is of the run on the stage, of another text.
  const found = !isHere ? thrown : broken.kind === 'source' ? [broken] : [...thrown, broken];
  return found.flatMap(({ place, message }) =>
    place === undefined ? [] : [{ line: place.line, column: place.column, message }],
  );
});

/** What other tabs left of it, as it was when the text was opened. */
const others = signal<readonly string[]>([]);

/** The line of the last call before the cursor. In a text that has not run, lines are not known. */
const running = computed(() => {
  if (isChanged.value) return undefined;
  const all = events.value;
  for (let i = cursor.value - 1; i >= 0; i--) {
    const event = all[i];
    if (event?.kind === 'call.entered') return sites.value.get(event.n);
  }
  return undefined;
});

/** The user, or undo, changed it. */
function changed(to: string): void {
  text.value = to;
  if (!isOurs) keepDraft(opened.peek(), to === originals.get(opened.peek()) ? undefined : to);
}

/** The plan of what stands in the editor, without its text. */
function planHere(): RunPlan {
  const name = opened.peek();
  if (name !== plan.peek().name) return { name, seed: 1, set: {}, acts: [] };
  const { source: _, ...original } = plan.peek();
  return { ...original, acts: [] };
}

function run(): void {
  const now = editor.peek()?.text;
  if (now === undefined) return;
  asked.value = now;
  startRun({ ...planHere(), source: now });
}

function put(to: string): void {
  isOurs = true;
  editor.peek()?.replace(to);
  isOurs = false;
}

/** What ran, in the place of the changes; they can be had again by undoing it. A text that was given stays a draft. */
function toRan(): void {
  if (given.peek() === undefined) put(source.peek() ?? '');
  else give(undefined);
}

async function toOriginal(): Promise<void> {
  const original = planHere();
  const { name } = original;
  const builtIn = await sourceOf(name);
  if (opened.peek() !== name) return;
  const there = builtIn ?? originals.get(name);
  if (there === undefined) return;
  keepDraft(name, undefined);
  put(there);
  asked.value = there;
  startRun(builtIn === undefined ? { ...original, source: there } : original);
}

/** Puts the next draft there that another tab left; what stood there can be had again by undoing it. */
function toOther(): void {
  const all = others.peek();
  const next = all[(all.indexOf(text.peek() ?? '') + 1) % all.length];
  if (next !== undefined) editor.peek()?.replace(next);
}

export function EditorPane() {
  if (source.value === undefined && given.value === undefined) return <p>{t(WORDS.noText)}</p>;
  return (
    <div class="editor">
      <p class="editor-hands">
        <button type="button" onClick={run}>
          {t(WORDS.run)}
        </button>
        <button type="button" onClick={toOriginal}>
          {t(WORDS.original)}
        </button>
        {isChanged.value && (
          <button type="button" onClick={toRan}>
            {t(WORDS.ran)}
          </button>
        )}
        {others.value.some((other) => other !== text.value) && (
          <button type="button" onClick={toOther}>
            {t(WORDS.other)}
          </button>
        )}
      </p>
      <p class="editor-told" role="status">
        {isChanged.value && t((given.value === undefined ? WORDS.draft : WORDS.given)(opened.value))}
      </p>
      <ul class="editor-mistakes" aria-live="polite">
        {mistakes.value.map(({ line, message }) => (
          <li key={`${line} ${message}`}>
            <button type="button" onClick={() => editor.peek()?.goTo(line)}>
              {t(WORDS.line(line))}: {message}
            </button>
          </li>
        ))}
      </ul>
      <div class="editor-text" ref={mount}>
        {editor.value === undefined && <p>{t(isMissing.value ? WORDS.notLoaded : WORDS.loading)}</p>}
      </div>
      <p class="editor-note">{t(WORDS.leave)}</p>
    </div>
  );
}

/** Puts the editor there, with the draft if there is one, and follows the run. */
function mount(parent: HTMLElement | null): (() => void) | undefined {
  if (parent === null) return undefined;
  let stop: (() => void) | undefined;
  let isGone = false;
  isMissing.value = false;
  import('./view.ts').then(
    ({ makeEditor }) => {
      if (isGone) return;
      const made = makeEditor(parent, { changed, run }, speech());
      editor.value = made;
      stop = follow(made);
    },
    () => {
      isMissing.value = true;
    },
  );
  return () => {
    isGone = true;
    stop?.();
  };
}

function follow(made: Editor): () => void {
  let isFirst = true;
  const ends = [
    effect(() => {
      const [now, brought] = [source.value, given.value, facts.value];
      if (brought !== undefined) bring(made, brought, isFirst);
      else if (now === undefined) return;
      else arrive(made, plan.peek().name, now, isFirst);
      isFirst = false;
    }),
    effect(() => made.mark(running.value)),
    effect(() => made.show(mistakes.value)),
    effect(() => made.speak(speech())),
  ];
  return () => {
    for (const end of ends) end();
    made.destroy();
    editor.value = undefined;
    text.value = undefined;
  };
}

/** A text was given that cannot run. A draft of that name which it takes the place of can be had again by undoing. */
function bring(made: Editor, { name, text: brought }: Given, isFirst: boolean): void {
  const isNew = isFirst || opened.peek() !== name;
  if (isNew) open(made, name, draftOf(name) ?? brought);
  // A run on the stage may change while the user is at work on this text.
  if (broughtLast === given.peek()) return;
  broughtLast = given.peek();
  if (made.text !== brought) made.replace(brought);
  keepDraft(name, brought);
}

/** What was put there last: another run on the stage does not put it there again. */
let broughtLast: Given | undefined;

function open(made: Editor, name: string, to: string): void {
  opened.value = name;
  others.value = otherDrafts(name);
  made.open(name, to);
  text.value = made.text;
  made.mark(running.peek());
  made.show(mistakes.peek());
}

/** A run came onto the screen. What the user changed stays; all else follows what runs. */
function arrive(made: Editor, name: string, now: string, isFirst: boolean): void {
  asked.value = undefined;
  learnOriginal(name, now);
  const draft = draftOf(name);
  if (isFirst || opened.peek() !== name) {
    open(made, name, draft ?? now);
  } else if (draft === undefined && made.text !== now) {
    put(now);
  }
}

/** The text of a built-in scenario; of another, the first that was seen by its name. */
function learnOriginal(name: string, now: string): void {
  if (originals.has(name)) return;
  if (plan.peek().source === undefined) originals.set(name, now);
  else sourceOf(name).then((builtIn) => originals.set(name, builtIn ?? now));
}

function speech(): Speech {
  const phrases = Object.entries(PHRASES).map(([english, phrase]) => [english, phrase[language.value]]);
  return { label: t(WORDS.editor), phrases: Object.fromEntries(phrases) };
}
