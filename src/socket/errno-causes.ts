/**
 * What brings each errno about, on which systems, and the scenario that shows it: the data behind `halfopen explain`.
 *
 * Source: linux-behaviour (rows in comments; "mem": from memory, not checked), measured on Linux 6.18; for Windows the
 * numbers of winsock2.h. `systems` names those on which a cause holds; where they differ, each has a cause of its own.
 * Calls it: `cli/explain.ts`, the page.
 */
import type { ErrnoCode } from './errno.ts';

interface Words {
  readonly en: string;
  readonly ko: string;
}

export type OperatingSystem = 'linux' | 'windows' | 'bsd';

export interface ErrnoCause {
  readonly text: Words;
  readonly systems: readonly OperatingSystem[];
  /** Which scenario shows it: `halfopen run NAME`, with these settings. */
  readonly scenario?: string;
  readonly set?: readonly string[];
}

export interface ErrnoExplanation {
  readonly meaning: Words;
  /** Winsock's name and number, where it has one. */
  readonly windows: { readonly name: string; readonly number: number } | undefined;
  readonly causes: readonly ErrnoCause[];
}

const ALL: readonly OperatingSystem[] = ['linux', 'windows', 'bsd'];
const UNIX: readonly OperatingSystem[] = ['linux', 'bsd'];
const LINUX: readonly OperatingSystem[] = ['linux'];
const WINDOWS: readonly OperatingSystem[] = ['windows'];
const BSD: readonly OperatingSystem[] = ['bsd'];

interface Shown {
  readonly scenario: string;
  readonly set?: readonly string[];
}

function cause(systems: readonly OperatingSystem[], en: string, ko: string, shown?: Shown): ErrnoCause {
  return { systems, text: { en, ko }, ...shown };
}

function winsock(name: string, number: number): { readonly name: string; readonly number: number } {
  return { name: `WSA${name}`, number };
}

export const ERRNO_EXPLANATIONS: Readonly<Record<ErrnoCode, ErrnoExplanation>> = {
  ECONNRESET: {
    meaning: {
      en: 'The peer said by RST that this connection is void. Told once; afterwards recv brings 0 and send EPIPE.',
      ko: '상대가 RST로 이 연결이 무효라고 알렸습니다. 한 번만 알려 주며, 그 뒤 recv의 결과는 0, send의 결과는 EPIPE입니다.',
    },
    windows: winsock('ECONNRESET', 10_054),
    causes: [
      cause(
        ALL, // row 2, 5
        "The peer's process was killed, or closed its socket, while bytes lay unread in its receive buffer.",
        '상대 프로세스가 수신 버퍼에 읽기 전 바이트를 남긴 채 강제 종료되었거나 소켓을 닫았습니다.',
        { scenario: 'kill-unread' },
      ),
      cause(
        WINDOWS, // row 1 (mem)
        "The peer's process was killed, whether it had read everything or not.",
        '상대 프로세스가 강제 종료되었습니다. 다 읽었는지는 상관없습니다.',
        { scenario: 'kill-windows' },
      ),
      cause(
        ALL, // row 29, 30
        'The peer lost its power and is back: its new operating system knows nothing of the connection and answers with RST.',
        '상대의 전원이 꺼졌다가 다시 켜졌습니다. 새로 켜진 운영체제는 이 연결을 모르므로 RST로 답합니다.',
        { scenario: 'power-off-reboot' },
      ),
      cause(
        ALL, // row 6
        'The peer closed with SO_LINGER on and a time of 0.',
        '상대가 SO_LINGER를 켜고 시간을 0으로 하여 닫았습니다.',
      ),
      cause(
        ALL, // row 13
        'The listening socket was closed before the connection had been accepted.',
        '연결이 accept()되기 전에 리스닝 소켓이 닫혔습니다.',
      ),
    ],
  },
  EPIPE: {
    meaning: {
      en: 'There is no way to send any more: the connection has ended, or was shut down for writing (with SIGPIPE on a real system).',
      ko: '더 보낼 길이 없습니다. 연결이 끝났거나 쓰기 방향을 닫았습니다(실제 시스템에서는 SIGPIPE도 함께 옵니다).',
    },
    windows: undefined,
    causes: [
      cause(
        UNIX, // row 1
        'The peer was killed or closed; the first send after that succeeded and drew a RST, this one is the second.',
        '상대가 강제 종료되었거나 닫았습니다. 그 뒤 첫 send는 성공하면서 RST를 불렀고, 이것은 두 번째 send입니다.',
        { scenario: 'kill-idle' },
      ),
      cause(
        UNIX, // section 4, rule 1
        'An error (ECONNRESET, ETIMEDOUT, …) was told to an earlier call.',
        '앞선 호출이 이미 오류(ECONNRESET, ETIMEDOUT 등)를 받았습니다.',
        { scenario: 'kill-unread' },
      ),
      cause(
        UNIX, // row 7
        "shutdown('write') was called.",
        "shutdown('write')를 호출한 뒤입니다.",
      ),
      cause(
        LINUX, // measured
        'The socket was never connected (POSIX says ENOTCONN).',
        '연결된 적이 없는 소켓입니다(POSIX에서는 ENOTCONN).',
      ),
    ],
  },
  ETIMEDOUT: {
    meaning: {
      en: 'No answer came for as long as the operating system was willing to wait.',
      ko: '운영체제가 기다려 주는 동안 아무 답도 오지 않았습니다.',
    },
    windows: winsock('ETIMEDOUT', 10_060),
    causes: [
      cause(
        UNIX, // row 22
        'The cable was cut behind a router while bytes were unacknowledged: after about 15 minutes (Linux: tcp_retries2).',
        '확인 대기 바이트가 있는데 라우터 너머의 케이블이 잘렸습니다. 약 15분 뒤에 옵니다(Linux: tcp_retries2).',
        { scenario: 'cut-sending' },
      ),
      cause(
        WINDOWS, // S18
        'The same after about 20 seconds.',
        '같은 일이 약 20초 뒤에 옵니다.',
      ),
      cause(
        ALL, // row 20
        'Keep-alive probes were not answered: on Linux after 2 h + 9 × 75 s by default, on Windows 2 h + 10 × 1 s.',
        '킵얼라이브(keep-alive) 탐침에 답이 없습니다. 기본값은 Linux가 2시간 + 9 × 75초, Windows가 2시간 + 10 × 1초입니다.',
        { scenario: 'cut-idle-keepalive' },
      ),
      cause(
        ALL, // row 41
        'connect: every SYN was swallowed. Linux 131 s, Windows 21 s, BSD 75 s.',
        'connect: 모든 SYN이 사라졌습니다. Linux 131초, Windows 21초, BSD 75초입니다.',
      ),
      cause(
        LINUX, // rows 24, 27
        'TCP_USER_TIMEOUT ran out, also when a living peer offered no window for that long.',
        'TCP_USER_TIMEOUT이 지났습니다. 살아 있는 상대가 그동안 윈도우 0만 알려도 그렇습니다.',
      ),
      cause(
        WINDOWS, // row 58 (mem)
        'SO_RCVTIMEO or SO_SNDTIMEO ran out.',
        'SO_RCVTIMEO 또는 SO_SNDTIMEO가 지났습니다.',
      ),
    ],
  },
  EHOSTUNREACH: {
    meaning: {
      en: 'The way to the host is known, but the host is not there.',
      ko: '호스트로 가는 길은 알지만 그곳에 호스트가 없습니다.',
    },
    windows: winsock('EHOSTUNREACH', 10_065),
    causes: [
      cause(
        LINUX, // row 23
        'The cable of one LAN was cut while bytes were unacknowledged: meanwhile ARP fails, so the error is not ETIMEDOUT.',
        '확인 대기 바이트가 있는데 한 LAN의 케이블이 잘렸습니다. 그사이 ARP가 실패하므로 ETIMEDOUT이 아닙니다.',
        { scenario: 'cut-sending', set: ['network=lan'] },
      ),
      cause(
        LINUX, // row 40
        'connect to a dead host of the same LAN: three ARP requests in vain, after 3 s.',
        '같은 LAN의 꺼진 호스트로 connect했습니다. ARP 요청 세 번에 답이 없어 3초 뒤에 옵니다.',
      ),
      cause(
        UNIX, // row 42
        'connect: a router reported by ICMP that the host cannot be reached.',
        'connect: 라우터가 호스트에 닿을 수 없다고 ICMP로 알렸습니다.',
      ),
    ],
  },
  ENETUNREACH: {
    meaning: { en: 'There is no route to that network.', ko: '그 네트워크로 가는 경로가 없습니다.' },
    windows: winsock('ENETUNREACH', 10_051),
    causes: [
      cause(
        ALL, // row 43
        'The own routing table has no entry for the address; or the address is a broadcast or multicast one.',
        '자신의 경로표에 그 주소가 없습니다. 또는 브로드캐스트나 멀티캐스트 주소입니다.',
      ),
      cause(
        UNIX, // row 42
        'connect: a router reported by ICMP that it knows no way to the network.',
        'connect: 라우터가 그 네트워크로 가는 길을 모른다고 ICMP로 알렸습니다.',
      ),
    ],
  },
  ECONNREFUSED: {
    meaning: {
      en: 'The host lives, but nobody listens on that port. The same socket may connect again.',
      ko: '호스트는 살아 있지만 그 포트에서 기다리는 이가 없습니다. 같은 소켓으로 다시 connect할 수 있습니다.',
    },
    windows: winsock('ECONNREFUSED', 10_061),
    causes: [
      cause(
        UNIX, // row 39
        'connect: the SYN was answered by RST, after one round trip.',
        'connect: 왕복 한 번 만에 SYN에 대한 답으로 RST가 왔습니다.',
        { scenario: 'hello', set: ['port=7001'] },
      ),
      cause(
        WINDOWS, // row 39
        'The same, but the SYN is tried again for 1 to 2 s first.',
        '같지만, 먼저 SYN을 1~2초 동안 다시 보내 봅니다.',
      ),
      cause(
        ALL,
        'UDP, connected socket: an earlier datagram drew ICMP port unreachable.',
        'UDP 연결 소켓: 앞서 보낸 데이터그램에 ICMP 포트 도달 불가가 왔습니다.',
      ),
    ],
  },
  ENOPROTOOPT: {
    meaning: { en: 'The host does not speak that protocol.', ko: '호스트가 그 프로토콜을 쓰지 않습니다.' },
    windows: winsock('ENOPROTOOPT', 10_042),
    causes: [
      cause(
        LINUX, // row 42
        'connect: ICMP protocol unreachable came back.',
        'connect: ICMP 프로토콜 도달 불가가 돌아왔습니다.',
      ),
    ],
  },
  EAGAIN: {
    meaning: {
      en: 'The call would have to wait, and was told not to, or not any longer.',
      ko: '기다려야 하는 호출인데, 기다리지 말라고 했거나 기다릴 시간이 지났습니다.',
    },
    windows: winsock('EWOULDBLOCK', 10_035),
    causes: [
      cause(
        ALL,
        'dontWait (MSG_DONTWAIT): no byte to read, no room to write, no connection to accept.',
        'dontWait(MSG_DONTWAIT): 읽을 바이트도, 쓸 자리도, accept할 연결도 없습니다.',
        { scenario: 'datagrams' },
      ),
      cause(
        UNIX, // row 58
        'SO_RCVTIMEO or SO_SNDTIMEO ran out (Windows: ETIMEDOUT).',
        'SO_RCVTIMEO 또는 SO_SNDTIMEO가 지났습니다(Windows: ETIMEDOUT).',
        { scenario: 'hang-heartbeat' },
      ),
      cause(
        BSD, // row 16 (mem)
        'close() with SO_LINGER: the time ran out before all was acknowledged.',
        'SO_LINGER를 켠 close(): 모두 확인 응답을 받기 전에 시간이 지났습니다.',
      ),
    ],
  },
  ENOTCONN: {
    meaning: { en: 'The socket has no connection.', ko: '소켓에 연결이 없습니다.' },
    windows: winsock('ENOTCONN', 10_057),
    causes: [
      cause(
        ALL,
        'recv or shutdown on a socket that was never connected.',
        '연결된 적이 없는 소켓에서 recv나 shutdown을 호출했습니다.',
      ),
      cause(
        UNIX, // row 11
        'shutdown after the connection has ended.',
        '연결이 끝난 뒤에 shutdown을 호출했습니다.',
      ),
    ],
  },
  EISCONN: {
    meaning: {
      en: 'The socket is connected, or listens, already.',
      ko: '소켓이 이미 연결되어 있거나 기다리는 중입니다.',
    },
    windows: winsock('EISCONN', 10_056),
    causes: [cause(ALL, 'connect was called again.', 'connect를 다시 호출했습니다.')], // row 45
  },
  EALREADY: {
    meaning: { en: 'An attempt to connect is going on.', ko: '연결을 시도하는 중입니다.' },
    windows: winsock('EALREADY', 10_037),
    causes: [
      cause(
        ALL, // row 45
        'connect with dontWait was called again before the first attempt had ended.',
        '첫 시도가 끝나기 전에 dontWait로 connect를 다시 호출했습니다.',
      ),
    ],
  },
  EINPROGRESS: {
    meaning: {
      en: 'The attempt to connect has begun and goes on by itself.',
      ko: '연결 시도가 시작되었고 스스로 계속됩니다.',
    },
    windows: winsock('EWOULDBLOCK', 10_035),
    causes: [
      cause(UNIX, 'connect with dontWait.', 'dontWait로 connect를 호출했습니다.'), // row 45
      cause(LINUX, 'connect: SO_SNDTIMEO ran out.', 'connect: SO_SNDTIMEO가 지났습니다.'),
    ],
  },
  ECONNABORTED: {
    meaning: {
      en: 'The connection came to its end before the call could have it.',
      ko: '호출이 받아 가기 전에 연결이 끝났습니다.',
    },
    windows: winsock('ECONNABORTED', 10_053),
    causes: [
      cause(
        BSD, // row 14 (mem); Linux: accept succeeds
        'accept: the client had reset the connection. (On Linux accept succeeds, and recv tells ECONNRESET.)',
        'accept: 클라이언트가 연결을 리셋했습니다. (Linux에서는 accept가 성공하고 recv가 ECONNRESET을 알립니다.)',
      ),
      cause(
        LINUX, // row 45, measured
        'connect: the attempt failed, and SO_ERROR had already taken the reason.',
        'connect: 시도가 실패했고, 까닭은 SO_ERROR가 이미 가져갔습니다.',
      ),
    ],
  },
  EADDRINUSE: {
    meaning: { en: 'The port is taken.', ko: '포트가 이미 쓰이고 있습니다.' },
    windows: winsock('EADDRINUSE', 10_048),
    causes: [
      cause(
        ALL, // row 55
        'Another socket listens there.',
        '다른 소켓이 그곳에서 기다리고 있습니다.',
      ),
      cause(
        UNIX, // rows 52, 55
        'A connection of that port is in TIME-WAIT, and SO_REUSEADDR was not set on both sockets.',
        '그 포트의 연결이 TIME-WAIT에 있는데 두 소켓 모두에 SO_REUSEADDR를 켜지는 않았습니다.',
      ),
    ],
  },
  EAFNOSUPPORT: {
    meaning: { en: 'The host does not speak that kind of address.', ko: '호스트가 그 종류의 주소를 쓰지 않습니다.' },
    windows: winsock('EAFNOSUPPORT', 10_047),
    causes: [
      cause(
        ALL,
        'bind to an IPv6 address on a host that has none.',
        'IPv6 주소가 없는 호스트에서 IPv6 주소에 bind했습니다.',
      ),
    ],
  },
  EADDRNOTAVAIL: {
    meaning: { en: 'The address cannot be had.', ko: '그 주소를 쓸 수 없습니다.' },
    windows: winsock('EADDRNOTAVAIL', 10_049),
    causes: [
      cause(
        ALL, // row 44
        "bind to an address that is not this host's; connect when all ephemeral ports towards that peer are in use.",
        '이 호스트의 것이 아닌 주소에 bind했습니다. 또는 그 상대로 가는 임시 포트가 모두 쓰이고 있습니다.',
      ),
    ],
  },
  EACCES: {
    meaning: { en: 'It is not allowed.', ko: '허용되지 않습니다.' },
    windows: winsock('EACCES', 10_013),
    causes: [
      cause(
        ALL,
        'UDP: a datagram to a broadcast address without SO_BROADCAST.',
        'UDP: SO_BROADCAST 없이 브로드캐스트 주소로 보냈습니다.',
      ),
    ],
  },
  EMSGSIZE: {
    meaning: { en: 'The message is too long.', ko: '메시지가 너무 깁니다.' },
    windows: winsock('EMSGSIZE', 10_040),
    causes: [cause(ALL, 'UDP: a datagram of more than 65507 bytes.', 'UDP: 65507바이트를 넘는 데이터그램입니다.')],
  },
  EDESTADDRREQ: {
    meaning: { en: 'Nobody has said where to.', ko: '보낼 곳을 말하지 않았습니다.' },
    windows: winsock('ENOTCONN', 10_057),
    causes: [
      cause(
        ALL,
        'UDP: send on a socket that was not connected; sendTo names the peer.',
        'UDP: 연결하지 않은 소켓에서 send를 호출했습니다. sendTo로 상대를 지정합니다.',
      ),
    ],
  },
  EINVAL: {
    meaning: { en: 'The socket is in no state for this call.', ko: '소켓이 이 호출을 할 상태가 아닙니다.' },
    windows: winsock('EINVAL', 10_022),
    causes: [
      cause(
        ALL, // measured
        'bind on a socket that is bound or connected; listen on a connected one.',
        '이미 bind했거나 연결된 소켓에 bind했습니다. 또는 연결된 소켓에서 listen했습니다.',
      ),
    ],
  },
  EOPNOTSUPP: {
    meaning: { en: 'This kind of socket has no such call.', ko: '이런 종류의 소켓에는 없는 호출입니다.' },
    windows: winsock('EOPNOTSUPP', 10_045),
    causes: [
      cause(ALL, 'listen or accept on a datagram socket.', '데이터그램 소켓에서 listen이나 accept를 호출했습니다.'),
    ],
  },
  EBADF: {
    meaning: { en: 'The handle stands for nothing any more.', ko: '핸들이 더는 아무것도 가리키지 않습니다.' },
    windows: winsock('ENOTSOCK', 10_038),
    causes: [
      cause(
        ALL,
        'A call after close; here also a call that blocked when the same program closed the socket.',
        'close한 뒤에 호출했습니다. 여기서는 대기 중(블로킹)일 때 같은 프로그램이 소켓을 닫아도 그렇습니다.',
      ),
    ],
  },
  ECANCELED: {
    meaning: { en: 'The call was called off.', ko: '호출이 취소되었습니다.' },
    windows: winsock('ECANCELLED', 10_103),
    causes: [
      cause(
        ALL,
        'The signal that the call was given was aborted: an AbortController, or os.timeout.',
        '호출에 준 신호(AbortController나 os.timeout)가 중단되었습니다.',
      ),
    ],
  },
  ENOTFOUND: {
    meaning: {
      en: 'No host has that name (getaddrinfo: EAI_NONAME).',
      ko: '그런 이름의 호스트가 없습니다(getaddrinfo: EAI_NONAME).',
    },
    windows: winsock('HOST_NOT_FOUND', 11_001),
    causes: [
      cause(
        ALL,
        'connect or sendTo by a name that no host of the world has.',
        '세계에 없는 호스트 이름으로 connect나 sendTo를 호출했습니다.',
      ),
    ],
  },
};
