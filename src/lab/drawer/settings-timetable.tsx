/**
 * The timetable: each act with its moment and its values, to be changed, taken back, or looked at where it is done. An
 * act that this run did not come to says so, and stays.
 *
 * Calls it: `settings.tsx`.
 */
import { computed } from '@preact/signals';
import { fromBase64, text, toBase64, utf8 } from '../../base/bytes.ts';
import type { Json } from '../../base/json.ts';
import type { Act } from '../../system/timetable.ts';
import { t } from '../language.ts';
import { carriedOut } from '../run/acts.ts';
import { startRun } from '../run/runner.ts';
import { cursor, events, length, outcome, plan } from '../state.ts';
import { atItsMoment, replaceAct } from './settings-again.ts';
import { Choice, Field } from './settings-field.tsx';
import { duration, numberOr } from './settings-values.ts';
import { DEEDS, WORDS } from './settings-words.ts';

/** Of each act the cursor just behind its event; undefined: there is none yet. */
const places = computed(() => {
  // The array is live: a new length says that there is more of it.
  return length.value < 0 ? [] : carriedOut(plan.value.acts, events.value);
});

export function Timetable() {
  const { acts } = plan.value;
  return (
    <fieldset>
      <legend>{t(WORDS.timetable)}</legend>
      {acts.length === 0 && <p>{t(WORDS.noActs)}</p>}
      <ol class="settings-acts">
        {acts.map((act, index) => (
          <Deed key={`${index} ${act.do} ${act.target}`} act={act} index={index} />
        ))}
      </ol>
      {acts.length > 0 && (
        <button type="button" onClick={() => startRun(plan.peek())}>
          {t(WORDS.apply)}
        </button>
      )}
    </fieldset>
  );
}

function Deed({ act, index }: { readonly act: Act; readonly index: number }) {
  const place = places.value[index];
  const title = `${t(DEEDS[act.do])} ${act.target}`;
  return (
    <li>
      <strong>{title}</strong>
      <div class="settings-two">
        <Field
          label={t(WORDS.moment)}
          name={`${t(WORDS.moment)}, ${title}`}
          value={momentOf(act)}
          read={duration('at')}
          take={(at) => replaceAct(index, [{ ...atItsMoment(act), at: at as string | number }])}
        />
        <Values act={act} index={index} />
      </div>
      <span class="settings-hands">
        <button
          type="button"
          disabled={place === undefined}
          onClick={() => {
            if (place !== undefined) cursor.value = place;
          }}
        >
          {t(WORDS.show)}
        </button>
        <button type="button" onClick={() => replaceAct(index, [])}>
          {t(WORDS.remove)}
        </button>
      </span>
      {place === undefined && outcome.value !== undefined && <p class="settings-wrong">{t(WORDS.undone)}</p>}
    </li>
  );
}

function Values({ act, index }: { readonly act: Act; readonly index: number }) {
  if (act.do === 'type') {
    const before = text(fromBase64(act.data));
    // A field of one line does not hold the Enter, which stays.
    const end = before.endsWith('\n') ? '\n' : '';
    return (
      <Field
        label={t(WORDS.typed)}
        value={before.slice(0, before.length - end.length)}
        read={(typed) => typed}
        take={(typed) => replaceAct(index, [{ ...act, data: toBase64(utf8(`${typed}${end}`)) }])}
      />
    );
  }
  const { options } = act;
  return (
    <>
      {(act.do === 'cut' || act.do === 'set') && <Direction act={act} index={index} />}
      {Object.entries(options ?? {}).map(([name, value]) => (
        <Field
          key={name}
          label={name}
          value={String(value)}
          read={(typed) => like(value, typed)}
          take={(changed) => replaceAct(index, [{ ...act, options: { ...options, [name]: changed } }])}
        />
      ))}
    </>
  );
}

type OnCable = Extract<Act, { readonly direction?: string }>;

function Direction({ act, index }: { readonly act: OnCable; readonly index: number }) {
  const { direction, ...whole } = act;
  const choices = [
    ['', t(WORDS.both)],
    ['a-to-b', 'a → b'],
    ['b-to-a', 'b → a'],
  ] as const;
  const take = (choice: string) =>
    replaceAct(index, [choice === 'a-to-b' || choice === 'b-to-a' ? { ...whole, direction: choice } : whole]);
  return <Choice label={t(WORDS.direction)} value={direction ?? ''} choices={choices} take={take} />;
}

/** What was typed, as the value before it was; the world checks it. */
function like(before: Json, typed: string): Json {
  if (typeof before !== 'boolean') return numberOr(typed);
  if (typed === 'true' || typed === 'false') return typed === 'true';
  throw new TypeError(`'${typed}' is no truth value; allowed is true or false`);
}

function momentOf({ at }: Act): string {
  return typeof at === 'number' ? `${at}ms` : at;
}
