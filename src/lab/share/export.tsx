/** What a run leaves behind as files: the scenario with all that was done, the trace, the capture; and opening one. */

import { signal } from '@preact/signals';
import { HEADER_HEADS, HEADER_WHOLE, lineOf } from '../../trace/jsonl.ts';
import './share.css';
import { toPcap } from '../../trace/pcap.ts';
import { t } from '../language.ts';
import { recordWhole } from '../run/runner.ts';
import { events, notice, plan, source } from '../state.ts';
import { openFile } from './files.ts';
import { traceOnScreen } from './traces.ts';
import { WORDS } from './words.ts';

const isOpen = signal(false);

function save(name: string, parts: BlobPart[]): void {
  const url = URL.createObjectURL(new Blob(parts));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  isOpen.value = false;
  // The browser reads it after the click: it stays until then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Without the ending of the file that it came from. */
function nameOfRun(): string {
  return plan.peek().name.replace(/\.jsonl$/i, '');
}

function saveScenario(): void {
  const text = source.peek();
  save(`${nameOfRun()}.json`, [JSON.stringify({ ...plan.peek(), source: text }, undefined, 2)]);
}

/** The run again with whole frames; of a trace from a file what it has. undefined: it failed, and that was told. */
async function whole() {
  if (source.peek() === undefined) {
    const header = traceOnScreen()?.whole === true ? HEADER_WHOLE : HEADER_HEADS;
    return { recorded: events.peek(), header, pcap: undefined };
  }
  const run = await recordWhole(plan.peek());
  if ('events' in run) return { recorded: run.events, header: HEADER_WHOLE, pcap: run.outcome.pcap };
  notice.value = run.message;
  return undefined;
}

async function saveTrace(): Promise<void> {
  const run = await whole();
  if (run !== undefined) save(`${nameOfRun()}.jsonl`, [run.header, ...run.recorded.map(lineOf)]);
}

async function saveCapture(): Promise<void> {
  const run = await whole();
  if (run !== undefined) save(`${nameOfRun()}.pcap`, [new Uint8Array(run.pcap ?? toPcap(run.recorded))]);
}

export function ExportButton() {
  return (
    <div class="share-export" ref={closeByItself}>
      <button
        type="button"
        aria-expanded={isOpen.value}
        aria-controls="share-menu"
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {t(WORDS.export)}
      </button>
      <div id="share-menu" class="share-menu" hidden={!isOpen.value}>
        <button type="button" disabled={source.value === undefined} onClick={saveScenario}>
          {t(WORDS.scenario)}
        </button>
        <button type="button" onClick={saveTrace}>
          {t(WORDS.trace)}
        </button>
        <button type="button" onClick={saveCapture}>
          {t(WORDS.pcap)}
        </button>
        <label class="share-file">
          {t(WORDS.open)}
          <input
            type="file"
            accept=".jsonl,.json,.ts,.mts,.js,.mjs"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file !== undefined) openFile(file);
              isOpen.value = false;
              currentTarget.value = '';
            }}
          />
        </label>
      </div>
    </div>
  );
}

/** The menu closes when Esc is pressed in it, or when the focus or the pointer goes elsewhere. */
function closeByItself(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  const close = () => {
    isOpen.value = false;
  };
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen.peek()) return;
    event.preventDefault();
    close();
    element.querySelector('button')?.focus();
  };
  const leave = ({ target }: Event) => {
    if (target instanceof Node && !element.contains(target)) close();
  };
  element.addEventListener('keydown', closeOnEscape);
  document.addEventListener('pointerdown', leave);
  document.addEventListener('focusin', leave);
  return () => {
    element.removeEventListener('keydown', closeOnEscape);
    document.removeEventListener('pointerdown', leave);
    document.removeEventListener('focusin', leave);
  };
}
