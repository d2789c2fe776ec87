/** A sentence whose words lead into the help, each by a dotted line below it. */
import { language, type Text, t } from '../language.ts';
import { openHelp } from './help.tsx';
import { type Part, partsOf, runsOf } from './linked-parts.ts';
import { WORDS } from './words.ts';

export function Linked({ text }: { readonly text: Text }) {
  return (
    <>
      {runsOf(partsOf(t(text), language.value)).map((run, index) => {
        const parts = run.map((part) => (part.id === undefined ? part.text : <Word key={part.id} part={part} />));
        // A line may begin before and behind any button, in the middle of a Korean word too.
        return run.length === 1 ? (
          parts
        ) : (
          <span key={`${index} ${run.length}`} class="help-bound">
            {parts}
          </span>
        );
      })}
    </>
  );
}

function Word({ part: { text, id } }: { readonly part: Part }) {
  return (
    <button type="button" class="help-word" title={t(WORDS.explain)} onClick={() => id !== undefined && openHelp(id)}>
      {text}
    </button>
  );
}
