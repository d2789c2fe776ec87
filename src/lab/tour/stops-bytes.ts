/** The tour, S9 to S17: how bytes travel. */
import { MILLISECOND } from '../../base/time.ts';
import type { Event } from '../../trace/event.ts';
import { headersOf } from '../../trace/headers.ts';
import { bytesOf, choice, type Decision, entered, ledgerAt, returned, type Stop } from './stop.ts';

/** S12: what has found no room when A calls recv() at last. */
function withoutRoom(events: readonly Event[]): Decision | undefined {
  const recv = entered(events, 'server', 'recv');
  if (recv === undefined) return undefined;
  const { waiting = 0, unread = 0, written = 0 } = ledgerAt(events, recv.n - 1, 'B', 'A');
  return {
    moment: recv.n,
    right: waiting,
    what: {
      en: `A reads at last. send() had copied ${written} bytes: ${unread} lay in A, ${written - unread} in B. The other ${waiting} waited.`,
      ko: `A가 이제야 읽습니다. send()가 복사한 것은 ${written}바이트로 A에 ${unread}바이트, B에 ${written - unread}바이트가 있었고, 나머지 ${waiting}바이트는 복사 대기였습니다.`,
    },
  };
}

/** S14: 0 it returned at once with nothing, 1 it waited for bytes, 2 it never returned. */
function howLongRecv(events: readonly Event[]): Decision | undefined {
  const [call, recv] = [entered(events, 'server', 'recv'), returned(events, 'server', 'recv')];
  const send = returned(events, 'client', 'send');
  if (call === undefined) return undefined;
  if (recv === undefined || send === undefined) {
    return {
      moment: events.length,
      right: 2,
      what: { en: 'recv() has not returned.', ko: 'recv()가 반환되지 않았습니다.' },
    };
  }
  const ms = Math.round((recv.at - call.at) / MILLISECOND);
  const sendMs = Math.round((send.at - (events[send.entered - 1]?.at ?? send.at)) / MILLISECOND);
  const result = recv.error ?? String(recv.result);
  return {
    moment: recv.n,
    right: ms > 0 ? 1 : 0,
    what: {
      en: `recv() brought ${result} after ${ms} ms; B's send() took ${sendMs} ms.`,
      ko: `recv()가 ${ms} ms 만에 반환되었고 결과는 ${result}입니다. B의 send()에 걸린 시간은 ${sendMs} ms입니다.`,
    },
  };
}

/** S15: the window that A offers first after recv() has made room. */
function windowAfterRecv(events: readonly Event[]): Decision | undefined {
  const recv = returned(events, 'server', 'recv');
  if (recv === undefined) return undefined;
  // Until A's program wakes again, what A sends is about this recv().
  const woken = returned(events, 'server', 'sleep', 1)?.n ?? events.length;
  for (const event of events.slice(recv.n, woken)) {
    if (event.kind !== 'frame.sent' || event.host !== 'A') continue;
    const tcp = headersOf(event);
    if (tcp?.protocol !== 'tcp') continue;
    return {
      moment: event.n,
      right: tcp.window,
      what: {
        en: `A offered a window of ${tcp.window}: recv() had taken ${recv.result} bytes out of a full receive buffer.`,
        ko: `A가 알린 수신 윈도우는 ${tcp.window}입니다. 가득 찬 수신 버퍼에서 recv()가 ${recv.result}바이트를 가져갔습니다.`,
      },
    };
  }
  return {
    moment: recv.n,
    right: 0,
    what: { en: 'recv() returned, and A offered nothing.', ko: 'recv()가 반환되었지만, A는 자리를 알리지 않았습니다.' },
  };
}

/** S16: bytes of the second send() that both TCP buffers hold, 20 ms later. */
function heldTwice(events: readonly Event[]): Decision | undefined {
  const second = returned(events, 'client', 'send', 1);
  if (second === undefined) return undefined;
  const later = events.findIndex(({ at }) => at > second.at + 20 * MILLISECOND);
  const moment = later < 0 ? events.length : later;
  const { unread = 0, unacknowledged = 0 } = ledgerAt(events, moment, 'B', 'A');
  return {
    moment,
    right: unread + unacknowledged,
    what: {
      en: `${unread} bytes lay unread in A's receive buffer, and B's send buffer kept ${unacknowledged}, unacknowledged.`,
      ko: `A의 수신 버퍼에 읽기 전 ${unread}바이트, B의 송신 버퍼에 확인 대기 ${unacknowledged}바이트가 있었습니다.`,
    },
  };
}

export const BYTES: readonly Stop[] = [
  {
    story: 'S9',
    plan: { name: 'copy' },
    claim: {
      en: "There are two kinds of buffer: the application's, and TCP's in the operating system. They are never the same memory.",
      ko: '버퍼는 두 가지입니다. 응용 프로그램 버퍼와 운영체제(OS)의 TCP 버퍼이며, 둘은 결코 같은 메모리가 아닙니다.',
    },
    question: {
      en: 'B overwrites its buffer with x as soon as send() returns. What does A read a second later?',
      ko: 'B는 send()가 반환되자마자 자기 버퍼를 x로 덮어씁니다. 1초 뒤에 A가 읽는 것은 무엇입니까?',
    },
    answers: [choice(0, 'the text as it was', '원래의 글'), choice(1, 'only x', 'x뿐')],
    decide: (events) => {
      const print = events.find((event) => event.kind === 'process.printed' && event.process === 'server');
      if (print?.kind !== 'process.printed') return undefined;
      return {
        moment: print.n,
        right: print.text.startsWith('read: x') ? 1 : 0,
        what: { en: `A printed “${print.text}”.`, ko: `A의 출력은 “${print.text}”입니다.` },
      };
    },
  },
  {
    story: 'S10',
    plan: { name: 'hello' },
    claim: {
      en: "send(socket, buffer, length) copies length bytes from the application buffer into the socket's send buffer.",
      ko: 'send(소켓, 버퍼, 길이)는 응용 프로그램 버퍼에서 그 길이만큼의 바이트를 소켓의 송신 버퍼에 복사합니다.',
    },
    question: {
      en: 'B gives send() 12 bytes, and the sixth of them is 0. How many does it copy?',
      ko: 'B가 send()에 12바이트를 주었고, 그중 여섯째 바이트는 0입니다. 몇 바이트를 복사합니까?',
    },
    answers: 'bytes',
    decide: (events) => {
      const copied = events.find((event) => event.kind === 'socket.copied' && event.direction === 'in');
      if (copied?.kind !== 'socket.copied') return undefined;
      return {
        moment: copied.n,
        right: copied.bytes,
        what: {
          en: `send() copied ${bytesOf(copied.bytes).en} at once. A byte of 0 is a byte like any other.`,
          ko: `send()가 ${copied.bytes}바이트를 한 번에 복사했습니다. 값이 0인 바이트도 똑같은 바이트입니다.`,
        },
      };
    },
  },
  {
    story: 'S11',
    plan: { name: 'copy' },
    claim: {
      en: "send() returns when its copy ends. It says nothing about the cable, the peer's OS, or the peer's program.",
      ko: 'send()는 복사가 끝나면 반환됩니다. 케이블, 상대의 운영체제(OS), 상대의 프로그램에 대해서는 아무것도 알려 주지 않습니다.',
    },
    question: {
      en: 'B sends 20 bytes to A. When send() returns 20, how many of them have left B?',
      ko: 'B가 A에 20바이트를 보냅니다. send()가 20을 반환하는 순간, B를 떠난 것은 몇 바이트입니까?',
    },
    answers: [choice(20, '20', '20바이트'), choice(8, '8', '8바이트'), choice(0, '0', '0바이트')],
    decide: whenSendReturns,
  },
  {
    story: 'S12',
    plan: { name: 'full-buffer' },
    claim: {
      en: 'When the send buffer is full, send() blocks until there is room.',
      ko: '송신 버퍼가 가득 차면 send()는 자리가 날 때까지 블로킹됩니다.',
    },
    question: {
      en: 'B calls send() with 100 bytes. Each TCP buffer holds 32, and A does not read. How many bytes find no room and wait?',
      ko: 'B가 100바이트로 send()를 호출합니다. TCP 버퍼는 각각 32바이트이고 A는 읽지 않습니다. 자리가 없어 복사 대기로 남는 것은 몇 바이트입니까?',
    },
    answers: 'bytes',
    decide: withoutRoom,
  },
  {
    story: 'S13',
    plan: { name: 'short-buffer' },
    claim: {
      en: 'recv() copies at most as many bytes as the application buffer holds; the rest stays for the next call.',
      ko: 'recv()는 응용 프로그램 버퍼에 들어가는 만큼만 복사하고, 나머지는 다음 호출까지 수신 버퍼에 남깁니다.',
    },
    question: {
      en: 'B has sent 44 bytes, and 32 of them fill the receive buffer. A calls recv() with a buffer of 8. What does it return?',
      ko: 'B가 44바이트를 보냈고 그중 32바이트가 수신 버퍼를 채웠습니다. A가 8바이트 버퍼로 recv()를 호출하면 몇을 반환합니까?',
    },
    answers: [choice(8, '8', '8'), choice(32, '32', '32'), choice(44, '44', '44')],
    decide: (events) => {
      const recv = returned(events, 'server', 'recv');
      if (recv === undefined) return undefined;
      const right = Number(recv.result);
      const { unread = 0 } = ledgerAt(events, recv.n, 'B', 'A');
      return {
        moment: recv.n,
        right,
        what: {
          en: `recv() returned ${right}, and ${unread} bytes stayed in the receive buffer.`,
          ko: `recv()의 결과는 ${right}이고, 수신 버퍼에 ${unread}바이트가 남았습니다.`,
        },
      };
    },
  },
  {
    story: 'S14',
    plan: { name: 'empty-buffer' },
    claim: {
      en: 'When the receive buffer is empty, recv() blocks: asleep, it uses no CPU. So send is usually short and recv usually long.',
      ko: '수신 버퍼가 비어 있으면 recv()는 블로킹됩니다. 잠들어 있으므로 CPU를 쓰지 않습니다. 그래서 send는 대개 짧고 recv는 대개 깁니다.',
    },
    question: {
      en: 'A calls recv() with a buffer of 32. A second later, B sends 5 bytes. When does recv() return?',
      ko: 'A가 32바이트 버퍼로 recv()를 호출합니다. 1초 뒤에 B가 5바이트를 보냅니다. recv()는 언제 반환됩니까?',
    },
    answers: [
      choice(0, 'at once, with nothing', '바로, 아무것도 없이'),
      choice(1, 'when the 5 bytes come', '5바이트가 도착할 때'),
      choice(2, 'never: its 32 are not full', '반환되지 않음: 32바이트가 차지 않으므로'),
    ],
    decide: howLongRecv,
  },
  {
    story: 'S15',
    plan: { name: 'short-buffer' },
    claim: {
      en: 'What recv() copied leaves the receive buffer, and the room it frees is offered to the sender again: the window.',
      ko: 'recv()가 복사한 바이트는 수신 버퍼를 떠나고, 그렇게 난 자리는 다시 송신 쪽에 제공됩니다. 이것이 수신 윈도우입니다.',
    },
    question: {
      en: "A's receive buffer is full, its window is 0. A's recv() takes 8 bytes. What window does A then offer B?",
      ko: 'A의 수신 버퍼가 가득 차서 윈도우가 0입니다. A의 recv()가 8바이트를 가져갑니다. A가 이어서 B에 알리는 수신 윈도우는 몇 바이트입니까?',
    },
    answers: 'bytes',
    decide: windowAfterRecv,
  },
  {
    story: 'S16',
    plan: { name: 'acknowledged' },
    claim: {
      en: 'Bytes leave the send buffer only when their ACK arrives. Until then a byte lies in both buffers.',
      ko: '바이트는 확인 응답(ACK)이 도착해야 송신 버퍼를 떠납니다. 그때까지는 양쪽 버퍼에 모두 있습니다.',
    },
    question: {
      en: "B's 8 bytes have reached A, whose OS delays the ACK; A does not read. How many bytes do B's send buffer and A's receive buffer hold together?",
      ko: 'B의 8바이트가 A에 도착했지만 A의 운영체제(OS)는 확인 응답을 늦추고, A는 읽지 않습니다. B의 송신 버퍼와 A의 수신 버퍼에 있는 것은 합쳐서 몇 바이트입니까?',
    },
    answers: 'bytes',
    decide: heldTwice,
  },
  {
    story: 'S17',
    plan: { name: 'hello' },
    claim: {
      en: "All of this is the operating system's work, not the application's.",
      ko: '이 모든 일은 응용 프로그램이 아니라 운영체제(OS)가 합니다.',
    },
    question: {
      en: "A's program sleeps for a second, while B connects and sends 12 bytes. How many are acknowledged when it wakes?",
      ko: 'A의 프로그램이 1초 동안 잠든 사이에 B가 연결하여 12바이트를 보냅니다. 프로그램이 깨어날 때 확인 응답을 받은 것은 몇 바이트입니까?',
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
          en: `A's program called accept() for the first time; ${bytesOf(right).en} of B had been acknowledged.`,
          ko: `A의 프로그램이 처음으로 accept()를 호출했습니다. 확인 응답을 받은 B의 바이트는 ${right}바이트입니다.`,
        },
      };
    },
  },
];

/** S11, and the first minute: how many bytes have left B when send() returns. */
export function whenSendReturns(events: readonly Event[]): Decision | undefined {
  const send = returned(events, 'client', 'send');
  if (send === undefined) return undefined;
  const right = ledgerAt(events, send.n, 'B', 'A').sent ?? 0;
  return {
    moment: send.n,
    right,
    what: {
      en: `send() returned ${send.result}, and ${bytesOf(right).en} had left B.`,
      ko: `send()의 결과는 ${send.result}이고, B를 떠난 것은 ${right}바이트입니다.`,
    },
  };
}
