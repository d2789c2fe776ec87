/**
 * The figures by which one system's TCP differs from another's, and what a user may set for one connection. Filled
 * by `host/` from sysctl values and a profile; nothing in `tcp/` holds a figure that a profile could change.
 * All times are integer nanoseconds, all sizes bytes.
 */

import type { Sink } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import type { Endpoint, IpAddress } from '../wire/address.ts';
import type { Accounting } from './accounting.ts';
import type { TcpEvent } from './events.ts';
import type { MtuProbingConfig } from './mtu-probing.ts';

export interface TcpConfig {
  /** RFC 6298, 2.1; Linux TCP_TIMEOUT_INIT. */
  readonly rtoInitial: Nanoseconds;
  readonly rtoMin: Nanoseconds;
  readonly rtoMax: Nanoseconds;
  /** What `rtoMin` bounds: the whole RTO (RFC 6298, 2.4) or only its variance term (Linux: RTO = SRTT + max(4·RTTVAR, rto_min)). */
  readonly rtoFloor: 'total' | 'variance';
  readonly synRetries: number;
  /** Linux ≥ 6.5 tcp_syn_linear_timeouts: that many SYN retransmissions come before the back-off begins. */
  readonly synLinearTimeouts: number;
  readonly synAckRetries: number;
  readonly retries2: number;
  /** tcp_retries1: so much later it is asked whether the path itself is at fault (R1 of RFC 1122, 4.2.3.5). */
  readonly retries1: number;
  readonly mtuProbing: MtuProbingConfig;
  /** How `retries2` decides: by the time that so many back-offs would take (Linux), or by counting retransmissions. */
  readonly giveUpBy: 'time' | 'count';
  /** tcp_orphan_retries; Linux takes 8 for 0. */
  readonly orphanRetries: number;
  readonly finTimeout: Nanoseconds;
  readonly timeWait: Nanoseconds;
  /** RFC 1337: a RST does not end TIME-WAIT. */
  readonly rfc1337: boolean;
  readonly delayedAckMin: Nanoseconds;
  readonly delayedAckMax: Nanoseconds;
  /** Segments acknowledged at once when a connection is fresh, if the window holds twice as many (Linux TCP_MAX_QUICKACKS); 0: none. */
  readonly quickAcks: number;
  /**
   * When two full segments wait for an ACK: it goes at once (SHLD-19), or only if the window moves with it, else when the
   * program reads (Linux __tcp_ack_snd_check, tcp_cleanup_rbuf).
   */
  readonly acksSecondSegment: 'always' | 'if-window-moves';
  /** The ACK of a FIN that ends what the peer says: at once (RFC 9293), or as that of data that is soon answered (Linux tcp_fin). */
  readonly acksFin: 'at-once' | 'as-data';
  /** RFC 8985, 7: a tail loss probe goes before the first RTO. */
  readonly lossProbe: boolean;
  readonly sack: boolean;
  /** RFC 2883: what came again is reported to the peer. */
  readonly dsack: boolean;
  /** RFC 5682: after a time-out two ACKs tell whether it was right. */
  readonly frto: boolean;
  readonly timestamps: boolean;
  /** tcp_ecn: ECN (RFC 3168) is refused, asked for, or spoken with who asks. */
  readonly ecn: 'never' | 'asks' | 'answers';
  /** tcp_ecn_fallback: a SYN that goes again does not ask. */
  readonly ecnFallback: boolean;
  readonly windowScaling: boolean;
  /** RFC 6928: segments. */
  readonly initialWindow: number;
  /** tcp_notsent_lowat: so many bytes unsent, and a socket takes no more. */
  readonly unsentLowWater: number;
  /** What the window of congestion counts: bytes (RFC 5681), or packets, of which a short one counts as a full one (Linux). */
  readonly congestionCounts: 'bytes' | 'packets';
  /** What a connection's window of congestion obeys (tcp_congestion_control). */
  readonly congestionControl: 'reno' | 'cubic';
  /**
   * What a loss does to the window of congestion: cuts it at once, for good (RFC 5681, 6675), or reduces it as ACKs come
   * (RFC 6937) and is undone when it proves to be none (RFC 3522, 2883; Linux).
   */
  readonly lossResponse: 'at-once' | 'proportional';
  readonly slowStartAfterIdle: boolean;
  /** 'minshall': a small segment waits only while another small one is unacknowledged (Linux). */
  readonly nagle: 'rfc' | 'minshall';
  /** Linux tcp_invalid_ratelimit: at most one ACK for invalid segments in that time, per connection (RFC 5961, 7). */
  readonly challengeInterval: Nanoseconds;
  /** Buffers: what a fresh socket has, and how far automatic tuning may go. */
  readonly receiveBufferDefault: number;
  readonly receiveBufferMax: number;
  /** The largest that tuning or a program may ask for: what the window must be able to offer (tcp_select_initial_window). */
  readonly receiveBufferLargest: number;
  readonly sendBufferDefault: number;
  readonly sendBufferMax: number;
  /** Whether buffers without a user's figure grow with the flow (tcp_moderate_rcvbuf and tcp_sndbuf_expand). */
  readonly autoTuning: boolean;
  /** close() with unread bytes: RST (RFC 9293, 3.6.1, SHLD-3 side note; RFC 2525, 2.17) or FIN. */
  readonly closeWithUnread: 'rst' | 'fin';
  /** A RST throws unread bytes away (Windows, unsure) or leaves them to be read first (Linux, row 5). */
  readonly resetDiscardsUnread: boolean;
  /** SHUT_RD throws away what comes later (BSD) or keeps it readable (Linux, row 10). */
  readonly shutdownReadDiscards: boolean;
  /** An ICMP error during the handshake ends it at once (Linux, row 42) or is only remembered (MUST-56). */
  readonly icmpAbortsHandshake: boolean;
  /** A hard ICMP error ends an established connection (SHLD-26) or is only remembered (Linux, row 35). */
  readonly icmpHardAborts: boolean;
  /** Linux row 47: listen(n) holds n + 1. */
  readonly backlogExtra: number;
  /** A full accept queue drops the SYN (Linux, BSD) or refuses it (Windows). */
  readonly backlogOverflow: 'drop' | 'rst';
  /** tcp_abort_on_overflow: the last ACK of a handshake that finds no room draws a RST. */
  readonly abortOnOverflow: boolean;
  readonly maxSynBacklog: number;
  /** tcp_syncookies: half-open connections beyond the backlog are dropped (0), or cost a cookie instead of memory (1); 2: all do. */
  readonly synCookies: number;
  /** What bounds the half-open connections of a listener beside `maxSynBacklog`: its backlog too (Linux), or nothing. */
  readonly synQueueBound: 'backlog' | 'none';
  /** The urgent pointer points behind the last urgent octet (MUST-62, RFC 6093) or to it (RFC 1122; tcp_stdurg=1). */
  readonly urgentPointer: 'behind' | 'last';
}

/** What a user may set for one connection (POSIX names in `socket/options.ts`). */
export interface TcpUserOptions {
  /** Limits as the accounting holds them; undefined: the system's default, tuned automatically. */
  sendBuffer: number | undefined;
  receiveBuffer: number | undefined;
  noDelay: boolean;
  quickAck: boolean;
  keepAlive: boolean;
  keepIdle: Nanoseconds;
  keepInterval: Nanoseconds;
  keepCount: number;
  /** TCP_USER_TIMEOUT; 0: none. */
  userTimeout: Nanoseconds;
  /** TCP_MAXSEG; 0: none. */
  maxSegment: number;
  /** TCP_CORK: what is less than a full segment waits. */
  cork: boolean;
  /** TCP_NOTSENT_LOWAT: with so many bytes unsent there is no room; 0: net.ipv4.tcp_notsent_lowat says it. */
  unsentLowWater: number;
  /** TCP_SYNCNT: how often a SYN goes again; 0: tcp_syn_retries says it. */
  synCount: number;
  /** TCP_LINGER2: how long FIN-WAIT-2 lasts without a user; negative: not at all; 0: tcp_fin_timeout says it. */
  linger2: Nanoseconds;
  /** TCP_DEFER_ACCEPT, in SYN-ACKs: that often one goes before a bare ACK ends the handshake. */
  deferAccept: number;
  /** SO_RCVLOWAT: fewer unread bytes than that are not worth waking a program for. */
  receiveLowWater: number;
  /** IP_TOS, IPV6_TCLASS: the byte of the IP header. */
  tos: number;
  /** SO_OOBINLINE: the urgent byte is one of the stream. */
  urgentInline: boolean;
  /** IP_RECVERR: what ICMP tells is the next call's error. */
  receiveErrors: boolean;
}

/**
 * Other options, changed so. All of them have one hidden class: a spread would give each world objects of another, and the
 * engine would compile the data path anew for each.
 */
export function withChanges(options: Readonly<TcpUserOptions>, changes: Partial<TcpUserOptions>): TcpUserOptions {
  const changed: TcpUserOptions = {
    sendBuffer: options.sendBuffer,
    receiveBuffer: options.receiveBuffer,
    noDelay: options.noDelay,
    quickAck: options.quickAck,
    keepAlive: options.keepAlive,
    keepIdle: options.keepIdle,
    keepInterval: options.keepInterval,
    keepCount: options.keepCount,
    userTimeout: options.userTimeout,
    maxSegment: options.maxSegment,
    cork: options.cork,
    unsentLowWater: options.unsentLowWater,
    synCount: options.synCount,
    linger2: options.linger2,
    deferAccept: options.deferAccept,
    receiveLowWater: options.receiveLowWater,
    tos: options.tos,
    urgentInline: options.urgentInline,
    receiveErrors: options.receiveErrors,
  };
  return Object.assign(changed, changes);
}

/** What a connection is given by the stack that it lives in. */
export interface TcpEnvironment {
  readonly config: TcpConfig;
  readonly accounting: Accounting;
  readonly sink: Sink<TcpEvent>;
  /** RFC 9293, 3.4.1. */
  initialSequence(local: Endpoint, remote: Endpoint, now: Nanoseconds): number;
  /** What nobody else can compute of a 4-tuple and a count: a uint32 (SYN cookies). */
  cookieHash(local: Endpoint, remote: Endpoint, count: number): number;
  /** RFC 7323, 5.4: added to the millisecond clock of timestamps, secret for each pair. */
  timestampOffset(local: Endpoint, remote: Endpoint): number;
  /** Path MTU in bytes, IP header included. */
  mtu(remote: IpAddress): number;
  /** A uniform uint32, for what an attacker must not guess. */
  random(): number;
}
