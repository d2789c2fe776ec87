/** The help sheet: the keys, and the words of the stage with one line each. */
import { signal } from '@preact/signals';
import './help.css';
import { KEYS } from '../keys.ts';
import { t } from '../language.ts';
import { PATTERNS, TERMS, WORDS } from './words.ts';

const isOpen = signal(false);

export function openHelp(): void {
  isOpen.value = true;
}

export function HelpButton() {
  return (
    <button type="button" aria-haspopup="dialog" onClick={openHelp}>
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
      <h2>{t(WORDS.patterns)}</h2>
      <ul class="help-patterns">
        {PATTERNS.map(({ state, text }) => (
          <li key={state}>
            <i class="stage-swatch" data-state={state} /> {t(text)}
          </li>
        ))}
      </ul>
      <h2>{t(WORDS.words)}</h2>
      <dl>
        {TERMS.map(({ term, text }) => (
          <div key={term.en}>
            <dt>{t(term)}</dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
