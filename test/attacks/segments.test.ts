/**
 * Attacks by single segments and frames: V3 (blind RST, SYN, data), V6 to V8 (malformed headers, options, urgent
 * pointers), V17 (storms), V18 (old duplicates), V19 (reflection), V22 (what JavaScript would get wrong).
 */
import { expect, test } from 'vitest';
import { assert } from '../../src/base/assert.ts';
import { Rng } from '../../src/base/rng.ts';
import { MILLISECOND, SECOND } from '../../src/base/time.ts';
import * as seq from '../../src/tcp/seq.ts';
import { ACK, PSH, RST, SYN } from '../../src/wire/tcp.ts';
import { OneEnd } from '../support/one-end.ts';
import { OneHost, packetTo } from '../support/one-host.ts';
import { inState, SITUATIONS } from '../support/states.ts';

test('V3 blind RST and SYN: 100,000 guesses over the whole space: none resets; one challenge ACK in 500 ms at most', () => {
  const end = OneEnd.established();
  const rng = new Rng(3);
  let answers = 0;
  for (let i = 0; i < 100_000; i++) {
    const at = (rng.uint32() | 0) === 1 ? 2 : rng.uint32() | 0;
    if (at !== 1) answers += end.arrive(`${i % 2 === 0 ? 'R' : 'S'} ${at}:${at}(0)`).length;
    if (i % 100 === 0) end.run(1 * MILLISECOND);
  }
  expect(end.state).toBe('ESTABLISHED');
  expect(answers).toBeLessThanOrEqual(3); // in one second
  end.arrive('R 1:1(0)');
  expect(end.state).toBe('CLOSED');
});

test('V3 blind data: of 20,000 segments with a right place and a guessed ACK those outside of the largest window below SND.UNA bring no byte', () => {
  const end = OneEnd.established({ window: 1000 });
  const rng = new Rng(33);
  for (let i = 0; i < 20_000; i++) {
    const ack = rng.uint32() | 0;
    if (ack <= 1 && ack >= -999) continue;
    end.arrive(`P. 1:11(10) ack ${ack}`);
  }
  expect(end.tcp.readable).toBe(0);
  expect(end.tcp.figures().outOfOrder).toBe(0);
});

/** A host with one connection; what a test may compare before and after. */
function watched() {
  const host = new OneHost();
  const listen = host.listen(80);
  const [answer] = host.arrive(packetTo(host, { control: SYN, seq: 0 }));
  const ack = ((answer?.seq ?? 0) + 1) >>> 0;
  host.arrive(packetTo(host, { seq: 1, ack }));
  const connection = listen.accept();
  assert(connection !== undefined, 'it is accepted');
  const state = () => JSON.stringify([connection.status(), connection.figures(), host.connections.length]);
  return { host, connection, ack, state };
}

test('V6 options: all 65,536 pairs of kind and length, in a segment of an established connection: it lives, and holds no frame', () => {
  const { host, connection, ack } = watched();
  const tcpOptions = new Uint8Array(8);
  for (let pair = 0; pair < 65_536; pair++) {
    tcpOptions[0] = pair >>> 8;
    tcpOptions[1] = pair & 255;
    host.arrive(packetTo(host, { seq: 1, ack, tcpOptions }));
    if (pair % 4096 === 0) host.events.length = 0;
  }
  expect([connection.state, connection.readable, host.framesHeld]).toEqual(['ESTABLISHED', 0, 0]);
});

test('V7 malformed headers: each byte of a packet set to each of 256 values: refused ones leave the state as it was, and are told', () => {
  const { host, ack, state } = watched();
  const good = packetTo(host, { control: ACK | PSH, seq: 50_000_000, ack, data: new Uint8Array([1, 2, 3]) });
  let [refused, silent] = [0, 0];
  for (let at = 0; at < good.length; at++) {
    for (let value = 0; value < 256; value++) {
      if (good[at] === value) continue;
      const packet = good.slice();
      packet[at] = value;
      const before = state();
      const drops = host.drops.length;
      host.arrive(packet);
      expect(state()).toBe(before);
      if (host.drops.length > drops) refused++;
      else silent++;
      host.events.length = 0;
    }
  }
  expect(refused).toBe(good.length * 255);
  expect(silent).toBe(0);
});

test('V7 truncation: a packet cut at each of its bytes is refused, and nothing is held', () => {
  const { host, ack, state } = watched();
  const good = packetTo(host, { control: ACK | PSH, seq: 1, ack, data: new Uint8Array(20) });
  const before = state();
  for (let length = 0; length < good.length; length++) {
    const drops = host.drops.length;
    expect(host.arrive(good.slice(0, length))).toEqual([]);
    expect(host.drops.length - drops, `${length} bytes`).toBe(1);
  }
  expect(state()).toBe(before);
  expect(host.framesHeld).toBe(0);
});

test('V8 urgent pointers: 4,096 segments of any pointer, length and URG: the bytes read are those sent, to the last', () => {
  const end = OneEnd.established({ peer: 'mss 1000' });
  const rng = new Rng(8);
  const pointers = [0, 1, 2, 9, 10, 11, 0x7fff, 0x8000, 0xffff];
  let [sent, read] = [0, 0];
  for (let i = 0; i < 4096; i++) {
    const length = rng.below(12);
    const up = pointers[rng.below(pointers.length)] ?? 0;
    const at = 1 + sent;
    end.arrive(`${rng.below(2) === 0 ? 'P.' : 'UP.'} ${at}:${at + length}(${length}) ack 1 urg ${up}`);
    sent += length;
    read += end.read(); // held against the stream, byte for byte
    end.run(1 * MILLISECOND);
  }
  expect(sent).toBeGreaterThan(10_000);
  expect(read).toBe(sent);
});

test('V17 storms: each segment of 3,000 drawn at random that is not taken draws one answer at most, and that answer draws none', () => {
  const [a, b] = [OneEnd.established(), OneEnd.established()];
  const rng = new Rng(17);
  const flags = ['.', 'S', 'S.', 'P.', 'F.', 'R', 'R.', 'FPU', '-'];
  let most = 0;
  for (let i = 0; i < 3000; i++) {
    const at = 2_000_000 + rng.below(1_000_000_000);
    const answers = a.arrive(`${flags[rng.below(flags.length)]} ${at}:${at}(0) ack ${rng.uint32() | 0}`);
    most = Math.max(most, answers.length);
    // The answer as the other end sees it: both are at 1, so it is a bare ACK, which draws nothing.
    for (const answer of answers) {
      expect(answer).toBe('. 1:1(0) ack 1');
      expect(b.arrive(answer)).toEqual([]);
    }
    a.run(10 * MILLISECOND);
  }
  expect(most).toBe(1);
});

test('V17 LAND: 256 segments of any flags from our own address and port draw no answer', () => {
  const host = new OneHost();
  host.listen(80);
  let answers = 0;
  for (let control = 0; control < 256; control++) {
    answers += host.arrive(packetTo(host, { source: '10.0.0.1', sourcePort: 80, control, seq: control })).length;
  }
  expect([answers, host.connections.length, host.framesHeld]).toEqual([0, 0, 0]);
});

test('V18 old duplicates: a future timestamp outside the window does not shut out the peer, and no old one delivers', () => {
  const end = OneEnd.established({ peer: 'mss 1000,sackOK,TS 5000 0' });
  for (let i = 0; i < 1000; i++) end.arrive(`P. 900000:900010(10) ack 1 <TS ${2_000_000_000 + i} 0>`);
  end.arrive('P. 1:11(10) ack 1 <TS 5001 0>');
  expect(end.tcp.readable).toBe(10);
  for (let i = 0; i < 1000; i++) end.arrive(`P. ${11 + i}:${21 + i}(10) ack 1 <TS ${5000 - i} 0>`);
  expect(end.tcp.readable).toBe(10);
});

test('V18 TIME-WAIT assassination: 10,000 old segments neither end nor prolong it, but a RST at RCV.NXT with tcp_rfc1337 = 0', () => {
  const end = inState('TIME-WAIT', { config: { rfc1337: true } });
  end.run(30 * SECOND);
  const rng = new Rng(18);
  for (let i = 0; i < 10_000; i++) {
    const flags = ['.', 'P.', 'R', 'S', 'R.'][rng.below(5)];
    end.arrive(`${flags} ${rng.below(100) - 50}:${0}(0) ack 2`.replace(/ (-?\d+):0\(0\)/, ' $1:$1(0)'));
  }
  expect([end.state, end.tcp.pollTimeout()]).toEqual(['TIME-WAIT', 60 * SECOND]);
});

test('V19 reflection: 256 flag bytes at an open and a closed port: one packet at most, without data, no longer than 60 bytes', () => {
  for (const destinationPort of [80, 81]) {
    const host = new OneHost();
    host.listen(80);
    for (let control = 0; control < 256; control++) {
      const source = `10.9.${control}.1`;
      const packet = packetTo(host, { source, control, seq: 5, ack: 9, destinationPort, data: new Uint8Array(20) });
      const answers = host.arrive(packet);
      expect(answers.length).toBeLessThanOrEqual((control & RST) === 0 ? 1 : 0);
      for (const { data, ip } of answers) expect([data.length, ip.totalLength <= packet.length]).toEqual([0, true]);
    }
  }
});

test('V19 reflection: a SYN whose SYN-ACK is never acknowledged draws 6 packets of 44 bytes, and no data', () => {
  const host = new OneHost();
  host.listen(80);
  host.arrive(packetTo(host, { control: SYN, seq: 5 }));
  for (let i = 0; i < 200; i++) host.run(1 * SECOND);
  const sent = host.take();
  expect(sent.map(({ control, data, ip }) => [control, data.length, ip.totalLength])).toEqual(
    Array.from({ length: 6 }, () => [SYN | ACK, 0, 44]),
  );
});

test('V22 comparing numbers: at every wrap of 2^31 and 2^32 the order is that of the distance', () => {
  for (const base of [0, 1, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 2, 2 ** 32 - 1]) {
    for (const step of [1, 2, 1000, 65_535, 2 ** 30, 2 ** 31 - 1]) {
      const later = (base + step) >>> 0;
      expect([seq.lt(base, later), seq.gt(later, base), seq.lt(later, base), seq.le(base, base)]).toEqual([
        true,
        true,
        false,
        true,
      ]);
      expect(seq.add(base, step)).toBe(later);
      expect(seq.distance(base, later)).toBe(step);
    }
  }
});

test('V22 settings as an object: names of Object.prototype are no settings', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const sysctl = Object.fromEntries([[name, 1]]);
    expect(() => new OneHost({ sysctl })).toThrow(TypeError);
  }
  expect(Object.hasOwn(Object.prototype, 'net.ipv4.tcp_retries2')).toBe(false);
});

test('V22 calls from inside: a user that closes, aborts, sends or reads when it is told leaves each state in order', () => {
  for (const situation of SITUATIONS) {
    if (situation === 'CLOSED' || situation === 'LISTEN') continue;
    for (const call of ['close', 'abort', 'shutdownWrite', 'shutdownRead'] as const) {
      const end = inState(situation);
      for (const text of [
        'P. 1:11(10) ack 1',
        'F. 1:1(0) ack 1',
        '. 1:1(0) ack 2',
        'R 1:1(0)',
        'U. 1:3(2) ack 1 urg 1',
      ]) {
        end.arrive(text);
        end.call((tcp) => {
          tcp[call](end.now);
          tcp.send(new Uint8Array(0), 0, 0, end.now);
          tcp.receive(new Uint8Array(4), 0, 4, false, end.now);
          tcp[call](end.now);
        });
      }
      end.call((tcp) => tcp.abort(end.now));
      expect([end.state, end.tcp.pollTimeout()], `${situation} ${call}`).toEqual(['CLOSED', Number.POSITIVE_INFINITY]);
    }
  }
});
