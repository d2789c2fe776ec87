/**
 * Asks for the files that a link names and does not hold, one after the other; then the run begins.
 *
 * Calls it: `address.ts` asks; the page's head shows it.
 */
import { signal } from '@preact/signals';
import { formatSize } from '../../base/units.ts';
import './share.css';
import { t } from '../language.ts';
import { startRun } from '../run/runner.ts';
import { withFile } from './large.ts';
import type { Shared } from './link.ts';
import { WORDS } from './words.ts';

const open = signal<Shared | undefined>(undefined);
/** The name of a file that was given and is another one. */
const other = signal<string | undefined>(undefined);

export function isAsking(): boolean {
  return open.value !== undefined;
}

/** Runs what was shared, now or once all of its files are there. True: it runs now. */
export function runShared(shared: Shared): boolean {
  const isWhole = shared.wanted === undefined || shared.wanted.length === 0;
  other.value = undefined;
  open.value = isWhole ? undefined : shared;
  if (isWhole) startRun(shared.plan, shared.cursor);
  return isWhole;
}

async function give(file: File): Promise<void> {
  const asked = open.peek();
  const [first, ...rest] = asked?.wanted ?? [];
  if (asked === undefined || first === undefined) return;
  // A file of another size is another one: it need not be read.
  const bytes = file.size === first.file.size ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
  const plan = withFile(asked.plan, first, bytes);
  if (open.peek() !== asked) return;
  if (plan === undefined) other.value = file.name;
  else runShared({ ...asked, plan, wanted: rest });
}

export function WantedFile() {
  const file = open.value?.wanted?.[0]?.file;
  if (file === undefined) return null;
  return (
    <section class="share-wanted" aria-label={t(WORDS.wanted)} tabIndex={-1} ref={focus}>
      <p>{t(WORDS.asks(file.name, formatSize(file.size)))}</p>
      <p class="share-sha">SHA-256 {file.sha256}</p>
      <p role="alert">{other.value !== undefined && t(WORDS.otherFile(other.value))}</p>
      <p class="share-hands">
        <label class="share-file">
          {t(WORDS.choose)}
          <input
            type="file"
            onChange={({ currentTarget }) => {
              const [given] = currentTarget.files ?? [];
              if (given !== undefined) give(given);
              currentTarget.value = '';
            }}
          />
        </label>
        <button
          type="button"
          onClick={() => {
            open.value = undefined;
          }}
        >
          {t(WORDS.without)}
        </button>
      </p>
    </section>
  );
}

function focus(element: HTMLElement | null): void {
  element?.focus();
}
