/** The cables between the hosts, with the small machines that they lead over and the buttons that break them. */
import { Fragment } from 'preact';
import { memo } from 'preact/compat';
import './cable.css';
import { type Text, t } from '../language.ts';
import { actAtCursor } from '../run/runner.ts';
import type { CableView } from '../stage/model.ts';
import type { Way } from './lane.ts';
import { duration, WORDS } from './words.ts';

/** The cables of the way, left to right, with the small machines between them. */
export function Link({ way, isSwitch }: { readonly way: Way; readonly isSwitch: (name: string) => boolean }) {
  const single = way.cables.length === 1;
  return (
    <div class="stage-link">
      {way.cables.map((cable, index) => (
        <Fragment key={cable.name}>
          <Cable cable={cable} leftwards={cable.a !== way.machines[index]} single={single} />
          {index + 1 < way.cables.length && <Machine name={way.machines[index + 1] ?? ''} isSwitch={isSwitch} />}
        </Fragment>
      ))}
    </div>
  );
}

function Machine({ name, isSwitch }: { readonly name: string; readonly isSwitch: (name: string) => boolean }) {
  return (
    <span class="stage-machine" data-what={isSwitch(name) ? 'switch' : 'router'}>
      {name}
    </span>
  );
}

/** How the cut looks from where the reader sits. */
type ShownCut = 'both' | 'unplugged' | 'leftwards' | 'rightwards' | undefined;

interface CableProps {
  readonly cable: CableView;
  /** Its end `a` is at the right. */
  readonly leftwards: boolean;
  readonly single: boolean;
}

const Cable = memo(function Cable({ cable, leftwards, single }: CableProps) {
  const { name, a, b, cut, carrier } = cable;
  // Scenarios name the one that their story breaks 'cable', on a way of several too.
  const isThe = single || name === 'cable';
  const broken = cut !== 'no';
  const shownCut =
    cut === 'no'
      ? undefined
      : !carrier
        ? 'unplugged'
        : cut === 'both'
          ? 'both'
          : (cut === 'a-to-b') === leftwards
            ? 'leftwards'
            : 'rightwards';
  const state: Text = !broken
    ? WORDS.whole
    : !carrier
      ? WORDS.carrierLost
      : cut === 'both'
        ? WORDS.isCut
        : cut === 'a-to-b'
          ? WORDS.isCutOneWay(a, b)
          : WORDS.isCutOneWay(b, a);
  return (
    <div class="stage-cable" data-cut={shownCut}>
      <div class="stage-cable-words">
        {wordsOf(cable).map((words) => (
          <span key={words}>{words}</span>
        ))}
        {broken && <strong>{t(state)}</strong>}
      </div>
      <Wire cut={shownCut} name={`${t(WORDS.cableOf(a, b))}: ${t(state)}`} />
      <div class="stage-cable-buttons">
        {broken ? (
          <button
            type="button"
            class="stage-button"
            aria-label={t(isThe ? WORDS.mend : WORDS.mendNamed(name))}
            onClick={() => actAtCursor({ do: 'mend', target: name })}
          >
            {t(single ? WORDS.mend : WORDS.mendShort)}
          </button>
        ) : (
          <>
            <button
              type="button"
              class="stage-button stage-button-break"
              aria-label={t(isThe ? WORDS.cut : WORDS.cutNamed(name))}
              onClick={() => actAtCursor({ do: 'cut', target: name })}
            >
              {t(single ? WORDS.cut : WORDS.cutShort)}
            </button>
            <More cable={cable} />
          </>
        )}
      </div>
    </div>
  );
});

/** Two wires, one for each direction, with the gap where it is cut. */
function Wire({ cut, name }: { readonly cut: ShownCut; readonly name: string }) {
  return (
    <svg class="stage-cable-line" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label={name}>
      {cut === undefined || cut === 'leftwards' || cut === 'rightwards' ? (
        <>
          <path class="stage-cable-wire" d={cut === 'leftwards' ? 'M0 4H44M56 4H100' : 'M0 4H100'} />
          <path class="stage-cable-wire" d={cut === 'rightwards' ? 'M0 8H44M56 8H100' : 'M0 8H100'} />
        </>
      ) : (
        <path
          class="stage-cable-wire"
          d={cut === 'unplugged' ? 'M8 4H92M8 8H92' : 'M0 4H44M56 4H100M0 8H44M56 8H100'}
        />
      )}
      {cut !== undefined && cut !== 'unplugged' && <path class="stage-cable-ends" d="M45 1L43 11M57 1L55 11" />}
    </svg>
  );
}

/** Other ways to break it: one direction, or the plug pulled so that the operating systems see it. */
function More({ cable: { name, a, b } }: { readonly cable: CableView }) {
  return (
    <details
      class="stage-more"
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.open = false;
      }}
      onFocusOut={(event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node) || !event.currentTarget.contains(to)) event.currentTarget.open = false;
      }}
    >
      <summary class="stage-button" aria-label={t(WORDS.moreCuts(name))}>
        ▾
      </summary>
      <div class="stage-more-list">
        <button
          type="button"
          class="stage-button"
          onClick={() => actAtCursor({ do: 'cut', target: name, direction: 'a-to-b' })}
        >
          {t(WORDS.cutOneWay(a, b))}
        </button>
        <button
          type="button"
          class="stage-button"
          onClick={() => actAtCursor({ do: 'cut', target: name, direction: 'b-to-a' })}
        >
          {t(WORDS.cutOneWay(b, a))}
        </button>
        <button
          type="button"
          class="stage-button"
          onClick={() => actAtCursor({ do: 'cut', target: name, carrier: 'lost' })}
        >
          {t(WORDS.unplug)}
        </button>
      </div>
    </details>
  );
}

/** What matters to the eye: '5 ms', 'loss 2%'; of each direction apart, where they differ: 'A ▸ B: 5 ms'. */
function wordsOf({ a, b, options, back }: CableView): string[] {
  const [forth, other] = [optionsOf(options), optionsOf(back)];
  if (forth.join() === other.join()) return forth;
  return [`${a} ▸ ${b}: ${forth.join(' ')}`, `${b} ▸ ${a}: ${other.join(' ')}`];
}

function optionsOf(options: CableView['options']): string[] {
  const words: string[] = [];
  const { delay, rate, loss } = options;
  if (typeof delay === 'number') words.push(t(duration(delay)));
  if (typeof rate === 'number' && Number.isFinite(rate)) words.push(rateWords(rate));
  if (typeof loss === 'number' && loss > 0) words.push(t(WORDS.loss(`${Number((loss * 100).toFixed(2))}%`)));
  return words;
}

function rateWords(rate: number): string {
  const [unit, by] =
    rate >= 1e9 ? ['Gbit/s', 1e9] : rate >= 1e6 ? ['Mbit/s', 1e6] : rate >= 1e3 ? ['kbit/s', 1e3] : ['bit/s', 1];
  return `${Number((rate / by).toFixed(2))} ${unit}`;
}
