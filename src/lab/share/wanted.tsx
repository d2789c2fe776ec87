/**
 * Asks for the files that a link names and does not hold, one after the other; then the run begins.
 *
 * Calls it: `address.ts` asks; the page's head shows it.
 */
import { signal } from '@preact/signals';
import { formatSize } from '../../base/units.ts';
import './share.css';
import { runOrEdit } from '../editor/given.ts';
import { t } from '../language.ts';
import { notice } from '../state.ts';
import { type Named, withFile } from './large.ts';
import type { Shared, SharedTrace } from './link.ts';
import { openTrace, sha256Of } from './traces.ts';
import { WORDS } from './words.ts';

const open = signal<Shared | SharedTrace | undefined>(undefined);
/** The name of a file that was given and is another one. */
const other = signal<string | undefined>(undefined);

export function isAsking(): boolean {
  return open.value !== undefined;
}

/** Runs what was shared, now or once all of its files are there. True: it runs now. */
export function runShared(shared: Shared | SharedTrace): boolean {
  const isWhole = wantedFor(shared) === undefined;
  other.value = undefined;
  open.value = isWhole ? undefined : shared;
  if (isWhole && 'plan' in shared) runOrEdit(shared.plan, shared.cursor);
  return isWhole;
}

/** The file that is asked for next. */
function wantedFor(shared: Shared | SharedTrace): Named | undefined {
  return 'trace' in shared ? shared.trace : shared.wanted?.[0]?.file;
}

async function give(file: File): Promise<void> {
  const asked = open.peek();
  const wanted = asked && wantedFor(asked);
  if (asked === undefined || wanted === undefined) return;
  // A file of another size is another one: it need not be read. Nor can a folder be.
  const empty = () => new ArrayBuffer();
  const bytes = new Uint8Array(file.size === wanted.size ? await file.arrayBuffer().catch(empty) : empty());
  const isIt = 'trace' in asked ? (await sha256Of(bytes)) === wanted.sha256 : giveTyped(asked, bytes);
  if (open.peek() !== asked) return;
  if (!isIt) other.value = file.name;
  else if ('trace' in asked) show(asked, bytes);
}

/** False: these are not the bytes of the file that was typed. */
function giveTyped(asked: Shared, bytes: Uint8Array): boolean {
  const [first, ...rest] = asked.wanted ?? [];
  const plan = first && withFile(asked.plan, first, bytes);
  if (plan !== undefined) runShared({ ...asked, plan, wanted: rest });
  return plan !== undefined;
}

/** It is the very file that was shared; that it is a trace, the link does not prove. */
function show({ trace: { name }, cursor }: SharedTrace, bytes: Uint8Array<ArrayBuffer>): void {
  open.value = undefined;
  try {
    if (!openTrace(name, bytes, { at: cursor })) notice.value = t(WORDS.noEvents(name));
  } catch (error) {
    notice.value = t(WORDS.noTrace(name, error instanceof Error ? error.message : String(error)));
  }
}

export function WantedFile() {
  const asked = open.value;
  const file = asked && wantedFor(asked);
  if (asked === undefined || file === undefined) return null;
  const asks = 'trace' in asked ? WORDS.asksTrace : WORDS.asks;
  return (
    <section class="share-wanted" aria-label={t(WORDS.wanted)} tabIndex={-1} ref={focus}>
      <p>{t(asks(file.name, formatSize(file.size)))}</p>
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
