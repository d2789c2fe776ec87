/**
 * One field of the settings: its name, what is typed, its unit beside it, and below it what is wrong with it. A value is
 * taken when it is whole (Enter, or the field is left); one that cannot be stays there to be mended, and changes nothing.
 *
 * Calls it: the other files of the settings.
 */
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Json } from '../../base/json.ts';
import { t } from '../language.ts';
import { wrong } from './settings-words.ts';

export interface FieldProps {
  readonly label: string;
  /** The name for those who cannot see what stands around it; default: the label. */
  readonly name?: string;
  readonly value: string;
  readonly unit?: string;
  readonly placeholder?: string;
  /** What is meant. @throws TypeError, RangeError naming the value and what is allowed */
  readonly read: (typed: string) => Json;
  readonly take: (value: Json) => void;
}

export function Field({ label, name, value, unit, placeholder, read, take }: FieldProps) {
  const mistake = useSignal('');
  const id = useId();
  const changed = (input: HTMLInputElement) => {
    mistake.value = '';
    if (input.value.trim() === value) return;
    try {
      take(read(input.value.trim()));
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      mistake.value = error.message;
    }
  };
  return (
    <div class="settings-field">
      <label for={id}>{label}</label>
      <span class="settings-input">
        <input
          id={id}
          key={value}
          type="text"
          autocomplete="off"
          spellcheck={false}
          defaultValue={value}
          placeholder={placeholder}
          aria-label={name}
          aria-invalid={mistake.value !== ''}
          aria-describedby={`${id}-wrong`}
          onChange={({ currentTarget }) => changed(currentTarget)}
        />
        {unit !== undefined && <span class="settings-unit">{unit}</span>}
      </span>
      <span id={`${id}-wrong`} class="settings-wrong" role="status">
        {mistake.value === '' ? '' : t(wrong(mistake.value))}
      </span>
    </div>
  );
}

export interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, shown: string])[];
  readonly take: (value: string) => void;
}

export function Choice({ label, value, choices, take }: ChoiceProps) {
  const id = useId();
  return (
    <div class="settings-field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => take(currentTarget.value)}>
        {choices.map(([choice, shown]) => (
          <option key={choice} value={choice}>
            {shown}
          </option>
        ))}
      </select>
    </div>
  );
}
