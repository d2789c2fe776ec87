/**
 * CodeMirror as the page wants it: TypeScript, our colours, the line at the cursor marked, mistakes at their line. Loaded
 * only when the editor is opened. Calls it: `pane.tsx`.
 */
import { javascript } from '@codemirror/lang-javascript';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, RangeSet, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';

export interface Mistake {
  readonly line: number;
  readonly column: number | undefined;
  readonly message: string;
}

export interface Editor {
  readonly text: string;
  replace(text: string): void;
  /** The line that is running, from 1; undefined: none. */
  mark(line: number | undefined): void;
  show(mistakes: readonly Mistake[]): void;
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

const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--paper)', fontSize: '0.82rem' },
  '.cm-scroller': { fontFamily: 'var(--mono)' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--soft)', border: '0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--focus) 30%, transparent)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--line) 30%, transparent)' },
  '.editor-now': { backgroundColor: 'color-mix(in srgb, var(--focus) 22%, transparent)' },
  '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--ink)' },
  '.cm-tooltip': { backgroundColor: 'var(--panel)', color: 'var(--ink)', border: '1px solid var(--line)' },
});

/**
 * Makes it in a shadow root of `parent`: there CodeMirror's styles are constructed sheets, which the page's policy allows;
 * in the document itself they would be <style> elements. `changed` hears of each change by hand, `run` of
 * Ctrl+Enter.
 */
export function makeEditor(
  parent: HTMLElement,
  text: string,
  label: string,
  changed: (text: string) => void,
  run: () => void,
): Editor {
  const runs = keymap.of([
    {
      key: 'Mod-Enter',
      run: () => {
        run();
        return true;
      },
    },
  ]);
  const language = new Compartment();
  const root = parent.attachShadow({ mode: 'open' });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        runs,
        basicSetup,
        language.of(javascript({ typescript: true })),
        lintGutter(),
        marked,
        look,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    get text() {
      return view.state.doc.toString();
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
    destroy: () => view.destroy(),
  };
}

function diagnosticOf({ state: { doc } }: EditorView, { line, column, message }: Mistake): Diagnostic {
  const at = doc.line(Math.max(1, Math.min(line, doc.lines)));
  const from = Math.min(at.to, at.from + Math.max(0, (column ?? 1) - 1));
  return { from, to: at.to, severity: 'error', message };
}
