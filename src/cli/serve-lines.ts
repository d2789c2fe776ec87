/**
 * The live lines of `halfopen serve`: one for each connection, with its ledger. On a terminal they are rewritten in
 * place; elsewhere they are printed now and then, and once when a connection ends.
 * Calls it: serve.ts.
 */
import type { SocketStatus } from '../system/system.ts';
import type { ServeWords } from './serve-words.ts';
import { shorten } from './width.ts';

/** A connection as its line tells it. */
export interface ServedConnection {
  /** '10.77.0.1:40112' */
  readonly client: string;
  /** What was asked for last, and what was answered: 'GET /a 200'. */
  readonly request: string;
  readonly status: SocketStatus;
}

/** Where the bytes of the channel to the client are, and those from the client that nobody has read. */
export interface ServedLedger {
  readonly written: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly unsent: number;
  readonly unacknowledged: number;
  readonly unread: number;
}

export function ledgerOf({ info, sendBuffer, receiveBuffer }: SocketStatus): ServedLedger {
  const { unsent, unacknowledged } = sendBuffer;
  const acknowledged = info.bytesAcked;
  return {
    written: acknowledged + unacknowledged + unsent,
    sent: acknowledged + unacknowledged,
    acknowledged,
    unsent,
    unacknowledged,
    unread: receiveBuffer.bytes,
  };
}

/** '10.77.0.1:40112  GET /a 200  ESTABLISHED  written 1,024 · sent …'. */
export function lineOf({ client, request, status }: ServedConnection, words: ServeWords): string {
  const ledger = ledgerOf(status);
  const counts = (['written', 'sent', 'acknowledged', 'unsent', 'unacknowledged', 'unread'] as const).map(
    (place) => `${words[place]} ${grouped(ledger[place])}`,
  );
  const again = status.info.totalRetrans;
  if (again > 0) counts.push(words.resent(again));
  return [client, request, status.state, counts.join(' · ')].filter((part) => part !== '').join('  ');
}

/** What a connection's line becomes when it has ended. */
export function closingLine(connection: ServedConnection, seconds: number, words: ServeWords): string {
  return `${lineOf(connection, words)} · ${words.closed(seconds.toFixed(1))}`;
}

/** '1,234,567', in every locale. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The part of a terminal (or file) that lines are written to. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_BELOW = '\u001b[0J';

/** Lines that stay, and below them lines that are rewritten. */
export class Screen {
  readonly #output: Output;
  readonly #words: ServeWords;
  /** How many lines below are ours to rewrite. */
  #live = 0;
  #hidden = false;

  constructor(output: Output, words: ServeWords) {
    this.#output = output;
    this.#words = words;
  }

  get isTerminal(): boolean {
    return this.#output.isTTY === true;
  }

  /** Writes a line that stays. */
  keep(line: string): void {
    this.#output.write(`${this.#erase()}${line}\n`);
  }

  /** Rewrites the lines below, as many as the terminal shows. Elsewhere than on a terminal: prints them once more. */
  show(lines: readonly string[]): void {
    if (!this.isTerminal) {
      for (const line of lines) this.#output.write(`${line}\n`);
      return;
    }
    // A terminal that does not know its size says 0.
    const columns = this.#output.columns || 80;
    const rows = this.#output.rows || 24;
    const room = Math.max(1, rows - 2);
    const shown = lines.length === 0 ? [this.#words.none] : lines.slice(0, lines.length > room ? room - 1 : room);
    if (lines.length > shown.length) shown.push(this.#words.more(lines.length - shown.length));
    const erased = this.#erase();
    const text = shown.map((line) => `${shorten(line, columns - 1)}\n`).join('');
    this.#output.write(`${this.#hidden ? '' : HIDE_CURSOR}${erased}${text}`);
    this.#hidden = true;
    this.#live = shown.length;
  }

  /** Takes the live lines away and gives the cursor back. */
  close(): void {
    if (!this.#hidden) return;
    this.#output.write(`${this.#erase()}${SHOW_CURSOR}`);
    this.#hidden = false;
  }

  #erase(): string {
    const back = this.#live === 0 ? '' : `\u001b[${this.#live}A\r${CLEAR_BELOW}`;
    this.#live = 0;
    return back;
  }
}
