/**
 * A parameter whose value is a file: chosen here, and carried in the plan as base64, as the command hands it over.
 *
 * Left out on purpose: files that a link cannot carry; those are typed to a program, which links name. Calls it:
 * `settings.tsx`.
 */
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { fromBase64, toBase64 } from '../../base/bytes.ts';
import { formatSize } from '../../base/units.ts';
import { t } from '../language.ts';
import { FILE_MOST, tooLarge, WORDS } from './settings-words.ts';

interface FileFieldProps {
  readonly label: string;
  /** base64; '': none. */
  readonly value: string;
  readonly take: (value: string) => void;
}

export function FileField({ label, value, take }: FileFieldProps) {
  const mistake = useSignal('');
  const id = useId();
  const choose = async (file: File | undefined) => {
    mistake.value = '';
    if (file === undefined) return;
    if (file.size > FILE_MOST) mistake.value = t(tooLarge(file.name, formatSize(file.size)));
    else take(toBase64(new Uint8Array(await file.arrayBuffer())));
  };
  return (
    <div class="settings-field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="file"
        aria-invalid={mistake.value !== ''}
        aria-describedby={`${id}-wrong`}
        onChange={({ currentTarget }) => choose(currentTarget.files?.[0])}
      />
      {value !== '' && (
        <span class="settings-input">
          <span>{formatSize(fromBase64(value).length)}</span>
          <button type="button" onClick={() => take('')}>
            {t(WORDS.noFile)}
          </button>
        </span>
      )}
      <span id={`${id}-wrong`} class="settings-wrong" role="status">
        {mistake.value}
      </span>
    </div>
  );
}
