/** The strip under the header: the claim's number, a question, and the trace's reply; and the button that begins. */
import { t } from '../language.ts';
import './question.css';
import { facts, plan } from '../state.ts';
import { reply } from './stop.ts';
import { STOPS } from './stops.ts';
import { answer, at, decision, given, goTo, isTold, leave, remembered, stop } from './tour.ts';
import { WORDS } from './words.ts';

export function TourButton() {
  const now = at.value ?? remembered();
  return (
    <button type="button" aria-pressed={at.value !== undefined} onClick={() => goTo(now)}>
      {t(WORDS.tour(now + 1, STOPS.length))}
    </button>
  );
}

export function Question() {
  const here = stop.value;
  const index = at.value;
  // Another scenario was chosen meanwhile: the tour waits.
  if (here === undefined || index === undefined || plan.value.name !== here.plan.name) return <Told />;
  const { answers } = here;
  return (
    <section class="tour" aria-label={t(WORDS.question)} key={index}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const value = new FormData(event.currentTarget).get('answer');
          if (typeof value === 'string' && value !== '') answer(Number(value));
        }}
      >
        <strong>{here.story}</strong>
        <span id="tour-question">{t(here.question)}</span>
        {answers === 'bytes' ? (
          <input type="number" name="answer" min="0" required aria-label={t(WORDS.bytes)} />
        ) : (
          answers.map(({ value, text }) => (
            <label key={value}>
              <input type="radio" name="answer" value={value} required /> {t(text)}
            </label>
          ))
        )}
        <button type="submit">{t(WORDS.play)}</button>
      </form>
      <div aria-live="polite">
        {isTold.value && decision.value !== undefined && given.value !== undefined && (
          <>
            <p>{t(reply(here, given.value, decision.value))}</p>
            <p>{t(here.claim)}</p>
          </>
        )}
      </div>
      <div class="tour-ways">
        <button type="button" disabled={index === 0} onClick={() => goTo(index - 1)}>
          {t(WORDS.back)}
        </button>
        <button type="button" disabled={index === STOPS.length - 1} onClick={() => goTo(index + 1)}>
          {t(isTold.value ? WORDS.next : WORDS.skip)}
        </button>
        <button type="button" onClick={leave}>
          {t(WORDS.leave)}
        </button>
      </div>
    </section>
  );
}

/** Without a tour: what the scenario is about. */
function Told() {
  const told = facts.value;
  if (told === undefined) return null;
  return (
    <section class="tour" aria-label={t(told.title)}>
      <p>
        <strong>{t(told.title)}</strong> {t(told.text)}
      </p>
    </section>
  );
}
