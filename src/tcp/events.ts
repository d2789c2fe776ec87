/** What the TCP layer tells the trace, past tense, JSON-safe. The recorder adds number, time, host and cause. */
import type { State } from './state.ts';
import type { TimerName } from './timers.ts';

export type TcpEvent =
  | {
      readonly kind: 'tcp.state';
      readonly connection: string;
      readonly from: State;
      readonly to: State;
      readonly why: string;
    }
  /** A timer that is set goes off at `deadline`; without one it is cleared. That it went off clears it as well. */
  | {
      readonly kind: 'tcp.deadline';
      readonly connection: string;
      readonly timer: TimerName;
      readonly deadline?: number;
    }
  | { readonly kind: 'tcp.timer'; readonly connection: string; readonly timer: TimerName }
  | {
      readonly kind: 'tcp.retransmit';
      readonly connection: string;
      readonly seq: number;
      readonly len: number;
      readonly why: RetransmitReason;
    }
  | {
      readonly kind: 'tcp.rtt';
      readonly connection: string;
      readonly srtt: number;
      readonly rttvar: number;
      readonly rto: number;
    }
  /** Limits of the buffers, in the measure of the host's accounting: told at the beginning, and when they change. */
  | { readonly kind: 'tcp.buffers'; readonly connection: string; readonly send: number; readonly receive: number }
  | {
      readonly kind: 'tcp.congestion';
      readonly connection: string;
      readonly cwnd: number;
      readonly ssthresh: number;
      /** 'marked': it shrinks because of a mark (ECN). */
      readonly phase: 'open' | 'recovery' | 'loss' | 'marked';
    }
  | { readonly kind: 'tcp.drop'; readonly connection: string; readonly reason: TcpDropReason }
  | { readonly kind: 'tcp.failed'; readonly connection: string; readonly failure: string }
  | {
      readonly kind: 'tcp.discarded';
      readonly connection: string;
      readonly where: 'send-buffer' | 'receive-buffer' | 'out-of-order';
      readonly bytes: number;
    }
  /** Memory was short: what lay behind a hole was given up. The peer has it still, and sends it again (RFC 2018, 8). */
  | { readonly kind: 'tcp.pruned'; readonly connection: string; readonly bytes: number };

export type RetransmitReason = 'timeout' | 'fast' | 'loss-probe' | 'syn' | 'zero-window';

/** Why a segment that was well-formed was not taken. Each is a rule of RFC 9293, 3.10.7, or of the RFC named. */
export type TcpDropReason =
  | 'outside-window' // first check
  | 'paws' // RFC 7323, 5
  | 'rst-outside-window' // second check
  | 'rst-not-exact' // RFC 5961, 3
  | 'rst-refused' // SYN-SENT: RST without an acceptable ACK
  | 'syn-in-window' // RFC 5961, 4
  | 'no-ack' // fifth check
  | 'ack-not-in-flight' // fifth check and RFC 5961, 5
  | 'old-ack'
  | 'not-a-syn' // LISTEN, SYN-SENT
  | 'text-after-fin'
  | 'text-after-close' // SHLD-3: answered by RST
  | 'receive-buffer-full'
  | 'duplicate'
  | 'listen-rst'
  | 'listen-ack'
  | 'listen-broadcast'
  | 'accept-queue-full'
  | 'syn-queue-full'
  | 'forged-icmp'; // RFC 5927
