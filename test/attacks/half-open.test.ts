/**
 * Attacks on the memory that connections cost: V11 (SYN flood), V12 (sockstress, peers that keep their window shut), V13
 * (hoarding of half-closed connections). What is counted is connections that the host holds, and frames.
 */
import { expect, test } from 'vitest';
import { assert } from '../../src/base/assert.ts';
import { SECOND } from '../../src/base/time.ts';
import type { Connection } from '../../src/tcp/connection.ts';
import { ACK, FIN, PSH, RST, SYN } from '../../src/wire/tcp.ts';
import { emptyTcpOptions, parseTcpOptions, writeTcpOptions } from '../../src/wire/tcp-options.ts';
import { type Left, OneHost, packetTo } from '../support/one-host.ts';

/** Linux's SYN, as bytes. */
function synOptions(tsval: number): Uint8Array {
  const bytes = new Uint8Array(40);
  const options = { mss: 1400, sackPermitted: true, timestamps: true, tsval, windowScale: 7 };
  const length = writeTcpOptions(bytes, new DataView(bytes.buffer), 0, { ...emptyTcpOptions(), ...options });
  return bytes.slice(0, length);
}

function stampOf(answer: Left): number {
  const options = emptyTcpOptions();
  parseTcpOptions(answer.options, 0, answer.options.length, options);
  return options.tsval;
}

function ackOptions(tsval: number, tsecr: number): Uint8Array {
  const bytes = new Uint8Array(40);
  const length = writeTcpOptions(bytes, new DataView(bytes.buffer), 0, {
    ...emptyTcpOptions(),
    timestamps: true,
    tsval,
    tsecr,
  });
  return bytes.slice(0, length);
}

/** The SYN-ACK that a SYN of `sourcePort` draws. */
function knock(host: OneHost, sourcePort: number, tcpOptions: Uint8Array = new Uint8Array(0)): Left {
  const [answer] = host.arrive(packetTo(host, { control: SYN, seq: 100, sourcePort, tcpOptions }));
  assert(answer !== undefined && answer.control === (SYN | ACK), 'a SYN draws a SYN-ACK');
  return answer;
}

/** A whole handshake; what SND.NXT is then. */
function enterFrom(host: OneHost, sourcePort: number): number {
  const ack = (knock(host, sourcePort).seq + 1) >>> 0;
  host.arrive(packetTo(host, { seq: 101, ack, sourcePort }));
  return ack;
}

/** SYNs of as many hosts as there are; one packet, changed in place, its checksums too. */
function flood(host: OneHost, count: number): { answers: number; most: number } {
  const packet = packetTo(host, { control: SYN, seq: 0, source: '11.0.0.0', sourcePort: 0 });
  const view = new DataView(packet.buffer);
  const [ip, tcp] = [view.getUint16(10), view.getUint16(36)];
  const more = (checksum: number, sum: number): number => {
    let all = (~checksum & 0xffff) + sum;
    while (all > 0xffff) all = (all & 0xffff) + (all >>> 16);
    return ~all & 0xffff;
  };
  host.blind = true;
  const before = host.counted;
  let most = 0;
  for (let i = 0; i < count; i++) {
    const address = (i >>> 16) + (i & 0xffff);
    const port = 1024 + (i % 60_000);
    view.setUint32(12, 0x0b00_0000 + i);
    view.setUint16(20, port);
    view.setUint16(10, more(ip, address));
    view.setUint16(36, more(tcp, address + port));
    host.arrive(packet);
    if (i % 1000 === 0) most = Math.max(most, host.connections.length);
  }
  host.blind = false;
  return { answers: host.counted - before, most: Math.max(most, host.connections.length) };
}

test('V11 SYN flood: 1,000,000 spoofed SYNs hold 9 connections and no frame; one answer each; the established go on', () => {
  const host = new OneHost({ silent: true });
  const listen = host.listen(80); // backlog 8
  const ack = enterFrom(host, 4000);
  const friend = listen.accept();
  const { answers, most } = flood(host, 1_000_000);
  expect(answers).toBe(1_000_000);
  expect(most).toBe(10); // 9 half-open, one more than the backlog, and the friend
  const [reply] = host.arrive(
    packetTo(host, { control: ACK | PSH, seq: 101, ack, sourcePort: 4000, data: new Uint8Array(10) }),
  );
  expect([reply?.control, reply?.ack]).toEqual([ACK, 111]);
  expect(host.framesHeld, 'the friend holds its 10 bytes').toBe(1);
  host.run(300 * SECOND);
  expect(host.connections).toEqual([friend]);
});

test('V11 SYN flood: who is really there connects by the cookie, with its MSS, window scale, SACK and data', () => {
  const host = new OneHost();
  const listen = host.listen(80);
  flood(host, 100);
  const held = host.connections.length;
  host.run(0.5 * SECOND);
  const answer = knock(host, 4000, synOptions(7000));
  expect(host.connections.length, 'nothing is kept of the SYN').toBe(held);
  host.run(0.01 * SECOND);
  const reply = host.arrive(
    packetTo(host, {
      control: ACK | PSH,
      seq: 101,
      ack: (answer.seq + 1) >>> 0,
      sourcePort: 4000,
      tcpOptions: ackOptions(7010, stampOf(answer)),
      data: new Uint8Array([1, 2, 3]),
    }),
  );
  expect(reply.map(({ control, ack }) => [control, ack])).toEqual([[ACK, 104]]);
  const connection = listen.accept();
  assert(connection !== undefined, 'it can be accepted');
  const { tcb } = connection;
  expect([connection.state, connection.readable]).toEqual(['ESTABLISHED', 3]);
  expect([tcb.snd.mss, tcb.snd.scale, tcb.sackPermitted, tcb.timestamps.on]).toEqual([1300, 7, true, true]);
});

test('V11 SYN flood: without timestamps a cookie holds the MSS alone, and the SYN-ACK offers no more', () => {
  const host = new OneHost({ sysctl: { 'net.ipv4.tcp_syncookies': 2 } });
  const listen = host.listen(80);
  const answer = knock(host, 4000, new Uint8Array([2, 4, 5, 180, 4, 2, 1, 1, 3, 3, 7, 1])); // mss 1460, sackOK, wscale 7
  expect([...answer.options]).toEqual([2, 4, 5, 180]);
  host.arrive(packetTo(host, { seq: 101, ack: (answer.seq + 1) >>> 0, sourcePort: 4000 }));
  const tcb = listen.accept()?.tcb;
  expect([tcb?.snd.mss, tcb?.snd.scale, tcb?.sackPermitted]).toEqual([1460, 0, false]);
});

test('V11 SYN flood: of 100,000 guessed cookies, and of true ones that are changed or too old, none opens a connection', () => {
  const host = new OneHost({ sysctl: { 'net.ipv4.tcp_syncookies': 2 } });
  const listen = host.listen(80);
  const cookie = (knock(host, 4000).seq + 1) >>> 0;
  for (let i = 0; i < 100_000; i++) {
    const drawn = host.arrive(packetTo(host, { seq: 101, ack: Math.imul(i, 0x9e37_79b1) >>> 0, sourcePort: 4000 }));
    expect(drawn.length === 1 && drawn[0]?.control === RST, `guess ${i}`).toBe(true);
    if (i % 4096 === 0) host.take();
  }
  host.arrive(packetTo(host, { seq: 101, ack: cookie, sourcePort: 4001 }));
  host.arrive(packetTo(host, { seq: 102, ack: cookie, sourcePort: 4000 }));
  host.run(120 * SECOND);
  knock(host, 4002); // a flood is still on, so that ACKs are looked at
  host.arrive(packetTo(host, { seq: 101, ack: cookie, sourcePort: 4000 }));
  expect([listen.length, host.connections.length]).toEqual([0, 0]);
});

test('V11 SYN flood: where no SYN was answered by a cookie, no ACK opens a connection, be its number right', () => {
  const giver = new OneHost({ sysctl: { 'net.ipv4.tcp_syncookies': 2 } });
  giver.listen(80);
  const ack = (knock(giver, 4000).seq + 1) >>> 0;
  const host = new OneHost(); // the same secrets
  const listen = host.listen(80);
  expect(host.arrive(packetTo(host, { seq: 101, ack, sourcePort: 4000 })).map(({ control }) => control)).toEqual([RST]);
  expect(listen.length).toBe(0);
});

test('V11 SYN flood: with tcp_syncookies = 0 further SYNs are dropped unanswered', () => {
  const host = new OneHost({ sysctl: { 'net.ipv4.tcp_syncookies': 0 } });
  host.listen(80);
  expect(flood(host, 1000)).toEqual({ answers: 9, most: 9 });
});

/** `count` connections, each accepted, written to with 100 bytes and closed by the program. */
function closedWithData(host: OneHost, count: number, window: number): void {
  const listen = host.listen(80);
  for (let i = 0; i < count; i++) {
    const sourcePort = 1024 + i;
    const ack = enterFrom(host, sourcePort);
    const connection = listen.accept();
    assert(connection !== undefined, 'it is accepted');
    if (window === 0) host.arrive(shut(packetTo(host, { seq: 101, ack, sourcePort })));
    connection.send(new Uint8Array(100), 0, 100, host.now);
    connection.close(host.now);
    host.stack.flush(host.now);
    host.take();
  }
}

/** The same segment with a window of 0; its checksum is made right again. */
function shut(packet: Uint8Array): Uint8Array {
  const view = new DataView(packet.buffer);
  const before = view.getUint16(34);
  view.setUint16(34, 0);
  let sum = (~view.getUint16(36) & 0xffff) + (~before & 0xffff);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(36, ~sum & 0xffff);
  return packet;
}

test('V12 zero windows: 10,000 peers that never open theirs: 256 orphans at most are kept, all are gone after 344 s', () => {
  const host = new OneHost({ sysctl: { 'net.ipv4.tcp_max_orphans': 256 } });
  closedWithData(host, 10_000, 0);
  expect(host.connections.length).toBe(256);
  // The peers stay alive: each probe is answered by an ACK with a window of 0.
  const answer = (left: Left[]): void => {
    for (const { destinationPort, seq, data } of left) {
      const ack = (seq + 1 + data.length) >>> 0;
      host.arrive(shut(packetTo(host, { seq: 101, ack, sourcePort: destinationPort })));
    }
  };
  for (let second = 0; second < 345; second++) answer(host.run(SECOND));
  expect(host.connections.length).toBe(0);
  expect(host.framesHeld).toBe(0);
});

test('V12 sockstress: 10,000 peers that fall silent: 256 orphans are kept, each further one draws a RST, none after 110 s', () => {
  const host = new OneHost({ sysctl: { 'net.ipv4.tcp_max_orphans': 256 } });
  closedWithData(host, 10_000, 65_535);
  expect(host.connections.length).toBe(256);
  host.run(110 * SECOND);
  expect(host.connections.length).toBe(0);
});

test('V12 persist exhaustion: TCP_USER_TIMEOUT ends a connection whose peer keeps its window shut, though it is alive', () => {
  const host = new OneHost();
  const listen = host.listen(80);
  const ack = enterFrom(host, 4000);
  const connection = listen.accept();
  assert(connection !== undefined, 'it is accepted');
  connection.setOptions({ userTimeout: 10 * SECOND }, host.now);
  host.arrive(shut(packetTo(host, { seq: 101, ack, sourcePort: 4000 })));
  connection.send(new Uint8Array(100), 0, 100, host.now);
  host.stack.flush(host.now);
  for (let i = 0; i < 110; i++) {
    const probed = host.run(0.1 * SECOND).length > 0;
    if (probed) host.arrive(shut(packetTo(host, { seq: 101, ack, sourcePort: 4000 })));
  }
  expect([connection.state, connection.takeFailure()]).toEqual(['CLOSED', 'timed-out']);
});

/** Peers that take a connection to a state and go on no further; the program closes where that needs it. */
const HOARDED: readonly (readonly [
  state: string,
  last: number,
  (host: OneHost, made: Connection, port: number, ack: number) => void,
])[] = [
  [
    'FIN-WAIT-2',
    59,
    (host, made, sourcePort, ack) => {
      made.close(host.now);
      host.stack.flush(host.now);
      host.arrive(packetTo(host, { seq: 101, ack: ack + 1, sourcePort }));
    },
  ],
  [
    'LAST-ACK',
    100,
    (host, made, sourcePort, ack) => {
      host.arrive(packetTo(host, { control: FIN | ACK, seq: 101, ack, sourcePort }));
      made.close(host.now);
      host.stack.flush(host.now);
    },
  ],
  [
    'FIN-WAIT-1',
    100,
    (host, made) => {
      made.close(host.now);
      host.stack.flush(host.now);
    },
  ],
  [
    'TIME-WAIT',
    59,
    (host, made, sourcePort, ack) => {
      made.close(host.now);
      host.stack.flush(host.now);
      host.arrive(packetTo(host, { control: FIN | ACK, seq: 101, ack: ack + 1, sourcePort }));
    },
  ],
];

test.each(HOARDED)(
  'V13 hoarding in %s: of 2,000 connections 100 are kept, for %d s, and none 8 s later',
  (state, last, bring) => {
    const host = new OneHost({
      sysctl: { 'net.ipv4.tcp_max_orphans': 100, 'net.ipv4.tcp_max_tw_buckets': 100 },
    });
    const listen = host.listen(80);
    for (let i = 0; i < 2000; i++) {
      const sourcePort = 1024 + i;
      const ack = enterFrom(host, sourcePort);
      const made = listen.accept();
      assert(made !== undefined, 'it is accepted');
      bring(host, made, sourcePort, ack);
      expect(made.state).toBe(i < 100 ? state : 'CLOSED');
      host.take();
    }
    expect(host.connections.length).toBe(100);
    host.run(last * SECOND);
    expect(host.connections.length).toBe(100);
    host.run(8 * SECOND);
    expect(host.connections.length).toBe(0);
  },
);

test('V13 hoarding in CLOSE-WAIT: it is the program that holds it; keep-alive tells of a peer that is gone, then nothing is left', () => {
  const host = new OneHost();
  const listen = host.listen(80);
  const ack = enterFrom(host, 4000);
  const made = listen.accept();
  assert(made !== undefined, 'it is accepted');
  made.setOptions({ keepAlive: true, keepIdle: 10 * SECOND, keepInterval: 5 * SECOND, keepCount: 3 }, host.now);
  host.arrive(packetTo(host, { control: FIN | ACK, seq: 101, ack, sourcePort: 4000 }));
  expect(made.state).toBe('CLOSE-WAIT');
  host.run(26 * SECOND);
  expect(host.connections.length).toBe(0);
});
