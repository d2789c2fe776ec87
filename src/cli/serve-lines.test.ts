import { expect, test } from 'vitest';
import type { SocketStatus } from '../system/system.ts';
import { ledgerOf, lineOf, Screen } from './serve-lines.ts';
import { serveWords } from './serve-words.ts';

const words = serveWords('en');

function status(): SocketStatus {
  return {
    state: 'ESTABLISHED',
    local: '10.77.0.2:80',
    remote: '10.77.0.1:40000',
    sendBuffer: { limit: 46080, bytes: 3000, charge: 4000, unsent: 1000, unacknowledged: 2000 },
    receiveBuffer: { limit: 131072, bytes: 7, charge: 900, outOfOrder: 0, window: 65000 },
    info: {
      rtt: 1,
      rttvar: 1,
      rto: 200,
      sndCwnd: 14480,
      sndSsthresh: 1e9,
      sndMss: 1448,
      rcvMss: 78,
      sndWnd: 64512,
      retransmits: 0,
      totalRetrans: 2,
      bytesAcked: 1_234_567,
      bytesReceived: 78,
      backoff: 0,
    },
  };
}

test('a ledger adds up: written = sent + unsent, sent = acknowledged + unacknowledged', () => {
  expect(ledgerOf(status())).toEqual({
    written: 1_237_567,
    sent: 1_236_567,
    acknowledged: 1_234_567,
    unsent: 1000,
    unacknowledged: 2000,
    unread: 7,
  });
});

test('a line tells client, request, state and ledger', () => {
  const line = lineOf({ client: '10.77.0.1:40000', request: 'GET /a 200', status: status() }, words);
  expect(line).toBe(
    '10.77.0.1:40000  GET /a 200  ESTABLISHED  written 1,237,567 · sent 1,236,567 · acknowledged 1,234,567 · unsent 1,000 · unacknowledged 2,000 · unread 7 · 2 segments sent again',
  );
});

const ESCAPE = '\u001b';

/** What a terminal shows after all that was written to it: knows the three sequences that Screen uses. */
class Terminal {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;
  #lines: string[] = [''];
  cursor = true;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    for (const [part] of text.replaceAll(ESCAPE, '␛').matchAll(/␛\[\??\d*[A-Za-z]|\n|\r|[^␛\n\r]+/g)) {
      const up = part.match(/^␛\[(\d+)A$/)?.[1];
      if (up !== undefined) this.#lines = this.#lines.slice(0, this.#lines.length - Number(up));
      else if (part === '␛[0J') this.#lines[this.#lines.length - 1] = '';
      else if (part === '␛[?25l') this.cursor = false;
      else if (part === '␛[?25h') this.cursor = true;
      else if (part === '\n') this.#lines.push('');
      else if (part !== '\r') this.#lines[this.#lines.length - 1] += part;
    }
  }

  get shown(): string[] {
    return this.#lines.slice(0, -1);
  }
}

test('on a terminal the live lines are rewritten, and lines that stay stand above them', () => {
  const terminal = new Terminal(20, 24);
  const screen = new Screen(terminal, words);
  screen.keep('begin');
  screen.show(['one', 'two']);
  expect(terminal.shown).toEqual(['begin', 'one', 'two']);
  expect(terminal.cursor).toBe(false);
  screen.show(['three']);
  expect(terminal.shown).toEqual(['begin', 'three']);
  screen.keep('closed');
  screen.show([]);
  expect(terminal.shown).toEqual(['begin', 'closed', words.none]);
  screen.show(['a line that is much too long for this']);
  expect(terminal.shown.at(-1)).toBe('a line that is muc…');
  screen.close();
  screen.close();
  expect(terminal.shown).toEqual(['begin', 'closed']);
  expect(terminal.cursor).toBe(true);
});

test('more connections than the terminal has rows are counted', () => {
  const terminal = new Terminal(80, 6);
  const screen = new Screen(terminal, words);
  screen.show(Array.from({ length: 10 }, (_, n) => `line ${n}`));
  expect(terminal.shown).toEqual(['line 0', 'line 1', 'line 2', 'and 7 more']);
});

test('elsewhere each line is printed as it is, and nothing moves', () => {
  let text = '';
  const screen = new Screen(
    {
      write: (part) => {
        text += part;
      },
    },
    words,
  );
  screen.keep('begin');
  screen.show(['one']);
  screen.show([]);
  screen.close();
  expect(text).toBe('begin\none\n');
});
