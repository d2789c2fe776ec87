/**
 * A program's keyboard: what is typed here reaches it at the cursor. Shown while a program lives that reads its standard
 * input (os.read); what is typed before it reads waits, as at a terminal.
 *
 * Calls it: the host's view.
 */
import './typing.css';
import { toBase64, utf8 } from '../../base/bytes.ts';
import { formatSize } from '../../base/units.ts';
import { t } from '../language.ts';
import { actAtCursor } from '../run/runner.ts';
import { nameBytes, TYPED_MOST } from '../share/large.ts';
import type { ProcessView } from '../stage/model.ts';
import { notice, source } from '../state.ts';
import { WORDS } from './words.ts';

function type(target: string, bytes: Uint8Array): void {
  actAtCursor({ do: 'type', target, data: toBase64(bytes) });
}

async function typeFile(target: string, file: File): Promise<void> {
  const { name, size } = file;
  if (size > TYPED_MOST) {
    notice.value = t(WORDS.tooLarge(name, formatSize(TYPED_MOST)));
    return;
  }
  // No bytes would be the end of input.
  if (size === 0) return;
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    nameBytes(bytes, name);
    type(target, bytes);
  } catch {
    // A folder, or a file that is gone.
    notice.value = t(WORDS.unreadable(name));
  }
}

export function TypeBox({ process }: { readonly process: ProcessView | undefined }) {
  if (process === undefined || source.value === undefined) return null;
  const { name, state, calls } = process;
  const lives = state === 'running' || state === 'stopped';
  if (!lives || !calls.some(({ call }) => call === 'read')) return null;
  return (
    <form
      class="typing"
      onSubmit={(event) => {
        event.preventDefault();
        const field = event.currentTarget.elements.namedItem('text');
        if (!(field instanceof HTMLInputElement) || field.value === '') return;
        type(name, utf8(`${field.value}\n`));
        field.value = '';
      }}
      onDrop={(event) => {
        const [file] = event.dataTransfer?.files ?? [];
        if (file === undefined) return;
        event.preventDefault();
        typeFile(name, file);
      }}
    >
      <input name="text" autocomplete="off" aria-label={t(WORDS.type(name))} placeholder={t(WORDS.hint)} />
      <button type="submit">{t(WORDS.send)}</button>
      <label class="typing-file">
        {t(WORDS.file)}
        <input
          type="file"
          aria-label={t(WORDS.typeFile(name))}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file !== undefined) typeFile(name, file);
            currentTarget.value = '';
          }}
        />
      </label>
    </form>
  );
}
