/**
 * The foot of the page: how the run that is on the screen ended, what it was expected to show, and the hash of its trace:
 * the same as `halfopen run --json` prints for the same scenario, parameters and seed.
 *
 * It is folded, since the expectations give the questions' answers away. Calls it: app.tsx.
 */
import { t } from '../language.ts';
import { cursor, failure, length, outcome, refusal, source } from '../state.ts';
import './outcome.css';
import { summary } from './summary.ts';
import { WORDS } from './words.ts';

export function Outcome() {
  const end = outcome.value;
  return (
    <details class="outcome">
      <summary>
        {t(
          summary({
            outcome: end,
            failure: failure.value,
            refusal: refusal.value,
            length: length.value,
            isFile: source.value === undefined,
            isSeen: cursor.value >= length.value,
          }),
        )}
      </summary>
      {end !== undefined && (
        <>
          <ul>
            {end.expectations.map(({ story, text, ok }, index) => (
              <li key={index} data-testid="expectation" data-ok={String(ok)}>
                {story}: {t(text)} <span class="visually-hidden">({t(ok ? WORDS.holds : WORDS.fails)})</span>
              </li>
            ))}
          </ul>
          <p>
            {t(WORDS.hash)}:{' '}
            <span class="outcome-hash" data-testid="hash">
              {end.hash}
            </span>
          </p>
        </>
      )}
    </details>
  );
}
