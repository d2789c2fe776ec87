/** The run as a link: copied at a press, and kept in the address, so that a reload comes back to it. */
import { effect, signal } from '@preact/signals';
import { t } from '../language.ts';
import { cursor, notice, plan, source } from '../state.ts';
import { readLink, writeLink, writeTraceLink } from './link.ts';
import { traceOnScreen } from './traces.ts';
import { isAsking, WantedFile } from './wanted.tsx';
import { WORDS } from './words.ts';

/** What the last press came to: the link stands here if it could not be copied. */
const shared = signal<
  { readonly link: string; readonly copied: boolean; readonly trace: string | undefined } | undefined
>(undefined);
/** Milliseconds for which it is told that the link was copied. */
const TOLD = 5000;
let telling: ReturnType<typeof setTimeout> | undefined;

function tell(link: string, trace: string | undefined, copied: boolean): void {
  clearTimeout(telling);
  shared.value = { link, copied, trace };
  // What a link does not carry stays to be read.
  if (!copied || trace !== undefined) return;
  telling = setTimeout(() => {
    shared.value = undefined;
  }, TOLD);
}

// A link that stands there is of the run that is there.
plan.subscribe(() => {
  shared.value = undefined;
});

async function share(): Promise<void> {
  const trace = await traceOnScreen()?.named;
  const at = cursor.peek();
  const fragment = await (trace === undefined ? writeLink(plan.peek(), at) : writeTraceLink(trace, at));
  const read = await readLink(fragment);
  if (read === undefined || 'wrong' in read) {
    notice.value = t(WORDS.noLink);
    return;
  }
  const link = new URL(fragment, location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    tell(link, trace?.name, true);
  } catch {
    tell(link, trace?.name, false);
  }
}

export function ShareButton() {
  const done = shared.value;
  return (
    <div class="share">
      <button type="button" disabled={source.value === undefined && traceOnScreen() === undefined} onClick={share}>
        {t(WORDS.share)}
      </button>
      <span class="share-told" role="status">
        {done?.copied === true && t(done.trace === undefined ? WORDS.copied : WORDS.copiedTrace(done.trace))}
        {done?.copied === false && (
          <label>
            {t(done.trace === undefined ? WORDS.copyIt : WORDS.copyTrace(done.trace))}{' '}
            <input
              readOnly
              value={done.link}
              aria-label={t(WORDS.link)}
              ref={(field) => field?.select()}
              onBlur={() => {
                shared.value = undefined;
              }}
            />
          </label>
        )}
      </span>
      <WantedFile />
    </div>
  );
}

/** Milliseconds without a change before the address is written. */
const CALM = 400;

/**
 * Keeps the address as the run is. Of a trace from a file it holds which file that is; the address of one that our own
 * server hands out brings it again, and stays.
 */
export function keepAddress(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const [now, at, trace] = [plan.value, cursor.value, traceOnScreen()];
    clearTimeout(timer);
    // While a file is asked for, the address still names it.
    if ((source.value === undefined && trace === undefined) || trace?.isServed === true || isAsking()) return;
    timer = setTimeout(async () => {
      const link = await (trace === undefined ? writeLink(now, at) : writeTraceLink(await trace.named, at));
      if (plan.peek() === now && cursor.peek() === at) history.replaceState(null, '', link);
    }, CALM);
  });
}
