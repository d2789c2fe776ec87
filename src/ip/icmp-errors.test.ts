import { expect, test } from 'vitest';
import { SECOND } from '../base/time.ts';
import { ipv4, parseIpv4Address } from '../wire/address.ts';
import { ETHERNET_HEADER_LENGTH } from '../wire/ethernet.ts';
import { FramePool } from '../wire/frame.ts';
import { emptyIcmpHeader } from '../wire/icmp.ts';
import { emptyIpv4Header, PROTOCOL_ICMP, PROTOCOL_UDP, parseIpv4, writeIpv4 } from '../wire/ipv4.ts';
import { datagramFailureOf, IcmpRate, mayReport, noticeOf } from './icmp-errors.ts';

const pool = new FramePool();
const address = (text: string) => parseIpv4Address('address', text);

function reports({
  source = '10.0.0.1',
  destination = '10.0.0.2',
  protocol = PROTOCOL_UDP,
  first = 0,
  offset = 0,
  group = false,
}): boolean {
  const frame = pool.take(ETHERNET_HEADER_LENGTH + 20 + 8);
  frame.bytes.fill(0, frame.transport, frame.end);
  frame.bytes[frame.transport] = first;
  writeIpv4(frame, {
    tos: 0,
    identification: 1,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: offset,
    ttl: 64,
    protocol,
    source: address(source),
    destination: address(destination),
  });
  const ip = emptyIpv4Header();
  expect(parseIpv4(frame, ip)).toBeUndefined();
  const answer = mayReport(frame, ip, group);
  frame.release();
  return answer;
}

test('RFC 1122 3.2.2: an error is sent about an ordinary packet and about an echo request', () => {
  expect(reports({})).toBe(true);
  expect(reports({ protocol: PROTOCOL_ICMP, first: 8 })).toBe(true);
});

test('RFC 1122 3.2.2: never about an ICMP error', () => {
  for (const first of [3, 4, 5, 11, 12]) expect(reports({ protocol: PROTOCOL_ICMP, first })).toBe(false);
});

test('RFC 1122 3.2.2: never about a broadcast, a multicast or a later fragment', () => {
  expect(reports({ group: true })).toBe(false);
  expect(reports({ destination: '255.255.255.255' })).toBe(false);
  expect(reports({ destination: '224.0.0.5' })).toBe(false);
  expect(reports({ offset: 8 })).toBe(false);
});

test('RFC 1122 3.2.2: never to an address that is not one host', () => {
  for (const source of ['0.0.0.0', '0.1.2.3', '224.0.0.1', '255.255.255.255', '240.0.0.1']) {
    expect(reports({ source })).toBe(false);
  }
});

test('six errors at once to one destination, then one a second', () => {
  const rate = new IcmpRate();
  const to = ipv4(1);
  const allowed = (now: number) => rate.allows(to, 3, 1, now);
  for (let i = 0; i < 6; i++) expect(allowed(0)).toBe(true);
  expect(allowed(SECOND - 1)).toBe(false);
  expect(allowed(SECOND)).toBe(true);
  expect(allowed(SECOND)).toBe(false);
  expect(rate.allows(ipv4(2), 3, 1, SECOND)).toBe(true);
});

test('all destinations together get no more than 50 at once and 10000 a second', () => {
  const rate = new IcmpRate();
  let sent = 0;
  for (let i = 0; i < 5000; i++) if (rate.allows(ipv4(i), 3, 1, 0)) sent++;
  expect(sent).toBe(50);
  for (let i = 0; i < 5000; i++) if (rate.allows(ipv4(10_000 + i), 3, 1, SECOND / 1000)) sent++;
  expect(sent).toBe(60);
});

test('"fragmentation needed" is never held back', () => {
  const rate = new IcmpRate();
  for (let i = 0; i < 1000; i++) expect(rate.allows(ipv4(1), 3, 4, 0)).toBe(true);
});

test('MUST-55: source quench says nothing; other errors say what they quote', () => {
  const icmp = emptyIcmpHeader();
  icmp.embedded.sequence = 77;
  icmp.rest = 1400;
  expect(noticeOf({ ...icmp, type: 4 })).toBeUndefined();
  expect(noticeOf({ ...icmp, type: 3, code: 1 })).toEqual({ type: 3, code: 1, sequence: 77, mtu: 0 });
  expect(noticeOf({ ...icmp, type: 3, code: 4 })).toEqual({ type: 3, code: 4, sequence: 77, mtu: 1400 });
  expect(noticeOf({ ...icmp, type: 11, code: 0 })).toEqual({ type: 11, code: 0, sequence: 77, mtu: 0 });
});

test('a datagram socket is told of fatal errors only', () => {
  const failure = (type: number, code: number) => datagramFailureOf({ ...emptyIcmpHeader(), type, code });
  expect(failure(3, 3)).toBe('refused');
  expect(failure(3, 2)).toBe('protocol-unreachable');
  expect(failure(3, 4)).toBe('message-too-long');
  expect(failure(3, 13)).toBe('host-unreachable');
  expect(failure(3, 0)).toBeUndefined();
  expect(failure(3, 1)).toBeUndefined();
  expect(failure(11, 0)).toBeUndefined();
});
