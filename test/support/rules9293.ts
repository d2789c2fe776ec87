/**
 * RFC 9293, 3.10.7 (SEGMENT ARRIVES) as data: one row for each thing that it says must follow, in its order and in its
 * names, to be read beside its text. `oracle.ts` walks it; the matrix of trust.md's V21 holds the stack against it.
 *
 * A row applies when the connection is in one of its states and its condition holds; then its effects happen, and the walk
 * goes on with the next row until one says `return`. In conditions `RST` is the bit, `no RST` that it is off, `TEXT` that
 * there are octets; TEXT.FIRST and TEXT.END are where they begin and end, FIN.AT is where the FIN lies.
 *
 * Left out is what the matrix cannot ask: security and precedence (the third check), a window of zero, an ACK older than
 * MAX.SND.WND (RFC 5961, 5), SEG.WND, the timers; and what changes nothing, such as "ignore the segment text".
 */

export type Place = 'CLOSED' | 'LISTEN' | 'SYN-SENT' | Otherwise;
type Otherwise = 'SYN-RECEIVED' | 'SYN-RECEIVED (active)' | Synchronized;
type Synchronized = 'ESTABLISHED' | 'FIN-WAIT-1' | 'FIN-WAIT-2' | 'CLOSE-WAIT' | 'CLOSING' | 'LAST-ACK' | 'TIME-WAIT';

export interface Rule {
  readonly id: string;
  /** Section, or the check of 3.10.7.4. */
  readonly at: string;
  readonly in: readonly Place[];
  /** Comparisons and bits joined by `and`, those by `or`; always, if it is empty. */
  readonly when: string;
  readonly follows: readonly string[];
}

/** Where the answer is on purpose not what the table says. */
export interface Departure extends Rule {
  readonly difference: Difference;
  /** The row of `RULES` that this one stands in front of, or is there for. */
  readonly place: { readonly before: string } | { readonly instead: string };
}

const HANDSHAKE: readonly Place[] = ['SYN-RECEIVED', 'SYN-RECEIVED (active)'];
const RECEIVING: readonly Place[] = ['ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2'];
const ENDING: readonly Place[] = ['CLOSING', 'LAST-ACK', 'TIME-WAIT'];
const SYNCHRONIZED: readonly Place[] = [...RECEIVING, 'CLOSE-WAIT', ...ENDING];
const OTHERWISE: readonly Place[] = [...HANDSHAKE, ...SYNCHRONIZED];

const RESET = 'send <SEQ=SEG.ACK><CTL=RST>';
const SYN_ACK = 'send <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>';
/** <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, once, with what they are when the walk ends. */
const ACK = 'acknowledge';
const IN_WINDOW = (seq: string) => `RCV.NXT =< ${seq} and ${seq} < RCV.NXT + RCV.WND`;

const BEFORE_SYNCHRONIZED: readonly Rule[] = [
  // 3.10.7.1: the state is CLOSED, that is, there is no TCB
  { id: 'closed RST', at: '3.10.7.1', in: ['CLOSED'], when: 'RST', follows: ['return'] },
  {
    id: 'closed without ACK',
    at: '3.10.7.1',
    in: ['CLOSED'],
    when: 'no ACK',
    follows: ['send <SEQ=0><ACK=SEG.SEQ + SEG.LEN><CTL=RST,ACK>', 'return'],
  },
  { id: 'closed with ACK', at: '3.10.7.1', in: ['CLOSED'], when: 'ACK', follows: [RESET, 'return'] },

  // 3.10.7.2: LISTEN
  { id: 'listen RST', at: '3.10.7.2, first', in: ['LISTEN'], when: 'RST', follows: ['return'] },
  { id: 'listen ACK', at: '3.10.7.2, second', in: ['LISTEN'], when: 'ACK', follows: [RESET, 'return'] },
  {
    id: 'listen SYN',
    at: '3.10.7.2, third',
    in: ['LISTEN'],
    when: 'SYN',
    follows: ['RCV.NXT := SEG.SEQ + 1', SYN_ACK, 'enter SYN-RECEIVED', 'return'],
  },
  { id: 'listen other', at: '3.10.7.2, fourth', in: ['LISTEN'], when: '', follows: ['return'] },

  // 3.10.7.3: SYN-SENT
  {
    id: 'syn-sent wrong ACK with RST',
    at: '3.10.7.3, first',
    in: ['SYN-SENT'],
    when: 'ACK and SEG.ACK =< ISS and RST or ACK and SEG.ACK > SND.NXT and RST',
    follows: ['return'],
  },
  {
    id: 'syn-sent wrong ACK',
    at: '3.10.7.3, first',
    in: ['SYN-SENT'],
    when: 'ACK and SEG.ACK =< ISS or ACK and SEG.ACK > SND.NXT',
    follows: [RESET, 'return'],
  },
  {
    id: 'syn-sent RST with ACK',
    at: '3.10.7.3, second',
    in: ['SYN-SENT'],
    when: 'RST and ACK',
    follows: ['signal refused', 'enter CLOSED', 'return'],
  },
  { id: 'syn-sent RST', at: '3.10.7.3, second', in: ['SYN-SENT'], when: 'RST', follows: ['return'] },
  {
    id: 'syn-sent SYN',
    at: '3.10.7.3, fourth',
    in: ['SYN-SENT'],
    when: 'SYN',
    follows: ['RCV.NXT := SEG.SEQ + 1'],
  },
  {
    id: 'syn-sent SYN with ACK',
    at: '3.10.7.3, fourth',
    in: ['SYN-SENT'],
    when: 'SYN and ACK',
    follows: ['SND.UNA := SEG.ACK', 'enter ESTABLISHED', ACK, 'go on at sixth'],
  },
  {
    id: 'syn-sent SYN alone',
    at: '3.10.7.3, fourth',
    in: ['SYN-SENT'],
    when: 'SYN',
    follows: [SYN_ACK, 'enter SYN-RECEIVED', 'return'],
  },
  { id: 'syn-sent other', at: '3.10.7.3, fifth', in: ['SYN-SENT'], when: '', follows: ['return'] },
];

const SYNCHRONIZED_CHECKS: readonly Rule[] = [
  // 3.10.7.4: otherwise
  {
    id: 'acceptable, empty',
    at: 'first',
    in: OTHERWISE,
    when: `SEG.LEN = 0 and ${IN_WINDOW('SEG.SEQ')}`,
    follows: ['go on at second'],
  },
  {
    id: 'acceptable',
    at: 'first',
    in: OTHERWISE,
    when: `SEG.LEN > 0 and ${IN_WINDOW('SEG.SEQ')} or SEG.LEN > 0 and ${IN_WINDOW('SEG.SEQ + SEG.LEN - 1')}`,
    follows: ['trim', 'go on at second'],
  },
  { id: 'not acceptable, RST', at: 'first', in: OTHERWISE, when: 'RST', follows: ['return'] },
  { id: 'not acceptable', at: 'first', in: OTHERWISE, when: '', follows: [ACK, 'return'] },

  // The three cases that the RFC takes over from RFC 5961, section 3.
  {
    id: 'RST outside',
    at: 'second',
    in: OTHERWISE,
    when: 'RST and SEG.SEQ < RCV.NXT or RST and SEG.SEQ >= RCV.NXT + RCV.WND',
    follows: ['return'],
  },
  { id: 'RST inside', at: 'second', in: OTHERWISE, when: 'RST and SEG.SEQ <> RCV.NXT', follows: [ACK, 'return'] },
  { id: 'RST passive', at: 'second', in: ['SYN-RECEIVED'], when: 'RST', follows: ['enter CLOSED', 'return'] },
  {
    id: 'RST active',
    at: 'second',
    in: ['SYN-RECEIVED (active)'],
    when: 'RST',
    follows: ['signal refused', 'enter CLOSED', 'return'],
  },
  {
    id: 'RST established',
    at: 'second',
    in: [...RECEIVING, 'CLOSE-WAIT'],
    when: 'RST',
    follows: ['signal reset', 'enter CLOSED', 'return'],
  },
  { id: 'RST ending', at: 'second', in: ENDING, when: 'RST', follows: ['enter CLOSED', 'return'] },

  // "Return to LISTEN" is CLOSED here: the block is gone, the listener stays.
  { id: 'SYN passive', at: 'fourth', in: ['SYN-RECEIVED'], when: 'SYN', follows: ['enter CLOSED', 'return'] },
  {
    id: 'SYN',
    at: 'fourth',
    in: ['SYN-RECEIVED (active)', ...SYNCHRONIZED],
    when: 'SYN',
    follows: [ACK, 'return'],
  },

  { id: 'ACK off', at: 'fifth', in: OTHERWISE, when: 'no ACK', follows: ['return'] },
  {
    id: 'ACK of the SYN',
    at: 'fifth',
    in: HANDSHAKE,
    when: 'SND.UNA < SEG.ACK and SEG.ACK =< SND.NXT',
    follows: ['SND.UNA := SEG.ACK', 'enter ESTABLISHED'],
  },
  { id: 'ACK not of the SYN', at: 'fifth', in: HANDSHAKE, when: '', follows: [RESET, 'return'] },
  { id: 'ACK not yet sent', at: 'fifth', in: SYNCHRONIZED, when: 'SEG.ACK > SND.NXT', follows: [ACK, 'return'] },
  { id: 'ACK', at: 'fifth', in: SYNCHRONIZED, when: 'SND.UNA < SEG.ACK', follows: ['SND.UNA := SEG.ACK'] },
  {
    id: 'ACK of the FIN, FIN-WAIT-1',
    at: 'fifth',
    in: ['FIN-WAIT-1'],
    when: 'SND.UNA = SND.NXT',
    follows: ['enter FIN-WAIT-2'],
  },
  { id: 'TIME-WAIT, FIN again', at: 'fifth', in: ['TIME-WAIT'], when: 'FIN', follows: [ACK, 'return'] },
  {
    id: 'ACK of the FIN, CLOSING',
    at: 'fifth',
    in: ['CLOSING'],
    when: 'SND.UNA = SND.NXT',
    follows: ['enter TIME-WAIT'],
  },
  { id: 'no ACK of the FIN, CLOSING', at: 'fifth', in: ['CLOSING'], when: '', follows: ['return'] },
  {
    id: 'ACK of the FIN, LAST-ACK',
    at: 'fifth',
    in: ['LAST-ACK'],
    when: 'SND.UNA = SND.NXT',
    follows: ['enter CLOSED', 'return'],
  },

  { id: 'URG', at: 'sixth', in: RECEIVING, when: 'URG and SEG.UP > RCV.NXT', follows: ['signal urgent'] },

  {
    id: 'text in order',
    at: 'seventh',
    in: RECEIVING,
    when: 'TEXT and TEXT.FIRST = RCV.NXT',
    follows: ['deliver', 'RCV.NXT := TEXT.END', ACK],
  },
  {
    id: 'text behind a hole', // SHLD-31
    at: 'seventh',
    in: RECEIVING,
    when: 'TEXT and TEXT.FIRST > RCV.NXT',
    follows: ['hold', ACK],
  },

  { id: 'FIN behind a hole', at: 'eighth', in: RECEIVING, when: 'FIN and FIN.AT > RCV.NXT', follows: [ACK, 'return'] },
  {
    id: 'FIN, ESTABLISHED',
    at: 'eighth',
    in: ['ESTABLISHED'],
    when: 'FIN',
    follows: ['RCV.NXT := RCV.NXT + 1', 'enter CLOSE-WAIT', ACK, 'return'],
  },
  {
    id: 'FIN, FIN-WAIT-1',
    at: 'eighth',
    in: ['FIN-WAIT-1'],
    when: 'FIN',
    follows: ['RCV.NXT := RCV.NXT + 1', 'enter CLOSING', ACK, 'return'],
  },
  {
    id: 'FIN, FIN-WAIT-2',
    at: 'eighth',
    in: ['FIN-WAIT-2'],
    when: 'FIN',
    follows: ['RCV.NXT := RCV.NXT + 1', 'enter TIME-WAIT', ACK, 'return'],
  },
  {
    id: 'FIN after a FIN',
    at: 'eighth',
    in: ['CLOSE-WAIT', ...ENDING],
    when: 'FIN',
    follows: ['RCV.NXT := FIN.AT + 1', ACK, 'return'],
  },
  { id: 'done', at: 'eighth', in: SYNCHRONIZED, when: '', follows: ['return'] },
];

export const RULES: readonly Rule[] = [...BEFORE_SYNCHRONIZED, ...SYNCHRONIZED_CHECKS];

/** What is done instead of what the RFC's text says, and why. The matrix counts each. */
export const DIFFERENCES = {
  'listen-syn-fin':
    'LISTEN: a SYN with FIN is dropped. Linux: nobody opens and closes in one segment but to slip by a filter',
  'syn-sent-alone':
    'SYN-SENT: text, FIN and URG that come with the SYN-ACK are let fall. Linux does so; the peer sends them again',
  'syn-received-same-syn': "SYN-RECEIVED: the peer's SYN again draws the SYN-ACK again. Linux: our SYN-ACK was lost",
  'crossing-syn-ack':
    "Simultaneous open: the peer's SYN-ACK ends it as in the RFC's figure 9, though the first check refuses its number",
  'stray-ack':
    'A whole FIN that came again still acknowledges. Linux: our ACK of it was lost, and its ACK is newer than ours',
  'overlapping-rst':
    'A RST with text from before the window into it draws an ACK, as one inside does. Linux: the segment is acceptable',
  'reset-after-fin': 'CLOSE-WAIT: RST is EPIPE for send, and recv keeps its end of stream. Linux tcp_reset',
  'cut-fin':
    'TIME-WAIT: a FIN that the trimming takes away draws the ACK as well: the peer has not seen that we had its FIN',
  'second-fin':
    'A FIN beyond the FIN is ignored as the text before it is, and draws no ACK: the stream ended. Linux does so',
} as const;

export type Difference = keyof typeof DIFFERENCES;

export const DEPARTURES: readonly Departure[] = [
  {
    id: 'listen SYN with FIN',
    difference: 'listen-syn-fin',
    place: { before: 'listen SYN' },
    at: '3.10.7.2, third',
    in: ['LISTEN'],
    when: 'SYN and FIN',
    follows: ['return'],
  },
  {
    id: 'syn-sent nothing but SYN',
    difference: 'syn-sent-alone',
    place: { instead: 'syn-sent SYN with ACK' },
    at: '3.10.7.3, fourth',
    in: ['SYN-SENT'],
    when: 'SYN and ACK',
    follows: ['SND.UNA := SEG.ACK', 'enter ESTABLISHED', ACK, 'return'],
  },
  {
    id: 'the SYN-ACK that crossed ours',
    difference: 'crossing-syn-ack',
    place: { before: 'acceptable, empty' },
    at: 'first',
    in: ['SYN-RECEIVED (active)'],
    when: 'SYN and ACK and no RST and SEG.SEQ = IRS',
    follows: ['go on at fifth'],
  },
  {
    id: 'the same SYN',
    difference: 'syn-received-same-syn',
    place: { before: 'acceptable, empty' },
    at: 'first',
    in: HANDSHAKE,
    when: 'SYN and no RST and SEG.SEQ = IRS',
    follows: [SYN_ACK, 'return'],
  },
  {
    id: 'stray ACK',
    difference: 'stray-ack',
    place: { before: 'not acceptable' },
    at: 'first',
    in: ['ESTABLISHED', 'FIN-WAIT-1', 'CLOSE-WAIT', 'CLOSING', 'LAST-ACK'],
    when: 'FIN and no SYN and SEG.SEQ + SEG.LEN = RCV.NXT and ACK and SND.UNA < SEG.ACK and SEG.ACK =< SND.NXT',
    follows: ['SND.UNA := SEG.ACK'],
  },
  {
    id: 'stray ACK, LAST-ACK',
    difference: 'stray-ack',
    place: { before: 'not acceptable' },
    at: 'first',
    in: ['LAST-ACK'],
    when: 'SND.UNA = SND.NXT',
    follows: ['enter CLOSED', 'return'],
  },
  {
    id: 'stray ACK, FIN-WAIT-1',
    difference: 'stray-ack',
    place: { before: 'not acceptable' },
    at: 'first',
    in: ['FIN-WAIT-1'],
    when: 'SND.UNA = SND.NXT',
    follows: ['enter FIN-WAIT-2'],
  },
  {
    id: 'stray ACK, CLOSING',
    difference: 'stray-ack',
    place: { before: 'not acceptable' },
    at: 'first',
    in: ['CLOSING'],
    when: 'SND.UNA = SND.NXT',
    follows: ['enter TIME-WAIT'],
  },
  {
    id: 'RST from before the window',
    difference: 'overlapping-rst',
    place: { instead: 'RST outside' },
    at: 'second',
    in: OTHERWISE,
    when: 'RST and SEG.SEQ < RCV.NXT',
    follows: [ACK, 'return'],
  },
  {
    id: 'RST after the FIN',
    difference: 'reset-after-fin',
    place: { before: 'RST established' },
    at: 'second',
    in: ['CLOSE-WAIT'],
    when: 'RST',
    follows: ['signal reset-after-fin', 'enter CLOSED', 'return'],
  },
  {
    id: 'TIME-WAIT, FIN beyond the window',
    difference: 'cut-fin',
    place: { before: 'TIME-WAIT, FIN again' },
    at: 'fifth',
    in: ['TIME-WAIT'],
    when: 'FIN.AT > RCV.NXT + RCV.WND',
    follows: [ACK, 'return'],
  },
  {
    id: 'FIN beyond the FIN',
    difference: 'second-fin',
    place: { instead: 'FIN after a FIN' },
    at: 'eighth',
    in: ['CLOSE-WAIT', ...ENDING],
    when: 'FIN',
    follows: ['return'],
  },
];
