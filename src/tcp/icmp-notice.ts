/** What IP tells a connection of an ICMP error that one of its segments drew (RFC 9293, 3.9.2.2). */
export interface IcmpNotice {
  /** 3 destination unreachable, 11 time exceeded, 12 parameter problem. */
  readonly type: number;
  readonly code: number;
  /** SEG.SEQ of the segment that it quotes; must be in flight, else the notice is a forgery (RFC 5927). */
  readonly sequence: number;
  /** Next-hop MTU of a "fragmentation needed", 0 if the router did not say (RFC 1191). */
  readonly mtu: number;
}
