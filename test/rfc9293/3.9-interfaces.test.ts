/** RFC 9293, 3.9: what users may ask of TCP beside sending and receiving, and what TCP asks of IP. */
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { SECOND } from '../../src/base/time.ts';
import { Connection } from '../../src/tcp/connection.ts';
import { formatAddress, parseAddress } from '../../src/wire/address.ts';
import { ACK, RST, SYN } from '../../src/wire/tcp.ts';
import { OneHost, PEER, packetTo } from '../support/one-host.ts';

const at = (address: string, port: number) => ({ address: parseAddress('address', address), port });

function made(outcome: Connection | string): Connection {
  if (outcome instanceof Connection) return outcome;
  throw new Error(outcome);
}

test('MUST-41: a listener on the port of a connection leaves the connection as it is', () => {
  const host = new OneHost();
  const connection = made(host.connect(PEER, 5000, at('0.0.0.0', 80), true));
  const [syn] = host.take();
  host.arrive(packetTo(host, { control: SYN | ACK, seq: 9, ack: (syn?.seq ?? 0) + 1 }));
  expect(connection.state).toBe('ESTABLISHED');
  const listen = host.listen(80, true);
  host.arrive(packetTo(host, { control: ACK | 8, seq: 10, ack: (syn?.seq ?? 0) + 1, data: Uint8Array.of(1, 2) }));
  expect([connection.state, connection.readable, listen.length]).toEqual(['ESTABLISHED', 2, 0]);
});

test('MUST-42: a port can be listened on while connections with it are in SYN-SENT and SYN-RECEIVED', () => {
  const host = new OneHost();
  const active = made(host.connect(PEER, 5000, at('0.0.0.0', 80), true));
  const listen = host.listen(80, true);
  host.take();
  expect(host.arrive(packetTo(host, { sourcePort: 5001, control: SYN, seq: 9 }))).toMatchObject([
    { control: SYN | ACK, destinationPort: 5001 },
  ]);
  expect(host.connections.map(({ state }) => state).sort()).toEqual(['SYN-RECEIVED', 'SYN-SENT']);
  host.stack.closeListen(listen);
  expect(active.state).toBe('SYN-SENT');
  host.listen(80, true);
});

test('MUST-43: an active OPEN takes the local address that it is given', () => {
  const host = new OneHost({ addresses: ['10.0.0.1/24', '10.0.1.1/24'] });
  made(host.connect(PEER, 80, at('10.0.1.1', 4000)));
  expect(host.take().map(({ ip, sourcePort }) => [formatAddress(ip.source), sourcePort])).toEqual([['10.0.1.1', 4000]]);
  expect(host.connect(PEER, 80, at('10.0.9.9', 4001))).toBe('address-not-available');
});

test('MUST-44, MUST-45: without one it takes that of the route, before the first SYN and for good', () => {
  const host = new OneHost({ addresses: ['10.0.0.1/24', '10.0.1.1/24'] });
  for (const [remote, local, through] of [
    [PEER, '10.0.0.1', 'eth0'],
    ['10.0.1.2', '10.0.1.1', 'eth1'],
    ['192.168.7.7', '10.0.0.1', 'eth0'],
    ['127.0.0.1', '127.0.0.1', undefined],
  ] as const) {
    const connection = made(host.connect(remote, 80));
    expect(formatAddress(connection.local.address), remote).toBe(local);
    const [syn] = host.take();
    expect([syn?.through, syn && formatAddress(syn.ip.source)]).toEqual(
      through ? [through, local] : [undefined, undefined],
    );
  }
  const connection = made(host.connect('10.0.1.2', 81));
  host.route('10.0.1.2/32', 0); // the way there changes
  host.take();
  const again = host.run(3 * SECOND).filter(({ destinationPort }) => destinationPort === 81);
  expect(again.map(({ through, ip }) => [through, formatAddress(ip.source)])).toContainEqual(['eth0', '10.0.1.1']);
  expect(formatAddress(connection.local.address)).toBe('10.0.1.1');
});

test('MUST-46: an OPEN to a broadcast or multicast address is refused, and nothing leaves', () => {
  const host = new OneHost();
  for (const remote of ['255.255.255.255', '10.0.0.255', '224.0.0.1', '239.255.255.255']) {
    expect(host.connect(remote, 80), remote).toBe('net-unreachable');
  }
  expect([host.take(), host.connections]).toEqual([[], []]);
});

test('MUST-49: the time to live of segments is what net.ipv4.ip_default_ttl says: SYN, data, ACK and RST', () => {
  for (const ttl of [undefined, 1, 255]) {
    const host = new OneHost(ttl === undefined ? {} : { sysctl: { 'net.ipv4.ip_default_ttl': ttl } });
    const connection = made(host.connect(PEER, 5000, at('0.0.0.0', 80)));
    const [syn] = host.take();
    host.arrive(packetTo(host, { control: SYN | ACK, seq: 9, ack: (syn?.seq ?? 0) + 1 }));
    connection.send(Uint8Array.of(1), 0, 1, host.now);
    host.stack.flush(host.now);
    host.arrive(packetTo(host, { destinationPort: 81 }));
    const left = [syn, ...host.take()];
    expect(left.length).toBe(4);
    expect(new Set(left.map((segment) => segment?.ip.ttl))).toEqual(new Set([ttl ?? 64]));
  }
});

test('MUST-50: IP options are passed over: the segment behind them is taken, and the answer has none', () => {
  for (const options of [
    '01010101', // no operation
    '0707040000000000', // record route
    '4408050000000000', // timestamp
    '8204abcd', // security
    '94040000', // router alert
    'df03ff00', // nobody knows
    'df000000', // a length that cannot be
    'dfff0000', // past the header
    '00ffffff', // behind the end of the list
  ]) {
    const host = new OneHost();
    host.listen(80);
    const answers = host.arrive(packetTo(host, { control: SYN, seq: 9, ipOptions: fromHex(options) }));
    expect(
      answers.map(({ control, ack, ip }) => [control, ack, ip.ihl]),
      options,
    ).toEqual([[SYN | ACK, 10, 20]]);
  }
});

test('MUST-53: a segment that came by a source route is refused, so there is no route to go back', () => {
  for (const options of ['8307040a00000200', '8907040a00000200', '0101018307040a00000200ff']) {
    const host = new OneHost();
    host.listen(80);
    expect(host.arrive(packetTo(host, { control: SYN, seq: 9, ipOptions: fromHex(options) })), options).toEqual([]);
    expect(host.drops).toEqual(['ip-source-route']);
    expect(host.connections).toEqual([]);
  }
});

test('MUST-57, MUST-63: a SYN to or from what is not one host draws nothing and makes no connection', () => {
  const host = new OneHost();
  host.listen(80);
  for (const destination of ['255.255.255.255', '10.0.0.255', '224.0.0.1']) {
    expect(host.arrive(packetTo(host, { control: SYN, destination })), destination).toEqual([]);
  }
  const sources = ['255.255.255.255', '10.0.0.255', '224.0.0.1', '0.0.0.0', '127.0.0.1', '240.0.0.1', '10.0.0.1'];
  for (const source of sources) {
    expect(host.arrive(packetTo(host, { control: SYN, source })), source).toEqual([]);
    expect(host.arrive(packetTo(host, { source, destinationPort: 81 })), `${source}, no listener`).toEqual([]);
  }
  expect(host.connections).toEqual([]);
  expect(host.arrive(packetTo(host, { control: SYN })).length).toBe(1);
});

test('MAY-4: a segment that is sent again has an identification of its own', () => {
  const host = new OneHost();
  made(host.connect(PEER, 80));
  const first = host.take();
  const [again] = host.run(1 * SECOND);
  expect([again?.seq, again?.control]).toEqual([first[0]?.seq, SYN]);
  expect(again?.ip.identification).not.toBe(first[0]?.ip.identification);
});

test('EVT-01: a host answers what is for none of its connections with a RST, from the address that was asked', () => {
  const host = new OneHost({ addresses: ['10.0.0.1/24', '10.0.1.1/24'] });
  const left = host.arrive(packetTo(host, { destination: '10.0.1.1', destinationPort: 9, ack: 77 }));
  expect(left.map(({ control, seq, ip, options }) => [control, seq, formatAddress(ip.source), toHex(options)])).toEqual(
    [[RST, 77, '10.0.1.1', '']],
  );
});
