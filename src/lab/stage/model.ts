/**
 * What the stage shows at one moment: plain data, made from a recording's events up to a cursor and from nothing else.
 *
 * Offsets are bytes of a channel, counted from its first; times are virtual nanoseconds; `n` are numbers of events.
 * Calls it: `fold.ts` makes it; every view reads it.
 */
import type { Json } from '../../base/json.ts';
import type { Nanoseconds } from '../../base/time.ts';
import type { ChannelLedger } from '../../system/scenario.ts';
import type { State } from '../../tcp/state.ts';
import type { Break } from '../../trace/noticed.ts';

export interface Span {
  /** Offset of the first byte, and behind the last. */
  readonly from: number;
  readonly to: number;
}

export interface StageModel {
  /** How many events were applied: 0 to recording.length. */
  readonly cursor: number;
  /** Virtual time of the last one. */
  readonly at: Nanoseconds;
  readonly hosts: readonly HostView[];
  readonly cables: readonly CableView[];
  /** In the order in which their connections began; two for each connection, `i` and `i ^ 1` belong together. */
  readonly channels: readonly ChannelView[];
  readonly breaks: readonly Break[];
  /** Of the breaks that were mended, when: the cable whole, the power on, the program going on or started again. */
  readonly mended: readonly Mend[];
  /** Frames that ended at this very moment: the last that arrived, if nothing else was seen since, and those lost. */
  readonly ended: readonly EndedFrame[];
}

export interface Mend {
  /** Number of the break's event. */
  readonly broken: number;
  readonly at: Nanoseconds;
}

export interface EndedFrame {
  readonly frame: FrameView;
  /** The cable's name. */
  readonly cable: string;
}

export interface HostView {
  readonly name: string;
  readonly what: 'host' | 'switch' | 'router';
  /** '10.0.0.1' without its prefix length. */
  readonly addresses: readonly string[];
  readonly profile: string | undefined;
  readonly powered: boolean;
  readonly processes: readonly ProcessView[];
  /** Those that a process has open, and those that only the operating system still holds. */
  readonly sockets: readonly SocketView[];
}

export interface ProcessView {
  readonly name: string;
  readonly state: 'running' | 'stopped' | 'killed' | 'exited';
  /** JSON of how it ended: { code, value } or { error }. */
  readonly exit: Json | undefined;
  readonly printed: readonly { readonly at: Nanoseconds; readonly text: string }[];
  /** The last 200, oldest first; the last of them has not returned if the process is blocked. */
  readonly calls: readonly CallView[];
}

export interface CallView {
  /** Number of its `call.entered`. */
  readonly n: number;
  readonly call: string;
  readonly socket: string | undefined;
  /** 'local>remote' of its socket, if that was connected when it was made. */
  readonly connection: string | undefined;
  readonly args: Json;
  readonly at: Nanoseconds;
  /** undefined: it has not returned. */
  readonly returned:
    | { readonly n: number; readonly at: Nanoseconds; readonly result?: Json; readonly error?: string }
    | undefined;
  /** Bytes copied for it so far, and where they lie in their channel. */
  readonly copied: number;
  readonly span: Span | undefined;
}

export interface SocketView {
  /** 'tcp:3'; undefined: no program holds it any more, or none has accepted it yet. */
  readonly id: string | undefined;
  readonly process: string | undefined;
  readonly kind: 'tcp' | 'listening' | 'udp';
  /** '10.0.0.1:7000' */
  readonly local: string | undefined;
  readonly remote: string | undefined;
  readonly state: State | undefined;
  /** Indices into `channels`: what it sends, what it receives. */
  readonly sends: number | undefined;
  readonly receives: number | undefined;
  /** Limits of its buffers, in the measure of the host's accounting; undefined before they are known. */
  readonly sendLimit: number | undefined;
  readonly receiveLimit: number | undefined;
  /** From tcp.rtt and tcp.congestion, nanoseconds and bytes. */
  readonly srtt: Nanoseconds | undefined;
  readonly rto: Nanoseconds | undefined;
  readonly cwnd: number | undefined;
  readonly ssthresh: number | undefined;
  /** Of a bound UDP socket: what lies in its receive buffer, oldest first. */
  readonly datagrams: readonly DatagramView[] | undefined;
  /** Of a UDP socket, so far; `refused`: what has arrived and found no room. */
  readonly tallies: { readonly sent: Tally; readonly read: Tally; readonly refused: Tally };
}

/** How many datagrams, and how many bytes in them. */
export interface Tally {
  readonly count: number;
  readonly bytes: number;
}

/** A datagram that has arrived and was not read. */
export interface DatagramView {
  /** Number of the `frame.sent` that brought it. */
  readonly n: number;
  /** Who sent it: '10.0.0.2:51000'. */
  readonly from: string;
  readonly length: number;
  /** Its first bytes, as far as the trace holds them. */
  readonly bytes: readonly number[];
}

export interface ChannelView {
  /** 'B:49152>A:7000' */
  readonly name: string;
  readonly from: { readonly host: string | undefined; readonly endpoint: string };
  readonly to: { readonly host: string | undefined; readonly endpoint: string };
  readonly ledger: ChannelLedger;
  /** What lies behind a hole in the receive buffer. */
  readonly outOfOrder: readonly Span[];
  /** Room that the receiver offered last, as far as the sender has heard: from `acknowledged` on. */
  readonly window: number | undefined;
  /** The sender's FIN was sent; and has arrived. */
  readonly fin: { readonly sent: boolean; readonly received: boolean };
}

export interface CableView {
  readonly name: string;
  /** Names of hosts, switches or routers. */
  readonly a: string;
  readonly b: string;
  readonly options: Readonly<Record<string, Json>>;
  /** From `b` to `a`; `options` are those from `a` to `b`. */
  readonly back: Readonly<Record<string, Json>>;
  readonly cut: 'no' | 'both' | 'a-to-b' | 'b-to-a';
  readonly carrier: boolean;
  /** Put onto it and neither arrived nor lost yet, oldest first. */
  readonly frames: readonly FrameView[];
}

export interface FrameView {
  /** Number of its `frame.sent`. */
  readonly n: number;
  /** Name of the machine that sent it. */
  readonly from: string;
  readonly sentAt: Nanoseconds;
  readonly length: number;
  /** When it will arrive or be lost: the recording knows. undefined: the recording ends before. */
  readonly fate:
    | { readonly n: number; readonly at: Nanoseconds; readonly kind: 'delivered' | 'dropped'; readonly reason?: string }
    | undefined;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'arp' | 'other';
  /** Of a TCP segment: its channel, the flags in tcpdump's letters, and its bytes of data. */
  readonly tcp:
    | { readonly channel: number | undefined; readonly flags: string; readonly span: Span | undefined }
    | undefined;
}
