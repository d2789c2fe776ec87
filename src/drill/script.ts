/**
 * What a script in packetdrill's language is once it was read: options, settings, and events in time.
 *
 *     --tolerance_usecs=10000                              option
 *     `sysctl -q net.ipv4.tcp_sack=0`                      command, before the first event
 *        0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3       call
 *      +.1 < S 0:0(0) win 32792 <mss 1000,nop,wscale 7>    packet that comes in
 *       +0 > S. 0:0(0) ack 1 <...>                         packet that must go out
 *       +0 %{ assert tcpi_snd_cwnd == 10 }%                code
 *
 * Source: the language as packetdrill's users know it (Cardwell et al., "packetdrill: Scriptable Network Stack Testing",
 * USENIX ATC 2013, and its public grammar). Left out: encapsulation (GRE, MPLS), mutation of packets.
 * Made by `parser.ts`; read by `run.ts`.
 */

/** A script that is wrong, or that did not hold: where, and why. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

export interface Script {
  readonly options: readonly { readonly name: string; readonly value: string | undefined; readonly line: number }[];
  readonly events: readonly ScriptEvent[];
}

/** In microseconds. `any`: whenever it comes. */
export type EventTime =
  | { readonly kind: 'absolute' | 'relative'; readonly at: number }
  | { readonly kind: 'absolute-range' | 'relative-range'; readonly at: number; readonly to: number }
  | { readonly kind: 'any' };

export interface ScriptEvent {
  readonly line: number;
  /** undefined: a command before the first event or behind the last. */
  readonly time: EventTime | undefined;
  readonly action: Action;
}

export type Action =
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'packet'; readonly direction: 'in' | 'out'; readonly packet: ScriptPacket }
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string };

export interface Call {
  readonly name: string;
  /** It may block, and returns at this moment: microseconds, in the event's own reckoning (relative or absolute). */
  readonly returnsAt: number | undefined;
  readonly args: readonly Expression[];
  readonly result: Expression;
  /** 'EAGAIN' */
  readonly errno: string | undefined;
}

/** A field of `{name(arg)=value, value}`; those without a name stand for themselves. */
export interface Field {
  readonly name: string | undefined;
  readonly value: Expression;
}

export type Expression =
  | { readonly kind: 'any' }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'word'; readonly name: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'struct'; readonly fields: readonly Field[] }
  | { readonly kind: 'function'; readonly name: string; readonly args: readonly Expression[] };

export const ECN = { noecn: 0, ect1: 1, ect0: 2, ce: 3 } as const;

/** What a script says of the IP header; undefined: nothing. */
export interface IpInfo {
  /** 'ect01': either of the two. */
  readonly ecn: number | 'ect01' | undefined;
  readonly tos: number | undefined;
  readonly ttl: number | undefined;
}

export interface Ports {
  readonly source: number;
  readonly destination: number;
}

export type ScriptPacket = TcpPacket | UdpPacket | IcmpPacket;

export interface TcpPacket {
  readonly protocol: 'tcp';
  readonly ip: IpInfo;
  readonly ports: Ports | undefined;
  /** FIN | SYN | …, with the three bits of ECN's; AE is 256. */
  readonly control: number;
  readonly seq: number;
  readonly length: number;
  readonly ack: number;
  readonly window: number | undefined;
  readonly urgent: number;
  /** undefined: `<...>`, whatever they are. */
  readonly options: readonly TcpOption[] | undefined;
}

export type TcpOption =
  | { readonly kind: 'nop' | 'eol' | 'sackOK' }
  | { readonly kind: 'mss' | 'wscale'; readonly value: number }
  | { readonly kind: 'sack'; readonly blocks: readonly (readonly [number, number])[] }
  | { readonly kind: 'TS'; readonly val: number; readonly ecr: number }
  /** One that the stack does not know: its number and the bytes behind its length. */
  | { readonly kind: 'other'; readonly name: string; readonly number: number; readonly data: readonly number[] };

export interface UdpPacket {
  readonly protocol: 'udp';
  readonly ip: IpInfo;
  readonly ports: Ports | undefined;
  readonly length: number;
}

export interface IcmpPacket {
  readonly protocol: 'icmp';
  readonly ip: IpInfo;
  readonly type: string;
  readonly code: string | undefined;
  readonly mtu: number | undefined;
  /** What it quotes. */
  readonly quoted: { readonly protocol: 'tcp' | 'udp'; readonly seq: number; readonly length: number };
}
