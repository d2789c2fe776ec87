/** A cable's settings: how it was laid, and what it is from this moment on. Calls it: `settings.tsx`. */
import { useSignal } from '@preact/signals';
import type { Json } from '../../base/json.ts';
import type { CableChanges } from '../../system/timetable.ts';
import { t } from '../language.ts';
import { actAtCursor } from '../run/runner.ts';
import type { CableView } from '../stage/model.ts';
import { facts, plan } from '../state.ts';
import { again } from './settings-again.ts';
import { Choice, Field } from './settings-field.tsx';
import { duration, durationText, fraction, rate, rateText } from './settings-values.ts';
import { cableOf, WORDS } from './settings-words.ts';

const FIELDS = ['delay', 'rate', 'loss', 'reorder', 'duplicate', 'corrupt'] as const;
type FieldName = (typeof FIELDS)[number];

/** Of the fields beside which it stands: what is changed from this moment on. */
type Way = 'both' | 'a-to-b' | 'b-to-a';

export function Cable({ name, a, b, options, back }: CableView) {
  const way = useSignal<Way>('both');
  const present = way.value === 'b-to-a' ? back : options;
  const direction = way.value === 'both' ? {} : { direction: way.value };
  const isSame = (field: FieldName) => options[field] === back[field];
  const laid: CableChanges = facts.value?.cables[name] ?? {};
  return (
    <fieldset>
      <legend>{t(cableOf(a, b))}</legend>
      <div class="settings-two">
        <strong>{t(WORDS.start)}</strong>
        <strong>{t(WORDS.now)}</strong>
        <span />
        <Choice
          label={t(WORDS.direction)}
          value={way.value}
          choices={[
            ['both', t(WORDS.both)],
            ['a-to-b', `${a} → ${b}`],
            ['b-to-a', `${b} → ${a}`],
          ]}
          take={(chosen) => {
            way.value = chosen === 'a-to-b' || chosen === 'b-to-a' ? chosen : 'both';
          }}
        />
        {FIELDS.flatMap((field) => [
          <Field
            key={`${field} start`}
            {...common(field)}
            name={`${t(WORDS[field])}, ${t(WORDS.start)}`}
            value={givenText(laid[field])}
            take={(value) => lay(name, { [field]: value })}
          />,
          <Field
            key={`${field} now`}
            {...common(field)}
            name={`${t(WORDS[field])}, ${t(WORDS.now)}`}
            value={way.value === 'both' && !isSame(field) ? '' : presentText(field, present[field])}
            {...(way.value === 'both' && !isSame(field) ? { placeholder: t(WORDS.differs) } : {})}
            take={(value) => actAtCursor({ do: 'set', target: name, ...direction, options: { [field]: value } })}
          />,
        ])}
      </div>
    </fieldset>
  );
}

function lay(name: string, changes: CableChanges): void {
  const { cables = {} } = plan.peek();
  again({ cables: { ...cables, [name]: { ...cables[name], ...changes } } });
}

function common(field: FieldName) {
  const read = field === 'delay' ? duration(field) : field === 'rate' ? rate(field) : fraction(field);
  const placeholder = { delay: '0ms', rate: t(WORDS.noLimit) }[field as string] ?? '0';
  const unit = field === 'delay' || field === 'rate' ? {} : { unit: t(WORDS.probability) };
  return { label: t(WORDS[field]), placeholder, read, ...unit };
}

/** As the plan or the scenario gives it. */
function givenText(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}

/** As the trace tells it: nanoseconds, bits a second, a probability; what is not told does nothing. */
function presentText(field: FieldName, value: Json | undefined): string {
  if (typeof value !== 'number') return '';
  if (field === 'delay') return durationText(value);
  return field === 'rate' ? rateText(value) : String(value);
}
