/** RFC 9293, 3.10.7.4, sixth: URG; and 3.8.5, urgent information. */
import { expect, test } from 'vitest';
import { NOTICE } from '../../src/tcp/notices.ts';
import { OneEnd } from '../support/one-end.ts';
import { inState, rcvNxtIn } from '../support/states.ts';

function told(end: OneEnd): boolean {
  const urgent = (end.notices & NOTICE.urgent) !== 0;
  end.notices = 0;
  return urgent;
}

test('EVT-39, MUST-30, MUST-32: an urgent pointer ahead of what was read is told once, and again when it advances', () => {
  for (const state of ['ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2'] as const) {
    const end = inState(state);
    end.notices = 0;
    end.arrive('PU. 1:4(3) ack 1 urg 3');
    expect(told(end), state).toBe(true);
    end.arrive('PU. 1:4(3) ack 1 urg 3');
    end.arrive('U. 4:4(0) ack 1');
    expect(told(end), `${state}: the same, or less`).toBe(false);
    end.arrive('PU. 4:7(3) ack 1 urg 3');
    expect(told(end), `${state}: it advances`).toBe(true);
    expect(end.tcp.readable).toBe(6);
  }
});

test('MUST-62, RFC 6093: the pointer is that of the octet behind the urgent data, from and to the peer', () => {
  const end = OneEnd.established();
  end.call((tcp) => {
    tcp.send(Uint8Array.from([0, 7, 14]), 0, 3, end.now);
    tcp.markUrgent();
  });
  expect(end.take()).toMatchObject([{ text: 'PU. 1:4(3) ack 1 urg 3', urgentPointer: 3 }]);
  end.arrive('PU. 1:3(2) ack 4 urg 1');
  expect(end.tcp.tcb.rcv.up).toBe((end.tcp.tcb.rcv.irs + 2) >>> 0);
});

test('RFC 1122, 4.2.2.4, as tcp_stdurg=1 has it: the pointer is that of the last urgent octet', () => {
  const end = OneEnd.established({ config: { urgentPointer: 'last' } });
  end.call((tcp) => {
    tcp.send(Uint8Array.from([0, 7, 14]), 0, 3, end.now);
    tcp.markUrgent();
  });
  expect(end.take()).toMatchObject([{ urgentPointer: 2 }]);
});

test('MUST-30: URG stays set until what is urgent was sent, and ends when it is acknowledged', () => {
  const end = OneEnd.established({ peer: 'mss 100' });
  end.write(300);
  end.take();
  end.call((tcp) => {
    tcp.send(
      Uint8Array.from({ length: 150 }, (_, i) => ((i + 300) * 7 + ((i + 300) >>> 8)) & 255),
      0,
      150,
      end.now,
    );
    tcp.markUrgent();
  });
  expect(end.take().map((out) => [out.seq, out.urgentPointer])).toEqual([
    [301, 150],
    [401, 50],
  ]);
  end.arrive('. 1:1(0) ack 451');
  expect(end.write(10)).toEqual(['P. 451:461(10) ack 1']);
});

test('EVT-40: after the peer has closed nothing is urgent', () => {
  for (const state of ['CLOSE-WAIT', 'CLOSING', 'LAST-ACK', 'TIME-WAIT'] as const) {
    const end = inState(state);
    end.notices = 0;
    const nxt = rcvNxtIn(state);
    end.arrive(`U. ${nxt}:${nxt}(0) ack 1 urg 9`);
    expect(told(end), state).toBe(false);
  }
});

test('V8: whatever URG, pointer and length say, the bytes that can be read are those that were sent', () => {
  const lengths = [0, 1, 2, 7, 100];
  const pointers = [0, 1, 2, 6, 7, 8, 99, 100, 101, 0x7fff, 0x8000, 0xfffe, 0xffff];
  for (const urgentPointer of ['last', 'behind'] as const) {
    const end = OneEnd.established({ config: { urgentPointer } });
    let nxt = 1;
    for (const length of lengths) {
      for (const up of pointers) {
        for (const flags of ['U.', 'PU.', '.']) {
          end.arrive(`${flags} ${nxt}:${nxt + length}(${length}) ack 1 urg ${up}`);
          nxt += length;
          expect(end.tcp.readable).toBe(length);
          expect(end.read()).toBe(length); // each byte is compared with the stream
        }
      }
    }
    expect(end.tcp.figures().received).toBe(nxt - 1);
  }
});

test('V8: a pointer that recedes changes nothing; one far ahead waits for no byte', () => {
  const end = OneEnd.established();
  end.arrive('U. 1:1(0) ack 1 urg 65535');
  const { up } = end.tcp.tcb.rcv;
  end.arrive('PU. 1:6(5) ack 1 urg 2');
  expect(end.tcp.tcb.rcv.up).toBe(up);
  expect(end.read()).toBe(5);
});

test('MUST-32: what was urgent before the stream went on for 2 GiB does not hide what is urgent now', () => {
  const end = OneEnd.established();
  end.arrive('PU. 1:4(3) ack 1 urg 3');
  end.read();
  const { rcv } = end.tcp.tcb;
  expect(rcv.urgent).toBe(false);
});

test('MUST-31: what is urgent may be of any length: beyond the pointer of one segment it is told on and on', () => {
  const end = OneEnd.established({ peer: 'mss 1000', window: 0 });
  end.tcp.setOptions({ sendBuffer: 1 << 20 }, end.now);
  end.write(200_000);
  end.call((tcp) => tcp.markUrgent());
  let acked = 1;
  const pointers: number[] = [];
  for (let i = 0; i < 100 && acked <= 200_000; i++) {
    end.arrive(`. 1:1(0) ack ${acked} win 65535`);
    for (const out of end.take()) {
      expect(out.flags).toContain('U');
      pointers.push(out.urgentPointer);
      expect(out.urgentPointer).toBe(Math.min(0xffff, 200_001 - out.seq));
      acked = out.seq + out.length;
    }
  }
  expect([acked, pointers[0], pointers.at(-1)]).toEqual([200_001, 0xffff, 1000]);
});

test('MUST-31, MUST-33: urgent mode of the receiver lasts until all that was urgent is read, and comes again', () => {
  const end = OneEnd.established({ user: { receiveBuffer: 1 << 20 } });
  const { rcv } = end.tcp.tcb;
  for (let at = 1; at < 100_001; at += 1000) {
    const left = 100_001 - at;
    end.arrive(`U. ${at}:${at + 1000}(1000) ack 1 urg ${Math.min(0xffff, left)}`);
  }
  expect(told(end)).toBe(true);
  expect((rcv.up - rcv.irs) >>> 0).toBe(100_001);
  while (end.tcp.readable > 1000) end.read(1000);
  expect(rcv.urgent).toBe(true);
  end.read();
  expect(rcv.urgent).toBe(false);
  end.arrive('PU. 100001:100002(1) ack 1 urg 1');
  expect([told(end), rcv.urgent]).toEqual([true, true]);
});
