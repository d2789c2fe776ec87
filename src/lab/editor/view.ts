/**
 * CodeMirror as the page wants it: TypeScript, our colours, the line at the cursor marked, mistakes at their line. Loaded
 * only when the editor is opened. Calls it: `pane.tsx`.
 */
import { indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension, RangeSet, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { LOOK } from './look.ts';

export interface Mistake {
  readonly line: number;
  readonly column: number | undefined;
  readonly message: string;
}

/** How the editor is called, and what CodeMirror says of itself, by its English. */
export interface Speech {
  readonly label: string;
  readonly phrases: Readonly<Record<string, string>>;
}

/** What the editor tells. */
export interface Ear {
  /** The text was changed, by hand or by `replace`. */
  changed(text: string): void;
  /** Ctrl+Enter. */
  run(): void;
}

export interface Editor {
  readonly text: string;
  /** Shows the text of that name. What was done in it before can still be undone, if it is as it was left. */
  open(name: string, text: string): void;
  /** Puts another text there; that can be undone. */
  replace(text: string): void;
  /** The line that is running, from 1; undefined: none. */
  mark(line: number | undefined): void;
  show(mistakes: readonly Mistake[]): void;
  /** Puts the caret into that line, from 1. */
  goTo(line: number): void;
  speak(speech: Speech): void;
  destroy(): void;
}

const markLine = StateEffect.define<number | undefined>();

const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, { effects, state, changes }) {
    let now = value.map(changes);
    for (const effect of effects) {
      if (!effect.is(markLine)) continue;
      const line = effect.value;
      const isThere = line !== undefined && line <= state.doc.lines;
      now = isThere
        ? RangeSet.of(Decoration.line({ class: 'editor-now' }).range(state.doc.line(line).from))
        : Decoration.none;
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const words = new Compartment();
const ears = new Compartment();

/** The texts that were left, with their history. */
const left = new Map<string, EditorState>();

/**
 * Makes it in a shadow root of `parent`: there CodeMirror's styles are constructed sheets, which the page's policy allows;
 * in the document itself they would be <style> elements.
 */
export function makeEditor(parent: HTMLElement, ear: Ear, speech: Speech): Editor {
  const root = parent.attachShadow({ mode: 'open' });
  // Letters, arrows and Esc are the editor's own: the page's keys do nothing meanwhile.
  root.addEventListener('keydown', (event) => event.stopPropagation());
  const view = new EditorView({ parent: root, root });
  let opened: string | undefined;
  let spoken = speechOf(speech);
  const leave = () => {
    if (opened !== undefined) left.set(opened, view.state);
  };
  // It scrolls, so the keyboard must reach it.
  view.scrollDOM.tabIndex = 0;
  return {
    get text() {
      return view.state.doc.toString();
    },
    open(name, text) {
      leave();
      opened = name;
      const before = left.get(name);
      const isAsLeft = before?.doc.toString() === text;
      view.setState(isAsLeft ? before : EditorState.create({ doc: text, extensions: EXTENSIONS }));
      view.dispatch({ effects: [ears.reconfigure(listen(ear)), words.reconfigure(spoken)] });
    },
    replace: (to) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: to } }),
    mark: (line) => view.dispatch({ effects: markLine.of(line) }),
    show: (mistakes) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          mistakes.map((mistake) => diagnosticOf(view, mistake)),
        ),
      ),
    goTo(line) {
      const { from } = lineAt(view, line);
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
      view.focus();
    },
    speak(now) {
      spoken = speechOf(now);
      view.dispatch({ effects: words.reconfigure(spoken) });
    },
    destroy() {
      leave();
      view.destroy();
    },
  };
}

const EXTENSIONS: Extension = [
  ears.of([]),
  words.of([]),
  basicSetup,
  // Esc, then Tab leaves: the one key that a keyboard cannot do without is not taken for good.
  keymap.of([indentWithTab]),
  javascript({ typescript: true }),
  lintGutter(),
  marked,
  LOOK,
];

function speechOf({ label, phrases }: Speech): Extension {
  return [EditorState.phrases.of(phrases), EditorView.contentAttributes.of({ 'aria-label': label })];
}

function listen({ changed, run }: Ear): Extension {
  const runs = () => {
    run();
    return true;
  };
  return [
    keymap.of([{ key: 'Mod-Enter', run: runs }]),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) changed(state.doc.toString());
    }),
  ];
}

function lineAt({ state: { doc } }: EditorView, line: number) {
  return doc.line(Math.max(1, Math.min(line, doc.lines)));
}

/** From the column on, or the whole line without its indent. */
function diagnosticOf(view: EditorView, { line, column, message }: Mistake): Diagnostic {
  const at = lineAt(view, line);
  const indent = at.text.length - at.text.trimStart().length;
  const from = Math.min(at.to, at.from + (column === undefined ? indent : Math.max(0, column - 1)));
  return { from, to: at.to, severity: 'error', message };
}
