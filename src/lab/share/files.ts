/**
 * Files that the user gives to the page: a trace, which needs no simulator; a scenario's text; a run that was exported.
 * What is wrong with one is told in a sentence, and what is on the screen stays.
 *
 * Calls it: `export.tsx`, `address.ts`, the page's drop zone.
 */
import { formatSize } from '../../base/units.ts';
import { runOrEdit } from '../editor/given.ts';
import { type Text, t } from '../language.ts';
import type { RunPlan } from '../run/plan.ts';
import { sourceOf } from '../run/runner.ts';
import { notice } from '../state.ts';
import { TRACE_MOST } from './link.ts';
import { planOf } from './plan-check.ts';
import { openTrace } from './traces.ts';
import { WORDS } from './words.ts';

/** A `File`, or what was fetched. */
export interface GivenFile {
  readonly name: string;
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Opens it. False: what is wrong with it is told on the page. Never rejects. `isServed`: the address brings it. */
export async function openFile(file: GivenFile, isServed = false): Promise<boolean> {
  const { name, size } = file;
  if (size > TRACE_MOST) return refuse(WORDS.fileTooLarge(name, formatSize(TRACE_MOST)));
  const kind = /\.(jsonl|json|[cm]?[jt]s)$/i.exec(name)?.[1]?.toLowerCase();
  if (kind === undefined) return refuse(WORDS.unknownFile(name));
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    return refuse(WORDS.unreadable(name));
  }
  try {
    if (kind === 'jsonl') return openTrace(name, bytes, { isServed }) || refuse(WORDS.noEvents(name));
    return await openScenario(name, kind, new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // The decoder knows but one mistake.
    if (error instanceof TypeError) return refuse(WORDS.noText(name));
    return refuse(WORDS.noTrace(name, error instanceof Error ? error.message : String(error)));
  }
}

async function openScenario(name: string, kind: string, text: string): Promise<boolean> {
  if (kind !== 'json') {
    runOrEdit({ name: name.slice(0, -kind.length - 1), source: text, seed: 1, set: {}, acts: [] });
    return true;
  }
  const plan = planIn(text);
  if (plan === undefined) return refuse(WORDS.noScenario(name));
  const { source, ...rest } = plan;
  // A file holds the text in any case; if it is the built-in one, the user has changed nothing.
  runOrEdit(source === (await sourceOf(plan.name)) ? rest : plan);
  return true;
}

function planIn(text: string): RunPlan | undefined {
  try {
    return planOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Says so. */
export function refuse(why: Text): false {
  notice.value = t(why);
  return false;
}

/** Whatever is dropped onto the page is opened. */
export function listenToDrops(): void {
  const { body } = document;
  body.addEventListener('dragover', (event) => {
    // Whoever takes the file says so first.
    if (event.defaultPrevented || event.dataTransfer?.types.includes('Files') !== true) return;
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
    const files = event.dataTransfer?.files;
    const [file] = files ?? [];
    if (files === undefined || file === undefined || event.defaultPrevented) return;
    event.preventDefault();
    if (files.length > 1) refuse(WORDS.oneFile(files.length));
    else openFile(file);
  });
}
