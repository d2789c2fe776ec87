/** RFC 9293, 3.7: maximum segment size, path MTU, Nagle; 3.9.1.2: PSH; 3.2: the MSS option. */
import { expect, test } from 'vitest';
import { rfc } from '../../src/host/profiles.ts';
import { OneEnd } from '../support/one-end.ts';
import { Pair } from '../support/pair.ts';
import { inState } from '../support/states.ts';

const lengths = (end: OneEnd): number[] => end.take().flatMap((out) => (out.length > 0 ? [out.length] : []));

test('MUST-14, MUST-67, SHLD-5, MAY-3: SYN and SYN-ACK always carry an MSS of the MTU less 40', () => {
  for (const mtu of [576, 1280, 1500, 9000]) {
    const end = new OneEnd({ mtu });
    end.arrive('S 0:0(0)');
    expect(end.take()[0]?.options.mss).toBe(mtu - 40);
    const pair = new Pair({ mtu });
    pair.b.open(0);
    pair.flush();
    expect(pair.take()[0]?.mss).toBe(mtu - 40);
  }
});

test('MUST-65: no other segment carries an MSS, window scale or SACK-permitted option', () => {
  const end = OneEnd.established({ peer: 'mss 1000,sackOK,TS 1 0,wscale 7' });
  end.write(5000);
  end.call((tcp) => tcp.shutdownWrite(end.now));
  end.arrive('. 11:21(10) ack 1 <TS 1 0>');
  end.call((tcp) => tcp.abort(end.now));
  const sent = end.take();
  expect(sent.length).toBeGreaterThan(6);
  for (const { options } of sent) {
    expect([options.mss, options.windowScale, options.sackPermitted]).toEqual([undefined, undefined, false]);
  }
});

test('MUST-15: without the option 536, and no more however large the path', () => {
  const end = OneEnd.established({ peer: 'sackOK', mtu: 9000 });
  end.write(1072);
  expect(lengths(end)).toEqual([536, 536]);
});

test("MUST-16: the smaller of the peer's MSS and the path, less the options that every segment has", () => {
  const cases = [
    ['mss 1460', 1500, 1460],
    ['mss 1460,TS 1 0', 1500, 1448],
    ['mss 9000', 1500, 1460],
    ['mss 1000,TS 1 0', 1500, 988],
    ['mss 65535,TS 1 0', 9000, 8948],
  ] as const;
  for (const [peer, mtu, size] of cases) {
    const end = OneEnd.established({ peer, mtu });
    end.write(2 * size);
    expect(lengths(end), peer).toEqual([size, size]);
  }
});

test('MUST-16: TCP_MAXSEG bounds both what is offered and what is sent', () => {
  const end = new OneEnd({ user: { maxSegment: 500 } });
  end.arrive('S 0:0(0) <mss 1460>');
  expect(end.take()[0]?.options.mss).toBe(500);
  end.arrive('. 1:1(0) ack 1');
  end.write(1000);
  expect(lengths(end)).toEqual([500, 500]);
});

test('SHLD-28, SHLD-27, MUST-61, MUST-60: small SENDs are merged into full segments; the last that is queued has PSH', () => {
  const end = OneEnd.established({ peer: 'mss 1000', window: 0 });
  for (let i = 0; i < 25; i++) end.write(100);
  end.arrive('. 1:1(0) ack 1 win 65535');
  expect(end.take().map((out) => [out.flags, out.length])).toEqual([
    ['.', 1000],
    ['.', 1000],
    ['P.', 500],
  ]);
});

test('SHLD-7, MUST-60: Nagle (Minshall): a small segment waits only while another small one is unacknowledged', () => {
  const end = OneEnd.established({ peer: 'mss 1000' });
  expect(end.write(10)).toEqual(['P. 1:11(10) ack 1']);
  expect(end.write(10)).toEqual([]);
  expect(end.write(10)).toEqual([]);
  expect(end.arrive('. 1:1(0) ack 11')).toEqual(['P. 11:31(20) ack 1']);
  end.arrive('. 1:1(0) ack 31');
  expect(end.write(1000)).toEqual(['P. 31:1031(1000) ack 1']);
  expect(end.write(10)).toEqual(['P. 1031:1041(10) ack 1']); // a full one in flight does not hold it
  expect(end.write(10)).toEqual([]);
});

test('SHLD-7: in profile rfc any unacknowledged data holds a small segment', () => {
  const end = OneEnd.established({ peer: 'mss 1000', profile: rfc });
  expect(end.write(1000)).toEqual(['P. 1:1001(1000) ack 1']);
  expect(end.write(10)).toEqual([]);
  expect(end.arrive('. 1:1(0) ack 1001')).toEqual(['P. 1001:1011(10) ack 1']);
});

test('MUST-17: TCP_NODELAY switches it off, also for what waits already', () => {
  const end = OneEnd.established({ peer: 'mss 1000' });
  end.write(10);
  expect(end.write(10)).toEqual([]);
  expect(end.call((tcp) => tcp.setOptions({ noDelay: true }, end.now))).toEqual(['P. 11:21(10) ack 1']);
  expect(end.write(1)).toEqual(['P. 21:22(1) ack 1']);
});

test('SHLD-7: a FIN behind it lets a small segment go', () => {
  const end = OneEnd.established({ peer: 'mss 1000' });
  end.write(10);
  end.write(10);
  expect(end.call((tcp) => tcp.shutdownWrite(end.now))).toEqual(['FP. 11:21(10) ack 1']);
});

test('V16, RFC 1191: "fragmentation needed" for what is in flight makes the segments smaller; a forged one does nothing', () => {
  let mtu = 1500;
  const end = OneEnd.established({ peer: 'mss 1460', path: () => mtu });
  end.write(2920);
  end.take();
  mtu = 1000;
  const { snd } = end.tcp.tcb;
  const notice = { type: 3, code: 4, mtu: 1000 };
  expect(end.call((tcp) => tcp.handleIcmp({ ...notice, sequence: (snd.una - 1) >>> 0 }, end.now))).toEqual([]);
  expect(end.drops).toEqual(['forged-icmp']);
  end.call((tcp) => tcp.handleIcmp({ ...notice, sequence: snd.una }, end.now));
  const again = end.take();
  expect(again[0]).toMatchObject({ seq: 1, length: 960 });
  expect(end.state).toBe('ESTABLISHED');
});

test('MUST-54, MUST-55, MUST-56, SHLD-26: what ICMP errors do', () => {
  for (const [type, code] of [
    [3, 0],
    [3, 1],
    [3, 5],
    [11, 0],
    [12, 0],
    [3, 2],
    [3, 3],
    [3, 13],
    [4, 0],
  ] as const) {
    const end = OneEnd.established();
    end.write(10);
    end.call((tcp) => tcp.handleIcmp({ type, code, sequence: end.tcp.tcb.snd.una, mtu: 0 }, end.now));
    expect(end.state, `${type}/${code}`).toBe('ESTABLISHED');
    expect(end.tcp.takeSoftError() === undefined, `${type}/${code}`).toBe(type === 4);
  }
  const strict = OneEnd.established({ profile: rfc });
  strict.write(10);
  strict.call((tcp) => tcp.handleIcmp({ type: 3, code: 3, sequence: strict.tcp.tcb.snd.una, mtu: 0 }, strict.now));
  expect([strict.state, strict.tcp.failed]).toEqual(['CLOSED', 'refused']);
});

test('MUST-56, row 42: in SYN-SENT Linux ends at once; profile rfc goes on', () => {
  const results = [
    [0, 'net-unreachable'],
    [1, 'host-unreachable'],
    [2, 'protocol-unreachable'],
    [3, 'refused'],
    [13, 'host-unreachable'],
  ] as const;
  for (const [code, failure] of results) {
    const end = inState('SYN-SENT');
    end.call((tcp) => tcp.handleIcmp({ type: 3, code, sequence: end.tcp.tcb.snd.una, mtu: 0 }, end.now));
    expect([end.state, end.tcp.failed]).toEqual(['CLOSED', failure]);
    const strict = inState('SYN-SENT', { profile: rfc });
    strict.call((tcp) => tcp.handleIcmp({ type: 3, code, sequence: strict.tcp.tcb.snd.una, mtu: 0 }, strict.now));
    expect(strict.state).toBe('SYN-SENT');
  }
  const ignored = inState('SYN-SENT');
  ignored.call((tcp) => tcp.handleIcmp({ type: 3, code: 4, sequence: ignored.tcp.tcb.snd.una, mtu: 100 }, ignored.now));
  expect(ignored.state).toBe('SYN-SENT');
});
