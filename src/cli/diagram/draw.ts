/**
 * Draws a sequence diagram in columns: time runs down, each host has a line, its program's calls stand in the margin,
 * segments are arrows, silence is folded into one line that says how long it was.
 *
 *       10 ms  accept → tcp:4, 10 ms │                               │
 *              recv(64)              │                               │
 *                                    ░◀───── [P.] 1:9 ack 1 ─────────│
 *
 * A host's line is dotted while a program of it is blocked in a call. Patterns are characters, so that the picture can
 * be read without colours.
 *
 * Calls it: `report.ts`.
 */

import type { Language } from '../../base/language.ts';
import { MILLISECOND } from '../../base/time.ts';
import { type Words, wordsIn } from '../messages.ts';
import { padEnd, padStart, shorten, widthOf, wrap } from '../width.ts';
import type { Diagram, Row, SegmentRow } from './rows.ts';
import { SegmentWords } from './segments.ts';

/** A pause as long as this is silence, and folded. */
const SILENCE = 100 * MILLISECOND;
const TIME_WIDTH = 14;
/** Longer diagrams keep their beginning, their end, and what is not a segment or a call that went well. */
const MOST_ROWS = 160;
/** A longer print or result is cut. */
const MOST_LINES = 5;
const FIRST_ROWS = 60;
const LAST_ROWS = 40;

export interface DrawOptions {
  readonly width: number;
  readonly language: Language;
  /** What to say of the bytes while nothing happens, at that time; one line each. */
  readonly during: (at: number) => readonly string[];
}

/** The diagram's lines. */
export function draw(diagram: Diagram, options: DrawOptions): string[] {
  return new Drawing(diagram, options).lines();
}

interface Lane {
  readonly host: string;
  readonly at: number;
  /** The columns of its margin: [from, to). */
  readonly margin: readonly [number, number];
  readonly names: boolean;
}

class Drawing {
  readonly #diagram: Diagram;
  readonly #options: DrawOptions;
  readonly #words: Words;
  readonly #lanes: readonly Lane[];
  readonly #segments = new SegmentWords();
  /** The processes of a host that are blocked in a call. */
  readonly #blocked = new Map<string, Set<string>>();
  /** What was said of the bytes in the last silence. */
  #said = '';

  constructor(diagram: Diagram, options: DrawOptions) {
    this.#diagram = diagram;
    this.#options = options;
    this.#words = wordsIn(options.language);
    this.#lanes = placeLanes(diagram, options.width);
  }

  lines(): string[] {
    const lines = this.#head();
    const { rows } = this.#diagram;
    const kept = choose(rows);
    // A segment's numbers are relative to those before it, so the words are made for all, also for those left out.
    const said = rows.map((row) => (row.kind === 'segment' ? this.#segments.describe(row.journey.headers) : ''));
    let last: Row | undefined;
    let shownTime = '';
    this.#said = '';
    let omitted: Row[] = [];
    for (const [index, row] of rows.entries()) {
      if (!kept.has(index)) {
        omitted.push(row);
        this.#follow(row);
        last = row;
        continue;
      }
      if (omitted.length > 0) lines.push(this.#centred(this.#words.omitted(omitted.length)));
      else if (last !== undefined && row.at - last.at >= SILENCE) lines.push(...this.#silence(last.at, row.at));
      omitted = [];
      const time = this.#words.clock(row.at);
      lines.push(...this.#row(row, time === shownTime ? '' : time, said[index] ?? ''));
      shownTime = time;
      last = row;
    }
    return lines;
  }

  #head(): string[] {
    const names = new Canvas(this.#options.width);
    const addresses = new Canvas(this.#options.width);
    for (const lane of this.#lanes) {
      const { address = '', processes = [] } = this.#diagram.lanes.find(({ host }) => host === lane.host) ?? {};
      const [from, to] = lane.margin;
      names.write(from, shorten(`${lane.host} · ${processes.join(', ')}`, to - from));
      addresses.write(from, shorten(address, to - from));
    }
    return [names.line(), addresses.line()];
  }

  /** Keeps count of who is blocked. */
  #follow(row: Row): void {
    if (row.kind === 'segment') return;
    const blocked = this.#blocked.get(row.host) ?? new Set<string>();
    this.#blocked.set(row.host, blocked);
    if (row.kind === 'break' && row.silences) blocked.clear();
    if (row.kind === 'note' && row.ended !== undefined) blocked.delete(row.ended);
    if (row.kind !== 'call' || !row.blocks || row.step === 'whole') return;
    if (row.step === 'entered') blocked.add(row.process);
    else blocked.delete(row.process);
  }

  #row(row: Row, time: string, words: string): string[] {
    if (row.kind === 'break') {
      this.#follow(row);
      return [this.#banner(row.text, time)];
    }
    if (row.kind === 'segment') {
      const canvas = this.#canvas(time);
      this.#arrow(canvas, row, words);
      return [canvas.line()];
    }
    const text = row.kind === 'call' ? this.#callText(row) : row.text;
    const lines = this.#margins(row.host, text).map((part, index) => {
      const canvas = this.#canvas(index === 0 ? time : '');
      this.#margin(canvas, row.host, index === 0 ? part : `  ${part}`);
      return canvas.line();
    });
    this.#follow(row);
    return lines;
  }

  /** The text in lines that fit the host's margin. */
  #margins(host: string, text: string): string[] {
    const lane = this.#lanes.find((known) => known.host === host);
    const lines = lane === undefined ? [] : wrap(text, lane.margin[1] - lane.margin[0] - 2);
    return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 1), '…'];
  }

  #callText(row: Extract<Row, { kind: 'call' }>): string {
    const mark = row.step === 'entered' ? ' …' : '';
    const lane = this.#lanes.find(({ host }) => host === row.host);
    const name = lane?.names ? `${row.process}: ` : '';
    return `${row.failed ? '! ' : ''}${name}${row.text}${mark}`;
  }

  #canvas(time: string): Canvas {
    const canvas = new Canvas(this.#options.width);
    canvas.write(0, padStart(time, TIME_WIDTH - 2));
    for (const { host, at } of this.#lanes) canvas.write(at, (this.#blocked.get(host)?.size ?? 0) > 0 ? '░' : '│');
    return canvas;
  }

  #margin(canvas: Canvas, host: string, text: string): void {
    const lane = this.#lanes.find((known) => known.host === host);
    if (lane === undefined) return;
    canvas.write(lane.margin[0], shorten(text, lane.margin[1] - lane.margin[0]));
  }

  #arrow(canvas: Canvas, { journey, at }: SegmentRow, words: string): void {
    const from = this.#lanes.find(({ host }) => host === journey.from);
    const to = this.#lanes.find(({ host }) => host === (journey.arrived?.host ?? journey.to));
    if (from === undefined || to === undefined || from === to) {
      this.#margin(canvas, journey.from, words);
      return;
    }
    const rightward = from.at < to.at;
    const [left, right] = rightward ? [from.at + 1, to.at - 1] : [to.at + 1, from.at - 1];
    const why = journey.why === undefined ? '' : ` ${this.#words.why(journey.why)}`;
    const lost = journey.ended !== undefined && journey.arrived === undefined;
    const head = lost ? '✕' : rightward ? '▶' : '◀';
    const tip = lost ? 3 : 0;
    const [start, end] = rightward ? [left, right - tip] : [left + tip, right];
    // Where there is little room the window goes first.
    const whole = ` ${words}${why} `;
    const label = shorten(widthOf(whole) < end - start ? whole : whole.replace(/ win \d+/, ''), end - start - 1);
    canvas.write(start, '─'.repeat(end - start + 1));
    canvas.write(start + Math.max(1, Math.floor((end - start + 1 - widthOf(label)) / 2)), label);
    canvas.write(rightward ? end : start, head);
    const after = journey.arrived === undefined ? 0 : journey.arrived.at - at;
    if (journey.ended !== undefined) this.#margin(canvas, to.host, this.#words.ended(lost, journey.ended.reason));
    else if (after > 0) this.#margin(canvas, to.host, this.#words.arrives(this.#words.clock(at + after)));
  }

  #silence(from: number, to: number): string[] {
    const lines = [this.#centred(`┆ ${this.#words.duration(to - from)} ┆`)];
    const during = this.#options.during(to - 1);
    const said = during.join('\n');
    // What has not changed since the last silence is not told again.
    if (said !== this.#said) {
      for (const text of during) {
        lines.push(`${' '.repeat(TIME_WIDTH)}${shorten(text, this.#options.width - TIME_WIDTH)}`);
      }
    }
    this.#said = said;
    return lines;
  }

  #centred(text: string): string {
    const canvas = new Canvas(this.#options.width);
    for (const { host, at } of this.#lanes) canvas.write(at, (this.#blocked.get(host)?.size ?? 0) > 0 ? '░' : '┆');
    const [left, right] = [this.#lanes[0]?.at ?? 0, this.#lanes.at(-1)?.at ?? this.#options.width];
    canvas.write(left + Math.floor((right - left - widthOf(text)) / 2), ` ${text} `);
    return canvas.line();
  }

  #banner(text: string, time: string): string {
    const room = this.#options.width - TIME_WIDTH;
    const words = shorten(` ${text} `, room - 6);
    return `${padEnd(padStart(time, TIME_WIDTH - 2), TIME_WIDTH)}═══${words}${'═'.repeat(Math.max(0, room - 3 - widthOf(words)))}`;
  }
}

/** The first host has its margin at the left, the last at the right; those between have it at their right hand. */
function placeLanes(diagram: Diagram, width: number): Lane[] {
  const room = width - TIME_WIDTH;
  const count = diagram.lanes.length;
  const margin = Math.max(18, Math.min(34, Math.floor(room * (count > 2 ? 0.22 : 0.28))));
  const first = TIME_WIDTH + margin;
  const last = count > 1 ? width - margin - 2 : first;
  return diagram.lanes.map(({ host, processes }, index) => {
    const at = count > 1 ? first + Math.floor(((last - first) * index) / (count - 1)) : first;
    const next = index === count - 1 ? width : first + Math.floor(((last - first) * (index + 1)) / (count - 1));
    const own: readonly [number, number] = index === 0 ? [TIME_WIDTH, at - 1] : [at + 2, next - 1];
    return { host, at, margin: own, names: processes.length > 1 };
  });
}

/** Which rows are drawn, by their index. */
function choose(rows: readonly Row[]): Set<number> {
  const kept = new Set<number>();
  const all = rows.length <= MOST_ROWS;
  let others = 0;
  for (const [index, row] of rows.entries()) {
    const atEdge = index < FIRST_ROWS || index >= rows.length - LAST_ROWS;
    const matters = row.kind === 'break' || row.kind === 'note' || (row.kind === 'call' && row.failed);
    if (all || atEdge || (matters && others++ < MOST_ROWS)) kept.add(index);
  }
  return kept;
}

/** One line of columns; a wide character takes two of them. */
class Canvas {
  readonly #cells: string[];

  constructor(width: number) {
    this.#cells = new Array<string>(width).fill(' ');
  }

  /** Writes the text from that column on; what does not fit is left out. */
  write(column: number, text: string): void {
    let at = column;
    for (const { segment } of graphemes.segment(text)) {
      const width = widthOf(segment);
      if (at < 0 || at + width > this.#cells.length) break;
      this.#cells[at] = segment;
      for (let more = 1; more < width; more++) this.#cells[at + more] = '';
      at += width;
    }
  }

  line(): string {
    return this.#cells.join('').replaceAll('\u00a0', ' ').trimEnd();
  }
}

const graphemes = new Intl.Segmenter();
