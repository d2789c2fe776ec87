/**
 * The ledger of one channel over a run, as stacked bars: a bar for each sample up to the cursor, one on the other from
 * what has come furthest. Hue tells the channel, pattern the place. A press goes to that moment. Calls it: `ledger.tsx`.
 */
import { useMemo } from 'preact/hooks';
import { seek } from '../player.ts';
import { cursor, length } from '../state.ts';
import { PLACES, type PlaceOfBytes, placesOf, total } from './places.ts';
import type { Sample } from './samples.ts';

const WIDTH = 400;
const HEIGHT = 110;
/** Size of a pattern's tile. */
const TILE = 6;

export type Hue = 'forth' | 'back';

interface Props {
  readonly samples: readonly Sample[];
  /** Which of the connection's two channels. */
  readonly side: 0 | 1;
  readonly label: string;
}

export function Areas({ samples, side, label }: Props) {
  const count = Math.max(1, length.value);
  const { most, paths } = useMemo(() => pathsOf(samples, side, count), [samples, side, count]);
  const now = (WIDTH * Math.min(cursor.value, count)) / count;
  const hue: Hue = side === 0 ? 'forth' : 'back';
  return (
    <svg
      class="ledger-areas"
      data-hue={hue}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      ref={seekByPress}
    >
      <defs>
        <clipPath id={`ledger-past-${hue}`}>
          <rect x={0} y={0} width={now} height={HEIGHT} />
        </clipPath>
        {PLACES.map((place) => (
          <Tile key={place} hue={hue} place={place} />
        ))}
      </defs>
      <rect class="ledger-ahead" x={now} y={0} width={WIDTH - now} height={HEIGHT} />
      <g clip-path={`url(#ledger-past-${hue})`}>
        {PLACES.map((place) => (
          <path
            key={place}
            class="ledger-area"
            data-place={place}
            d={paths[place]}
            fill={`url(#${tileOf(hue, place)})`}
          />
        ))}
      </g>
      <line class="ledger-now" x1={now} x2={now} y1={0} y2={HEIGHT} />
      <text class="ledger-most" x={4} y={11}>
        {most} B
      </text>
    </svg>
  );
}

/** A square in the pattern of a place, for the table. */
export function Swatch({ hue, place }: { readonly hue: Hue; readonly place: PlaceOfBytes }) {
  return (
    <svg class="ledger-swatch" data-hue={hue} viewBox="0 0 18 12" width={18} height={12} aria-hidden="true">
      <rect x={0.5} y={0.5} width={17} height={11} fill={`url(#${tileOf(hue, place)})`} />
    </svg>
  );
}

function tileOf(hue: Hue, place: PlaceOfBytes): string {
  return `ledger-${hue}-${place}`;
}

/** What is drawn over a tile's ground; as on the stage, where there is one. */
const STROKES: Readonly<Record<PlaceOfBytes, string | undefined>> = {
  read: undefined,
  unread: `M0 ${TILE - 1}H${TILE}`,
  outOfOrder: `M1 0V${TILE}`,
  inFlight: `M-1 1L1 -1M0 ${TILE}L${TILE} 0M${TILE - 1} ${TILE + 1}L${TILE + 1} ${TILE - 1}`,
  unsent: undefined,
  waiting: 'M1 1h1.6',
  lost: `M0 0L${TILE} ${TILE}M0 ${TILE}L${TILE} 0`,
};

function Tile({ hue, place }: { readonly hue: Hue; readonly place: PlaceOfBytes }) {
  const stroke = STROKES[place];
  return (
    <pattern id={tileOf(hue, place)} width={TILE} height={TILE} patternUnits="userSpaceOnUse">
      <rect class="ledger-ground" data-place={place} width={TILE} height={TILE} />
      {stroke !== undefined && <path class="ledger-stroke" data-place={place} d={stroke} />}
    </pattern>
  );
}

/** For each place its outline, stairs from sample to sample, over those below it. `most`: bytes at the top edge. */
function pathsOf(samples: readonly Sample[], side: 0 | 1, count: number) {
  const counts = samples.map(({ ways }) => placesOf(ways[side].ledger));
  const most = Math.max(0, ...counts.map(total));
  const x = samples.map((sample) => (WIDTH * sample.cursor) / count);
  const base = samples.map(() => 0);
  const paths: Partial<Record<PlaceOfBytes, string>> = {};
  for (const place of PLACES) {
    const low = [...base];
    for (const [i, one] of counts.entries()) base[i] = (base[i] ?? 0) + one[place];
    paths[place] = low.every((bytes, i) => bytes === base[i]) ? '' : outline(x, low, base, most);
  }
  return { most, paths };
}

function outline(x: readonly number[], low: readonly number[], high: readonly number[], most: number): string {
  const y = (bytes: number) => round(HEIGHT - (most === 0 ? 0 : (HEIGHT * bytes) / most));
  const right = (i: number) => round(x[i + 1] ?? WIDTH);
  const there = x.map((at, i) => `L${round(at)} ${y(high[i] ?? 0)}H${right(i)}`);
  const back = x.map((at, i) => `L${right(i)} ${y(low[i] ?? 0)}H${round(at)}`).toReversed();
  return `M${round(x[0] ?? 0)} ${HEIGHT}${there.join('')}${back.join('')}Z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** By the pointer only: the time line has the same for the keyboard. */
function seekByPress(element: SVGSVGElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  const press = ({ clientX }: PointerEvent) => {
    const { left, width } = element.getBoundingClientRect();
    seek(((clientX - left) / width) * length.peek());
  };
  element.addEventListener('pointerdown', press);
  return () => element.removeEventListener('pointerdown', press);
}
