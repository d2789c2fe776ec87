/**
 * What UDP does not do: it sends nothing again, and waits for no room at the peer. What it has: message boundaries,
 * a receive buffer, a limit for what is sent. The counter-runs send the same bytes by TCP.
 *
 * 1 s: three messages at once. 2 s: one message while the cable is cut. 3 s: eight messages for a buffer of four.
 */
import { defineScenario } from '../system/scenario.ts';
import type { System } from '../system/system.ts';
import { call, duration, EVERYWHERE, oneCable, outcome, PORT, returned } from './plan.ts';

type Params = { readonly protocol: 'udp' | 'tcp' };

const RECEIVE_BUFFER = 32;

/** A socket that was bound or accepted, as far as this scenario needs it. */
interface Reader {
  recv(buffer: Uint8Array, options: { dontWait: boolean }): Promise<number>;
}
interface Writer {
  send(data: string): Promise<number>;
}

async function reader(os: System, { protocol }: Params): Promise<Reader> {
  if (protocol === 'tcp') {
    const listener = await os.listen(PORT, { options: { SO_RCVBUF: RECEIVE_BUFFER } });
    return listener.accept();
  }
  const socket = await os.socket('datagram', { SO_RCVBUF: RECEIVE_BUFFER });
  await socket.bind(PORT);
  return socket;
}

async function writer(os: System, { protocol }: Params): Promise<Writer> {
  if (protocol === 'tcp') return os.connect('A', PORT, { options: { TCP_NODELAY: true } });
  const socket = await os.socket('datagram');
  await socket.connect('A', PORT);
  return socket;
}

/** The sizes of what lies in the receive buffer now. */
async function drain(socket: Reader): Promise<number[]> {
  const counts: number[] = [];
  for (;;) {
    const count = await outcome(socket.recv(new Uint8Array(64), { dontWait: true }));
    if (typeof count === 'string') return counts;
    counts.push(count);
  }
}

export default defineScenario<Params>({
  name: 'datagrams',
  title: { en: 'UDP has other promises', ko: 'UDP의 약속은 다릅니다' },
  text: {
    en: "B sends datagrams to A, who reads only now and then. UDP keeps each message whole, but does not wait for A's buffer and sends nothing twice.",
    ko: 'B가 A에 데이터그램을 보내고, A는 가끔만 읽습니다. UDP는 메시지의 경계를 지키지만, A의 버퍼에 자리가 나기를 기다리지 않고 아무것도 다시 보내지 않습니다.',
  },
  story: ['S6'],
  params: {
    protocol: {
      default: 'udp',
      oneOf: ['udp', 'tcp'],
      text: { en: 'tcp: the same programs over TCP', ko: 'tcp: 같은 프로그램을 TCP로 실행합니다' },
    },
  },
  topology: () => oneCable('teaching'),
  programs: {
    server: {
      host: 'A',
      main: async (os, params) => {
        const socket = await reader(os, params);
        await os.sleep(1900 - os.now());
        const three = await drain(socket);
        await os.sleep(2900 - os.now());
        const lost = await drain(socket);
        await os.sleep(3900 - os.now());
        const crowded = await drain(socket);
        os.print(`read: [${three}], [${lost}], [${crowded}]`);
        return { three, lost, crowded };
      },
    },
    client: {
      host: 'B',
      main: async (os, params) => {
        const socket = await writer(os, params);
        await os.sleep(1000 - os.now());
        for (const word of ['one', 'three', 'five']) await socket.send(word);
        await os.sleep(2000 - os.now());
        await socket.send('lost one');
        await os.sleep(3000 - os.now());
        for (let n = 1; n <= 8; n++) await socket.send(`number ${n}`);
        await os.sleep('2s');
      },
    },
  },
  faults: [
    { name: 'lose', at: '1990ms', do: 'cut', target: 'cable' },
    { at: '2100ms', do: 'mend', target: 'cable' },
  ],
  expect: [
    {
      story: 'S6',
      text: {
        en: 'Three messages of 3, 5 and 4 bytes are read as 3, 5 and 4: UDP keeps the boundaries.',
        ko: '3, 5, 4바이트 메시지 셋은 3, 5, 4로 읽힙니다. UDP는 메시지 경계를 지킵니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => String(returned(result, 'server', 'three')) === '3,5,4',
      counter: { set: { protocol: 'tcp' } },
    },
    {
      story: 'S6',
      text: {
        en: 'send() returned 8 for the message that the cut cable lost; a second later A has read 0 of it: nothing is sent again.',
        ko: '잘린 케이블에서 사라진 메시지에도 send()는 8을 반환했습니다. 1초가 지나도 A가 읽은 것은 0입니다. 다시 보내지 않습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) =>
        call(result, 'client', 'send', 3).result === 8 && String(returned(result, 'server', 'lost')) === '',
      counter: { without: 'lose' },
    },
    {
      story: 'S6',
      text: {
        en: 'Eight messages of 8 bytes for a receive buffer of 32: every send() returned 8 at once, A has 4 of them, and 4 are gone.',
        ko: '32바이트 수신 버퍼에 8바이트 메시지 여덟을 보냈습니다. 모든 send()가 곧바로 8을 반환했지만, A에 있는 것은 넷이고 나머지 넷은 사라졌습니다.',
      },
      worlds: EVERYWHERE,
      holds: (result) => {
        const sends = result.calls('client', 'send').slice(4);
        return (
          sends.length === 8 &&
          sends.every((send) => send.result === 8 && duration(send) < 1) &&
          String(returned(result, 'server', 'crowded')) === '8,8,8,8'
        );
      },
      counter: { set: { protocol: 'tcp' } },
    },
  ],
});
