/** The run as a link: copied at a press, and kept in the address, so that a reload comes back to it. */
import { effect, signal } from '@preact/signals';
import { t } from '../language.ts';
import { cursor, notice, plan, source } from '../state.ts';
import { readLink, writeLink } from './link.ts';
import { isAsking, WantedFile } from './wanted.tsx';
import { WORDS } from './words.ts';

/** What the last press came to: the link stands here if it could not be copied. */
const shared = signal<{ readonly link: string; readonly copied: boolean } | undefined>(undefined);
/** Milliseconds for which it is told that the link was copied. */
const TOLD = 5000;
let telling: ReturnType<typeof setTimeout> | undefined;

function tell(link: string, copied: boolean): void {
  clearTimeout(telling);
  shared.value = { link, copied };
  if (!copied) return;
  telling = setTimeout(() => {
    shared.value = undefined;
  }, TOLD);
}

// A link that stands there is of the run that is there.
plan.subscribe(() => {
  shared.value = undefined;
});

async function share(): Promise<void> {
  const fragment = await writeLink(plan.peek(), cursor.peek());
  const read = await readLink(fragment);
  if (read === undefined || 'wrong' in read) {
    notice.value = t(WORDS.noLink);
    return;
  }
  const link = new URL(fragment, location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    tell(link, true);
  } catch {
    tell(link, false);
  }
}

export function ShareButton() {
  const done = shared.value;
  return (
    <div class="share">
      <button type="button" disabled={source.value === undefined} onClick={share}>
        {t(WORDS.share)}
      </button>
      <span class="share-told" role="status">
        {done?.copied === true && t(WORDS.copied)}
        {done?.copied === false && (
          <label>
            {t(WORDS.copyIt)}{' '}
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

/** Keeps the address as the run is. What a file brought has no link. */
export function keepAddress(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const [now, at] = [plan.value, cursor.value];
    clearTimeout(timer);
    // While a file is asked for, the address still names it.
    if (source.value === undefined || isAsking()) return;
    timer = setTimeout(async () => {
      const link = await writeLink(now, at);
      if (plan.peek() === now && cursor.peek() === at) history.replaceState(null, '', link);
    }, CALM);
  });
}
