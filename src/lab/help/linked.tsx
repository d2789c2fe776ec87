/** A sentence whose words lead into the help, each by a dotted line below it. */
import { language, type Text, t } from '../language.ts';
import { openHelp } from './help.tsx';
import { partsOf } from './linked-parts.ts';
import { WORDS } from './words.ts';

export function Linked({ text }: { readonly text: Text }) {
  return (
    <>
      {partsOf(t(text), language.value).map(({ text: said, id }, index) =>
        id === undefined ? (
          said
        ) : (
          <button
            // The same sentence has the same parts.
            key={`${index} ${id}`}
            type="button"
            class="help-word"
            title={t(WORDS.explain)}
            onClick={() => openHelp(id)}
          >
            {said}
          </button>
        ),
      )}
    </>
  );
}
