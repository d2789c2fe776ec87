/** Rule 7 of linux-behaviour, section 4: what poll says of a connection after each end. */
import { expect, test } from 'vitest';
import { SECOND } from '../../src/base/time.ts';
import { type PollFlags, pollFlagsOf } from '../../src/socket/poll.ts';
import { OneEnd } from '../support/one-end.ts';

/** As Linux names them. */
function flagsOf(end: OneEnd, writeShut = false): string {
  const flags: PollFlags = pollFlagsOf(end.tcp, writeShut);
  const names = ['in', 'out', 'err', 'hup', 'rdhup'] as const;
  return names
    .filter((name) => flags[name])
    .join()
    .toUpperCase();
}

test('rule 7: FIN is IN, OUT, RDHUP; with our own end shut HUP too', () => {
  const end = OneEnd.established();
  expect(flagsOf(end)).toBe('OUT');
  end.arrive('F. 1:1(0) ack 1');
  expect(flagsOf(end)).toBe('IN,OUT,RDHUP');
  end.call((tcp) => tcp.shutdownWrite(end.now));
  expect(flagsOf(end, true)).toBe('IN,OUT,HUP,RDHUP');
});

test('rule 7: RST is IN, OUT, ERR, HUP, RDHUP; after the error was taken ERR disappears and HUP stays', () => {
  const end = OneEnd.established();
  end.arrive('R 1:1(0)');
  expect(flagsOf(end)).toBe('IN,OUT,ERR,HUP,RDHUP');
  expect(end.tcp.takeFailure()).toBe('reset');
  expect(flagsOf(end)).toBe('IN,OUT,HUP,RDHUP');
});

test('rule 7: a time-out is IN, OUT, ERR, HUP, RDHUP', () => {
  const end = OneEnd.established();
  end.write(1);
  end.run(1000 * SECOND);
  expect(flagsOf(end)).toBe('IN,OUT,ERR,HUP,RDHUP');
});

test('rule 7, row 45: while connecting nothing; refused: IN, OUT, ERR, HUP, RDHUP', () => {
  const end = OneEnd.opened();
  expect(flagsOf(end)).toBe('');
  end.arrive('R. 0:0(0) ack 1');
  expect(flagsOf(end)).toBe('IN,OUT,ERR,HUP,RDHUP');
});

test('rule 7, row 56: with the send buffer full there is no OUT until a third of it is free', () => {
  const end = OneEnd.established({ peer: 'mss 1000', user: { sendBuffer: 20_000 } });
  while (end.tcp.room > 0) end.write(Math.min(1000, end.tcp.room));
  expect(flagsOf(end)).toBe('');
  const { sendBuffer } = end.tcp.tcb;
  for (let ack = 1001; flagsOf(end) === ''; ack += 1000) {
    expect(sendBuffer.limit - sendBuffer.charged, 'too little is free').toBeLessThan(sendBuffer.charged / 2);
    end.arrive(`. 1:1(0) ack ${ack}`);
  }
  expect(flagsOf(end)).toBe('OUT');
  expect(sendBuffer.limit - sendBuffer.charged).toBeGreaterThanOrEqual(Math.floor(sendBuffer.charged / 2));
});

test('row 36: with IP_RECVERR what ICMP says is ERR until a call has taken it', () => {
  const end = OneEnd.established({ user: { receiveErrors: true } });
  end.write(1);
  end.tcp.handleIcmp({ type: 3, code: 1, sequence: end.tcp.tcb.snd.una, mtu: 0 }, end.now);
  expect(flagsOf(end)).toBe('OUT,ERR');
  expect(end.tcp.takeFailure()).toBe('host-unreachable');
  expect([flagsOf(end), end.state]).toEqual(['OUT', 'ESTABLISHED']);
});
