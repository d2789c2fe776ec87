/** The hands on the time: play, step, step back, skip, and how fast. */
import './transport.css';
import { t } from '../language.ts';
import {
  beginning,
  hasSilenceAhead,
  pause,
  play,
  playing,
  SPEEDS,
  type Speed,
  skipSilence,
  speed,
  step,
  stepBack,
  stepToReturn,
} from '../player.ts';
import { backToPrevious } from '../run/runner.ts';
import { cursor, length, now, previous } from '../state.ts';
import { duration } from '../view/words.ts';
import { counted, perEvent, virtual, WORDS } from './words.ts';

export function Transport() {
  const isAtStart = cursor.value <= beginning();
  const isEmpty = length.value === 0;
  return (
    <div class="transport" role="toolbar" aria-label={t(WORDS.timeline)}>
      <button type="button" class="transport-step" disabled={isAtStart} onClick={stepBack}>
        <span aria-hidden="true">◂❘</span> <span class="transport-label">{t(WORDS.stepBack)}</span>
      </button>
      <button type="button" class="transport-play" disabled={isEmpty} onClick={playing.value ? pause : play}>
        <span aria-hidden="true">{playing.value ? '❚❚ ' : '▶ '}</span>
        {t(playing.value ? WORDS.pause : WORDS.play)}
      </button>
      <button type="button" class="transport-step" disabled={isEmpty} onClick={step}>
        <span class="transport-label">{t(WORDS.step)}</span> <span aria-hidden="true">❘▸</span>
      </button>
      <button type="button" class="transport-more" disabled={isEmpty} onClick={stepToReturn}>
        {t(WORDS.toReturn)}
      </button>
      <button
        type="button"
        class="transport-more"
        disabled={!hasSilenceAhead()}
        title={hasSilenceAhead() ? undefined : t(WORDS.noSilence)}
        onClick={skipSilence}
      >
        {t(WORDS.skip)}
      </button>
      <select
        aria-label={t(WORDS.speed)}
        value={String(speed.value)}
        onChange={({ currentTarget }) => {
          speed.value = speedOf(currentTarget.value);
        }}
      >
        {SPEEDS.map((seconds) => (
          <option key={seconds} value={String(seconds)}>
            {seconds === 0 ? t(WORDS.fastest) : t(perEvent(seconds))}
          </option>
        ))}
      </select>
      {previous.value !== undefined && (
        <button type="button" class="transport-more" onClick={backToPrevious}>
          {t(WORDS.back)}
        </button>
      )}
      <p class="transport-now">
        <strong>{t(virtual(t(duration(now.value))))}</strong> <span>{t(counted(cursor.value, length.value))}</span>
      </p>
    </div>
  );
}

function speedOf(text: string): Speed {
  return SPEEDS.find((seconds) => String(seconds) === text) ?? speed.value;
}
