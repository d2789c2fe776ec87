/**
 * How systems differ, as data: `linux` (default), `windows`, `rfc` (what the standards say where Linux deviates). What
 * has a sysctl name stands under it; the rest are words for rules. Each value with its source: "row" and "section" are
 * those of docs/linux-behaviour.md, measured on Linux 6.18 unless it says mem (from memory, not checked).
 *
 * Calls it: `stack.ts` (TCP and IP), `socket/` and the worlds (what calls and process death do).
 */
import { MICROSECOND, MILLISECOND, MINUTE, type Nanoseconds, SECOND } from '../base/time.ts';
import type { TcpConfig, TcpUserOptions } from '../tcp/config.ts';
import type { Sysctl, SysctlValues } from './sysctl.ts';

/** What of TcpConfig no sysctl says. */
type TcpRules = Pick<
  TcpConfig,
  | 'rtoInitial'
  | 'rtoFloor'
  | 'giveUpBy'
  | 'timeWait'
  | 'delayedAckMin'
  | 'delayedAckMax'
  | 'quickAcks'
  | 'acksSecondSegment'
  | 'acksFin'
  | 'initialWindow'
  | 'congestionCounts'
  | 'lossResponse'
  | 'nagle'
  | 'closeWithUnread'
  | 'resetDiscardsUnread'
  | 'shutdownReadDiscards'
  | 'icmpAbortsHandshake'
  | 'icmpHardAborts'
  | 'backlogExtra'
  | 'backlogOverflow'
  | 'synQueueBound'
>;

export interface Profile {
  readonly name: 'linux' | 'windows' | 'rfc';
  /** Defaults that differ from Linux's. */
  readonly sysctl: SysctlValues;
  readonly tcp: TcpRules;
  /** What the death of a process does to its sockets: as close() would, or abortively. */
  readonly killCloses: 'fin' | 'rst';
  /** A blocking send fills what room there is, again and again; or takes all at once while less than SO_SNDBUF is pending. */
  readonly sendRule: 'fill' | 'whole';
  /** What SO_RCVTIMEO and SO_SNDTIMEO end with. */
  readonly timeoutErrno: 'EAGAIN' | 'ETIMEDOUT';
  /** A connection that was reset before accept() took it: a socket that tells the error, or an error of accept itself. */
  readonly acceptAborted: 'socket' | 'ECONNABORTED';
  /** close() with SO_LINGER whose time runs out: 0, or EWOULDBLOCK. */
  readonly lingerTimeoutErrno: undefined | 'EWOULDBLOCK';
  /** ARP without an answer: told to the connection as host unreachable, or left to its own timers. */
  readonly neighborFailure: 'reported' | 'silent';
  /** SO_REUSEADDR on both sockets: needed to share a port with TIME-WAIT, never with a listener; or it takes any port over. */
  readonly reuseAddress: 'time-wait' | 'steal';
}

export const linux: Profile = {
  name: 'linux',
  sysctl: {}, // the defaults of sysctl.ts are Linux's: section 1
  tcp: {
    rtoInitial: 1 * SECOND, // T5: SYN at 0, 1, 2 …; RFC 6298, 2.1
    rtoFloor: 'variance', // section 2, T1: RTO = SRTT + max(4·RTTVAR, 200 ms)
    giveUpBy: 'time', // T1: 924.6 s, whatever the RTO was
    timeWait: 60 * SECOND, // T6; TCP_TIMEWAIT_LEN
    delayedAckMin: 40 * MILLISECOND, // TCP_DELACK_MIN (mem)
    delayedAckMax: 200 * MILLISECOND, // TCP_DELACK_MAX (mem)
    quickAcks: 16, // TCP_MAX_QUICKACKS (mem)
    acksSecondSegment: 'if-window-moves', // __tcp_ack_snd_check; docs/measurements/accounting.md
    acksFin: 'as-data', // tcp_fin enters pingpong mode; 42 to 60 ms after data, measured with 6.18
    initialWindow: 10, // TCP_INIT_CWND; RFC 6928
    congestionCounts: 'packets', // tcp_cwnd_test, tcp_slow_start; docs/measurements/accounting.md
    lossResponse: 'proportional', // tcp_cwnd_reduction, tcp_may_undo (mem)
    nagle: 'minshall', // tcp_minshall_check (mem)
    closeWithUnread: 'rst', // row 5; section 4, rule 4
    resetDiscardsUnread: false, // row 6
    shutdownReadDiscards: false, // row 10
    icmpAbortsHandshake: true, // row 42
    icmpHardAborts: false, // row 35
    backlogExtra: 1, // row 47: listen(n) holds n + 1
    backlogOverflow: 'drop', // row 47
    synQueueBound: 'backlog', // inet_csk_reqsk_queue_is_full (mem)
  },
  killCloses: 'fin', // row 1
  sendRule: 'fill', // row 22
  timeoutErrno: 'EAGAIN', // row 58
  acceptAborted: 'socket', // row 14
  lingerTimeoutErrno: undefined, // row 16: close returns 0
  neighborFailure: 'reported', // rows 23 and 40
  reuseAddress: 'time-wait', // rows 52 and 55
};

export const windows: Profile = {
  name: 'windows',
  sysctl: {
    'net.ipv4.ip_default_ttl': 128, // mem
    'net.ipv4.ip_local_port_range': '49152 65535', // Microsoft, "default dynamic port range"; mem
    'net.ipv4.tcp_syn_linear_timeouts': 0, // 3, 6, 12 s: each doubles
    'net.ipv4.tcp_syn_retries': 2, // row 41: 3 + 6 + 12 = 21 s (Microsoft, for Windows 7 and 2008 R2)
    'net.ipv4.tcp_synack_retries': 2, // mem
    'net.ipv4.tcp_syncookies': 0, // it has a protection of its own (mem)
    'net.ipv4.tcp_retries2': 5, // TcpMaxDataRetransmissions; mem
    'net.ipv4.tcp_orphan_retries': 5, // as tcp_retries2; mem
    'net.ipv4.tcp_ecn': 0, // ECN capability: disabled; mem
    'net.ipv4.tcp_rto_min_us': 300_000, // mem
    'net.ipv4.tcp_keepalive_intvl': 1, // KeepAliveInterval; mem
    'net.ipv4.tcp_keepalive_probes': 10, // mem
    'net.ipv4.tcp_fin_timeout': 120, // mem
    'net.ipv4.tcp_timestamps': 0, // off unless the peer asks; mem
    'net.ipv4.tcp_tw_reuse': 0, // mem
    'net.ipv4.tcp_rmem': '4096 65536 16777216', // a window of 64 KiB, tuned; mem
    'net.ipv4.tcp_wmem': '4096 65536 4194304', // mem
  },
  tcp: {
    ...linux.tcp,
    rtoInitial: 3 * SECOND, // row 41
    rtoFloor: 'total', // RFC 6298, 2.4
    giveUpBy: 'count', // TcpMaxDataRetransmissions counts
    timeWait: 120 * SECOND, // row 52 (mem)
    delayedAckMin: 200 * MILLISECOND, // mem
    delayedAckMax: 200 * MILLISECOND, // mem
    quickAcks: 0, // mem
    acksSecondSegment: 'always', // mem
    acksFin: 'at-once', // unsure
    congestionCounts: 'bytes', // mem
    nagle: 'rfc', // mem
    resetDiscardsUnread: true, // row 6 (mem, unsure)
    backlogExtra: 0, // mem
    backlogOverflow: 'rst', // row 47 (mem)
    synQueueBound: 'none', // mem
  },
  killCloses: 'rst', // row 1 (mem)
  sendRule: 'whole', // Microsoft, "Design issues: sending small data segments over TCP with Winsock"
  timeoutErrno: 'ETIMEDOUT', // row 58 (mem)
  acceptAborted: 'socket', // mem
  lingerTimeoutErrno: 'EWOULDBLOCK', // row 16 (mem, for BSD sockets)
  neighborFailure: 'silent', // connect ends after 21 s with WSAETIMEDOUT also on a LAN; mem
  reuseAddress: 'steal', // row 55 (mem)
};

export const rfc: Profile = {
  name: 'rfc',
  sysctl: {
    'net.ipv4.ip_local_port_range': '49152 65535', // RFC 6335, 6
    'net.ipv4.tcp_syn_linear_timeouts': 0, // RFC 6298, 5.5
    'net.ipv4.tcp_syn_retries': 7, // RFC 1122, 4.2.3.5: at least 3 minutes; 1 + 2 + … + 32 + 60 + 60 = 183 s
    'net.ipv4.tcp_synack_retries': 7, // as tcp_syn_retries
    'net.ipv4.tcp_syncookies': 0, // RFC 4987 is no standard
    'net.ipv4.tcp_retries2': 8, // RFC 1122, 4.2.3.5: R2 at least 100 s
    'net.ipv4.tcp_orphan_retries': 8, // as tcp_retries2
    'net.ipv4.tcp_rto_min_us': 1_000_000, // RFC 6298, 2.4
    'net.ipv4.tcp_rto_max_ms': 60_000, // RFC 6298, 2.5
    'net.ipv4.tcp_tw_reuse': 0, // RFC 9293, 3.6.1 (MAY-2) asks for timestamps; left off
    'net.ipv4.tcp_congestion_control': 'reno', // MUST-19 asks for RFC 5681; CUBIC is allowed (MAY-18)
    'net.ipv4.tcp_early_retrans': 0, // RFC 8985 is no part of RFC 9293
    'net.ipv4.tcp_frto': 0, // nor is RFC 5682
  },
  tcp: {
    ...linux.tcp,
    rtoFloor: 'total', // RFC 6298, 2.4
    giveUpBy: 'count', // RFC 1122, 4.2.3.5: R1 and R2
    timeWait: 4 * MINUTE, // 2 MSL, RFC 9293, 3.4.2
    delayedAckMin: 200 * MILLISECOND, // MUST-40: below 0.5 s
    delayedAckMax: 200 * MILLISECOND, // MUST-40: below 0.5 s
    quickAcks: 0, // none in RFC 5681, 4.2
    acksSecondSegment: 'always', // SHLD-19
    acksFin: 'at-once', // 3.10.7.4, eighth
    congestionCounts: 'bytes', // RFC 5681, 3.1
    lossResponse: 'at-once', // RFC 5681, 3.2; RFC 6675, 5
    nagle: 'rfc', // SHLD-7
    shutdownReadDiscards: false, // POSIX shutdown() leaves it open
    icmpAbortsHandshake: false, // MUST-56
    icmpHardAborts: true, // SHLD-26
    backlogExtra: 0, // POSIX listen()
    synQueueBound: 'none', // RFC 9293 names no bound
  },
  killCloses: 'fin', // RFC 9293, 3.10.4: CLOSE
  sendRule: 'fill', // POSIX send()
  timeoutErrno: 'EAGAIN', // POSIX
  acceptAborted: 'ECONNABORTED', // POSIX accept()
  lingerTimeoutErrno: undefined, // POSIX close()
  neighborFailure: 'reported', // RFC 1122, 2.3.2.2 and 2.4
  reuseAddress: 'time-wait', // POSIX, SO_REUSEADDR
};

export const PROFILES = { linux, windows, rfc } as const;

/** Linux takes 8 for tcp_orphan_retries = 0 (section 1). */
const ORPHAN_RETRIES = 8;
/** By the value of tcp_mtu_probing. */
const MTU_PROBING = ['never', 'black-hole', 'always'] as const;
/** By the value of tcp_ecn. */
const ECN = ['never', 'asks', 'answers'] as const;

/** All that TCP needs to know of its system. */
export function tcpConfigOf(profile: Profile, sysctl: Sysctl): TcpConfig {
  const orphanRetries = sysctl.get('net.ipv4.tcp_orphan_retries');
  const { tcp: rules } = profile;
  // Named one by one, so that all have one hidden class: see `withChanges` of tcp/config.ts.
  return {
    rtoInitial: rules.rtoInitial,
    rtoFloor: rules.rtoFloor,
    giveUpBy: rules.giveUpBy,
    timeWait: rules.timeWait,
    delayedAckMin: rules.delayedAckMin,
    delayedAckMax: rules.delayedAckMax,
    quickAcks: rules.quickAcks,
    acksSecondSegment: rules.acksSecondSegment,
    acksFin: rules.acksFin,
    initialWindow: rules.initialWindow,
    congestionCounts: rules.congestionCounts,
    lossResponse: rules.lossResponse,
    nagle: rules.nagle,
    closeWithUnread: rules.closeWithUnread,
    resetDiscardsUnread: rules.resetDiscardsUnread,
    shutdownReadDiscards: rules.shutdownReadDiscards,
    icmpAbortsHandshake: rules.icmpAbortsHandshake,
    icmpHardAborts: rules.icmpHardAborts,
    backlogExtra: rules.backlogExtra,
    backlogOverflow: rules.backlogOverflow,
    rtoMin: sysctl.get('net.ipv4.tcp_rto_min_us') * MICROSECOND,
    rtoMax: sysctl.get('net.ipv4.tcp_rto_max_ms') * MILLISECOND,
    synRetries: sysctl.get('net.ipv4.tcp_syn_retries'),
    synLinearTimeouts: sysctl.get('net.ipv4.tcp_syn_linear_timeouts'),
    synAckRetries: sysctl.get('net.ipv4.tcp_synack_retries'),
    unsentLowWater: sysctl.get('net.ipv4.tcp_notsent_lowat'),
    retries2: sysctl.get('net.ipv4.tcp_retries2'),
    retries1: sysctl.get('net.ipv4.tcp_retries1'),
    mtuProbing: {
      when: MTU_PROBING[sysctl.get('net.ipv4.tcp_mtu_probing')] ?? 'never',
      base: sysctl.get('net.ipv4.tcp_base_mss'),
      floor: sysctl.get('net.ipv4.tcp_mtu_probe_floor'),
      threshold: sysctl.get('net.ipv4.tcp_probe_threshold'),
      interval: sysctl.get('net.ipv4.tcp_probe_interval') * SECOND,
    },
    orphanRetries: orphanRetries === 0 ? ORPHAN_RETRIES : orphanRetries,
    finTimeout: sysctl.get('net.ipv4.tcp_fin_timeout') * SECOND,
    rfc1337: sysctl.flag('net.ipv4.tcp_rfc1337'),
    lossProbe: sysctl.get('net.ipv4.tcp_early_retrans') >= 3,
    sack: sysctl.flag('net.ipv4.tcp_sack'),
    dsack: sysctl.flag('net.ipv4.tcp_dsack'),
    frto: sysctl.flag('net.ipv4.tcp_frto'),
    timestamps: sysctl.flag('net.ipv4.tcp_timestamps'),
    ecn: ECN[sysctl.get('net.ipv4.tcp_ecn')] ?? 'answers',
    ecnFallback: sysctl.flag('net.ipv4.tcp_ecn_fallback'),
    windowScaling: sysctl.flag('net.ipv4.tcp_window_scaling'),
    congestionControl: sysctl.text('net.ipv4.tcp_congestion_control') === 'cubic' ? 'cubic' : 'reno',
    slowStartAfterIdle: sysctl.flag('net.ipv4.tcp_slow_start_after_idle'),
    challengeInterval: sysctl.get('net.ipv4.tcp_invalid_ratelimit') * MILLISECOND,
    receiveBufferDefault: sysctl.get('net.ipv4.tcp_rmem', 1),
    receiveBufferMax: sysctl.get('net.ipv4.tcp_rmem', 2),
    receiveBufferLargest: Math.max(sysctl.get('net.ipv4.tcp_rmem', 2), sysctl.get('net.core.rmem_max')),
    sendBufferDefault: sysctl.get('net.ipv4.tcp_wmem', 1),
    sendBufferMax: sysctl.get('net.ipv4.tcp_wmem', 2),
    autoTuning: sysctl.flag('net.ipv4.tcp_moderate_rcvbuf'),
    abortOnOverflow: sysctl.flag('net.ipv4.tcp_abort_on_overflow'),
    maxSynBacklog: sysctl.get('net.ipv4.tcp_max_syn_backlog'),
    synCookies: sysctl.get('net.ipv4.tcp_syncookies'),
    synQueueBound: rules.synQueueBound,
    urgentPointer: sysctl.flag('net.ipv4.tcp_stdurg') ? 'last' : 'behind',
  };
}

/** What a new socket has, before a program sets anything. */
export function userOptionsOf(sysctl: Sysctl): TcpUserOptions {
  const seconds = (name: 'net.ipv4.tcp_keepalive_time' | 'net.ipv4.tcp_keepalive_intvl'): Nanoseconds =>
    sysctl.get(name) * SECOND;
  return {
    sendBuffer: undefined,
    receiveBuffer: undefined,
    noDelay: false,
    quickAck: false,
    keepAlive: false,
    keepIdle: seconds('net.ipv4.tcp_keepalive_time'),
    keepInterval: seconds('net.ipv4.tcp_keepalive_intvl'),
    keepCount: sysctl.get('net.ipv4.tcp_keepalive_probes'),
    userTimeout: 0,
    maxSegment: 0,
    cork: false,
    unsentLowWater: 0,
    synCount: 0,
    linger2: 0,
    deferAccept: 0,
    receiveLowWater: 1,
    tos: 0,
    urgentInline: false,
    receiveErrors: false,
  };
}
