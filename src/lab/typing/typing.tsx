/**
 * A program's keyboard: what is typed here reaches it at the cursor. Shown while a program lives that reads its standard
 * input (os.read), now or later; what is typed before it reads waits, as at a terminal.
 *
 * Calls it: the host's view.
 */
import './typing.css';
import { toBase64, utf8 } from '../../base/bytes.ts';
import { formatSize } from '../../base/units.ts';
import { type Text, t } from '../language.ts';
import { actAtCursor } from '../run/runner.ts';
import { CARRIED_MOST, nameBytes, TYPED_MOST } from '../share/large.ts';
import type { ProcessView } from '../stage/model.ts';
import { notice, source } from '../state.ts';
import { readers } from './readers.ts';
import { WORDS } from './words.ts';

function type(target: string, bytes: Uint8Array): void {
  actAtCursor({ do: 'type', target, data: toBase64(bytes) });
}

function say(what: Text): void {
  notice.value = t(what);
}

/** False: it is too long for a link, which would ask others for a file that nobody has. It stays in its field. */
function typeText(target: string, text: string): boolean {
  const bytes = utf8(`${text}\n`);
  if (bytes.length > CARRIED_MOST) {
    say(WORDS.textTooLong(formatSize(bytes.length), formatSize(CARRIED_MOST)));
    return false;
  }
  type(target, bytes);
  return true;
}

async function typeFile(target: string, file: File): Promise<void> {
  const { name, size } = file;
  if (size > TYPED_MOST) return say(WORDS.tooLarge(name, formatSize(TYPED_MOST)));
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    // No bytes would be the end of input.
    if (bytes.length === 0) return say(WORDS.empty(name));
    nameBytes(bytes, name);
    type(target, bytes);
  } catch {
    // A folder, or a file that is gone.
    say(WORDS.unreadable(name));
  }
}

export interface TypeBoxProps {
  /** The program that is shown. */
  readonly name: string | undefined;
  /** undefined: it has not started yet. */
  readonly process: ProcessView | undefined;
}

export function TypeBox({ name, process }: TypeBoxProps) {
  if (name === undefined || source.value === undefined || !readers.value.has(name)) return null;
  const state = process?.state ?? 'running';
  if (state !== 'running' && state !== 'stopped') return null;
  return (
    <form
      class="typing"
      key={name}
      ref={(form) => listenToDrops(form, name)}
      onSubmit={(event) => {
        event.preventDefault();
        const field = event.currentTarget.elements.namedItem('text');
        if (!(field instanceof HTMLInputElement) || field.value === '') return;
        if (typeText(name, field.value)) field.value = '';
      }}
    >
      <input
        name="text"
        autocomplete="off"
        aria-label={t(WORDS.type(name))}
        placeholder={t(WORDS.hint(name))}
        title={t(WORDS.hint(name))}
      />
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

/** A file that is dropped anywhere on the program's host is typed; elsewhere on the page it is opened. */
function listenToDrops(form: HTMLElement | null, name: string): (() => void) | undefined {
  const host = form?.closest<HTMLElement>('.stage-host');
  if (host === null || host === undefined) return undefined;
  const over = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    document.body.dataset['dropping'] = t(WORDS.drop(name));
  };
  const drop = (event: DragEvent) => {
    const files = event.dataTransfer?.files;
    const [file] = files ?? [];
    if (files === undefined || file === undefined) return;
    event.preventDefault();
    if (files.length > 1) say(WORDS.oneFile(files.length));
    else typeFile(name, file);
  };
  host.addEventListener('dragover', over);
  host.addEventListener('drop', drop);
  return () => {
    host.removeEventListener('dragover', over);
    host.removeEventListener('drop', drop);
  };
}
