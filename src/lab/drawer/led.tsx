/** An event that moved a byte or a frame, as an item of a list: pressing it goes there. Calls it: `byte.tsx`, `selected.tsx`. */
import { t } from '../language.ts';
import { seek } from '../player.ts';
import { events } from '../state.ts';
import { wordsOf } from '../timeline/telling.ts';
import { eventOf } from './sequence-rows.ts';
import { event as eventWord } from './words.ts';

export function Led({ n }: { readonly n: number }) {
  const found = eventOf(events.value, n);
  if (found === undefined) return null;
  return (
    <li>
      <button type="button" class="drawer-event" onClick={() => seek(found.index + 1)}>
        {t(eventWord(n))}
      </button>{' '}
      {wordsOf(found.event)}
    </li>
  );
}
