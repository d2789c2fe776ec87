/**
 * Files that the user gives to the page: a trace, which needs no simulator; a scenario's text; a run that was exported.
 * What is wrong with one is told in a sentence, and what is on the screen stays.
 *
 * Calls it: `export.tsx`, `address.ts`, the page's drop zone.
 */
import { formatSize } from '../../base/units.ts';
import { readTrace } from '../../trace/jsonl.ts';
import { type Text, t } from '../language.ts';
import { showTrace, startRun } from '../run/runner.ts';
import { notice } from '../state.ts';
import { planOf } from './plan-check.ts';
import { WORDS } from './words.ts';

/** A text of 300 MB is what an engine still holds at ease. */
const LARGEST = 300 * 1024 * 1024;

/** A `File`, or what was fetched. */
export interface GivenFile {
  readonly name: string;
  readonly size: number;
  text(): Promise<string>;
}

/** Opens it. Never rejects: what is wrong is told on the page. */
export async function openFile(file: GivenFile): Promise<void> {
  const { name, size } = file;
  if (size > LARGEST) {
    tell(WORDS.fileTooLarge(name, formatSize(LARGEST)));
    return;
  }
  try {
    open(name, await file.text());
  } catch (error) {
    tell(WORDS.noTrace(name, error instanceof Error ? error.message : String(error)));
  }
}

/** @throws Error for a trace that is none */
function open(name: string, text: string): void {
  if (/\.jsonl$/i.test(name)) {
    showTrace(name, readTrace(text));
    notice.value = undefined;
  } else if (/\.[cm]?[jt]s$/i.test(name)) {
    startRun({ name: name.replace(/\.[cm]?[jt]s$/i, ''), source: text, seed: 1, set: {}, acts: [] });
  } else if (/\.json$/i.test(name)) {
    const plan = planOf(JSON.parse(text));
    if (plan === undefined) tell(WORDS.noScenario(name));
    else startRun(plan);
  } else {
    tell(WORDS.unknownFile(name));
  }
}

function tell(text: Text): void {
  notice.value = t(text);
}

/** Whatever is dropped onto the page is opened. */
export function listenToDrops(): void {
  const { body } = document;
  body.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    body.dataset['dropping'] = '';
  });
  const end = () => {
    delete body.dataset['dropping'];
  };
  body.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) end();
  });
  body.addEventListener('drop', (event) => {
    end();
    const [file] = event.dataTransfer?.files ?? [];
    if (file === undefined || event.defaultPrevented) return;
    event.preventDefault();
    openFile(file);
  });
}
