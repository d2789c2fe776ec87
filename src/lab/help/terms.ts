/** The words of the help sheet, by the project's glossary: from what a program holds to how a connection ends. */
import type { Text } from '../language.ts';

export interface Term {
  /** Its place in the sheet: '#help-send-buffer'. */
  readonly id: string;
  readonly term: Text;
  readonly text: Text;
  /** How it stands in a sentence, if otherwise than in `term`. */
  readonly said?: Text;
}

export interface TermGroup {
  readonly title: Text;
  readonly terms: readonly Term[];
}

function term(id: string, name: Text, text: Text, said?: Text): Term {
  return said === undefined ? { id, term: name, text } : { id, term: name, text, said };
}

export const TERM_GROUPS: readonly TermGroup[] = [
  {
    title: { en: 'Two programs, one connection', ko: '두 프로그램과 연결 하나' },
    terms: [
      term(
        'os',
        { en: 'operating system (OS)', ko: '운영체제(OS)' },
        {
          en: 'What runs below the thick line: TCP, IP, the data link. It lives on when a program is killed.',
          ko: '굵은 선 아래에서 일하는 것입니다. TCP, IP, 데이터 링크를 맡으며, 프로그램이 강제 종료되어도 살아 있습니다.',
        },
        { en: 'operating system', ko: '운영체제' },
      ),
      term(
        'socket',
        { en: 'socket', ko: '소켓' },
        {
          en: 'One end of a connection, kept by the OS with its two buffers. The program holds only a handle of it (on Linux, a file descriptor).',
          ko: '연결의 한쪽 끝으로, 운영체제가 버퍼 둘과 함께 가지고 있습니다. 프로그램이 가진 것은 소켓 핸들(리눅스에서는 파일 디스크립터)뿐입니다.',
        },
      ),
      term(
        'listening',
        { en: 'listening socket / connected socket', ko: '리스닝 소켓 / 통신 소켓' },
        {
          en: 'The first takes connections and never carries data. The second is what accept() hands out and connect() completes.',
          ko: '리스닝 소켓은 연결을 받을 뿐 데이터를 나르지 않습니다. accept()가 내주거나 connect()로 완성되는 것이 통신 소켓입니다.',
        },
        { en: 'listening socket', ko: '리스닝 소켓' },
      ),
      term(
        'connection',
        { en: 'connection', ko: '연결' },
        {
          en: 'Two sockets that know each other by protocol, address and port. No line runs between them.',
          ko: '프로토콜, 주소, 포트로 서로를 아는 두 소켓입니다. 둘 사이에 선은 없습니다.',
        },
      ),
      term(
        'channel',
        { en: 'channel', ko: '채널' },
        {
          en: 'One direction of a connection, from a send buffer to a receive buffer. Each connection has two; colour tells which.',
          ko: '연결의 한 방향으로, 송신 버퍼에서 수신 버퍼까지입니다. 연결마다 둘이 있고 색으로 구별합니다.',
        },
      ),
      term(
        'stream',
        { en: 'byte stream', ko: '바이트 스트림' },
        {
          en: 'What a channel carries: bytes in order, without message boundaries. One send() may need several recv(), and the reverse.',
          ko: '채널이 나르는 것입니다. 바이트의 순서는 지켜지지만 메시지 경계는 없습니다. send() 한 번에 recv()가 여러 번 필요하기도 하고, 그 반대도 있습니다.',
        },
      ),
    ],
  },
  {
    title: { en: 'Buffers, and where a byte is', ko: '버퍼, 그리고 바이트가 있는 곳' },
    terms: [
      term(
        'application-buffer',
        { en: 'application buffer', ko: '응용 프로그램 버퍼' },
        { en: 'Plain memory of the program, above the line.', ko: '프로그램의 메모리입니다. 굵은 선 위에 있습니다.' },
      ),
      term(
        'send-buffer',
        { en: 'send buffer', ko: '송신 버퍼' },
        {
          en: 'Bytes that the OS has accepted from the program and that are not acknowledged yet.',
          ko: '운영체제가 프로그램에서 복사해 왔고 아직 확인 응답을 받지 못한 바이트가 있는 곳입니다. Send 버퍼, 출력 버퍼라고도 합니다.',
        },
      ),
      term(
        'receive-buffer',
        { en: 'receive buffer', ko: '수신 버퍼' },
        {
          en: 'Bytes that have arrived and that no recv() has read yet.',
          ko: '도착했지만 아직 recv()로 읽지 않은 바이트가 있는 곳입니다. Recv 버퍼, 입력 버퍼라고도 합니다.',
        },
      ),
      term(
        'block',
        { en: 'blocked', ko: '대기 중(블로킹)' },
        {
          en: 'The call has not returned: the program sleeps until room or bytes come, and uses no CPU.',
          ko: '호출이 반환되지 않은 상태입니다. 자리가 나거나 바이트가 올 때까지 프로그램은 잠들어 있으며 CPU를 쓰지 않습니다.',
        },
        { en: 'blocks', ko: '블로킹' },
      ),
      term(
        'waiting',
        { en: 'waiting', ko: '복사 대기' },
        {
          en: 'Given to send(), which is blocked before it could copy them.',
          ko: 'send()에 주었지만, 블로킹되어 아직 복사하지 못한 바이트입니다.',
        },
      ),
      term(
        'unsent',
        { en: 'unsent', ko: '미전송' },
        { en: 'In the send buffer, never sent.', ko: '송신 버퍼에 있고 한 번도 보내지 않은 바이트입니다.' },
      ),
      term(
        'unacknowledged',
        { en: 'unacknowledged', ko: '확인 대기' },
        {
          en: 'Sent, and still kept in the send buffer: the ACK has not come.',
          ko: '보냈지만 ACK가 오지 않아 송신 버퍼에 남겨 둔 바이트입니다.',
        },
      ),
      term(
        'in-flight',
        { en: 'in flight', ko: '전송 중' },
        {
          en: "Sent, and not in the peer's receive buffer yet: on the cable, or lost.",
          ko: '보냈지만 아직 상대의 수신 버퍼에 없는 바이트입니다. 케이블 위에 있거나 사라졌습니다.',
        },
      ),
      term(
        'out-of-order',
        { en: 'out of order', ko: '순서 대기' },
        {
          en: 'In the receive buffer behind a hole: recv() cannot have them yet.',
          ko: '수신 버퍼에 있지만 앞에 빈 구멍이 있어, recv()가 아직 가져갈 수 없는 바이트입니다.',
        },
      ),
      term(
        'unread',
        { en: 'unread', ko: '읽기 전' },
        {
          en: 'In the receive buffer, in order, not read.',
          ko: '수신 버퍼에 순서대로 있고 아직 읽지 않은 바이트입니다.',
        },
      ),
    ],
  },
  {
    title: { en: 'On the way', ko: '오가는 것' },
    terms: [
      term(
        'segment',
        { en: 'segment / packet / frame', ko: '세그먼트 / 패킷 / 프레임' },
        {
          en: 'What TCP sends / what IP carries it in / what Ethernet carries that in.',
          ko: 'TCP가 보내는 단위 / 그것을 담는 IP의 단위 / 그것을 다시 담는 이더넷의 단위입니다.',
        },
        { en: 'segment', ko: '세그먼트' },
      ),
      term(
        'ack',
        { en: 'acknowledgement (ACK)', ko: '확인 응답(ACK)' },
        {
          en: "The peer's OS has the bytes. Its program may never read them.",
          ko: '상대의 운영체제가 바이트를 받았다는 뜻입니다. 상대의 프로그램은 끝내 읽지 않을 수도 있습니다.',
        },
        { en: 'ACK', ko: '확인 응답' },
      ),
      term(
        'window',
        { en: 'window, zero window', ko: '수신 윈도우, 윈도우 0' },
        {
          en: 'The room that the receiver offers now. At 0 the sender must wait.',
          ko: '받는 쪽이 지금 내주는 자리입니다. 0이면 보내는 쪽은 기다려야 합니다.',
        },
        { en: 'window', ko: '수신 윈도우' },
      ),
      term(
        'rto',
        { en: 'RTO, retransmission', ko: 'RTO, 재전송' },
        {
          en: 'The time TCP waits for an ACK before it sends the same bytes again. It doubles each time, at least 200 ms on Linux, until TCP gives up after about 15 minutes.',
          ko: 'TCP가 ACK를 기다리다가 같은 바이트를 다시 보내기까지의 시간입니다. 리눅스에서는 200 ms 이상이고, 다시 보낼 때마다 두 배가 되며, 약 15분 뒤에는 포기합니다.',
        },
        { en: 'RTO', ko: '재전송' },
      ),
    ],
  },
  {
    title: { en: 'How a connection ends, or does not', ko: '연결이 끝나는 길, 끝나지 않는 길' },
    terms: [
      term(
        'fin',
        { en: 'FIN, end of stream (EOF)', ko: 'FIN, 스트림 끝(EOF)' },
        {
          en: 'One channel has ended: recv() returns 0. On Linux a peer that was killed while idle looks the same.',
          ko: '한 채널이 끝났다는 뜻이며 recv()가 0을 반환합니다. 리눅스에서는 유휴 상태에서 강제 종료된 상대도 이렇게 보입니다.',
        },
        { en: 'end of the stream', ko: '스트림 끝' },
      ),
      term(
        'rst',
        { en: 'reset (RST)', ko: '리셋(RST)' },
        {
          en: 'The connection is void now; unread and unsent bytes may be lost. Calls end with ECONNRESET.',
          ko: '연결이 그 자리에서 무효가 됩니다. 읽기 전이거나 미전송인 바이트는 잃을 수 있고, 호출은 ECONNRESET으로 끝납니다.',
        },
        { en: 'RST', ko: 'RST' },
      ),
      term(
        'time-wait',
        { en: 'TIME-WAIT', ko: 'TIME-WAIT 상태' },
        {
          en: 'The side that closed first keeps the pair of ports for a while (60 s on Linux), so that late segments find no new connection.',
          ko: '먼저 닫은 쪽이 늦게 온 세그먼트가 새 연결에 섞이지 않도록, 두 포트의 짝을 한동안(리눅스에서 60초) 쥐고 있는 상태입니다.',
        },
      ),
      term(
        'orphan',
        { en: 'orphan', ko: '주인 없는 소켓(orphan)' },
        {
          en: 'A socket whose program has closed it or is gone: the OS alone still delivers what is in its send buffer.',
          ko: '프로그램이 닫았거나 사라진 뒤의 소켓입니다. 송신 버퍼에 남은 바이트는 운영체제가 혼자서 마저 전달합니다.',
        },
        { en: 'orphan', ko: '주인 없는 소켓' },
      ),
      term(
        'half-closed',
        { en: 'half-closed', ko: '하프 클로즈(half-closed)' },
        {
          en: 'One side has sent FIN, the other may still send.',
          ko: '한 방향만 닫힌 연결입니다. 한쪽은 FIN을 보냈고, 다른 쪽은 아직 보낼 수 있습니다.',
        },
        { en: 'half-closed', ko: '하프 클로즈' },
      ),
      term(
        'half-open',
        { en: 'half-open', ko: '하프 오픈(half-open)' },
        {
          en: 'One end has lost or dropped the connection, the other does not know (RFC 9293, 3.5.1). After a cut cable alone both ends still have it: that is not half-open.',
          ko: '한쪽에만 남은 연결입니다. 한쪽은 연결을 잃었거나 버렸고, 다른 쪽은 그것을 모릅니다(RFC 9293, 3.5.1). 케이블만 잘렸을 때는 양쪽에 다 남아 있으므로 하프 오픈이 아닙니다.',
        },
        { en: 'half-open', ko: '하프 오픈' },
      ),
      term(
        'keep-alive',
        { en: 'TCP keep-alive, probe', ko: 'TCP 킵얼라이브(keep-alive), 탐침(probe)' },
        {
          en: "The OS's own question on an idle connection. Off by default; on Linux first after 2 hours, then 9 probes 75 s apart.",
          ko: '유휴 상태의 연결에서 운영체제가 스스로 던지는 질문입니다. 기본값은 꺼짐입니다. 리눅스에서는 2시간 뒤에 시작하여 75초 간격으로 아홉 번 묻습니다.',
        },
        { en: 'keep-alive', ko: '킵얼라이브' },
      ),
      term(
        'heartbeat',
        { en: 'heartbeat', ko: '하트비트' },
        {
          en: "A message of the program's own protocol that the other program must answer. It alone finds a program that hangs.",
          ko: '응용 프로그램의 프로토콜에 있는 메시지로, 상대의 프로그램이 답해야 합니다. 응답하지 않는 프로그램은 이것으로만 찾아낼 수 있습니다.',
        },
      ),
      term(
        'time-to-notice',
        { en: 'time to notice', ko: '알아채기까지 걸린 시간' },
        {
          en: 'From a break to the first call that tells a program.',
          ko: '끊어진 때부터, 어떤 호출이 프로그램에 처음으로 알려 줄 때까지의 시간입니다.',
        },
      ),
      term(
        'virtual-time',
        { en: 'virtual time', ko: '가상 시간' },
        {
          en: 'The clock of the simulated world. Stretches in which nothing happens are folded and take no time of yours.',
          ko: '시뮬레이션 속 세계의 시계입니다. 아무 일도 일어나지 않는 무통신 구간은 접혀 있어 기다릴 필요가 없습니다.',
        },
      ),
    ],
  },
];

export const TERMS: readonly Term[] = TERM_GROUPS.flatMap(({ terms }) => terms);

/** What has to stand in a sentence for the term to be linked from it. */
export function saidOf({ term: name, said }: Term): Text {
  return said ?? name;
}
