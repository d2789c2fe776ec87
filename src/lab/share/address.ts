/** What the page's address asks for, when it is opened or its fragment changes. Calls it: main.tsx. */
import { effect } from '@preact/signals';
import { t } from '../language.ts';
import { length, notice, refusal } from '../state.ts';
import { openFile, refuse } from './files.ts';
import { readLink } from './link.ts';
import { runShared } from './wanted.tsx';
import { WORDS } from './words.ts';

/** Opens what the address names. False: it names nothing, or nothing that could be opened, or a file is asked for first. */
export async function startFromAddress(fragment: string): Promise<boolean> {
  const isOpen = await openAddress(fragment);
  const said = notice.peek();
  if (!isOpen && said !== undefined) sayAgain(said);
  return isOpen;
}

/** Another run comes in the place of what could not be opened, and what was said before it would go with its coming. */
function sayAgain(said: string): void {
  if (length.peek() > 0) return;
  const stop = length.subscribe((count) => {
    if (count === 0) return;
    stop();
    notice.value = said;
  });
}

async function openAddress(fragment: string): Promise<boolean> {
  const [, path] = /^#open=(.+)$/.exec(fragment) ?? [];
  if (path !== undefined) return fetched(path);
  const shared = await readLink(fragment);
  if (shared === undefined) return false;
  if ('wrong' in shared) {
    notice.value = t(shared.wrong);
    return false;
  }
  return runShared(shared) && begun();
}

/** Whether what was begun comes onto the screen, where nothing is yet; a text that cannot run does not. */
function begun(): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (length.value === 0 && refusal.value === undefined) return;
      queueMicrotask(() => stop());
      resolve(length.value > 0);
    });
  });
}

/** A file that our own server hands out (`halfopen lab FILE`). */
async function fetched(path: string): Promise<boolean> {
  if (!URL.canParse(path, document.baseURI)) return refuse(WORDS.noAddress(path));
  const url = new URL(path, document.baseURI);
  const name = nameIn(url.pathname);
  if (url.origin !== location.origin) return refuse(WORDS.notOurs(name, url.origin));
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok !== true) return refuse(WORDS.noAnswer(name, String(response?.status ?? 'offline')));
  const size = Number(response.headers.get('content-length') ?? 0);
  return openFile({ name, size, arrayBuffer: () => response.arrayBuffer() }, true);
}

/** The last part of a path, as people write it. */
function nameIn(path: string): string {
  const last = path.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
