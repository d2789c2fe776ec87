/** The help sheet: the keys, the patterns, and the words of the page, which can be searched. */
import { signal } from '@preact/signals';
import './help.css';
import { KEYS } from '../keys.ts';
import { language, t } from '../language.ts';
import { TERM_GROUPS, type Term } from './terms.ts';
import { PATTERNS, WORDS } from './words.ts';

const isOpen = signal(false);
/** The word that was asked for. */
const wanted = signal<string | undefined>(undefined);
const search = signal('');

/** Opens the sheet; at a word, if one is named. */
export function openHelp(id?: string): void {
  search.value = '';
  wanted.value = id;
  isOpen.value = true;
}

export function HelpButton() {
  return (
    <button type="button" aria-haspopup="dialog" onClick={() => openHelp()}>
      {t(WORDS.help)} <span aria-hidden="true">?</span>
    </button>
  );
}

export function HelpSheet() {
  if (!isOpen.value) return null;
  return (
    <dialog
      class="help"
      aria-label={t(WORDS.help)}
      // A modal one keeps the focus inside, and gives it back.
      ref={(sheet) => {
        if (sheet !== null && !sheet.open) sheet.showModal();
      }}
      onClose={() => {
        isOpen.value = false;
      }}
    >
      <form method="dialog">
        <button type="submit">{t(WORDS.close)}</button>
      </form>
      <Keys />
      <h2>{t(WORDS.patterns)}</h2>
      <ul class="help-patterns">
        {PATTERNS.map(({ state, text }) => (
          <li key={state}>
            <i class="stage-swatch" data-state={state} /> {t(text)}
          </li>
        ))}
      </ul>
      <Terms />
    </dialog>
  );
}

function Keys() {
  return (
    <>
      <h2>{t(WORDS.keys)}</h2>
      <dl class="help-keys">
        {KEYS.map(({ shown, text }) => (
          <div key={shown}>
            <dt>
              <kbd>{shown}</kbd>
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{t(WORDS.question)}</dd>
        </div>
      </dl>
    </>
  );
}

function Terms() {
  const groups = TERM_GROUPS.map(({ title, terms }) => ({ title, terms: terms.filter(isFound) }));
  const isNone = groups.every(({ terms }) => terms.length === 0);
  return (
    <>
      <h2>{t(WORDS.words)}</h2>
      <input
        type="search"
        class="help-find"
        value={search.value}
        placeholder={t(WORDS.find)}
        aria-label={t(WORDS.find)}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
      />
      <p role="status">{isNone && t(WORDS.none)}</p>
      {groups.map(
        ({ title, terms }) =>
          terms.length > 0 && (
            <section key={title.en}>
              <h3>{t(title)}</h3>
              <dl>
                {terms.map((one) => (
                  <Row key={one.id} term={one} />
                ))}
              </dl>
            </section>
          ),
      )}
    </>
  );
}

/** In either language: who reads Korean may look for the English word. */
function isFound({ term, text }: Term): boolean {
  const asked = search.value.trim().toLowerCase();
  return [term.en, term.ko, text[language.value]].some((said) => said.toLowerCase().includes(asked));
}

function Row({ term: { id, term, text } }: { readonly term: Term }) {
  const isWanted = wanted.value === id;
  return (
    <div
      data-wanted={isWanted || undefined}
      tabIndex={isWanted ? -1 : undefined}
      ref={(row) => {
        if (row === null || !isWanted || search.peek() !== '') return;
        // The sheet is opened behind this: only then it can be scrolled.
        queueMicrotask(() => {
          row.scrollIntoView({ block: 'center' });
          row.focus({ preventScroll: true });
        });
      }}
    >
      <dt>{t(term)}</dt>
      <dd>{t(text)}</dd>
    </div>
  );
}
