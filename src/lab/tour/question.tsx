/** The strip under the header: the claim's number, a question, and the trace's reply; and the button that begins. */
import type { ComponentChildren } from 'preact';
import { Linked } from '../help/linked.tsx';
import { t } from '../language.ts';
import './question.css';
import { facts } from '../state.ts';
import { Asked } from './asked.tsx';
import { phase } from './first.ts';
import { FirstMinute } from './first-minute.tsx';
import { type Decision, reply, type Stop } from './stop.ts';
import { STOPS } from './stops.ts';
import { answer, askAgain, at, decision, given, goTo, isHere, isTold, leave, remembered, stop } from './tour.ts';
import { WORDS } from './words.ts';

/** Begins the tour, or leaves it. */
export function TourButton() {
  const isOn = at.value !== undefined && isHere.value;
  const now = at.value ?? remembered();
  return (
    <button type="button" aria-pressed={isOn} onClick={() => (isOn ? leave() : goTo(now))}>
      {t(WORDS.tour(now + 1, STOPS.length))}
    </button>
  );
}

export function Question() {
  const [here, index] = [stop.value, at.value];
  if (phase.value !== undefined) return <FirstMinute phase={phase.value} />;
  if (here === undefined || index === undefined || !isHere.value) return <Told />;
  const said = given.value;
  return (
    <section class="tour" aria-label={t(WORDS.question)} key={index}>
      {isTold.value && decision.value !== undefined && said !== undefined ? (
        <Reply stop={here} given={said} decision={decision.value} index={index} />
      ) : (
        <Asked stop={here} given={said} answer={answer}>
          <Ways index={index} onward={t(WORDS.skip)} />
        </Asked>
      )}
    </section>
  );
}

interface ReplyProps {
  readonly stop: Stop;
  readonly given: number;
  readonly decision: Decision;
  readonly index: number;
}

/** The question is answered: what the trace says is all that stays of the strip. */
function Reply({ stop: asked, given: said, decision: told, index }: ReplyProps) {
  const isRight = said === told.right;
  return (
    <div class="tour-told">
      <div aria-live="polite">
        <p>
          <strong>{asked.story}</strong> <span aria-hidden="true">{isRight ? '✓' : '✗'}</span>{' '}
          <Linked text={reply(asked, said, told)} />
        </p>
        <p class="tour-claim">
          <Linked text={asked.claim} />
        </p>
      </div>
      <div class="tour-ways">
        <Ways index={index} onward={t(WORDS.next)}>
          <button type="button" onClick={askAgain}>
            {t(WORDS.again)}
          </button>
        </Ways>
      </div>
    </div>
  );
}

interface WaysProps {
  readonly index: number;
  readonly onward: string;
  readonly children?: ComponentChildren;
}

function Ways({ index, onward, children }: WaysProps) {
  return (
    <>
      <button type="button" disabled={index === 0} onClick={() => goTo(index - 1)}>
        {t(WORDS.back)}
      </button>
      <button
        type="button"
        class={isTold.value ? 'tour-main' : undefined}
        disabled={index === STOPS.length - 1}
        onClick={() => goTo(index + 1)}
      >
        {onward}
      </button>
      {children}
      <button type="button" aria-label={t(WORDS.leaveTour)} onClick={leave}>
        {t(WORDS.leave)}
      </button>
    </>
  );
}

/** Without a tour: what the scenario is about. */
function Told() {
  const told = facts.value;
  if (told === undefined) return null;
  return (
    <section class="tour" aria-label={t(told.title)}>
      <p>
        <strong>{t(told.title)}</strong> {t(told.text)}
      </p>
    </section>
  );
}
