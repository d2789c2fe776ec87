/**
 * What programs hand to socket calls and get from them: options, flags, signals, figures. `system/` offers these types
 * to programs; here they are below it, since sockets know nothing of the worlds that offer them.
 */

/** The part of AbortSignal that calls use; a real AbortSignal is one. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Milliseconds, or a text with a unit: '5ms', '2h'. */
export type Duration = number | string;
/** Bytes, or a text with a unit: '64KiB'. */
export type Size = number | string;

export interface SocketOptions {
  SO_SNDBUF?: Size;
  SO_RCVBUF?: Size;
  SO_KEEPALIVE?: boolean;
  SO_LINGER?: { onoff: boolean; linger: Duration };
  SO_REUSEADDR?: boolean;
  SO_RCVTIMEO?: Duration;
  SO_SNDTIMEO?: Duration;
  /** Of a socket that is then bound to '::': IPv4 is not taken too. Default: sysctl net.ipv6.bindv6only, off. */
  IPV6_V6ONLY?: boolean;
  TCP_NODELAY?: boolean;
  TCP_QUICKACK?: boolean;
  TCP_KEEPIDLE?: Duration;
  TCP_KEEPINTVL?: Duration;
  TCP_KEEPCNT?: number;
  TCP_USER_TIMEOUT?: Duration;
  TCP_MAXSEG?: Size;
  /** What is less than a full segment waits until this is off again, 200 ms at most. */
  TCP_CORK?: boolean;
  /** With so many bytes unsent, nothing is writable; 0: sysctl net.ipv4.tcp_notsent_lowat, which bounds nothing. */
  TCP_NOTSENT_LOWAT?: Size;
  TCP_SYNCNT?: number;
  /** How long FIN-WAIT-2 lasts after close(); a negative number: a reset ends it at once. */
  TCP_LINGER2?: Duration;
  /** Of one that listens: for so long, only a connection with data is one. */
  TCP_DEFER_ACCEPT?: Duration;
  /** With fewer unread bytes a socket is not readable, and recv waits, but for the end and for errors. */
  SO_RCVLOWAT?: Size;
  /** The type of service of what is sent, in IPv6 its traffic class. */
  IP_TOS?: number;
  /** The urgent byte is one of the stream (RFC 6093 advises so); else recv leaves it out, and `urgent` brings it. */
  SO_OOBINLINE?: boolean;
  /** What ICMP tells of an established connection is the next call's error, once; the connection goes on. */
  IP_RECVERR?: boolean;
}
export type SocketOptionName = keyof SocketOptions | 'SO_ERROR' | 'SO_TYPE' | 'SO_ACCEPTCONN';

/** What one side can tell of a buffer, in bytes. `charge` is what the accounting counts against `limit`. */
export interface BufferStatus {
  readonly limit: number;
  readonly bytes: number;
  readonly charge: number;
}

export interface SocketStatus {
  /** RFC 9293's word, 'ESTABLISHED'. */
  readonly state: string;
  readonly local: string;
  readonly remote: string | undefined;
  readonly sendBuffer: BufferStatus & { readonly unsent: number; readonly unacknowledged: number };
  readonly receiveBuffer: BufferStatus & { readonly outOfOrder: number; readonly window: number };
  /** TCP_INFO's figures; times in milliseconds. */
  readonly info: {
    readonly rtt: number;
    readonly rttvar: number;
    readonly rto: number;
    readonly sndCwnd: number;
    readonly sndSsthresh: number;
    readonly sndMss: number;
    readonly rcvMss: number;
    readonly sndWnd: number;
    readonly retransmits: number;
    readonly totalRetrans: number;
    readonly bytesAcked: number;
    readonly bytesReceived: number;
    readonly backoff: number;
  };
}

export interface SendOptions {
  /** MSG_DONTWAIT: EAGAIN instead of waiting. */
  readonly dontWait?: boolean;
  readonly signal?: Signal;
  /** MSG_MORE: more follows at once; what is less than a full segment waits for it. */
  readonly more?: boolean;
  /** MSG_EOR: no segment holds these bytes and later ones. */
  readonly record?: boolean;
  /** MSG_OOB: the last byte is urgent (RFC 6093 advises against it). */
  readonly urgent?: boolean;
}
export interface ReceiveOptions {
  readonly dontWait?: boolean;
  readonly signal?: Signal;
  /** MSG_PEEK: the bytes stay. */
  readonly peek?: boolean;
  /** MSG_WAITALL: wait until the buffer is full, the stream ends, or an error comes. */
  readonly waitAll?: boolean;
  /** MSG_OOB: the urgent byte; never waits. EINVAL: there is none, or it was read; EAGAIN: it has not come yet. */
  readonly urgent?: boolean;
}

export interface Datagram {
  readonly count: number;
  readonly from: { readonly address: string; readonly port: number };
}

export interface ConnectOptions {
  /** Set before the SYN. */
  readonly options?: SocketOptions;
  /** The local end; default: the address that the route says, a port that is free. */
  readonly from?: { readonly address?: string; readonly port?: number };
  readonly signal?: Signal;
}

export interface ListenOptions {
  /** How many established connections may wait for accept; Linux holds one more. Default 128. */
  readonly backlog?: number;
  /** Default: all of the host's. */
  readonly address?: string;
  /** The sockets that accept makes have them too. */
  readonly options?: SocketOptions;
}
