/** The tour, S1 to S17: how bytes travel. */
import { LedgerFold } from '../../trace/ledger.ts';
import { choice, entered, ledgerAt, ledgerOf, returned, type Stop } from './stop.ts';

export const TRAVEL: readonly Stop[] = [
  {
    story: 'S1',
    plan: { name: 'hello' },
    claim: {
      en: 'An application holds only a handle of its socket; the operating system owns the rest.',
      ko: '응용 프로그램은 소켓 핸들만 가집니다. 나머지는 운영체제(OS)의 것입니다.',
    },
    question: {
      en: "A's program sends an answer and ends at once. How many bytes of it will B's program read?",
      ko: 'A의 프로그램이 답을 보내고 바로 끝납니다. B의 프로그램은 그 답을 몇 바이트나 읽습니까?',
    },
    answers: [choice(0, '0: the sender is gone', '0바이트: 보낸 쪽이 없습니다'), choice(6, 'all 6', '6바이트 전부')],
    decide: (events) => {
      const read = returned(events, 'client', 'recv');
      if (read === undefined) return undefined;
      const right = ledgerAt(events, read.n, 'A', 'B').read ?? 0;
      return {
        moment: read.n,
        right,
        what: {
          en: `B's recv() returned ${right} bytes. A's operating system delivered them.`,
          ko: `B의 recv()가 ${right}바이트를 반환했습니다. 전달한 것은 A의 운영체제입니다.`,
        },
      };
    },
  },
  {
    story: 'S2',
    plan: { name: 'hello' },
    claim: {
      en: 'Making a socket makes two buffers with it: a send buffer and a receive buffer.',
      ko: '소켓을 만들면 송신 버퍼와 수신 버퍼가 함께 만들어집니다.',
    },
    question: {
      en: 'How many buffer sizes can B ask its socket for before it is connected?',
      ko: 'B는 연결되기 전에 소켓에 버퍼 크기를 몇 개나 물어볼 수 있습니까?',
    },
    answers: [choice(0, 'none yet', '아직 없음'), choice(1, 'one', '하나'), choice(2, 'two', '둘')],
    decide: (events) => {
      const connect = returned(events, 'client', 'connect');
      if (connect === undefined) return undefined;
      const asked = events.filter(
        (event) =>
          event.kind === 'call.returned' &&
          event.process === 'client' &&
          event.call === 'getOption' &&
          event.error === undefined &&
          event.n < connect.entered,
      );
      const right = asked.length;
      return {
        moment: asked.at(-1)?.n ?? connect.n,
        right,
        what: {
          en: `${right} sizes had been answered before connect() was called.`,
          ko: `connect()를 호출하기 전에 크기 ${right}개의 답을 받았습니다.`,
        },
      };
    },
  },
  {
    story: 'S3',
    plan: { name: 'hello' },
    claim: {
      en: 'Two sockets are connected logically: each knows the address and the port of the other. No line runs between them.',
      ko: '두 소켓은 논리적으로 연결됩니다. 서로의 주소와 포트를 알 뿐, 둘 사이에 선은 없습니다.',
    },
    question: {
      en: "When connect() returns, what does B's socket have of A?",
      ko: 'connect()가 반환될 때 B의 소켓이 A에 대해 가진 것은 무엇입니까?',
    },
    answers: [
      choice(0, 'a line of its own to A', 'A까지 이어진 전용 선'),
      choice(1, "A's address and port", 'A의 주소와 포트'),
    ],
    decide: (events) => {
      const connect = returned(events, 'client', 'connect');
      if (connect === undefined) return undefined;
      const text = JSON.stringify(connect.result ?? connect.error ?? null);
      return {
        moment: connect.n,
        right: text.includes('"remote"') ? 1 : 0,
        what: { en: `connect() returned ${text}.`, ko: `connect()의 결과: ${text}` },
      };
    },
  },
  {
    story: 'S4',
    plan: { name: 'full-duplex' },
    claim: {
      en: 'A connection is two channels. Both move at once, unlike a pipe.',
      ko: '연결은 채널 둘입니다. 파이프와 달리 둘이 동시에 움직입니다.',
    },
    question: {
      en: 'A and B each send 24 bytes at the same moment. How many are in flight at most, both ways together?',
      ko: 'A와 B가 같은 순간에 24바이트씩 보냅니다. 두 방향을 합쳐 최대 몇 바이트가 전송 중입니까?',
    },
    answers: 'bytes',
    decide: (events) => {
      if (returned(events, 'client', 'recv') === undefined) return undefined;
      const fold = new LedgerFold();
      let [moment, right] = [0, 0];
      for (const event of events) {
        fold.apply(event);
        const both = (ledgerOf(fold, 'A', 'B').inFlight ?? 0) + (ledgerOf(fold, 'B', 'A').inFlight ?? 0);
        if (both > right) [moment, right] = [event.n, both];
      }
      return {
        moment,
        right,
        what: { en: `${right} bytes were in flight.`, ko: `${right}바이트가 전송 중이었습니다.` },
      };
    },
  },
  {
    story: 'S5',
    plan: { name: 'many-clients' },
    claim: {
      en: 'One more application means one more pair of sockets, each with buffers of its own.',
      ko: '응용 프로그램이 하나 늘면 소켓도 한 쌍 늘고, 소켓마다 자기 버퍼를 가집니다.',
    },
    question: {
      en: 'Three clients connect to one port of A. How many connected sockets does A hold for them?',
      ko: '클라이언트 셋이 A의 한 포트에 연결합니다. A의 통신 소켓은 몇 개입니까?',
    },
    answers: [1, 2, 3].map((count) => choice(count, String(count), `${count}개`)),
    decide: (events) => {
      const accepts = events.filter(
        (event) => event.kind === 'call.returned' && event.call === 'accept' && event.error === undefined,
      );
      const last = accepts.at(-1);
      if (last === undefined || entered(events, 'server', 'recv') === undefined) return undefined;
      return {
        moment: last.n,
        right: accepts.length,
        what: {
          en: `accept() had handed out ${accepts.length} sockets, each with two buffers.`,
          ko: `accept()가 내준 통신 소켓은 ${accepts.length}개이고, 저마다 버퍼가 둘입니다.`,
        },
      };
    },
  },
  {
    story: 'S6',
    plan: { name: 'datagrams' },
    claim: {
      en: "These promises are TCP's. UDP waits for no room at the peer and sends nothing again.",
      ko: '이 약속은 TCP의 것입니다. UDP는 상대의 자리를 기다리지 않고 다시 보내지도 않습니다.',
    },
    question: {
      en: 'The cable is cut for a moment while B sends 8 bytes by UDP. How many of them will A get?',
      ko: '케이블이 잠시 잘린 사이에 B가 UDP로 8바이트를 보냅니다. A는 그중 몇 바이트를 받습니까?',
    },
    answers: [choice(0, '0', '0바이트'), choice(8, '8, a little later', '조금 뒤에 8바이트')],
    decide: (events) => {
      const cut = events.find(({ kind }) => kind === 'cable.cut')?.n ?? Infinity;
      const drop = events.find((event) => event.kind === 'frame.dropped' && event.n > cut && event.reason === 'cut');
      const mended = events.find(({ kind }) => kind === 'cable.mended');
      if (drop === undefined || mended === undefined) return undefined;
      const again = events.some(({ kind, n }) => kind === 'tcp.retransmit' && n > drop.n);
      const right = again ? 8 : 0;
      return {
        moment: drop.n,
        right,
        what: {
          en: again
            ? 'the frame was lost, and sent again later.'
            : 'the frame was lost: 0 bytes came, and nothing is sent again.',
          ko: again
            ? '프레임이 사라졌고, 나중에 다시 보냈습니다.'
            : '프레임이 사라졌습니다. 온 것은 0바이트이고, 다시 보내지 않습니다.',
        },
      };
    },
  },
  {
    story: 'S7',
    plan: { name: 'hello' },
    claim: {
      en: 'accept() takes a connection that already exists: bytes may lie in its receive buffer before the call.',
      ko: 'accept()는 이미 있는 연결을 가져옵니다. 호출하기 전에 수신 버퍼에 바이트가 있을 수 있습니다.',
    },
    question: {
      en: 'B sends 12 bytes; A calls accept() a second later. How many lie in the receive buffer when accept() returns?',
      ko: 'B가 12바이트를 보내고, A는 1초 뒤에 accept()를 호출합니다. accept()가 반환될 때 수신 버퍼에는 몇 바이트가 있습니까?',
    },
    answers: 'bytes',
    decide: (events) => {
      const accept = returned(events, 'server', 'accept');
      if (accept === undefined) return undefined;
      const right = ledgerAt(events, accept.n, 'B', 'A').unread ?? 0;
      return {
        moment: accept.n,
        right,
        what: {
          en: `accept() returned, and ${right} bytes lay unread.`,
          ko: `accept()가 반환되었고, 읽기 전 바이트는 ${right}개였습니다.`,
        },
      };
    },
  },
  {
    story: 'S8',
    plan: { name: 'hello' },
    claim: {
      en: 'accept() makes a new, connected socket. The listening socket goes on listening and never carries data.',
      ko: 'accept()는 통신 소켓을 새로 만듭니다. 리스닝 소켓은 계속 기다리며 데이터를 나르지 않습니다.',
    },
    question: {
      en: 'Which socket does A read from after accept()?',
      ko: 'accept() 다음에 A는 어느 소켓에서 읽습니까?',
    },
    answers: [choice(0, 'the one that listens', '리스닝 소켓'), choice(1, 'a new one', '새로 만들어진 통신 소켓')],
    decide: (events) => {
      const listening = entered(events, 'server', 'accept')?.socket;
      const recv = entered(events, 'server', 'recv');
      if (listening === undefined || recv === undefined) return undefined;
      return {
        moment: recv.n,
        right: recv.socket === listening ? 0 : 1,
        what: {
          en: `recv() was called on ${recv.socket}; ${listening} listens.`,
          ko: `recv()의 소켓은 ${recv.socket}, 리스닝 소켓은 ${listening}입니다.`,
        },
      };
    },
  },
  {
    story: 'S9',
    plan: { name: 'copy' },
    claim: {
      en: 'The application buffer and the TCP buffer are never the same memory.',
      ko: '응용 프로그램 버퍼와 TCP 버퍼는 결코 같은 메모리가 아닙니다.',
    },
    question: {
      en: 'B overwrites its buffer with x as soon as send() returns. What does A read a second later?',
      ko: 'B는 send()가 반환되자마자 자기 버퍼를 x로 덮어씁니다. 1초 뒤에 A가 읽는 것은 무엇입니까?',
    },
    answers: [choice(0, 'the old text', '원래의 글'), choice(1, 'only x', 'x뿐')],
    decide: (events) => {
      const print = events.find((event) => event.kind === 'process.printed' && event.process === 'server');
      if (print?.kind !== 'process.printed') return undefined;
      return {
        moment: print.n,
        right: print.text.startsWith('read: x') ? 1 : 0,
        what: { en: `A printed “${print.text}”.`, ko: `A의 출력: “${print.text}”` },
      };
    },
  },
  {
    story: 'S10',
    plan: { name: 'copy' },
    claim: {
      en: 'send() copies bytes from the application buffer into the send buffer of the socket.',
      ko: 'send()는 응용 프로그램 버퍼의 바이트를 소켓의 송신 버퍼에 복사합니다.',
    },
    question: {
      en: 'send() is given 20 bytes; the send buffer has room for 32. How many does it copy at once?',
      ko: 'send()에 20바이트를 주었고 송신 버퍼에는 32바이트의 자리가 있습니다. 한 번에 몇 바이트를 복사합니까?',
    },
    answers: 'bytes',
    decide: (events) => {
      const copied = events.find((event) => event.kind === 'socket.copied' && event.direction === 'in');
      if (copied?.kind !== 'socket.copied') return undefined;
      return {
        moment: copied.n,
        right: copied.bytes,
        what: { en: `${copied.bytes} bytes were copied.`, ko: `${copied.bytes}바이트를 복사했습니다.` },
      };
    },
  },
  {
    story: 'S11',
    plan: { name: 'copy' },
    claim: {
      en: "send() returns when its copy ends. It says nothing about the cable, the peer's OS, or the peer's program.",
      ko: 'send()는 복사가 끝나면 반환됩니다. 케이블도, 상대의 운영체제(OS)도, 상대의 프로그램도 말해 주지 않습니다.',
    },
    question: {
      en: 'B sends 20 bytes to A. When send() returns 20, how many of them have left B?',
      ko: 'B가 A에 20바이트를 보냅니다. send()가 20을 반환할 때 B를 떠난 것은 몇 바이트입니까?',
    },
    answers: [choice(20, '20', '20바이트'), choice(8, '8', '8바이트'), choice(0, '0', '0바이트')],
    decide: (events) => {
      const send = returned(events, 'client', 'send');
      if (send === undefined) return undefined;
      const right = ledgerAt(events, send.n, 'B', 'A').sent ?? 0;
      return {
        moment: send.n,
        right,
        what: {
          en: `when send() returned ${send.result}, ${right} bytes had left B.`,
          ko: `send()가 ${send.result}바이트를 반환했을 때 B를 떠난 것은 ${right}바이트였습니다.`,
        },
      };
    },
  },
  {
    story: 'S12',
    plan: { name: 'full-buffer' },
    claim: {
      en: 'When the send buffer is full, send() blocks until there is room.',
      ko: '송신 버퍼가 가득 차면 send()는 자리가 날 때까지 블로킹됩니다.',
    },
    question: {
      en: 'B sends 100 bytes; each buffer holds 32, and A does not read. How many bytes wait in the program?',
      ko: 'B가 100바이트를 보냅니다. 버퍼는 각각 32바이트이고 A는 읽지 않습니다. 프로그램에 남아 복사 대기인 것은 몇 바이트입니까?',
    },
    answers: 'bytes',
    decide: (events) => {
      const recv = entered(events, 'server', 'recv');
      if (recv === undefined) return undefined;
      const right = ledgerAt(events, recv.n - 1, 'B', 'A').waiting ?? 0;
      return {
        moment: recv.n - 1,
        right,
        what: {
          en: `${right} bytes were waiting, and send() had not returned.`,
          ko: `${right}바이트가 복사 대기였고, send()는 반환되지 않았습니다.`,
        },
      };
    },
  },
  {
    story: 'S13',
    plan: { name: 'short-buffer' },
    claim: {
      en: 'recv() copies at most what the application buffer holds; the rest stays for the next call.',
      ko: 'recv()는 응용 프로그램 버퍼에 들어가는 만큼만 복사하고, 나머지는 다음 호출을 위해 남습니다.',
    },
    question: {
      en: '32 bytes lie unread, and A calls recv() with a buffer of 8. How many does it return?',
      ko: '32바이트가 읽기 전이고, A는 8바이트 버퍼로 recv()를 호출합니다. 몇 바이트를 반환합니까?',
    },
    answers: [8, 32, 44].map((count) => choice(count, String(count), `${count}바이트`)),
    decide: (events) => {
      const recv = returned(events, 'server', 'recv');
      if (recv === undefined) return undefined;
      const right = Number(recv.result);
      return {
        moment: recv.n,
        right,
        what: { en: `recv() returned ${right}.`, ko: `recv()가 ${right}바이트를 반환했습니다.` },
      };
    },
  },
  {
    story: 'S14',
    plan: { name: 'empty-buffer' },
    claim: {
      en: 'When the receive buffer is empty, recv() blocks: it sleeps and uses no CPU.',
      ko: '수신 버퍼가 비어 있으면 recv()는 블로킹됩니다. 잠들어 있으며 CPU를 쓰지 않습니다.',
    },
    question: {
      en: 'A calls recv() while nothing has arrived. What does the call do?',
      ko: '아무것도 도착하지 않았는데 A가 recv()를 호출합니다. 이 호출은 어떻게 됩니까?',
    },
    answers: [choice(0, 'it returns at once', '바로 반환됩니다'), choice(1, 'it waits', '기다립니다')],
    decide: (events) => {
      const [call, recv] = [entered(events, 'server', 'recv'), returned(events, 'server', 'recv')];
      if (call === undefined || recv === undefined) return undefined;
      const ms = Math.round((recv.at - call.at) / 1e6);
      return {
        moment: recv.n,
        right: ms > 0 ? 1 : 0,
        what: { en: `recv() returned after ${ms} ms.`, ko: `recv()가 ${ms} ms 만에 반환되었습니다.` },
      };
    },
  },
  {
    story: 'S15',
    plan: { name: 'short-buffer' },
    claim: {
      en: 'What recv() copied leaves the receive buffer, and its room is offered to the sender again.',
      ko: 'recv()가 복사한 바이트는 수신 버퍼를 떠나고, 그 자리는 다시 송신 쪽에 제공됩니다.',
    },
    question: {
      en: "A's full receive buffer has 32 bytes. How many are in it right after recv() has read 8?",
      ko: 'A의 수신 버퍼가 32바이트로 가득 찼습니다. recv()가 8바이트를 읽은 직후에는 몇 바이트가 있습니까?',
    },
    answers: 'bytes',
    decide: (events) => {
      const recv = returned(events, 'server', 'recv');
      if (recv === undefined) return undefined;
      const right = ledgerAt(events, recv.n, 'B', 'A').unread ?? 0;
      return {
        moment: recv.n,
        right,
        what: { en: `${right} bytes were unread.`, ko: `읽기 전 바이트는 ${right}개였습니다.` },
      };
    },
  },
  {
    story: 'S16',
    plan: { name: 'acknowledged' },
    claim: {
      en: 'A byte leaves the send buffer when its ACK arrives. Until then it lies in both buffers.',
      ko: '바이트는 확인 응답(ACK)이 와야 송신 버퍼를 떠납니다. 그때까지는 양쪽 버퍼에 있습니다.',
    },
    question: {
      en: "8 bytes of B have just reached A's receive buffer. How many of them does B's send buffer still keep?",
      ko: 'B의 8바이트가 방금 A의 수신 버퍼에 도착했습니다. B의 송신 버퍼에는 그중 몇 바이트가 남아 있습니까?',
    },
    answers: 'bytes',
    decide: (events) => {
      const second = returned(events, 'client', 'send', 1);
      if (second === undefined) return undefined;
      const fold = new LedgerFold();
      for (const event of events) {
        fold.apply(event);
        const { received, unacknowledged } = ledgerOf(fold, 'B', 'A');
        if (event.n < second.n || (received ?? 0) < 16) continue;
        const right = unacknowledged ?? 0;
        return {
          moment: event.n,
          right,
          what: {
            en: `A had the 8 bytes, and B still kept ${right}, unacknowledged.`,
            ko: `A에 8바이트가 도착했고, B에는 확인 대기인 ${right}바이트가 남아 있었습니다.`,
          },
        };
      }
      return undefined;
    },
  },
  {
    story: 'S17',
    plan: { name: 'hello' },
    claim: {
      en: "All of this is the operating system's work, not the application's.",
      ko: '이 모든 일은 응용 프로그램이 아니라 운영체제(OS)가 합니다.',
    },
    question: {
      en: "A's program sleeps for a second. How many of B's 12 bytes are acknowledged when it wakes?",
      ko: 'A의 프로그램이 1초 동안 잠듭니다. 깨어날 때 B의 12바이트 가운데 몇 바이트가 확인 응답을 받았습니까?',
    },
    answers: 'bytes',
    decide: (events) => {
      const accept = entered(events, 'server', 'accept');
      if (accept === undefined) return undefined;
      const right = ledgerAt(events, accept.n, 'B', 'A').acknowledged ?? 0;
      return {
        moment: accept.n,
        right,
        what: {
          en: `${right} bytes were acknowledged, before accept().`,
          ko: `accept() 전에 이미 ${right}바이트가 확인 응답을 받았습니다.`,
        },
      };
    },
  },
];
