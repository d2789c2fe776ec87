/**
 * trust.md, V21: every state x every combination of the eight flags x seven places of the sequence number, with an
 * acceptable ACK: the 19,712 cells of 11 x 256 x 7, and then with others. Each is held against `oracle.ts`, which is worked out
 * from the RFC's text; the invariants are checked in each by `OneEnd`.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NOTICE } from '../../src/tcp/notices.ts';
import { ACK, FIN, PSH, RST, SYN, URG } from '../../src/wire/tcp.ts';
import { byteAt, type OneEnd } from '../support/one-end.ts';
import {
  type Arriving,
  EDGE,
  type Expected,
  expect9293,
  type Row,
  sendFigures,
  TEXT,
  tableWithDepartures,
  URGENT_POINTER,
} from '../support/oracle.ts';
import { DEPARTURES, DIFFERENCES, type Difference, RULES } from '../support/rules9293.ts';
import { inState, rcvNxtIn, SITUATIONS, type Situation } from '../support/states.ts';

const POSITIONS = ['one before', 'exact', 'one behind', 'last', 'right edge', 'old', 'far'] as const;
const ACKS = ['new', 'old', 'future'] as const;

function seqAt(position: (typeof POSITIONS)[number], nxt: number): number {
  switch (position) {
    case 'one before':
      return nxt - 1;
    case 'exact':
      return nxt;
    case 'one behind':
      return nxt + 1;
    case 'last':
      return EDGE - 1;
    case 'right edge':
      return EDGE;
    case 'old':
      return nxt - 2000;
    case 'far':
      return nxt + 2 ** 31 - 10;
  }
}

function build(situation: Situation): OneEnd {
  // Whether a FIN is acknowledged is looked at here, not when: Linux waits for the program (3.10.7.4-8-check-fin).
  // What ECE and CWR draw is another RFC's: `ecn.test.ts`.
  const config = { acksFin: 'at-once', ecn: 'never' } as const;
  const end = inState(situation, { accounting: 'payload', user: { receiveBuffer: EDGE - 1 }, config });
  if (situation === 'ESTABLISHED' || situation === 'CLOSE-WAIT') end.write(10);
  end.take();
  end.notices = 0;
  return end;
}

const text = Uint8Array.from({ length: TEXT }, (_, i) => 100 + i);

function observe(situation: Situation, control: number, segment: Arriving): Expected {
  const end = build(situation);
  const sent = end.arriveFields(
    {
      control,
      seq: segment.seq,
      length: segment.text,
      ack: segment.hasAck ? segment.ack : undefined,
      urgentPointer: segment.urg ? URGENT_POINTER : 0,
    },
    text,
  );
  if (situation === 'CLOSED') return { ...blank(end), sent };
  if (situation === 'LISTEN') return { ...blank(end), sent };
  const figures = end.tcp.figures();
  return {
    state: end.state,
    sent,
    failure: end.tcp.failed,
    delivered: figures.received,
    behindHole: figures.outOfOrder,
    urgent: (end.notices & NOTICE.urgent) !== 0,
    una: (end.tcp.tcb.snd.una - end.tcp.tcb.snd.iss) >>> 0,
  };
}

function blank(end: OneEnd): Expected {
  return { state: end.state, sent: [], failure: undefined, delivered: 0, behindHole: 0, urgent: false, una: 0 };
}

test('the window is as the oracle assumes, in every state', () => {
  for (const situation of SITUATIONS) {
    if (situation === 'CLOSED' || situation === 'LISTEN' || situation === 'SYN-SENT') continue;
    const { tcb } = build(situation).tcp;
    const from = (at: number, initial: number): number => (at - initial) >>> 0;
    expect([from(tcb.rcv.nxt, tcb.rcv.irs), from(tcb.rcv.edge, tcb.rcv.irs)], situation).toEqual([
      rcvNxtIn(situation),
      EDGE,
    ]);
    const { una, nxt } = sendFigures(situation);
    expect([from(tcb.snd.una, tcb.snd.iss), from(tcb.snd.nxt, tcb.snd.iss)], situation).toEqual([una, nxt]);
  }
  expect(byteAt(0)).toBe(0);
});

/** Cells of the matrix: an acceptable ACK where there is one. Beside it the same with other ACKs, and the other SYN-RECEIVED. */
let cells = 0;
let more = 0;
let flaws = 0;
const differing = new Map<Difference, number>();
/** For each row the cells that it has a say in, with what the whole table says. */
const asked = new Map<
  string,
  { readonly situation: Situation; readonly segment: Arriving; readonly expected: string }[]
>();

for (const situation of SITUATIONS) {
  test(`V21: ${situation}: any flags at any place draw what the RFC says, and nothing else`, () => {
    const { una, nxt } = sendFigures(situation);
    const failures: string[] = [];
    for (const position of POSITIONS) {
      for (let control = 0; control < 256; control++) {
        const hasAck = (control & ACK) !== 0;
        for (const kind of hasAck ? ACKS : (['new'] as const)) {
          if (kind === 'new' && situation !== 'SYN-RECEIVED (active)') cells++;
          else more++;
          const segment: Arriving = {
            seq: seqAt(position, rcvNxtIn(situation)),
            ack: kind === 'new' ? nxt : kind === 'old' ? una : nxt + 1,
            fin: (control & FIN) !== 0,
            syn: (control & SYN) !== 0,
            rst: (control & RST) !== 0,
            hasAck,
            urg: (control & URG) !== 0,
            text: (control & PSH) !== 0 ? TEXT : 0,
          };
          const { differences, rows, ...expected } = expect9293(situation, segment);
          for (const row of rows) {
            const cellsOfRow = asked.get(row) ?? [];
            asked.set(row, cellsOfRow);
            cellsOfRow.push({ situation, segment, expected: JSON.stringify(expected) });
          }
          for (const name of differences) differing.set(name, (differing.get(name) ?? 0) + 1);
          const observed = observe(situation, control, segment);
          if (JSON.stringify(observed) !== JSON.stringify(expected)) {
            failures.push(
              `${position}, ACK ${kind}: ${JSON.stringify(segment)}\n  RFC: ${JSON.stringify(expected)}\n  is:  ${JSON.stringify(observed)}`,
            );
          }
        }
      }
    }
    flaws += failures.length;
    expect(failures.length, failures.slice(0, 5).join('\n')).toBe(0);
  });
}

test('V21: 19,712 cells, 11 states x 256 flag bytes x 7 places, and 23,296 more with other ACKs: each is as the oracle says', () => {
  expect([cells, more, flaws]).toEqual([11 * 256 * 7, 23_296, 0]);
});

test.each(Object.entries(DIFFERENCES))(
  'V21: a difference from the text of the RFC, with its reason: %s',
  (name, reason) => {
    expect(reason.length).toBeGreaterThan(40);
    expect(
      [...differing].some(([met, count]) => met === name && count > 0),
      'it is met in some cell',
    ).toBe(true);
  },
);

const WHOLE = tableWithDepartures();

/** Whether some cell comes out otherwise when another row is in the place of one, or none. */
function isNoticed(row: Row, other?: Row): boolean {
  const table = WHOLE.flatMap((one) => (one !== row ? [one] : other === undefined ? [] : [other]));
  return (asked.get(row.id) ?? []).some(({ situation, segment, expected }) => {
    const { differences: _, rows: __, ...altered } = expect9293(situation, segment, table);
    return JSON.stringify(altered) !== expected;
  });
}

/** What no cell can tell, because another row would say the same to the same segment. */
const UNNOTICED: { readonly [part: string]: string } = {
  'ACK in FIN-WAIT-2': 'all that was sent is acknowledged there',
  'ACK in TIME-WAIT': 'all that was sent is acknowledged there',
  'ACK of the SYN, SND.UNA := SEG.ACK': 'the row "ACK" does it for ESTABLISHED',
  'FIN beyond the FIN': 'it keeps the RFC\'s row away, and "done" is next',
  'FIN, ESTABLISHED, return': '"FIN beyond the FIN" is next',
  'FIN, FIN-WAIT-1, return': '"FIN beyond the FIN" is next',
  'FIN, FIN-WAIT-2, return': '"FIN beyond the FIN" is next',
  'RST established in CLOSE-WAIT': 'the departure before it has it',
  'RST from before the window': 'it keeps the RFC\'s row away, and "RST inside" says the same',
  'TIME-WAIT, FIN again, return': '"FIN beyond the FIN" is next',
  'TIME-WAIT, FIN beyond the window, return': 'its text is ignored; "done" is next',
  'done in CLOSING': 'whatever comes in CLOSING has returned',
  'no ACK of the FIN, CLOSING': 'its text and FIN are ignored further on as well',
  'syn-sent nothing but SYN, return': 'the first and the fourth check would send the same ACK',
};

test('V21: the matrix notices when the table lacks a row, a state of a row or an effect, but where another says the same', () => {
  const unnoticed: string[] = [];
  let noticed = 0;
  const alter = (part: string, row: Row, other?: Row) => {
    if (isNoticed(row, other)) noticed++;
    else unnoticed.push(part);
  };
  for (const row of WHOLE) {
    if (!isNoticed(row)) {
      unnoticed.push(row.id);
      continue;
    }
    noticed++;
    if (row.in.length > 1) {
      for (const place of row.in) {
        alter(`${row.id} in ${place}`, row, { ...row, in: row.in.filter((one) => one !== place) });
      }
    }
    if (row.follows.length > 1) {
      for (const effect of row.follows) {
        alter(`${row.id}, ${effect}`, row, { ...row, follows: row.follows.filter((one) => one !== effect) });
      }
    }
  }
  expect(unnoticed.sort()).toEqual(Object.keys(UNNOTICED).sort());
  expect(noticed).toBeGreaterThan(150);
});

test('V21: each departure has its row in the table of the RFC', () => {
  const ids = RULES.map(({ id }) => id);
  for (const { id, place } of DEPARTURES) expect(ids, id).toContain('before' in place ? place.before : place.instead);
  expect(new Set(ids).size).toBe(ids.length);
});

test('V21: the oracle shares no code with the stack: it imports the table, which imports nothing, and types', () => {
  const importsOf = (name: string) =>
    readFileSync(new URL(`../support/${name}`, import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => /^(import|export .* from)/.test(line));
  expect(importsOf('rules9293.ts')).toEqual([]);
  expect(importsOf('oracle.ts')).toEqual([
    "import { DEPARTURES, type Difference, RULES, type Rule } from './rules9293.ts';",
    "import type { Situation } from './states.ts';",
  ]);
});
