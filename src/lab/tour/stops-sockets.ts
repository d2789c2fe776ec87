/** The tour, S1 to S8: what a socket is, and what a connection is. */
import { SECOND } from '../../base/time.ts';
import type { Event } from '../../trace/event.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import {
  broughtBy,
  bytesOf,
  choice,
  type Decision,
  entered,
  ledgerAt,
  ledgerOf,
  returned,
  returns,
  type Stop,
} from './stop.ts';

/** S1: how much of the answer of a program that is gone the other one reads. */
function answerOfTheGone(events: readonly Event[]): Decision | undefined {
  const sent = returned(events, 'server', 'send');
  if (sent === undefined) return undefined;
  // Without a return, it never came.
  const moment = returned(events, 'client', 'recv')?.n ?? events.length;
  const right = ledgerAt(events, moment, 'A', 'B').read ?? 0;
  return {
    moment,
    right,
    what: {
      en: `B's program had read ${right} of A's ${bytesOf(Number(sent.result)).en}. Sending is its operating system's work, with or without the program.`,
      ko: `B의 프로그램이 읽은 것은 ${sent.result}바이트 중 ${right}바이트입니다. 프로그램이 있든 없든, 보내는 일은 A의 운영체제가 합니다.`,
    },
  };
}

/** S2: how many sizes of buffers a socket told before it was connected. */
function sizesBeforeConnect(events: readonly Event[]): Decision | undefined {
  const connect = returned(events, 'client', 'connect');
  if (connect === undefined) return undefined;
  const told = returns(events, 'client', 'getOption').filter(
    ({ n, error }) => error === undefined && n < connect.entered,
  );
  const sizes = told.map(({ result }) => String(result)).join(', ');
  return {
    moment: told.at(-1)?.n ?? connect.n,
    right: told.length,
    what: {
      en: `connect() had not been called, and ${told.length} sizes had been told${sizes && ` (bytes: ${sizes})`}.`,
      ko: `connect()를 호출하기 전이고, 답을 받은 크기는 ${told.length}개입니다${sizes && `(바이트: ${sizes})`}.`,
    },
  };
}

/** The quiet before the cable is cut. */
const QUIET = 9 * SECOND;

/** S3: how many frames run while nobody has anything to say. */
function framesOfTheQuiet(events: readonly Event[]): Decision | undefined {
  const cut = events.find(({ kind }) => kind === 'cable.cut');
  const known = broughtBy(returned(events, 'client', 'connect'), 'remote');
  if (cut === undefined || known === undefined) return undefined;
  const right = events.filter(({ kind, at, n }) => kind === 'frame.sent' && n < cut.n && at > cut.at - QUIET).length;
  return {
    moment: cut.n,
    right,
    what: {
      en: `a cut ends the silence: ${right} frames in 9 s. B's socket knows ${known}, and that is the connection.`,
      ko: `케이블이 잘리기 전 9초 동안 오간 프레임은 ${right}개입니다. B의 소켓이 아는 상대 ${known}, 그것이 연결의 전부입니다.`,
    },
  };
}

/** S4: the most bytes that were in flight at one moment, both channels together. */
function mostInFlight(events: readonly Event[]): Decision | undefined {
  if (returned(events, 'client', 'recv') === undefined) return undefined;
  const fold = new LedgerFold();
  let [moment, right, forth, back] = [0, 0, 0, 0];
  for (const event of events) {
    fold.apply(event);
    const [there, here] = [ledgerOf(fold, 'B', 'A').inFlight ?? 0, ledgerOf(fold, 'A', 'B').inFlight ?? 0];
    if (there + here > right) [moment, right, forth, back] = [event.n, there + here, there, here];
  }
  return {
    moment,
    right,
    what: {
      en: `${forth} bytes were in flight from B to A, and ${back} from A to B.`,
      ko: `B에서 A로 ${forth}바이트, A에서 B로 ${back}바이트가 전송 중이었습니다.`,
    },
  };
}

/** S5: of each connection, A's operating system tells the limits of two buffers. */
function buffersOfA(events: readonly Event[]): Decision | undefined {
  const last = returns(events, 'server', 'accept').at(-1);
  if (last === undefined || entered(events, 'server', 'recv') === undefined) return undefined;
  const connections = new Set<string>();
  for (const event of events) {
    if (event.kind === 'tcp.buffers' && event.host === 'A' && event.n < last.n) connections.add(event.connection);
  }
  const sockets = connections.size;
  return {
    moment: last.n,
    right: 2 * sockets,
    what: {
      en: `A had ${sockets} connected sockets, each with a send buffer and a receive buffer: ${2 * sockets}.`,
      ko: `A의 통신 소켓은 ${sockets}개이고, 저마다 송신 버퍼와 수신 버퍼가 있어 모두 ${2 * sockets}개입니다.`,
    },
  };
}

/** S6: how much A got of what the cut cable lost, until B sent the next thing. */
function gotOfTheLost(events: readonly Event[]): Decision | undefined {
  const cut = events.find(({ kind }) => kind === 'cable.cut')?.n ?? Number.POSITIVE_INFINITY;
  const drop = events.find((event) => event.kind === 'frame.dropped' && event.n > cut && event.reason === 'cut');
  const next = entered(events, 'client', 'send', 4);
  if (drop === undefined || next === undefined) return undefined;
  const reads = returns(events, 'server', 'recv').filter(({ n }) => n > drop.n && n < next.n);
  const right = reads.reduce((sum, { result }) => sum + (typeof result === 'number' ? result : 0), 0);
  return {
    moment: reads.at(-1)?.n ?? next.n,
    right,
    what: {
      en: `0.9 s after the loss, A had read ${right} of the 8 bytes.`,
      ko: `잃어버린 지 0.9초 뒤, A가 읽은 것은 8바이트 중 ${right}바이트입니다.`,
    },
  };
}

/** S8: the sockets that stand at A's port: the one that listens, and those that accept() made. */
function socketsAtPort(events: readonly Event[]): Decision | undefined {
  const listen = returned(events, 'server', 'listen');
  const accepts = returns(events, 'server', 'accept');
  const [listening, last] = [broughtBy(listen, 'socket'), accepts.at(-1)];
  if (listening === undefined || last === undefined || entered(events, 'server', 'recv') === undefined)
    return undefined;
  const connected = new Set(accepts.flatMap((event) => broughtBy(event, 'socket') ?? []));
  const right = new Set([listening, ...connected]).size;
  const port = broughtBy(listen, 'local')?.split(':').at(-1) ?? '';
  const carried = events.filter(
    (event) => event.kind === 'socket.copied' && event.process === 'server' && event.socket === listening,
  ).length;
  return {
    moment: last.n,
    right,
    what: {
      en: `${right} sockets of A stood at port ${port}: ${listening} listened and carried ${carried} bytes; accept() had made ${connected.size}.`,
      ko: `A의 ${port}번 포트에 소켓 ${right}개가 있습니다. ${listening}: 리스닝 소켓, 나른 데이터 ${carried}바이트. accept()가 만든 통신 소켓: ${connected.size}개.`,
    },
  };
}

export const SOCKETS: readonly Stop[] = [
  {
    story: 'S1',
    plan: { name: 'hello' },
    claim: {
      en: 'An application holds only a handle of its socket. The operating system owns the rest: TCP, IP, the data link.',
      ko: '응용 프로그램이 가진 것은 소켓 핸들뿐입니다. TCP, IP, 데이터 링크 등 나머지는 모두 운영체제(OS)의 것입니다.',
    },
    question: {
      en: "A's program sends 6 bytes and ends at once. How many of them will B's program read?",
      ko: 'A의 프로그램이 6바이트를 보내고 바로 끝납니다. B의 프로그램은 그중 몇 바이트를 읽습니까?',
    },
    answers: [choice(0, '0: the sender is gone', '0바이트: 보낸 프로그램이 없음'), choice(6, 'all 6', '6바이트 전부')],
    decide: answerOfTheGone,
  },
  {
    story: 'S2',
    plan: { name: 'hello' },
    claim: {
      en: "Making a socket makes two buffers with it in the operating system, at TCP's level: a send buffer and a receive buffer.",
      ko: '소켓을 만들면 운영체제(OS)의 TCP 계층에 송신 버퍼와 수신 버퍼가 함께 만들어집니다.',
    },
    question: {
      en: 'B has made a socket and is not connected yet. Of how many buffers can it already ask the size?',
      ko: 'B가 소켓을 만들었고 아직 연결하지 않았습니다. 지금 크기를 물어볼 수 있는 버퍼는 몇 개입니까?',
    },
    answers: [choice(0, 'none yet', '아직 없음'), choice(1, 'one', '하나'), choice(2, 'two', '둘')],
    decide: sizesBeforeConnect,
  },
  {
    story: 'S3',
    plan: { name: 'cut-idle' },
    claim: {
      en: 'Two sockets are connected logically: no line runs between them. Each knows the protocol, the address and the port of the other.',
      ko: '두 소켓은 논리적으로 연결됩니다. 둘을 잇는 선은 없고, 서로의 프로토콜, 주소, 포트를 알 뿐입니다.',
    },
    question: {
      en: 'A and B are connected and say nothing for 9 s. How many frames run between them?',
      ko: '연결된 A와 B가 9초 동안 아무것도 보내지 않습니다. 그동안 둘 사이를 오가는 프레임은 몇 개입니까?',
    },
    answers: [
      choice(0, '0', '0개'),
      choice(9, '9: one a second holds the connection', '9개: 1초에 하나씩, 연결을 유지하려고'),
      choice(18, '18: one each way a second', '18개: 1초에 양쪽에서 하나씩'),
    ],
    decide: framesOfTheQuiet,
  },
  {
    story: 'S4',
    plan: { name: 'full-duplex' },
    claim: {
      en: "A connection is two channels: A's send buffer feeds B's receive buffer, and B's feeds A's. Both move at once, unlike a pipe.",
      ko: '연결은 채널 둘입니다. A의 송신 버퍼는 B의 수신 버퍼로, B의 송신 버퍼는 A의 수신 버퍼로 이어집니다. 파이프와 달리 둘이 동시에 움직입니다.',
    },
    question: {
      en: 'A and B send 24 bytes each at the same moment; every buffer has room. How many are in flight at most, both ways together?',
      ko: 'A와 B가 같은 순간에 24바이트씩 보내고, 버퍼마다 자리는 충분합니다. 두 방향을 합쳐 최대 몇 바이트가 전송 중입니까?',
    },
    answers: 'bytes',
    decide: mostInFlight,
  },
  {
    story: 'S5',
    plan: { name: 'many-clients' },
    claim: {
      en: 'One more application means one more pair of sockets, each with buffers of its own.',
      ko: '응용 프로그램이 하나 늘면 소켓도 한 쌍 늘고, 소켓마다 자기 버퍼를 가집니다.',
    },
    question: {
      en: 'Three clients connect to one port of A. How many TCP buffers do the connected sockets of A have together?',
      ko: '클라이언트 셋이 A의 한 포트에 연결합니다. A의 통신 소켓들이 가진 TCP 버퍼는 모두 몇 개입니까?',
    },
    answers: [
      choice(2, '2: they share them', '2개: 함께 씀'),
      choice(3, '3: one each', '3개: 하나씩'),
      choice(6, '6: two each', '6개: 둘씩'),
    ],
    decide: buffersOfA,
  },
  {
    story: 'S6',
    plan: { name: 'datagrams' },
    claim: {
      en: "These promises are TCP's. UDP waits for no room at the peer and sends nothing again.",
      ko: '이 약속은 TCP의 것입니다. UDP는 상대 쪽에 자리가 나기를 기다리지 않고, 잃어버린 것을 다시 보내지도 않습니다.',
    },
    question: {
      en: 'The cable is cut for 0.1 s while B sends 8 bytes by UDP. How many has A read 0.9 s later?',
      ko: '케이블이 0.1초 동안 잘린 사이에 B가 UDP로 8바이트를 보냅니다. 0.9초 뒤까지 A가 읽은 것은 몇 바이트입니까?',
    },
    answers: [choice(0, '0', '0바이트'), choice(8, 'all 8, a little late', '조금 늦게 8바이트 전부')],
    decide: gotOfTheLost,
  },
  {
    story: 'S7',
    plan: { name: 'hello' },
    claim: {
      en: 'accept() takes a connection that already exists: bytes may lie in its receive buffer before the call.',
      ko: 'accept()는 이미 만들어진 연결을 가져옵니다. 호출하기 전부터 수신 버퍼에 바이트가 있을 수 있습니다.',
    },
    question: {
      en: 'B connects and sends 12 bytes; A calls accept() a second later. How many lie in the receive buffer when accept() returns?',
      ko: 'B가 연결하여 12바이트를 보내고, A는 1초 뒤에 accept()를 호출합니다. accept()가 반환될 때 A의 수신 버퍼에는 몇 바이트가 있습니까?',
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
          en: `accept() returned, and ${bytesOf(right).en} lay unread in the receive buffer.`,
          ko: `accept()가 반환되었고, 수신 버퍼에는 읽기 전인 ${right}바이트가 있었습니다.`,
        },
      };
    },
  },
  {
    story: 'S8',
    plan: { name: 'many-clients' },
    claim: {
      en: 'accept() makes a new, connected socket. The listening socket goes on listening and never carries data.',
      ko: 'accept()는 통신 소켓을 새로 만듭니다. 리스닝 소켓은 계속 연결을 기다릴 뿐, 데이터를 나르지 않습니다.',
    },
    question: {
      en: 'A listens on port 7000 and has accepted three clients. How many sockets does A have at that port?',
      ko: 'A가 7000번 포트에서 기다리다가 클라이언트 셋을 accept()했습니다. 그 포트에 있는 A의 소켓은 몇 개입니까?',
    },
    answers: [
      choice(1, '1: a port has one socket', '1개: 포트 하나에 소켓 하나'),
      choice(3, '3: one for each client', '3개: 클라이언트마다 하나'),
      choice(4, '4: these, and the one that listens', '4개: 클라이언트마다 하나, 그리고 리스닝 소켓'),
    ],
    decide: socketsAtPort,
  },
];
