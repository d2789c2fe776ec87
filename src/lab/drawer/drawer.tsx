/** The drawer: what is looked at on demand. It pushes the stage aside and never lies over it. */
import { effect } from '@preact/signals';
import type { ComponentType } from 'preact';
import './drawer.css';
import { EditorPane } from '../editor/pane.tsx';
import { Gallery } from '../gallery/gallery.tsx';
import { type Text, t } from '../language.ts';
import { drawer, picked } from '../state.ts';
import { Ledger } from './ledger.tsx';
import { Plots } from './plots.tsx';
import { Selected } from './selected.tsx';
import { Sequence } from './sequence.tsx';
import { Settings } from './settings.tsx';
import { Tcb } from './tcb.tsx';
import { TCB_WORDS } from './tcb-words.ts';
import { WORDS } from './words.ts';

interface Page {
  readonly id: string;
  readonly text: Text;
  readonly view: ComponentType;
}

const PAGES: readonly Page[] = [
  { id: 'selected', text: WORDS.selected, view: Selected },
  { id: 'sequence', text: WORDS.sequence, view: Sequence },
  { id: 'ledger', text: WORDS.ledger, view: Ledger },
  { id: 'tcb', text: TCB_WORDS.tab, view: Tcb },
  { id: 'plots', text: WORDS.plots, view: Plots },
  { id: 'settings', text: WORDS.settings, view: Settings },
  { id: 'editor', text: WORDS.editor, view: EditorPane },
  { id: 'gallery', text: WORDS.gallery, view: Gallery },
];

/** What had the focus when the drawer was opened: it gets it back. */
let opener: HTMLElement | undefined;

export function Drawer() {
  const page = PAGES.find(({ id }) => id === drawer.value);
  if (page === undefined) return null;
  return (
    <aside class="drawer" aria-label={t(WORDS.drawer)} ref={closeOnEscape}>
      <div class="drawer-head">
        <div role="tablist" class="drawer-tabs" aria-label={t(WORDS.drawer)}>
          {PAGES.map(({ id, text }, index) => (
            <button
              type="button"
              role="tab"
              key={id}
              id={`drawer-tab-${id}`}
              aria-selected={id === page.id}
              aria-controls="drawer-page"
              tabIndex={id === page.id ? 0 : -1}
              ref={id === page.id ? bringIntoSight : null}
              onClick={() => {
                drawer.value = id;
              }}
              onKeyDown={(event) => moveBy(event, index)}
            >
              {t(text)}
            </button>
          ))}
        </div>
        <button type="button" class="drawer-close" aria-label={t(WORDS.close)} onClick={close}>
          ✕
        </button>
      </div>
      <div role="tabpanel" id="drawer-page" class="drawer-page" aria-labelledby={`drawer-tab-${page.id}`}>
        <page.view />
      </div>
    </aside>
  );
}

/** On a phone the tabs are a row that scrolls: the one that is open is in sight, whichever way it was opened. */
function bringIntoSight(tab: HTMLElement | null): void {
  const row = tab?.parentElement;
  if (!tab || !row) return;
  const [{ left, right }, edges] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
  if (left < edges.left) row.scrollLeft += left - edges.left;
  else if (right > edges.right) row.scrollLeft += right - edges.right;
}

/** The arrow keys go from tab to tab, round and round; Home and End to the first and the last. */
function moveBy(event: KeyboardEvent, index: number): void {
  const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key];
  const next = to === undefined ? undefined : PAGES.at(to % PAGES.length);
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  drawer.value = next.id;
  document.getElementById(`drawer-tab-${next.id}`)?.focus();
}

function close(): void {
  drawer.value = undefined;
  opener?.focus();
}

function closeOnEscape(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  const active = document.activeElement;
  if (active instanceof HTMLElement && !element.contains(active)) opener = active;
  const listen = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) close();
  };
  element.addEventListener('keydown', listen);
  return () => element.removeEventListener('keydown', listen);
}

/** What is picked is shown, unless something else is open. */
effect(() => {
  if (picked.value !== undefined && drawer.peek() === undefined) drawer.value = 'selected';
});
