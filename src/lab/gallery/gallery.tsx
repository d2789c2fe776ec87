/** Every scenario with what it tells: a page of the drawer. */
import './gallery.css';
import { t } from '../language.ts';
import { startRun } from '../run/runner.ts';
import { plan } from '../state.ts';
import { GROUPS } from './groups.ts';
import { WORDS } from './words.ts';

export function Gallery() {
  return (
    <div class="gallery">
      {GROUPS.map(({ title, scenarios }) => (
        <section key={title.en}>
          <h3>{t(title)}</h3>
          <ul>
            {scenarios.map(({ name, title: named, text, story }) => (
              <li key={name}>
                <button
                  type="button"
                  aria-current={plan.value.name === name ? 'true' : undefined}
                  onClick={() => startRun({ name, seed: 1, set: {}, acts: [] })}
                >
                  <strong>{t(named)}</strong> <code>{name}</code>
                </button>
                <p>{t(text)}</p>
                <p class="gallery-story">
                  {t(WORDS.story)} {story.join(', ')}
                </p>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
