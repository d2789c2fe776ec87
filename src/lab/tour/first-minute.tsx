/** The strip of the first minute: one question, what came of it, "Now cut the cable", and two ways to go on. */
import { Linked } from '../help/linked.tsx';
import { t } from '../language.ts';
import { play } from '../player.ts';
import { Asked } from './asked.tsx';
import { answerFirst, cutNow, firstGiven, leaveFirst, type Phase } from './first.ts';
import { firstStop } from './milestones.ts';
import { reply } from './stop.ts';
import { goTo } from './tour.ts';
import { FIRST_WORDS, WORDS } from './words.ts';

export function FirstMinute({ phase }: { readonly phase: Phase }) {
  const asked = firstStop();
  if (asked === undefined) return null;
  const given = firstGiven.value;
  return (
    <section class="tour" aria-label={t(phase.name === 'question' ? WORDS.question : FIRST_WORDS.title)}>
      {phase.name === 'question' ? (
        <Asked stop={asked} given={given} answer={answerFirst}>
          <button type="button" onClick={leaveFirst}>
            {t(WORDS.skip)}
          </button>
        </Asked>
      ) : (
        <div class="tour-told">
          <div aria-live="polite">
            <p>
              {phase.name === 'told' && given !== undefined && <Linked text={reply(asked, given, phase.decision)} />}
              {(phase.name === 'cut' || phase.name === 'over') && <Linked text={phase.decision.what} />}
              {phase.name === 'folding' && t(FIRST_WORDS.folding)}
            </p>
            {phase.name === 'cut' && <p class="tour-claim">{t(FIRST_WORDS.cutText)}</p>}
          </div>
          <div class="tour-ways">
            <Onward name={phase.name} />
          </div>
        </div>
      )}
    </section>
  );
}

function Onward({ name }: { readonly name: Phase['name'] }) {
  return (
    <>
      {name === 'told' && (
        <button type="button" class="tour-main" onClick={play}>
          {t(FIRST_WORDS.on)}
        </button>
      )}
      {name === 'cut' && (
        <button type="button" class="tour-main" onClick={cutNow}>
          {t(FIRST_WORDS.cut)}
        </button>
      )}
      {name === 'over' && (
        <button type="button" class="tour-main" onClick={() => goTo(0)}>
          {t(FIRST_WORDS.tour)}
        </button>
      )}
      <button type="button" onClick={leaveFirst}>
        {t(name === 'over' ? FIRST_WORDS.free : WORDS.skip)}
      </button>
    </>
  );
}
