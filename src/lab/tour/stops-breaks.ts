/** The tour, S18 to S25: how a connection breaks, and what one rarely knows. */
import type { Event } from '../../trace/event.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import { findBreaks } from '../../trace/noticed.ts';
import { duration } from '../view/words.ts';
import { type Choice, choice, type Decision, ledgerOf, returned, type Stop } from './stop.ts';

/** So many events after a break that nobody notices are enough to see: an hour of answered probes has thousands. */
const WATCHED = 60;

/** Who noticed, as a sum: A counts 1, B counts 2. */
const WHO: readonly Choice[] = [
  choice(0, 'nobody', '아무도 없음'),
  choice(1, 'only A', 'A만'),
  choice(2, 'only B', 'B만'),
  choice(3, 'both', '둘 다'),
];

/** Whose programs noticed the first break: that nobody did is known when the recording has ended. */
function noticed(events: readonly Event[]): Decision | undefined {
  const first = findBreaks(events)[0];
  if (first === undefined) return undefined;
  const hosts = new Set(first.noticed.map(({ host }) => host));
  const last = first.noticed.at(-1);
  const right = (hosts.has('A') ? 1 : 0) + (hosts.has('B') ? 2 : 0);
  if (last === undefined) {
    return {
      moment: Math.min(first.n + WATCHED, events.length),
      right,
      what: {
        en: "0 programs have noticed, and none does until the run's end.",
        ko: '알아챈 프로그램은 0개이고, 기록이 끝날 때까지도 그렇습니다.',
      },
    };
  }
  const after = duration(last.after);
  return {
    moment: last.n,
    right,
    what: {
      en: `${last.call}() of ${last.host} brought ${last.result}, ${after.en} after the break. ${hosts.size} of 2 hosts noticed.`,
      ko: `끊어진 지 ${after.ko} 뒤, ${last.host}의 ${last.call}() 결과는 ${last.result}입니다. 알아챈 호스트는 2대 중 ${hosts.size}대입니다.`,
    },
  };
}

/** 0 nothing, 1 the end of the stream, 2 an error: what the first call that told it brought. */
function sign(events: readonly Event[]): Decision | undefined {
  const decision = noticed(events);
  const result = findBreaks(events)[0]?.noticed[0]?.result;
  return decision && { ...decision, right: result === undefined ? 0 : result === 0 ? 1 : 2 };
}

const SIGNS: readonly Choice[] = [
  choice(0, 'nothing', '아무것도 오지 않음'),
  choice(1, '0: the end of the stream', '0: 스트림 끝(EOF)'),
  choice(2, 'an error', '오류'),
];

export const BREAKS: readonly Stop[] = [
  {
    story: 'S18',
    plan: { name: 'cut-idle' },
    claim: { en: 'The cable is cut. Neither side knows.', ko: '케이블이 잘렸습니다. 어느 쪽도 알지 못합니다.' },
    question: {
      en: 'Both wait in recv() when the cable is cut. Who notices within 30 days?',
      ko: '둘 다 recv()에서 기다릴 때 케이블이 잘립니다. 30일 안에 누가 알아챕니까?',
    },
    answers: WHO,
    decide: noticed,
  },
  {
    story: 'S19',
    plan: { name: 'cut-idle-keepalive' },
    claim: {
      en: 'TCP can send keep-alive probes at intervals; when nothing answers, the connection is declared dead.',
      ko: 'TCP는 일정한 간격으로 킵얼라이브(keep-alive) 탐침(probe)을 보낼 수 있습니다. 아무 답도 없으면 연결이 끊어진 것으로 봅니다.',
    },
    question: {
      en: 'The cable is cut while both wait; only A has turned keep-alive on. Who notices within 3 days?',
      ko: '둘 다 기다릴 때 케이블이 잘렸고, 킵얼라이브는 A만 켰습니다. 3일 안에 누가 알아챕니까?',
    },
    answers: WHO,
    decide: noticed,
  },
  {
    story: 'S20',
    plan: { name: 'power-off' },
    claim: {
      en: 'The power goes off on one machine. For the other side this is the same as a cut cable.',
      ko: '한쪽의 전원이 꺼졌습니다. 다른 쪽에는 케이블이 잘린 것과 같습니다.',
    },
    question: {
      en: 'B loses its power while A waits in recv(). What does recv() bring within 30 days?',
      ko: 'A가 recv()에서 기다릴 때 B의 전원이 꺼집니다. 30일 안에 recv()의 결과로 무엇이 옵니까?',
    },
    answers: SIGNS,
    decide: sign,
  },
  {
    story: 'S21',
    plan: { name: 'kill-idle' },
    claim: {
      en: 'The process is killed, the machine lives. Its OS tells the peer at once.',
      ko: '프로세스는 강제 종료되었지만 컴퓨터는 살아 있습니다. 운영체제(OS)가 상대에게 바로 알립니다.',
    },
    question: {
      en: "B's program is killed with nothing unread. What does A's recv() bring, on Linux?",
      ko: '읽기 전 바이트 없이 B의 프로그램이 강제 종료됩니다. 리눅스에서 A의 recv() 결과는 무엇입니까?',
    },
    answers: SIGNS,
    decide: sign,
  },
  {
    story: 'S22',
    plan: { name: 'power-off-reboot' },
    claim: {
      en: 'An OS that lives reports the end to the peer; an OS that is dead leaves the peer waiting.',
      ko: '살아 있는 운영체제(OS)는 연결이 끝났음을 상대에게 알리고, 죽은 운영체제는 상대를 기다리게 둡니다.',
    },
    question: {
      en: "B lost its power and has booted again; A knows nothing of it and sends. What does A's waiting recv() bring?",
      ko: 'B의 전원이 꺼졌다가 다시 켜졌습니다. 이를 모르는 A가 보내면, 기다리던 A의 recv()에는 무엇이 옵니까?',
    },
    answers: SIGNS,
    decide: sign,
  },
  {
    story: 'S23',
    plan: { name: 'hang' },
    claim: {
      en: "A program that hangs is not dead: keep-alive is content. Only the application's own heartbeat finds it.",
      ko: '응답하지 않는 프로그램은 죽은 것이 아닙니다. 킵얼라이브로는 알 수 없고, 응용 프로그램의 하트비트만이 찾아냅니다.',
    },
    question: {
      en: "B's program hangs; A has keep-alive on. Who notices within an hour?",
      ko: 'B의 프로그램이 응답하지 않고, A는 킵얼라이브를 켰습니다. 한 시간 안에 누가 알아챕니까?',
    },
    answers: WHO,
    decide: noticed,
  },
  {
    story: 'S24',
    plan: { name: 'no-boundaries' },
    claim: {
      en: 'TCP keeps no message boundaries: one send() may need several recv()s, several send()s may come in one recv().',
      ko: 'TCP는 메시지 경계를 지키지 않습니다. send() 한 번을 recv() 여러 번으로 읽기도 하고, send() 여러 번이 recv() 한 번에 오기도 합니다.',
    },
    question: {
      en: "B's one send() of 20 bytes is read with a buffer of 8. How many recv() does it take?",
      ko: 'B가 send() 한 번에 보낸 20바이트를 8바이트 버퍼로 읽습니다. recv()가 몇 번 필요합니까?',
    },
    answers: [1, 2, 3].map((count) => choice(count, String(count), `${count}번`)),
    decide: (events) => {
      const sent = Number(returned(events, 'client', 'send')?.result ?? Number.POSITIVE_INFINITY);
      let [bytes, right] = [0, 0];
      for (const event of events) {
        if (event.kind !== 'call.returned' || event.process !== 'server' || event.call !== 'recv') continue;
        bytes += Number(event.result);
        right += 1;
        if (bytes >= sent)
          return {
            moment: event.n,
            right,
            what: {
              en: `recv() number ${right} took the last of ${bytes} bytes.`,
              ko: `${right}번째 recv()에서 ${bytes}바이트를 모두 읽었습니다.`,
            },
          };
      }
      return undefined;
    },
  },
  {
    story: 'S25',
    plan: { name: 'copy' },
    claim: {
      en: "Neither send()'s success nor an ACK proves that the peer's program has read anything; only its answer does.",
      ko: 'send()의 성공도 확인 응답(ACK)도 상대의 프로그램이 읽었다는 증거가 아닙니다. 그 프로그램의 답만이 증거입니다.',
    },
    question: {
      en: "B sends 20 bytes. When the last of them is acknowledged, how many has A's program read?",
      ko: 'B가 20바이트를 보냅니다. 마지막 바이트의 확인 응답을 받은 순간, A의 프로그램이 읽은 것은 몇 바이트입니까?',
    },
    answers: 'bytes',
    decide: (events) => {
      const taken = Number(returned(events, 'client', 'send')?.result ?? Infinity);
      const fold = new LedgerFold();
      for (const event of events) {
        fold.apply(event);
        const { acknowledged = 0, read = 0 } = ledgerOf(fold, 'B', 'A');
        if (acknowledged < taken) continue;
        return {
          moment: event.n,
          right: read,
          what: {
            en: `${acknowledged} bytes were acknowledged, and A's program had read ${read}.`,
            ko: `확인 응답을 받은 것은 ${acknowledged}바이트, A의 프로그램이 읽은 것은 ${read}바이트였습니다.`,
          },
        };
      }
      return undefined;
    },
  },
];
