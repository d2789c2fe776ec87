/** What lies between the hosts: the frames of both directions on their way, and the cables with the buttons that break them. */
import { Fragment } from 'preact';
import { memo } from 'preact/compat';
import './cable.css';
import { type Text, t } from '../language.ts';
import { actAtCursor } from '../run/runner.ts';
import type { CableView, ChannelView, FrameView } from '../stage/model.ts';
import { picked } from '../state.ts';
import { density, type Place, places, type Underway, type Way } from './lane.ts';
import { duration, number, WORDS } from './words.ts';

/** More frames than these in one direction are a density bar. */
const MANY = 40;
/** Into so many parts the way is cut for it. */
const BINS = 60;
/** Of a frame, in hundredths of the way, while there is room. */
const WIDTH = 19;
/** A frame that is so wide has room for the kind of its bytes too. */
const ROOMY = 17;

interface LaneProps {
  readonly frames: readonly Underway[];
  readonly way: Way;
  /** Drawn from right to left, or from left to right. */
  readonly direction: 'leftwards' | 'rightwards';
  readonly lane: 'up' | 'down';
  readonly channels: readonly ChannelView[];
  /** Where frames of this direction vanish, in hundredths from the left; undefined: nowhere. */
  readonly cutAt: number | undefined;
}

export function Lane({ frames, way, direction, lane, channels, cutAt }: LaneProps) {
  const [from = '', to = ''] = [way.machines[0], way.machines.at(-1)];
  const bytes = frames.reduce((sum, { frame }) => sum + dataOf(frame), 0);
  const where = places(frames, WIDTH);
  return (
    <section
      class="stage-lane"
      data-lane={lane}
      data-direction={direction}
      data-cut={cutAt !== undefined || undefined}
      style={cutAt === undefined ? {} : { '--cut-at': `${cutAt}%` }}
      aria-label={t(WORDS.laneLabel(from, to))}
    >
      <div class="stage-lane-head">
        <span
          class="stage-lane-name"
          data-hue={channelOf(channels, from, to) % 2 === 0 ? 'forth' : 'back'}
          aria-hidden="true"
        >
          {direction === 'leftwards' ? `${to} ◂ ${from}` : `${from} ▸ ${to}`}
        </span>
        {frames.length > 0 && <span class="stage-lane-count">{t(WORDS.framesUnderWay(frames.length, bytes))}</span>}
      </div>
      <div class="stage-lane-way" data-hue={channelOf(channels, from, to) % 2 === 0 ? 'forth' : 'back'}>
        <span class="stage-lane-line" aria-hidden="true" />
        <Machines names={direction === 'rightwards' ? way.machines : way.machines.toReversed()} />
        {frames.length > MANY ? (
          <Density frames={frames} direction={direction} name={t(WORDS.framesUnderWay(frames.length, bytes))} />
        ) : (
          frames.map((one, index) => (
            <Frame
              key={one.frame.n}
              frame={one.frame}
              ended={one.ended}
              place={where[index] ?? { left: 0, width: WIDTH }}
              direction={direction}
              from={from}
              to={to}
              index={one.frame.tcp?.channel ?? channelOf(channels, from, to)}
              channel={one.frame.tcp?.channel === undefined ? undefined : channels[one.frame.tcp.channel]?.name}
            />
          ))
        )}
      </div>
    </section>
  );
}

/** The small machines on the way, left to right; the hosts at its ends have their own cards. */
function Machines({ names }: { readonly names: readonly string[] }) {
  return names.slice(1, -1).map((name, index) => (
    <span
      key={name}
      class="stage-lane-machine"
      style={{ left: `${((index + 1) / (names.length - 1)) * 100}%` }}
      aria-hidden="true"
    >
      {name}
    </span>
  ));
}

/** A frame that is no segment has the hue of what its sender sends. */
function channelOf(channels: readonly ChannelView[], from: string, to: string): number {
  const index = channels.findIndex((channel) => channel.from.host === from && channel.to.host === to);
  return Math.max(0, index);
}

function dataOf({ tcp }: FrameView): number {
  return tcp?.span === undefined ? 0 : tcp.span.to - tcp.span.from;
}

interface FrameProps {
  readonly frame: FrameView;
  readonly ended: Underway['ended'];
  readonly place: Place;
  readonly direction: LaneProps['direction'];
  readonly from: string;
  readonly to: string;
  readonly index: number;
  readonly channel: string | undefined;
}

const Frame = memo(function Frame({ frame, ended, place, direction, from, to, index, channel }: FrameProps) {
  const at = picked.value;
  const span = frame.tcp?.span;
  const ringed =
    at?.kind === 'frame'
      ? at.n === frame.n
      : at !== undefined &&
        span !== undefined &&
        at.channel === channel &&
        at.offset >= span.from &&
        at.offset < span.to;
  const name = t(WORDS.frameName(kindOf(frame), from, to, span === undefined ? undefined : [span.from, span.to]));
  // A name holds what is written on the thing: people who speak to their machine say what they see.
  const label = name.includes(shortOf(frame)) ? name : `${shortOf(frame)}: ${name}`;
  const end = ended === 'no' ? '' : `, ${t(ended === 'lost' ? WORDS.lost : WORDS.arrived)}`;
  const left = direction === 'rightwards' ? place.left : 100 - place.left - place.width;
  return (
    <button
      type="button"
      class="stage-frame"
      data-hue={index % 2 === 0 ? 'forth' : 'back'}
      data-kind={span === undefined ? 'control' : 'data'}
      data-ended={ended === 'no' ? undefined : ended}
      data-ringed={ringed || undefined}
      data-narrow={place.width < 12 || undefined}
      style={{ left: `${left}%`, width: `${place.width}%` }}
      aria-label={`${label}${end}`}
      aria-pressed={ringed}
      title={label}
      onClick={() => {
        picked.value = { kind: 'frame', n: frame.n };
      }}
    >
      <span class="stage-frame-text">
        {ended === 'lost' ? '✕' : place.width < ROOMY ? shortOf(frame) : labelOf(frame)}
      </span>
    </button>
  );
}, isSameFrame);

/** Places are made anew at each step; a frame that stands still is not drawn again. */
function isSameFrame(one: FrameProps, other: FrameProps): boolean {
  return (
    one.frame === other.frame &&
    one.ended === other.ended &&
    one.place.left === other.place.left &&
    one.place.width === other.place.width &&
    one.direction === other.direction &&
    one.index === other.index &&
    one.channel === other.channel
  );
}

function kindOf({ protocol, tcp }: FrameView): string {
  if (tcp !== undefined) {
    // Beside its bytes, ACK and PSH are on nearly every segment, and say little.
    const flags = tcp.span === undefined ? tcp.flags : tcp.flags.replaceAll(/[P.]/g, '');
    return flags === '' ? t(WORDS.segment) : `${t(WORDS.segment)} ${flagWords(flags)}`;
  }
  if (protocol === 'udp') return t(WORDS.datagram);
  return protocol === 'other' ? t(WORDS.frame) : protocol.toUpperCase();
}

const FLAGS: Readonly<Record<string, string>> = {
  S: 'SYN',
  F: 'FIN',
  R: 'RST',
  P: 'PSH',
  '.': 'ACK',
  U: 'URG',
  E: 'ECE',
  W: 'CWR',
};

/** tcpdump's letters in full: 'S.' is 'SYN ACK'. */
export function flagWords(letters: string): string {
  return [...letters].map((letter) => FLAGS[letter] ?? letter).join(' ');
}

/** What fits onto a frame: how many bytes it carries, or what else it is. */
function shortOf(frame: FrameView): string {
  const { tcp, protocol, length } = frame;
  if (tcp === undefined)
    return protocol === 'udp' ? `UDP ${Math.max(0, length - 42)}` : protocol === 'other' ? '' : protocol.toUpperCase();
  if (tcp.flags.includes('S') || tcp.flags.includes('F') || tcp.flags.includes('R')) {
    const word = tcp.flags.includes('S') ? (tcp.flags.includes('.') ? 'SYN ACK' : 'SYN') : controlOf(tcp.flags);
    return tcp.span === undefined ? word : `${word} ${number(dataOf(frame))}`;
  }
  return tcp.span === undefined ? 'ACK' : number(dataOf(frame));
}

function controlOf(flags: string): string {
  return flags.includes('F') ? 'FIN' : 'RST';
}

/** 'data 8', 'ACK', 'FIN 4'. */
function labelOf(frame: FrameView): string {
  const { tcp } = frame;
  const isData = tcp?.span !== undefined && !/[SFR]/.test(tcp.flags);
  return isData ? t(WORDS.data(number(dataOf(frame)))) : shortOf(frame);
}

/** Two outlines, one for those with data and one for all: two elements, however many frames there are. */
function outline(bins: readonly number[], most: number): string {
  return bins
    .map((count, index) => (count === 0 ? '' : `M${index + 0.1} 10V${10 - (count / most) * 10}h0.8V10z`))
    .join('');
}

function Density({
  frames,
  direction,
  name,
}: {
  readonly frames: readonly Underway[];
  readonly direction: LaneProps['direction'];
  readonly name: string;
}) {
  const all = density(frames, BINS);
  const data = density(
    frames.filter(({ frame }) => frame.tcp?.span !== undefined),
    BINS,
  );
  const most = Math.max(...all);
  const shown = (bins: readonly number[]) => outline(direction === 'rightwards' ? bins : bins.toReversed(), most);
  return (
    <svg class="stage-density" viewBox="0 0 60 10" preserveAspectRatio="none" role="img" aria-label={name}>
      <path class="stage-density-control" d={shown(all)} />
      <path d={shown(data)} />
    </svg>
  );
}

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
        {optionsOf(cable).map((words) => (
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

/** '5 ms', '10 Mbit/s', 'loss 2%': what of the cable's options matters to the eye. */
function optionsOf({ options }: CableView): string[] {
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
