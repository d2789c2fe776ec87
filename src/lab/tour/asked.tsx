/** A question of the tour with what can be answered, and one sentence where the answer is none. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { t } from '../language.ts';
import type { Stop } from './stop.ts';
import { WORDS } from './words.ts';

/** What was wrong with the last try to answer, and of which question. */
const mistake = signal<{ readonly of: Stop; readonly text: string } | undefined>(undefined);

interface AskedProps {
  readonly stop: Stop;
  readonly given: number | undefined;
  readonly answer: (value: number) => void;
  readonly children: ComponentChildren;
}

/** The question, with what can be answered. */
export function Asked({ stop: asked, given: said, answer: take, children }: AskedProps) {
  const { answers } = asked;
  const wrong = mistake.value?.of === asked ? mistake.value.text : undefined;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const value = countIn(new FormData(event.currentTarget).get('answer'));
        const text = t(answers === 'bytes' ? WORDS.noCount : WORDS.noChoice);
        mistake.value = value === undefined ? { of: asked, text } : undefined;
        if (value !== undefined) take(value);
      }}
    >
      <strong>{asked.story}</strong>
      <span>{t(asked.question)}</span>
      {answers === 'bytes' ? (
        <input
          name="answer"
          inputMode="numeric"
          autocomplete="off"
          defaultValue={said === undefined ? '' : String(said)}
          aria-label={t(WORDS.bytes)}
          aria-invalid={wrong !== undefined}
        />
      ) : (
        answers.map(({ value, text }) => (
          <label key={value}>
            <input type="radio" name="answer" value={value} defaultChecked={said === value} /> {t(text)}
          </label>
        ))
      )}
      <div class="tour-ways">
        <button type="submit">{t(WORDS.play)}</button>
        {children}
      </div>
      <p class="tour-wrong" role="alert" hidden={wrong === undefined}>
        {wrong}
      </p>
    </form>
  );
}

/** A count, as people write it: ' 1,024 ' too. */
function countIn(given: FormDataEntryValue | null): number | undefined {
  const text = typeof given === 'string' ? given.replace(/[\s,]/g, '') : '';
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
