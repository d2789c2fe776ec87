/** The editor's colours, those of the page: light and dark by the same variables. Calls it: `view.ts`. */
import { defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

const frame = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--paper)', fontSize: '0.82rem' },
  // The frame around it shows the focus: here the gutters would lie over it.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-gutters': { color: 'var(--soft)', backgroundColor: 'var(--panel)', border: '0' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--focus) 30%, transparent)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--line) 30%, transparent)' },
  '.editor-now': {
    backgroundColor: 'color-mix(in srgb, var(--focus) 18%, transparent)',
    boxShadow: 'inset 4px 0 var(--focus)',
  },
  '&.cm-focused .cm-matchingBracket, .cm-matchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--good)',
  },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'transparent', outline: '1px solid var(--bad)' },
  '.cm-selectionMatch': { backgroundColor: 'color-mix(in srgb, var(--good) 22%, transparent)' },
  '.cm-searchMatch': { backgroundColor: 'transparent', outline: '1px solid var(--good)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in srgb, var(--good) 35%, transparent)' },
  '.cm-foldPlaceholder': { color: 'var(--soft)', backgroundColor: 'var(--panel)', borderColor: 'var(--line)' },
  '.cm-panels': { color: 'var(--ink)', backgroundColor: 'var(--panel)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-textfield, .cm-button': { fontSize: '0.8rem' },
  '.cm-panel.cm-search label': { fontSize: '0.8rem' },
  '.cm-textfield': { backgroundColor: 'var(--paper)', borderColor: 'var(--line)' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--paper)', borderColor: 'var(--line)' },
  '.cm-panel.cm-search [name=close], .cm-panel button[name=close]': { color: 'inherit' },
  '.cm-tooltip': { color: 'var(--ink)', backgroundColor: 'var(--panel)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { color: 'var(--paper)', backgroundColor: 'var(--focus)' },
});

/** CodeMirror's own classes of words, whose colours are for light paper only, with ours. */
const COLOURS: Readonly<Record<string, string>> = {
  '#708': 'light-dark(#770088, #d9a2f5)',
  '#219': 'light-dark(#221199, #a9b4ff)',
  '#164': 'light-dark(#116644, #86d6a8)',
  '#a11': 'light-dark(#9a1b1b, #ffab9c)',
  '#e40': 'light-dark(#a83a00, #ffb27d)',
  '#00f': 'light-dark(#0b3fc4, #9cc3ff)',
  '#30a': 'light-dark(#3300aa, #bfb1ff)',
  '#085': 'light-dark(#00663f, #7fd7b4)',
  '#167': 'light-dark(#116677, #84d2e4)',
  '#256': 'light-dark(#225566, #9accde)',
  '#00c': 'light-dark(#0b3fc4, #9cc3ff)',
  '#940': 'light-dark(#6b5a45, #b9ab97)',
  '#404740': 'var(--soft)',
  '#f00': 'var(--bad)',
};

const code = HighlightStyle.define(
  defaultHighlightStyle.specs.map((spec) => {
    const { color } = spec;
    return typeof color === 'string' ? { ...spec, color: COLOURS[color] ?? 'var(--ink)' } : spec;
  }),
);

export const LOOK: Extension = [frame, syntaxHighlighting(code)];
