/**
 * Files that the user gives to the page: a trace, which needs no simulator; a scenario's text; a run that was exported.
 * What is wrong with one is told in a sentence, and what is on the screen stays.
 *
 * Calls it: `export.tsx`, `address.ts`, the page's drop zone.
 */
import { formatSize } from '../../base/units.ts';
import { readTrace } from '../../trace/jsonl.ts';
import { type Text, t } from '../language.ts';
import { showTrace, sourceOf, startRun } from '../run/runner.ts';
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

/** Opens it. False: what is wrong with it is told on the page. Never rejects. */
export async function openFile(file: GivenFile): Promise<boolean> {
  const { name, size } = file;
  if (size > LARGEST) {
    return refuse(WORDS.fileTooLarge(name, formatSize(LARGEST)));
  }
  try {
    return await open(name, await file.text());
  } catch (error) {
    return refuse(WORDS.noTrace(name, error instanceof Error ? error.message : String(error)));
  }
}

/** @throws Error for a trace that is none */
async function open(name: string, text: string): Promise<boolean> {
  if (/\.jsonl$/i.test(name)) {
    showTrace(name, readTrace(text));
    notice.value = undefined;
  } else if (/\.[cm]?[jt]s$/i.test(name)) {
    startRun({ name: name.replace(/\.[cm]?[jt]s$/i, ''), source: text, seed: 1, set: {}, acts: [] });
  } else if (/\.json$/i.test(name)) {
    const plan = planOf(JSON.parse(text));
    if (plan === undefined) return refuse(WORDS.noScenario(name));
    const { source, ...rest } = plan;
    // A file holds the text in any case; if it is the built-in one, the user has changed nothing.
    startRun(source === (await sourceOf(plan.name)) ? rest : plan);
  } else {
    return refuse(WORDS.unknownFile(name));
  }
  return true;
}

function refuse(why: Text): false {
  notice.value = t(why);
  return false;
}

/** Whatever is dropped onto the page is opened. */
export function listenToDrops(): void {
  const { body } = document;
  body.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    body.dataset['dropping'] = t(WORDS.drop);
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
