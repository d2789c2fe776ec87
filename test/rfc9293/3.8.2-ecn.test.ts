/** RFC 9293, 3.8.2: explicit congestion notification (RFC 3168). What Linux does step by step is in `test/scripts/ecn`. */
import { expect, test } from 'vitest';
import { MILLISECOND } from '../../src/base/time.ts';
import { type Profile, rfc, windows } from '../../src/host/profiles.ts';
import { ACK, CWR, ECE, FIN, RST, SYN } from '../../src/wire/tcp.ts';
import { OneEnd, type OneEndOptions } from '../support/one-end.ts';
import { OneHost, PEER, packetTo } from '../support/one-host.ts';

const ASKS = ECE | CWR;

/** The SYN-ACK's two bits; undefined: none came. */
function answerTo(control: number, tos: number, tcpEcn: number): number | undefined {
  const host = new OneHost({ sysctl: { 'net.ipv4.tcp_ecn': tcpEcn } });
  host.listen(80);
  const [answer] = host.arrive(packetTo(host, { control, seq: 9, tos }));
  return answer?.control === undefined || (answer.control & SYN) === 0 ? undefined : answer.control & ASKS;
}

test('SHLD-8: a SYN with both flags, in a packet that cannot be marked, is answered with ECE, unless ECN is off', () => {
  for (const tcpEcn of [0, 1, 2]) {
    for (let control = 0; control < 256; control++) {
      for (const tos of [0, 1, 2, 3, 0xb8]) {
        const isSyn = (control & (SYN | ACK | RST | FIN)) === SYN;
        const agrees = tcpEcn > 0 && (control & ASKS) === ASKS && (tos & 3) === 0;
        const expected = isSyn ? (agrees ? ECE : 0) : undefined;
        expect(answerTo(control, tos, tcpEcn), `flags ${control}, tos ${tos}, tcp_ecn ${tcpEcn}`).toBe(expected);
      }
    }
  }
});

test.each<[string, Profile | undefined, number]>([
  ['linux', undefined, ECE],
  ['rfc', rfc, ECE],
  ['windows', windows, 0],
])('SHLD-8: profile %s answers who asks, and asks by itself only when told to', (_, profile, answer) => {
  const host = profile === undefined ? new OneHost() : new OneHost({ profile });
  host.listen(80);
  const [synAck] = host.arrive(packetTo(host, { control: SYN | ASKS, seq: 9 }));
  expect((synAck?.control ?? 0) & ASKS).toBe(answer);
  host.take();
  host.connect(PEER, 6000);
  expect(host.take().map(({ control, ip }) => [control, ip.tos])).toEqual([[SYN, 0]]);
});

/** A connection that was accepted with ECN. */
function accepted(options: OneEndOptions = {}): OneEnd {
  const end = new OneEnd({ rtt: 100 * MILLISECOND, ...options });
  expect(end.arrive('SEW 0:0(0) win 65535 <mss 1000,sackOK>')).toEqual(['SE. 0:0(0) ack 1']);
  end.now += 100 * MILLISECOND;
  end.arrive('. 1:1(0) ack 1 win 65535');
  end.tcp.setOptions({ sendBuffer: 1 << 20 }, end.now);
  end.take();
  return end;
}

const windowOf = (end: OneEnd): number => end.tcp.status().info.sndCwnd;
const thresholdOf = (end: OneEnd): number => end.tcp.status().info.sndSsthresh;

test('SHLD-8: a mark is echoed on all that leaves, also on what is sent again, until CWR comes', () => {
  const host = new OneHost();
  host.listen(80);
  const [synAck] = host.arrive(packetTo(host, { control: SYN | ASKS, seq: 9 }));
  const ack = (synAck?.seq ?? 0) + 1;
  host.arrive(packetTo(host, { seq: 10, ack }));
  const from = (seq: number, fields: { tos?: number; control?: number }) =>
    host
      .arrive(packetTo(host, { seq, ack, data: new Uint8Array(600), control: ACK, ...fields }))
      .map(({ control, ip }) => [control & ASKS, ip.tos]);
  expect(from(10, { tos: 2 })).toEqual([[0, 0]]);
  expect(from(610, { tos: 3 })).toEqual([[ECE, 0]]);
  expect(from(1210, { tos: 2 })).toEqual([[ECE, 0]]);
  const [connection] = host.connections;
  connection?.send(new Uint8Array(100), 0, 100, host.now);
  host.stack.flush(host.now);
  const [data] = host.take().slice(-1);
  expect([(data?.control ?? 0) & ASKS, data?.ip.tos]).toEqual([ECE, 2]);
  const again = host.run(1000 * MILLISECOND).filter((segment) => segment.data.length === 100);
  expect(again.length).toBeGreaterThan(0);
  for (const segment of again) expect([segment.control & ASKS, segment.ip.tos]).toEqual([ECE, 0]);
  expect(from(1810, { tos: 2, control: ACK | CWR })).toEqual([[0, 0]]);
});

test('SHLD-8: a mark that was agreed on with nobody means nothing, and nothing that leaves may be marked', () => {
  const host = new OneHost();
  host.listen(80);
  const [synAck] = host.arrive(packetTo(host, { control: SYN, seq: 9 }));
  const ack = (synAck?.seq ?? 0) + 1;
  host.arrive(packetTo(host, { seq: 10, ack }));
  const answers = host.arrive(packetTo(host, { seq: 10, ack, tos: 3, data: new Uint8Array(600) }));
  expect(answers.map(({ control, ip }) => [control & ASKS, ip.tos])).toEqual([[0, 0]]);
  host.connections[0]?.send(new Uint8Array(100), 0, 100, host.now);
  host.stack.flush(host.now);
  expect(host.take().at(-1)?.ip.tos).toBe(0);
});

test('SHLD-8: ECE halves the window at once in profile rfc, once a window, and it does not grow until that window has passed', () => {
  const end = accepted({
    config: { lossResponse: 'at-once', congestionControl: 'reno', congestionCounts: 'bytes', lossProbe: false },
  });
  end.write(30_000);
  expect(end.take().length).toBe(10);
  end.arrive('E. 1:1(0) ack 1001');
  expect([windowOf(end), thresholdOf(end)]).toEqual([5000, 5000]);
  for (let ack = 2001; ack <= 10_001; ack += 1000) end.arrive(`E. 1:1(0) ack ${ack}`);
  expect([windowOf(end), thresholdOf(end)]).toEqual([5000, 5000]);
  expect(end.take().map(({ flags }) => flags)).toEqual(['W.', '.', '.', '.', '.']);
  end.arrive('. 1:1(0) ack 11001');
  expect(thresholdOf(end)).toBe(5000);
  end.arrive('E. 1:1(0) ack 12001');
  expect(thresholdOf(end)).toBeLessThan(5000);
});

test('a reduction for a mark is final: a time-out of the same window lowers the threshold no further, Eifel restores nothing', () => {
  const end = accepted({ config: { lossProbe: false } });
  end.write(10_000);
  end.arrive('E. 1:1(0) ack 1001');
  expect(thresholdOf(end)).toBe(7000);
  end.run(400 * MILLISECOND);
  expect([thresholdOf(end), windowOf(end)]).toEqual([7000, 1000]);
});

test('D-SACK shows that a loss was none: the peer is not told of a reduction that was taken back', () => {
  const end = accepted({ config: { lossProbe: false } });
  end.write(10_000);
  for (const right of [2001, 3001, 4001]) end.arrive(`. 1:1(0) ack 1 <sack 1001:${right}>`);
  end.arrive('. 1:1(0) ack 10001');
  end.arrive('. 1:1(0) ack 10001 <sack 1:1001>');
  expect(windowOf(end)).toBe(10_000);
  end.take();
  end.write(3000);
  expect(end.take().map(({ flags }) => flags)).toEqual(['.', '.', 'P.']);
});

test('what a mark proves no D-SACK takes back: ECE in the midst of a recovery', () => {
  const end = accepted({ config: { lossProbe: false } });
  end.write(10_000);
  for (const right of [2001, 3001, 4001]) end.arrive(`. 1:1(0) ack 1 <sack 1001:${right}>`);
  end.arrive('E. 1:1(0) ack 5001');
  end.arrive('. 1:1(0) ack 10001');
  end.arrive('. 1:1(0) ack 10001 <sack 1:1001>');
  expect(thresholdOf(end)).toBe(7000);
});
