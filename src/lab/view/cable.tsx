/** The frames of one direction on their way between the hosts; the cables below them are in `link.tsx`. */
import { memo } from 'preact/compat';
import './cable.css';
import { t } from '../language.ts';
import type { ChannelView, FrameView } from '../stage/model.ts';
import { picked } from '../state.ts';
import { density, type Place, places, type Underway, type Way } from './lane.ts';
import { number, WORDS } from './words.ts';

/** More frames than these in one direction are a density bar. */
const MANY = 40;
/** A number of so many figures leaves room for a word beside it. */
const SHORT = 2;
/** Into so many parts the way is cut for it. */
const BINS = 60;
/** Of a frame, in hundredths of the way, while there is room. */
const WIDTH = 19;

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
  const where = frames.length > MANY ? [] : places(frames, WIDTH);
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
      <span class="stage-frame-text">{ended === 'lost' ? '✕' : <Label frame={frame} />}</span>
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
    const word = tcp.flags.includes('S') ? 'SYN' : controlOf(tcp.flags);
    return tcp.span === undefined ? word : `${word} ${number(dataOf(frame))}`;
  }
  return tcp.span === undefined ? 'ACK' : number(dataOf(frame));
}

function controlOf(flags: string): string {
  return flags.includes('F') ? 'FIN' : 'RST';
}

/** 'data 8', 'SYN ACK', 'FIN 4': what is less needed goes when there is no room for it. */
function Label({ frame }: { readonly frame: FrameView }) {
  const { tcp } = frame;
  const short = shortOf(frame);
  if (tcp?.span !== undefined && !/[SFR]/.test(tcp.flags))
    return (
      <>
        {short.length <= SHORT && <span class="stage-frame-kind">{t(WORDS.data)} </span>}
        {short}
      </>
    );
  const isReply = tcp?.flags.includes('S') && tcp.flags.includes('.');
  return (
    <>
      {short}
      {isReply && <span class="stage-frame-kind"> ACK</span>}
    </>
  );
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
