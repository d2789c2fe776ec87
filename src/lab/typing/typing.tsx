/** A program's keyboard: what is typed here reaches it at the cursor. Shown while it waits for it (os.read). */
import './typing.css';
import { toBase64, utf8 } from '../../base/bytes.ts';
import { t } from '../language.ts';
import { actAtCursor } from '../run/runner.ts';
import type { ProcessView } from '../stage/model.ts';
import { notice, source } from '../state.ts';
import { WORDS } from './words.ts';

/** What a link can carry: a larger file is no typing. */
const LARGEST = 32 * 1024;

function type(target: string, bytes: Uint8Array): void {
  actAtCursor({ do: 'type', target, data: toBase64(bytes) });
}

async function typeFile(target: string, file: File): Promise<void> {
  if (file.size > LARGEST) notice.value = t(WORDS.tooLarge(file.name));
  else type(target, new Uint8Array(await file.arrayBuffer()));
}

export function TypeBox({ process }: { readonly process: ProcessView | undefined }) {
  const last = process?.calls.at(-1);
  const waits = last?.call === 'read' && last.returned === undefined;
  if (process === undefined || !waits || source.value === undefined) return null;
  const { name } = process;
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
    </form>
  );
}
