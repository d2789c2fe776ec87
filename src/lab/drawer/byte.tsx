/** One byte, picked on the stage: where it is at the cursor, and each event that brought it there. Calls it: `selected.tsx`. */
import { effect, signal } from '@preact/signals';
import type { Place } from '../../trace/where.ts';
import { t } from '../language.ts';
import { cursor, events, length, picked } from '../state.ts';
import { ByteHistory } from './byte-history.ts';
import { Led } from './led.tsx';
import { byteOf, PLACES, UNACKNOWLEDGED, WORDS } from './words.ts';

/** Milliseconds of work before the page has its turn. */
const SLICE = 8;

/** undefined: at this moment there is no such channel or byte yet. */
const places = signal<readonly Place[] | undefined>(undefined);

/** Follows the byte that is picked, and the cursor. */
function follow(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let history = new ByteHistory([], '', 0);
  const stop = effect(() => {
    void length.value;
    const [all, to, what] = [events.value, cursor.value, picked.value];
    clearTimeout(timer);
    if (what?.kind !== 'byte') return;
    const { channel, offset } = what;
    const isSame = history.events === all && history.channel === channel && history.offset === offset;
    if (!isSame) history = new ByteHistory(all, channel, offset);
    const goOn = () => {
      const end = performance.now() + SLICE;
      if (history.goTo(to, () => performance.now() >= end)) places.value = history.places;
      else timer = setTimeout(goOn);
    };
    goOn();
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

export function Byte({ channel, offset }: { readonly channel: string; readonly offset: number }) {
  const move = (to: number) => {
    picked.value = { kind: 'byte', channel, offset: to };
  };
  return (
    <div class="drawer-byte" ref={follow}>
      <h3>{t(byteOf(offset, channel))}</h3>
      <p class="drawer-steps">
        <button type="button" disabled={offset === 0} onClick={() => move(offset - 1)}>
          {t(WORDS.before)}
        </button>
        <button type="button" onClick={() => move(offset + 1)}>
          {t(WORDS.behind)}
        </button>
      </p>
      <Places />
    </div>
  );
}

function Places() {
  const found = places.value;
  if (found === undefined) return <p>{t(WORDS.notYet)}</p>;
  if (found.length === 0) return <p>{t(WORDS.nowhere)}</p>;
  return (
    <>
      <h4>{t(WORDS.places)}</h4>
      <ul class="drawer-places">
        {found.map(({ place, at, sent, events: led }) => (
          <li key={`${place} ${at}`}>
            <strong>{at}</strong> {t(sent === true ? UNACKNOWLEDGED : PLACES[place])}
            <ol>
              {led.map((n) => (
                <Led key={n} n={n} />
              ))}
            </ol>
          </li>
        ))}
      </ul>
    </>
  );
}
