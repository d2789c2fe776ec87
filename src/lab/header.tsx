/** The page's head: the name, what is run, the language, and the ways to give a run away. */
import { signal } from '@preact/signals';
import { ScenarioPicker } from './gallery/picker.tsx';
import { HelpButton } from './help/help.tsx';
import { type Language, language, setLanguage, t } from './language.ts';
import { ExportButton } from './share/export.tsx';
import { ShareButton } from './share/share.tsx';
import { drawer } from './state.ts';
import { TourButton } from './tour/question.tsx';
import { PAGES, WORDS } from './words.ts';

const NAMES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

/** On a phone what is needed less often is a menu. */
const isOpen = signal(false);

export function Header() {
  return (
    <header class="page-header" data-open={isOpen.value || undefined}>
      <h1 class="page-name" title={t(WORDS.tagline)}>
        halfopen
      </h1>
      <ScenarioPicker />
      <TourButton />
      <button
        type="button"
        class="page-more"
        aria-label={t(WORDS.more)}
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        ⋯
      </button>
      <nav class="page-nav" aria-label={t(WORDS.drawerOf)}>
        {PAGES.map(({ id, text }) => (
          <button
            type="button"
            key={id}
            aria-pressed={drawer.value === id}
            onClick={() => {
              drawer.value = drawer.value === id ? undefined : id;
              isOpen.value = false;
            }}
          >
            {t(text)}
          </button>
        ))}
      </nav>
      <div class="page-tools">
        <select
          aria-label={t(WORDS.language)}
          value={language.value}
          onChange={(event) => setLanguage(event.currentTarget.value === 'ko' ? 'ko' : 'en')}
        >
          {(['ko', 'en'] as const).map((tag) => (
            <option key={tag} value={tag} lang={tag}>
              {NAMES[tag]}
            </option>
          ))}
        </select>
        <ShareButton />
        <ExportButton />
        <HelpButton />
      </div>
    </header>
  );
}
