/** RFC 9293, 3.10.7.4, fifth: ACK (RFC 5961, 5). */
import { expect, test } from 'vitest';
import { OneEnd } from '../support/one-end.ts';
import { inState, rcvNxtIn, SYNCHRONIZED, sndNxtIn } from '../support/states.ts';

test('EVT-25: without ACK a segment is dropped, text and FIN with it', () => {
  for (const state of SYNCHRONIZED) {
    const end = inState(state);
    const nxt = rcvNxtIn(state);
    expect(end.arrive(`FP ${nxt}:${nxt + 5}(5)`), state).toEqual([]);
    expect([end.state, end.tcp.readable]).toEqual([state, 0]);
    expect(end.drops).toContain('no-ack');
  }
});

test('EVT-26, MAY-12, V14: an ACK of what was never sent is answered with an ACK, its text dropped', () => {
  for (const state of SYNCHRONIZED) {
    const end = inState(state);
    const [nxt, sent] = [rcvNxtIn(state), sndNxtIn(state)];
    expect(end.arrive(`P. ${nxt}:${nxt + 5}(5) ack ${sent + 1}`), state).toEqual([`. ${sent}:${sent}(0) ack ${nxt}`]);
    expect([end.state, end.tcp.readable]).toEqual([state, 0]);
  }
});

test('EVT-26, MAY-12: an ACK older than any window that was offered is answered with an ACK', () => {
  const end = OneEnd.established({ window: 1000 });
  end.write(500);
  end.arrive('. 1:1(0) ack 501');
  end.take();
  expect(end.arrive('P. 1:6(5) ack -500')).toEqual(['. 501:501(0) ack 1']);
  expect(end.tcp.readable).toBe(0);
  expect(end.arrive('P. 1:6(5) ack -499')).toEqual(['. 501:501(0) ack 6']);
  expect(end.tcp.readable).toBe(5);
});

test('V3: blind data with a guessed ACK enters only within the window below SND.UNA', () => {
  const end = OneEnd.established({ window: 1000 });
  for (let i = 1; i < 4000; i++) end.arrive(`P. 1:6(5) ack ${(i * 1_048_573) | 0}`);
  expect(end.tcp.figures().received).toBe(0);
});

test('EVT-27: SYN-RECEIVED: an acceptable ACK establishes; the window is taken, scaled', () => {
  const end = inState('SYN-RECEIVED', { peer: 'mss 1000,wscale 3' });
  end.arrive('. 1:1(0) ack 1 win 1000');
  expect(end.state).toBe('ESTABLISHED');
  expect(end.tcp.tcb.snd.wnd).toBe(8000);
  expect(end.notices & 1).toBe(1);
  expect(end.listen.length).toBe(1);
});

test('EVT-27: data and FIN in the segment that establishes are taken', () => {
  const end = inState('SYN-RECEIVED', { config: { acksFin: 'at-once' } });
  expect(end.arrive('FP. 1:6(5) ack 1')).toEqual(['. 1:1(0) ack 7']);
  expect([end.state, end.tcp.readable]).toEqual(['CLOSE-WAIT', 5]);
  expect(end.listen.accept()).toBe(end.tcp);
});

test('EVT-28: SYN-RECEIVED: an ACK that is not acceptable draws a RST with its number', () => {
  for (const situation of ['SYN-RECEIVED', 'SYN-RECEIVED (active)'] as const) {
    for (const ack of [0, 2, -1, 77_777, -2_000_000_000]) {
      const end = inState(situation);
      expect(end.arrive(`. 1:1(0) ack ${ack}`)).toEqual([`R ${ack}:${ack}(0)`]);
      expect(end.state).toBe('SYN-RECEIVED');
    }
  }
});

test('EVT-29: a new ACK moves SND.UNA and frees what it covers', () => {
  const end = OneEnd.established();
  end.write(500);
  end.arrive('. 1:1(0) ack 201');
  expect(end.tcp.figures().acknowledged).toBe(200);
  expect(end.tcp.status().sendBuffer.bytes).toBe(300);
  end.arrive('. 1:1(0) ack 501');
  expect(end.tcp.status().sendBuffer.bytes).toBe(0);
  expect(end.tcp.tcb.timers.isArmed('retransmission') || end.tcp.tcb.timers.isArmed('loss-probe')).toBe(false);
});

test('EVT-30: an old ACK leaves SND.UNA, and its text is taken', () => {
  const end = OneEnd.established();
  end.write(500);
  end.arrive('. 1:1(0) ack 501');
  end.arrive('P. 1:6(5) ack 201');
  expect(end.tcp.figures()).toMatchObject({ acknowledged: 500, received: 5 });
});

test('EVT-31: the window is not taken from a segment older than the last that gave it', () => {
  const end = OneEnd.established({ window: 1000 });
  end.arrive('. 11:16(5) ack 1 win 2000'); // SND.WL1 = 11
  expect(end.tcp.tcb.snd.wnd).toBe(2000);
  end.arrive('. 1:6(5) ack 1 win 500'); // sent before it
  expect(end.tcp.tcb.snd.wnd).toBe(2000);
  end.arrive('. 6:11(5) ack 1 win 600');
  expect(end.tcp.tcb.snd.wnd).toBe(2000);
  end.arrive('. 16:16(0) ack 1 win 700');
  expect(end.tcp.tcb.snd.wnd).toBe(700);
  end.arrive('. 16:16(0) ack 1 win 800'); // WL1 = SEQ, WL2 =< ACK
  expect(end.tcp.tcb.snd.wnd).toBe(800);
});

test('EVT-32: FIN-WAIT-1: our FIN is acknowledged: FIN-WAIT-2', () => {
  const end = inState('FIN-WAIT-1');
  expect(end.arrive('. 1:1(0) ack 2')).toEqual([]);
  expect(end.state).toBe('FIN-WAIT-2');
});

test('EVT-32: data before the FIN acknowledged, the FIN not: still FIN-WAIT-1', () => {
  const end = OneEnd.established();
  end.write(10);
  end.call((tcp) => tcp.shutdownWrite(end.now));
  end.arrive('. 1:1(0) ack 11');
  expect(end.state).toBe('FIN-WAIT-1');
  end.arrive('. 1:1(0) ack 12');
  expect(end.state).toBe('FIN-WAIT-2');
});

test('EVT-33: FIN-WAIT-1: FIN with the ACK of ours in one segment: TIME-WAIT', () => {
  const end = inState('FIN-WAIT-1');
  expect(end.arrive('F. 1:1(0) ack 2')).toEqual(['. 2:2(0) ack 2']);
  expect(end.state).toBe('TIME-WAIT');
});

test('EVT-34: FIN-WAIT-1: a FIN without the ACK of ours: CLOSING', () => {
  const end = inState('FIN-WAIT-1');
  expect(end.arrive('F. 1:1(0) ack 1')).toEqual(['. 2:2(0) ack 2']);
  expect(end.state).toBe('CLOSING');
});

test('EVT-35: FIN-WAIT-2: FIN: TIME-WAIT, and 2 MSL begin', () => {
  const end = inState('FIN-WAIT-2');
  end.run(7e9);
  expect(end.arrive('F. 1:1(0) ack 2')).toEqual(['. 2:2(0) ack 2']);
  expect(end.state).toBe('TIME-WAIT');
  expect(end.tcp.pollTimeout()).toBe(67e9);
});

test('EVT-36: CLOSING: the ACK of our FIN: TIME-WAIT; another ACK is ignored', () => {
  const end = inState('CLOSING');
  end.arrive('. 2:2(0) ack 1');
  expect(end.state).toBe('CLOSING');
  expect(end.arrive('. 2:2(0) ack 2')).toEqual([]);
  expect(end.state).toBe('TIME-WAIT');
});

test('EVT-37: LAST-ACK: the ACK of our FIN: CLOSED', () => {
  const end = inState('LAST-ACK');
  end.arrive('. 2:2(0) ack 1');
  expect(end.state).toBe('LAST-ACK');
  end.arrive('. 2:2(0) ack 2');
  expect([end.state, end.tcp.failed]).toEqual(['CLOSED', undefined]);
});

test('EVT-38, MUST-13: TIME-WAIT: a FIN that comes again is acknowledged, and 2 MSL begin again', () => {
  const end = inState('TIME-WAIT');
  end.run(59e9);
  expect(end.arrive('F. 1:1(0) ack 2')).toEqual(['. 2:2(0) ack 2']);
  expect(end.tcp.pollTimeout()).toBe(119e9);
});

test('MUST-1, REC-1: the window is unsigned, also with a shift of 14', () => {
  const end = OneEnd.established({ peer: 'mss 1000,wscale 14' });
  end.arrive('. 1:1(0) ack 1 win 65535');
  expect(end.tcp.tcb.snd.wnd).toBe(0xffff * 16_384);
  end.arrive('. 1:1(0) ack 1 win 32768');
  expect(end.tcp.tcb.snd.wnd).toBe(2 ** 29);
});

test('V18: a timestamp is taken only from a segment whose ACK is acceptable, never from a RST or SYN', () => {
  const end = OneEnd.established({ peer: 'mss 1000,TS 1000 0' });
  for (const text of ['. 1:1(0) ack 2', '- 1:1(0)', 'S. 1:1(0) ack 1', 'R. 2:2(0) ack 1', '. 1:1(0) ack -80000']) {
    end.arrive(`${text} <TS 900000 0>`);
    expect(end.tcp.tcb.timestamps.recent, text).toBe(1000);
  }
  end.arrive('. 1:1(0) ack 1 <TS 1005 0>');
  expect(end.tcp.tcb.timestamps.recent).toBe(1005);
});
