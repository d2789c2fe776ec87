/**
 * What RFC 9293, 3.10.7 says must follow from one segment, worked out from its text alone, for the matrix of trust.md's
 * V21. It shares no code with `src/tcp`. Numbers are counted from each side's initial one; the situation is that of
 * `inState` with the windows below, 10 bytes in flight where data may be sent, and no ACK for invalid segments sent yet.
 *
 * Where the stack does otherwise on purpose stands in `DIFFERENCES`, as data with the reason.
 */
import type { Situation } from './states.ts';

/** Where the answer is not that of RFC 9293's text: what it says, what is done, and why. Each is counted by the matrix. */
export const DIFFERENCES = {
  'listen-syn-fin':
    'LISTEN: a SYN with FIN is dropped. Linux: nobody opens and closes in one segment but to slip by a filter',
  'syn-received-same-syn': "SYN-RECEIVED: the peer's SYN again draws the SYN-ACK again. Linux: our SYN-ACK was lost",
  'stray-ack':
    'A whole FIN that came again still acknowledges. Linux: our ACK of it was lost, and its ACK is newer than ours',
  'challenge-rst': 'A RST in the window but not at RCV.NXT draws an ACK and resets nothing. RFC 5961, 3.2',
  'challenge-syn': 'A SYN in a synchronized state draws an ACK, wherever it lies. RFC 5961, 4.2',
  'reset-after-fin': 'CLOSE-WAIT: RST is EPIPE for send, and recv keeps its end of stream. Linux tcp_reset',
} as const;

export type Difference = keyof typeof DIFFERENCES;

/** Which states have had the peer's FIN: RCV.NXT is behind it, 2; else 1. Counted from IRS. */
const FIN_CAME: readonly string[] = ['CLOSE-WAIT', 'CLOSING', 'LAST-ACK', 'TIME-WAIT'];

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
}

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

export function expect9293(situation: Situation, segment: Arriving): Verdict {
  const { una, nxt } = sendFigures(situation);
  const result: Expected = {
    state: situation.replace(' (active)', ''),
    sent: [],
    failure: undefined,
    delivered: 0,
    behindHole: 0,
    urgent: false,
    una,
  };
  const differences: Difference[] = [];
  if (situation === 'CLOSED') inClosed(segment, result);
  else if (situation === 'LISTEN') inListen(segment, result, differences);
  else if (situation === 'SYN-SENT') inSynSent(segment, result);
  else new Otherwise(situation, segment, result, nxt, differences).run();
  return { ...result, differences };
}

const reset = ({ ack }: Arriving): string => `R ${ack}:${ack}(0)`;
const length = (segment: Arriving): number => segment.text + (segment.syn ? 1 : 0) + (segment.fin ? 1 : 0);

/** Sequence number 0 as the script counts: the initial one is 2^32 - 1024. */
const ZERO = 1024;

function inClosed(segment: Arriving, result: Expected): void {
  if (segment.rst) return;
  result.sent = [segment.hasAck ? reset(segment) : `R. ${ZERO}:${ZERO}(0) ack ${(segment.seq + length(segment)) | 0}`];
}

function inListen(segment: Arriving, result: Expected, differences: Difference[]): void {
  if (segment.rst) return;
  if (segment.hasAck) {
    result.sent = [reset(segment)];
    return;
  }
  if (!segment.syn) return;
  if (segment.fin) {
    differences.push('listen-syn-fin');
    return;
  }
  result.state = 'SYN-RECEIVED';
  result.sent = [`S. 0:0(0) ack ${(segment.seq + 1) | 0}`];
}

function inSynSent(segment: Arriving, result: Expected): void {
  const acceptable = segment.hasAck && segment.ack === 1;
  if (segment.hasAck && !acceptable) {
    if (!segment.rst) result.sent = [reset(segment)];
    return;
  }
  if (segment.rst) {
    if (!acceptable) return;
    result.state = 'CLOSED';
    result.failure = 'refused';
    return;
  }
  if (!segment.syn) return;
  if (acceptable) {
    result.state = 'ESTABLISHED';
    result.una = 1;
    result.sent = [`. 1:1(0) ack ${(segment.seq + 1) | 0}`];
  } else {
    result.state = 'SYN-RECEIVED';
    result.sent = [`S. 0:0(0) ack ${(segment.seq + 1) | 0}`];
  }
}

const FAILURES: { readonly [state: string]: string | undefined } = {
  'SYN-RECEIVED (active)': 'refused',
  ESTABLISHED: 'reset',
  'FIN-WAIT-1': 'reset',
  'FIN-WAIT-2': 'reset',
  'CLOSE-WAIT': 'reset-after-fin', // Linux: EPIPE, and the end of the stream stays
};

class Otherwise {
  private rcvNxt: number;
  private readonly situation: Situation;
  private readonly segment: Arriving;
  private readonly result: Expected;
  private readonly nxt: number;
  private readonly differences: Difference[];

  constructor(situation: Situation, segment: Arriving, result: Expected, nxt: number, differences: Difference[]) {
    this.situation = situation;
    this.segment = segment;
    this.result = result;
    this.nxt = nxt;
    this.differences = differences;
    this.rcvNxt = FIN_CAME.includes(situation) ? 2 : 1;
  }

  run(): void {
    if (this.sequence() && this.resetBit() && this.synBit() && this.ackBit()) {
      this.urgentBit();
      const fin = this.text();
      if (fin) this.finBit();
    }
  }

  private answer(): void {
    this.result.sent = [`. ${this.nxt}:${this.nxt}(0) ack ${this.rcvNxt}`];
  }

  private get handshake(): boolean {
    return this.situation.startsWith('SYN-RECEIVED');
  }

  /** The octets at `seq` and `seq + len - 1`, or `seq` alone, lie in the window. */
  private acceptable(): boolean {
    const { segment, rcvNxt } = this;
    const inside = (seq: number) => seq >= rcvNxt && seq < EDGE;
    const len = length(segment);
    return inside(segment.seq) || (len > 0 && inside(segment.seq + len - 1));
  }

  private sequence(): boolean {
    const { segment, result } = this;
    if (this.acceptable()) return true;
    if (segment.rst) return false;
    if (this.handshake && segment.syn && segment.seq === 0) return true; // for the SYN's own check
    this.answer();
    const again = segment.fin && !segment.syn && segment.seq + length(segment) === this.rcvNxt;
    if (again && segment.hasAck && !this.handshake && segment.ack > result.una && segment.ack <= this.nxt) {
      this.differences.push('stray-ack');
      result.una = segment.ack;
      this.finAcknowledged();
      if (result.state === 'CLOSED') result.sent = [];
    }
    return false;
  }

  private resetBit(): boolean {
    const { segment, result } = this;
    if (!segment.rst) return true;
    if (segment.seq !== this.rcvNxt) {
      this.differences.push('challenge-rst');
      this.answer();
      return false;
    }
    if (this.situation === 'CLOSE-WAIT') this.differences.push('reset-after-fin');
    result.state = 'CLOSED';
    result.failure = FAILURES[this.situation];
    return false;
  }

  private synBit(): boolean {
    const { segment, result, situation } = this;
    if (!segment.syn) return true;
    if (this.handshake && segment.seq === 0) {
      if (situation === 'SYN-RECEIVED (active)' && segment.hasAck) return true;
      this.differences.push('syn-received-same-syn');
      result.sent = ['S. 0:0(0) ack 1'];
      return false;
    }
    if (situation === 'SYN-RECEIVED') result.state = 'CLOSED';
    else {
      this.differences.push('challenge-syn');
      this.answer();
    }
    return false;
  }

  private ackBit(): boolean {
    const { segment, result } = this;
    if (!segment.hasAck) return false;
    if (this.handshake) {
      if (segment.ack !== 1) {
        result.sent = [reset(segment)];
        return false;
      }
      result.state = 'ESTABLISHED';
      result.una = 1;
      return true;
    }
    if (segment.ack > this.nxt) {
      this.answer();
      return false;
    }
    result.una = Math.max(result.una, segment.ack);
    return this.finAcknowledged();
  }

  /** Whether the segment is looked at further. */
  private finAcknowledged(): boolean {
    const { result } = this;
    const acknowledged = result.una === 2;
    switch (result.state) {
      case 'FIN-WAIT-1':
        if (acknowledged) result.state = 'FIN-WAIT-2';
        return true;
      case 'CLOSING':
        if (acknowledged) result.state = 'TIME-WAIT';
        return false;
      case 'LAST-ACK':
        if (acknowledged) result.state = 'CLOSED';
        return !acknowledged;
      case 'TIME-WAIT':
        if (this.segment.fin) this.answer();
        return false;
      default:
        return true;
    }
  }

  private get receives(): boolean {
    return ['ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2'].includes(this.result.state);
  }

  private urgentBit(): void {
    const { segment, result } = this;
    if (segment.urg && this.receives) result.urgent = segment.seq + URGENT_POINTER > this.rcvNxt;
  }

  /** Whether the FIN, if there is one, lies in the window. */
  private text(): boolean {
    const { segment, result } = this;
    if (!this.receives) return false;
    if (segment.text === 0) return true;
    const first = segment.seq + (segment.syn ? 1 : 0);
    const from = Math.max(first, this.rcvNxt);
    const to = Math.min(first + segment.text, EDGE);
    if (from === this.rcvNxt) {
      result.delivered = to - from;
      this.rcvNxt = to;
    } else {
      result.behindHole = to - from;
    }
    this.answer();
    return first + segment.text <= EDGE;
  }

  private finBit(): void {
    const { segment, result } = this;
    if (!segment.fin) return;
    if (segment.seq + length(segment) - 1 === this.rcvNxt) {
      this.rcvNxt++;
      if (result.state === 'ESTABLISHED') result.state = 'CLOSE-WAIT';
      else if (result.state === 'FIN-WAIT-1') result.state = 'CLOSING';
      else result.state = 'TIME-WAIT';
    }
    this.answer();
  }
}
