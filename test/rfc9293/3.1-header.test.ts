/** RFC 9293, 3.1 and 3.2: the header, its checksum and its options, as a whole host takes and sends them. */
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { ACK, PSH, SYN } from '../../src/wire/tcp.ts';
import { emptyTcpOptions, parseTcpOptions } from '../../src/wire/tcp-options.ts';
import { OneEnd } from '../support/one-end.ts';
import { OneHost, packetTo } from '../support/one-host.ts';

/** A host with an established connection on port 80, and the number that it expects next from us. */
function served(tcpOptions?: Uint8Array): { host: OneHost; ack: number } {
  const host = new OneHost();
  host.listen(80);
  const [answer] = host.arrive(packetTo(host, { control: SYN, seq: 99, ...(tcpOptions && { tcpOptions }) }));
  const ack = (answer?.seq ?? 0) + 1;
  host.arrive(packetTo(host, { seq: 100, ack }));
  expect(host.connections.map(({ state }) => state)).toEqual(['ESTABLISHED']);
  return { host, ack };
}

test('MUST-2: every segment that leaves has its checksum, pseudo header included', () => {
  const { host, ack } = served();
  host.arrive(packetTo(host, { control: ACK | PSH, seq: 100, ack, data: Uint8Array.of(1, 2, 3) }));
  const [connection] = host.connections;
  connection?.send(Uint8Array.of(7, 8, 9), 0, 3, host.now);
  host.stack.flush(host.now);
  host.run(5e9); // it is sent again and again
  connection?.abort(host.now);
  host.stack.flush(host.now);
  host.arrive(packetTo(host, { destinationPort: 81, ack: 5 })); // and a RST of no connection
  const left = host.take(); // each was verified as it left
  expect(left.length).toBeGreaterThan(8);
  expect(new Set(left.map(({ control }) => control)).size).toBeGreaterThanOrEqual(4);
});

test('MUST-3: a segment with any wrong bit draws no answer and changes nothing', () => {
  const { host, ack } = served();
  const right = packetTo(host, { control: ACK | PSH, seq: 100, ack, data: Uint8Array.of(1, 2, 3, 4) });
  for (let bit = 20 * 8; bit < right.length * 8; bit++) {
    const wrong = right.slice();
    wrong[bit >>> 3] = (wrong[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
    expect(host.arrive(wrong), `bit ${bit}`).toEqual([]);
  }
  expect(host.connections.map(({ state, readable }) => [state, readable])).toEqual([['ESTABLISHED', 0]]);
  expect(new Set(host.drops)).toEqual(new Set(['tcp-checksum', 'tcp-data-offset']));
  expect(host.arrive(right).length).toBe(1);
  expect(host.connections.map(({ state, readable }) => [state, readable])).toEqual([['ESTABLISHED', 4]]);
});

test('MUST-4, MUST-6, MUST-64: NOPs, an unknown option, an MSS at an odd place and the end of the list are read in a SYN', () => {
  const { host } = served(fromHex('01fd05414243020402500000'));
  expect(host.connections[0]?.tcb.snd.mss).toBe(0x250);
});

test('MUST-5: an option counts in any segment: timestamps in data, a FIN and a bare ACK', () => {
  const end = OneEnd.established({ peer: 'mss 1000,sackOK,TS 10 0' });
  for (const [text, stamp] of [
    ['P. 1:11(10) ack 1 <TS 11 0>', 11],
    ['. 11:11(0) ack 1 <TS 12 0>', 12],
    ['F. 11:11(0) ack 1 <TS 13 0>', 13],
  ] as const) {
    end.arrive(text);
    expect(end.tcp.tcb.timestamps.recent, text).toBe(stamp);
  }
  end.write(3000);
  end.arrive('. 12:12(0) ack 1 <TS 14 0,sack 1001:2001>');
  expect(end.tcp.tcb.recovery.sacked.bytes).toBe(1000);
});

test('MUST-7: a length that cannot be ends the options; the segment itself is taken, as Linux does', () => {
  for (const bad of ['02000000', '02010000', 'fd000000', '080a0000', 'fdff0000', '01010102']) {
    const { host, ack } = served(fromHex(`02040250${bad}`));
    expect(host.connections[0]?.tcb.snd.mss, bad).toBe(0x250);
    const data = Uint8Array.of(5);
    host.arrive(packetTo(host, { control: ACK | PSH, seq: 100, ack, tcpOptions: fromHex(bad), data }));
    expect(host.connections[0]?.readable, bad).toBe(1);
  }
});

test('MUST-68, MUST-69: what we send are NOPs and options with their length, up to the data; no end of the list', () => {
  const host = new OneHost();
  host.listen(80);
  const offers = ['', '02040250', '0204025001030307', '020402500402080a000000010000000001030307'];
  for (const [i, offer] of offers.entries()) {
    const from = { sourcePort: 6000 + i };
    const [answer] = host.arrive(packetTo(host, { ...from, control: SYN, seq: 99, tcpOptions: fromHex(offer) }));
    const ack = (answer?.seq ?? 0) + 1;
    host.arrive(packetTo(host, { ...from, seq: 100, ack }));
    const data = Uint8Array.of(1);
    host.arrive(packetTo(host, { ...from, control: ACK | PSH, seq: 100, ack, data }));
    host.arrive(packetTo(host, { ...from, control: ACK | PSH, seq: 500, ack, data })); // draws a SACK block
  }
  const left = host.take();
  expect(left.length).toBeGreaterThanOrEqual(12);
  for (const { options } of left) {
    let at = 0;
    while (at < options.length) at += options[at] === 1 ? 1 : (options[at + 1] ?? 0);
    expect(at, toHex(options)).toBe(options.length);
    const read = emptyTcpOptions();
    parseTcpOptions(options, 0, options.length, read);
    expect(read.malformed).toBe(false);
  }
});
