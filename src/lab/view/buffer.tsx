/**
 * One buffer: cells when its bytes are few, areas when they are many; its limit, and the room that is left.
 *
 * The application's has a single border, TCP's a double one. A byte's state is a pattern, its hue is its channel.
 */
import { memo } from 'preact/compat';
import './buffer.css';
import { t } from '../language.ts';
import { bytesOf } from '../stage/stage.ts';
import { picked } from '../state.ts';
import { areasOf, type Cell, type CellState, cellsOf, FEW, type Run, sizeOf } from './cells.ts';
import { number, WORDS } from './words.ts';

export const STATE_WORDS = {
  waiting: WORDS.waiting,
  copied: WORDS.copied,
  unsent: WORDS.unsent,
  unacknowledged: WORDS.unacknowledged,
  unread: WORDS.unread,
  'out-of-order': WORDS.outOfOrder,
  hole: WORDS.hole,
  read: WORDS.read,
} as const;

/** Cells in a row; twice as many when there are many of them. */
const COLUMNS = 16;

export interface BufferProps {
  /** Whose memory it is: the program's, or the operating system's. */
  readonly owner: 'application' | 'tcp';
  readonly title: string;
  /** Its name for those who do not see where it stands. */
  readonly name: string;
  readonly channel: { readonly index: number; readonly name: string } | undefined;
  readonly runs: readonly Run[];
  readonly limit: number | undefined;
  /** What room is called here: 'free', or 'window'. */
  readonly room: 'free' | 'window';
  /** In place of 'used/limit'. */
  readonly count?: string;
  /** The room that the receiver has offered, if it is less than what is free. */
  readonly offered?: number | undefined;
  readonly lane?: 'up' | 'down';
  readonly lost?: boolean;
  /** There is no such buffer now: its place stays, so that nothing jumps. */
  readonly absent?: boolean;
}

/** '20/32'. Beyond teaching sizes the limit is in Linux's own measure, which counts more than payload: it stands apart. */
function countWords(used: number, limit: number | undefined, room: 'free' | 'window'): string {
  if (limit === undefined) return number(used);
  if (limit <= FEW) return `${number(used)}/${number(limit)}`;
  return `${number(used)} · ${room === 'free' ? 'SO_SNDBUF' : 'SO_RCVBUF'} ${number(limit)}`;
}

/** Runs are made anew at each step: the same bytes in the same places are the same picture. */
function isSame(one: BufferProps, other: BufferProps): boolean {
  const keys: readonly (keyof BufferProps)[] = [
    'owner',
    'title',
    'name',
    'limit',
    'room',
    'count',
    'offered',
    'lane',
    'lost',
    'absent',
  ];
  if (keys.some((key) => one[key] !== other[key])) return false;
  if (one.channel?.name !== other.channel?.name || one.runs.length !== other.runs.length) return false;
  return one.runs.every((run, index) => {
    const twin = other.runs[index];
    return run.state === twin?.state && run.from === twin.from && run.to === twin.to;
  });
}

export const Buffer = memo(function Buffer(props: BufferProps) {
  const { owner, title, name, channel, runs, limit, room, lane, lost = false, absent = false } = props;
  const size = sizeOf(runs);
  const used = sizeOf(runs.filter(({ state }) => state !== 'hole'));
  const free = limit === undefined ? undefined : (props.offered ?? Math.max(0, limit - size));
  const count = props.count ?? countWords(used, limit, room);
  if (absent)
    return (
      <div class="stage-buffer" data-owner={owner} data-lane={lane} data-absent>
        <div class="stage-buffer-head">
          <span class="stage-buffer-title">{title}</span>
        </div>
        <div class="stage-buffer-body" />
      </div>
    );
  const hue = channel === undefined ? undefined : channel.index % 2 === 0 ? 'forth' : 'back';
  return (
    <div
      class="stage-buffer"
      data-owner={owner}
      data-hue={hue}
      data-lane={lane}
      data-room={room}
      data-lost={lost || undefined}
      data-half={(owner === 'application' && size <= COLUMNS / 2) || undefined}
    >
      <div class="stage-buffer-head">
        <span class="stage-buffer-title">{title}</span>
        <span class="stage-buffer-count">{count}</span>
        {room === 'window' && free !== undefined && (
          <span class="stage-buffer-window">
            {free === 0 ? t(WORDS.zeroWindow) : `${t(WORDS.window)} ${number(free)}`}
          </span>
        )}
      </div>
      <div class="stage-buffer-body">
        {size > 0 && size <= FEW && channel !== undefined ? (
          <Cells channel={channel} runs={runs} free={free} room={room} owner={owner} name={name} count={count} />
        ) : size === 0 && (limit === undefined || limit <= FEW || owner === 'application') ? (
          <Room free={free} room={room} owner={owner} />
        ) : (
          <Areas runs={runs} free={free} room={room} name={`${name}, ${count}`} channel={channel?.name} />
        )}
      </div>
    </div>
  );
}, isSame);

interface CellsProps extends RoomProps {
  readonly channel: { readonly index: number; readonly name: string };
  readonly runs: readonly Run[];
  readonly name: string;
  readonly count: string;
}

function Cells({ channel, runs, free, room, owner, name, count }: CellsProps) {
  const cells = cellsOf(runs, (from, to) => bytesOf(channel.index, from, to));
  if (cells.length === 0) return <Room free={free} room={room} owner={owner} />;
  const at = picked.value;
  const ringed = at?.kind === 'byte' && at.channel === channel.name ? at.offset : undefined;
  const pick = (offset: number | undefined) => {
    if (offset !== undefined) picked.value = { kind: 'byte', channel: channel.name, offset };
  };
  const id = `stage-${name}-${channel.name}`.replaceAll(/[^\w]+/g, '-');
  const drawn = owner === 'tcp' && cells.length + (free ?? 0) <= FEW ? cells.length + (free ?? 0) : cells.length;
  const here = cells.findIndex(({ offset }) => offset === ringed);
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (event.key === 'Home') pick(cells[0]?.offset);
    else if (event.key === 'End') pick(cells.at(-1)?.offset);
    else if (event.key === 'Enter' || event.key === ' ') pick(cells[Math.max(0, here)]?.offset);
    else if (step !== undefined)
      pick(cells[here < 0 ? 0 : Math.min(cells.length - 1, Math.max(0, here + step))]?.offset);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      class="stage-cells"
      data-dense={(drawn > COLUMNS * 2 && drawn <= FEW) || undefined}
      role="listbox"
      tabIndex={0}
      aria-label={`${name}, ${count}`}
      aria-activedescendant={here < 0 ? undefined : `${id}-${ringed}`}
      onKeyDown={onKey}
    >
      {cells.map((cell) => (
        <CellOf key={cell.offset} cell={cell} ringed={cell.offset === ringed} id={`${id}-${cell.offset}`} pick={pick} />
      ))}
      <Dots cells={cells.length} free={free} room={room} owner={owner} />
    </div>
  );
}

interface CellProps {
  readonly cell: Cell;
  readonly ringed: boolean;
  readonly id: string;
  readonly pick: (offset: number) => void;
}

const CellOf = memo(function CellOf({ cell, ringed, id, pick }: CellProps) {
  const { offset, state, hex, glyph, joinsBefore, joinsAfter, split } = cell;
  const join = `${joinsBefore ? 'b' : ''}${joinsAfter ? 'a' : ''}`;
  return (
    // biome: the listbox has the keys; an option itself is never focused.
    <span
      class="stage-cell"
      role="option"
      tabIndex={-1}
      id={id}
      aria-selected={ringed}
      aria-label={`${glyph} ${hex} ${t(WORDS.byteName(offset, t(STATE_WORDS[state])))}`.trim()}
      data-state={state}
      data-join={join}
      data-split={split || undefined}
      onClick={() => pick(offset)}
      onKeyDown={undefined}
    >
      <span class="stage-cell-glyph" aria-hidden="true">
        {glyph}
      </span>{' '}
      <span class="stage-cell-hex" aria-hidden="true">
        {hex}
      </span>
    </span>
  );
}, isSameCell);

function isSameCell(one: CellProps, other: CellProps): boolean {
  const [cell, twin] = [one.cell, other.cell];
  return (
    one.ringed === other.ringed &&
    one.id === other.id &&
    cell.state === twin.state &&
    cell.hex === twin.hex &&
    cell.glyph === twin.glyph &&
    cell.joinsBefore === twin.joinsBefore &&
    cell.joinsAfter === twin.joinsAfter &&
    cell.split === twin.split
  );
}

/** Room beside cells: one dot a byte while all fit, else one field with the count in what is left of the row. */
function Dots({ cells, free, room, owner }: RoomProps & { readonly cells: number }) {
  if (free === undefined || free === 0) return null;
  if (owner === 'tcp' && cells + free <= FEW)
    // Dots are alike: their place is all that they are.
    return Array.from({ length: free }, (_, index) => (
      <span key={`free${index}`} class="stage-cell" data-state="free" role="presentation" />
    ));
  const isHalf = owner === 'application' && cells <= COLUMNS / 2;
  const columns = isHalf ? COLUMNS / 2 : cells > COLUMNS * 2 ? COLUMNS * 2 : COLUMNS;
  const left = columns - (cells % columns);
  return (
    <span
      class="stage-cells-rest"
      style={{ gridColumn: cells > 0 && left >= (isHalf ? 3 : 5) && left < columns ? `span ${left}` : '1 / -1' }}
      role="presentation"
    >
      {t(WORDS[room])} {number(free)}
    </span>
  );
}

interface RoomProps {
  readonly free: number | undefined;
  readonly room: 'free' | 'window';
  readonly owner: 'application' | 'tcp';
}

/** A buffer without a byte: a field of dots, or its size. */
function Room({ free, room, owner }: RoomProps) {
  const isDots = owner === 'tcp' && free !== undefined && free > COLUMNS * 2 && free <= FEW;
  return (
    <div class="stage-cells" data-dense={isDots || undefined} role="presentation">
      {free === undefined || free === 0 ? (
        <span class="stage-cells-rest">{t(WORDS.empty)}</span>
      ) : (
        <Dots cells={0} free={free} room={room} owner={owner} />
      )}
    </div>
  );
}

interface AreasProps {
  readonly runs: readonly Run[];
  readonly free: number | undefined;
  readonly room: 'free' | 'window';
  readonly name: string;
  readonly channel: string | undefined;
}

/** Where the picked byte lies, in hundredths of the bar; undefined: not here. */
function markIn(runs: readonly Run[], free: number, channel: string | undefined): number | undefined {
  const at = picked.value;
  if (at?.kind !== 'byte' || at.channel !== channel) return undefined;
  let before = 0;
  for (const { from, to } of runs) {
    if (at.offset >= from && at.offset < to) return ((before + at.offset - from) / (sizeOf(runs) + free)) * 100;
    before += Math.max(0, to - from);
  }
  return undefined;
}

function Areas({ runs, free, room, name, channel }: AreasProps) {
  const mark = markIn(runs, free ?? 0, channel);
  const areas: { readonly state: CellState | 'free'; readonly bytes: number; readonly word: string }[] = areasOf(
    runs,
  ).map(({ state, bytes }) => ({ state, bytes, word: t(STATE_WORDS[state]) }));
  if (free !== undefined && free > 0) areas.push({ state: 'free', bytes: free, word: t(WORDS[room]) });
  // Drawn: at most so many pieces; what a thousand holes look like is told by the table.
  const drawn = areas.slice(0, 60);
  const totals = new Map<string, number>();
  for (const { word, bytes } of areas) totals.set(word, (totals.get(word) ?? 0) + bytes);
  return (
    <div
      class="stage-areas"
      role="img"
      aria-label={`${name}: ${[...totals].map(([word, bytes]) => `${number(bytes)} ${word}`).join(', ')}`}
    >
      <div class="stage-areas-bar">
        {drawn.map(({ state, bytes }, index) => (
          <span key={`${index}${state}`} class="stage-area" data-state={state} style={{ flexGrow: bytes }} />
        ))}
        {mark !== undefined && <i class="stage-area-mark" style={{ left: `${mark}%` }} />}
      </div>
      <div class="stage-areas-words">
        {[...totals].map(([word, bytes]) => (
          <span key={word}>
            {word} <b>{number(bytes)}</b>
          </span>
        ))}
      </div>
    </div>
  );
}
