/**
 * Walks the table of `rules9293.ts` for one segment: what RFC 9293, 3.10.7 says must follow. It knows the words of the
 * table, and no rule; it shares no code with `src/tcp`. For the matrix of trust.md's V21 and its own tests.
 *
 * Numbers are counted from each side's initial one; the situation is that of `inState` with the windows below, 10 bytes in
 * flight where data may be sent, and no ACK for invalid segments sent yet.
 */
import { DEPARTURES, type Difference, RULES, type Rule } from './rules9293.ts';
import type { Situation } from './states.ts';

/** Right edge of the receive window, in every state. */
export const EDGE = 1001;
/** Octets of text in a segment with PSH. */
export const TEXT = 4;
/** The urgent pointer of a segment with URG. */
export const URGENT_POINTER = 2;

export interface Arriving {
  readonly seq: number;
  readonly ack: number;
  readonly fin: boolean;
  readonly syn: boolean;
  readonly rst: boolean;
  readonly hasAck: boolean;
  readonly urg: boolean;
  /** Octets. */
  readonly text: number;
}

export interface Expected {
  state: string;
  sent: string[];
  failure: string | undefined;
  /** Octets delivered in order, and kept behind a hole. */
  delivered: number;
  behindHole: number;
  urgent: boolean;
  /** SND.UNA afterwards. */
  una: number;
}

export interface Verdict extends Expected {
  /** Differences from the RFC's text that came into it. */
  readonly differences: readonly Difference[];
  /** The rows that applied. */
  readonly rows: readonly string[];
}

/** The row of a table, ready to be walked. */
export interface Row extends Rule {
  readonly difference?: Difference;
}

/** The RFC's table with the departures in their places. */
export function tableWithDepartures(): readonly Row[] {
  return RULES.flatMap((rule): readonly Row[] => {
    const before = DEPARTURES.filter(({ place }) => 'before' in place && place.before === rule.id);
    const instead = DEPARTURES.filter(({ place }) => 'instead' in place && place.instead === rule.id);
    return [...before, ...(instead.length > 0 ? instead : [rule])];
  });
}

const TABLE = tableWithDepartures();

export function sendFigures(situation: Situation): { readonly una: number; readonly nxt: number } {
  switch (situation) {
    case 'CLOSED':
    case 'LISTEN':
    case 'SYN-SENT':
    case 'SYN-RECEIVED':
    case 'SYN-RECEIVED (active)':
      return { una: 0, nxt: 1 };
    case 'ESTABLISHED':
    case 'CLOSE-WAIT':
      return { una: 1, nxt: 11 };
    case 'FIN-WAIT-1':
    case 'CLOSING':
    case 'LAST-ACK':
      return { una: 1, nxt: 2 };
    case 'FIN-WAIT-2':
    case 'TIME-WAIT':
      return { una: 2, nxt: 2 };
  }
}

/** What must follow by that table. A segment of which no row says that the walk ends is in the state `no rule`. */
export function expect9293(situation: Situation, segment: Arriving, table: readonly Row[] = TABLE): Verdict {
  return new Walk(situation, segment).through(table);
}

/** Which states have had the peer's FIN: RCV.NXT is behind it, 2; else 1. Counted from IRS. */
const FIN_CAME: readonly string[] = ['CLOSE-WAIT', 'CLOSING', 'LAST-ACK', 'TIME-WAIT'];

/** Sequence number 0 as the script counts: the initial one is 2^32 - 1024. */
const ZERO = 1024;

const CONTROLS: { readonly [ctl: string]: string | undefined } = {
  RST: 'R',
  'RST,ACK': 'R.',
  'SYN,ACK': 'S.',
  ACK: '.',
};

/** Where a FIN is that went with the text beyond the window. */
const CUT = Number.POSITIVE_INFINITY;

interface Condition {
  readonly text: string;
  readonly left: string;
  readonly operator: string | undefined;
  readonly right: string;
}

const readConditions = new Map<string, readonly (readonly Condition[])[]>();

/** What a `when` says: one of these, of which all must hold. */
function alternatives(when: string): readonly (readonly Condition[])[] {
  let read = readConditions.get(when);
  if (read === undefined) {
    const conditionOf = (text: string): Condition => {
      const [, left = '', operator, right = ''] = /^(.+) (=<|<>|>=|<|>|=) (.+)$/.exec(text) ?? [];
      return { text, left, operator, right };
    };
    read = when === '' ? [[]] : when.split(' or ').map((all) => all.split(' and ').map(conditionOf));
    readConditions.set(when, read);
  }
  return read;
}

interface Term {
  readonly sign: number;
  readonly word: string;
}

const readSums = new Map<string, readonly Term[]>();

function terms(sum: string): readonly Term[] {
  let read = readSums.get(sum);
  if (read === undefined) {
    const words = sum.split(' ');
    read = words.flatMap((word, i) => (i % 2 === 0 ? [{ sign: words[i - 1] === '-' ? -1 : 1, word }] : []));
    readSums.set(sum, read);
  }
  return read;
}

class Walk {
  /** As in the table: both ways into SYN-RECEIVED are told apart. */
  #state: string;
  #acknowledges = false;
  readonly #names = new Map<string, number>();
  readonly #bits: { readonly [name: string]: boolean | undefined };
  readonly #result: Expected;

  constructor(situation: Situation, segment: Arriving) {
    this.#state = situation;
    const { una, nxt } = sendFigures(situation);
    const length = segment.text + (segment.syn ? 1 : 0) + (segment.fin ? 1 : 0);
    const first = segment.seq + (segment.syn ? 1 : 0);
    const rcvNxt = FIN_CAME.includes(situation) ? 2 : 1;
    const names = {
      ISS: 0,
      IRS: 0,
      'SND.UNA': una,
      'SND.NXT': nxt,
      'RCV.NXT': rcvNxt,
      'RCV.WND': EDGE - rcvNxt,
      'SEG.SEQ': segment.seq,
      'SEG.ACK': segment.ack,
      'SEG.LEN': length,
      'SEG.UP': segment.seq + URGENT_POINTER,
      'TEXT.FIRST': first,
      'TEXT.END': first + segment.text,
      'FIN.AT': segment.fin ? segment.seq + length - 1 : segment.seq,
    };
    for (const [name, value] of Object.entries(names)) this.#names.set(name, value);
    this.#bits = { RST: segment.rst, SYN: segment.syn, ACK: segment.hasAck, FIN: segment.fin, URG: segment.urg };
    this.#result = {
      state: '',
      sent: [],
      failure: undefined,
      delivered: 0,
      behindHole: 0,
      urgent: false,
      una,
    };
  }

  through(table: readonly Row[]): Verdict {
    const differences = new Set<Difference>();
    const rows: string[] = [];
    let skipTo: string | undefined;
    let ended = false;
    for (const row of table) {
      if (skipTo !== undefined && row.at !== skipTo) continue;
      skipTo = undefined;
      if (!row.in.some((place) => place === this.#state) || !this.#holds(row.when)) continue;
      rows.push(row.id);
      if (row.difference !== undefined) differences.add(row.difference);
      for (const effect of row.follows) {
        if (effect === 'return') ended = true;
        else if (effect.startsWith('go on at ')) skipTo = effect.slice('go on at '.length);
        else this.#happen(effect);
      }
      if (ended) break;
    }
    const result = this.#result;
    result.state = ended ? this.#state.replace(' (active)', '') : 'no rule';
    if (this.#acknowledges) this.#send('<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>');
    result.una = this.#value('SND.UNA');
    return { ...result, differences: [...differences], rows };
  }

  #holds(when: string): boolean {
    return alternatives(when).some((all) => all.every((one) => this.#is(one)));
  }

  #is({ text, left, operator, right }: Condition): boolean {
    if (operator === undefined) return this.#isOn(text);
    const difference = this.#value(left) - this.#value(right);
    switch (operator) {
      case '=<':
        return difference <= 0;
      case '<':
        return difference < 0;
      case '=':
        return difference === 0;
      case '<>':
        return difference !== 0;
      case '>':
        return difference > 0;
      default:
        return difference >= 0;
    }
  }

  #isOn(name: string): boolean {
    if (name === 'TEXT') return this.#value('TEXT.END') > this.#value('TEXT.FIRST');
    const bit = this.#bits[name.replace('no ', '')];
    if (bit === undefined) throw new Error(`the table says ${name}, which nobody knows`);
    if (name === 'FIN') return bit && this.#value('FIN.AT') < CUT;
    return name.startsWith('no ') ? !bit : bit;
  }

  /** A sum of names and numbers. */
  #value(sum: string): number {
    let value = 0;
    for (const { sign, word } of terms(sum)) {
      const term = this.#names.get(word) ?? Number(word);
      if (Number.isNaN(term)) throw new Error(`the table says ${sum}, and nobody knows ${word}`);
      value += sign * term;
    }
    return value;
  }

  #happen(effect: string): void {
    const [verb = '', object = ''] = /^(\S+) ?(.*)$/.exec(effect)?.slice(1) ?? [];
    const result = this.#result;
    const text = this.#value('TEXT.END') - this.#value('TEXT.FIRST');
    if (object.startsWith(':= ')) this.#names.set(verb, this.#value(object.slice(3)));
    else if (verb === 'enter') this.#state = object;
    else if (verb === 'send') this.#send(object);
    else if (verb === 'acknowledge') this.#acknowledges = true;
    else if (verb === 'trim') this.#trim();
    else if (verb === 'deliver') result.delivered = text;
    else if (verb === 'hold') result.behindHole = text;
    else if (effect === 'signal urgent') result.urgent = true;
    else if (verb === 'signal') result.failure = object;
    else throw new Error(`the table says ${effect}, which nobody knows`);
  }

  /** 3.10.7.4, first: from there on the segment begins no earlier than RCV.NXT and does not exceed the window. */
  #trim(): void {
    const edge = this.#value('RCV.NXT + RCV.WND');
    if (this.#bits['FIN'] === true && this.#value('TEXT.END') > edge) this.#names.set('FIN.AT', CUT);
    this.#names.set('TEXT.FIRST', Math.max(this.#value('TEXT.FIRST'), this.#value('RCV.NXT')));
    this.#names.set('TEXT.END', Math.min(this.#value('TEXT.END'), edge));
  }

  #send(segment: string): void {
    const [, seq = '', ack, control = ''] = /^<SEQ=([^>]+)>(?:<ACK=([^>]+)>)?<CTL=(.+)>$/.exec(segment) ?? [];
    // The RFC's <SEQ=0> is the number itself, not one that is counted from ours.
    const at = seq === '0' ? ZERO : this.#value(seq);
    const acknowledgment = ack === undefined ? '' : ` ack ${this.#value(ack) | 0}`;
    this.#result.sent.push(`${CONTROLS[control] ?? control} ${at}:${at}(0)${acknowledgment}`);
  }
}
