import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configureDevice } from '../../src/linux/device.ts';
import { EAGAIN } from '../../src/linux/libc.ts';
import { isInterfaceName, Tap } from '../../src/linux/tap.ts';
import { parseIpv4Address, parsePrefix } from '../../src/wire/address.ts';
import { ARP_REPLY, ARP_REQUEST, emptyArpHeader, parseArp, writeArp } from '../../src/wire/arp.ts';
import {
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  emptyEthernetHeader,
  parseEthernet,
  writeEthernet,
} from '../../src/wire/ethernet.ts';
import { FRAME_START, type Frame, FramePool, TRANSPORT } from '../../src/wire/frame.ts';
import { emptyIcmpHeader, ICMP_ECHO_REPLY, ICMP_ECHO_REQUEST, parseIcmp, writeIcmpEcho } from '../../src/wire/icmp.ts';
import { emptyIpv4Header, parseIpv4, writeIpv4 } from '../../src/wire/ipv4.ts';
import { needs } from '../support/needs.ts';
import { makeNamespace, type TestNamespace } from './namespace.ts';

const run = promisify(execFile);

test('a name is checked as the kernel checks it', () => {
  for (const name of ['tap0', 'a', 'halfopen-test.1']) expect(isInterfaceName(name)).toBe(true);
  for (const name of ['', '.', '..', 'a/b', 'a b', 'a:b', 'tap%d', 'sixteen-letters-', '탭']) {
    expect(isInterfaceName(name)).toBe(false);
  }
  expect(() => Tap.open('tap%d')).toThrow(expect.objectContaining({ code: 'EINVAL' }));
});

const linux = needs({ root: true, tun: true, namespaces: true, programs: ['ip'] });

linux.describe('a TAP device in a namespace of its own', () => {
  let namespace: TestNamespace;
  let tap: Tap;

  beforeEach(() => {
    namespace = makeNamespace();
    tap = Tap.open('tap7', namespace.name);
    configureDevice({
      name: 'tap7',
      address: parseIpv4Address('address', '10.77.0.1'),
      prefix: parsePrefix('prefix', '10.77.0.0/24'),
      mtu: 1400,
      namespace: namespace.name,
    });
  });
  afterEach(() => {
    tap.close();
    namespace.destroy();
  });

  test('is up, with its address and MTU', () => {
    const shown = namespace.ip('addr', 'show', 'dev', 'tap7');
    expect(shown).toContain('inet 10.77.0.1/24');
    expect(shown).toContain('mtu 1400');
    expect(shown).toMatch(/<[^>]*\bUP\b[^>]*LOWER_UP/);
  });

  test('its name cannot be taken twice, and is free again after it was closed', () => {
    expect(() => Tap.open('tap7', namespace.name)).toThrow(expect.objectContaining({ code: 'EBUSY' }));
    tap.close();
    tap.close();
    expect(namespace.ip('-o', 'link')).not.toContain('tap7');
    tap = Tap.open('tap7', namespace.name);
  });

  test('the carrier can be taken away and given back', () => {
    tap.setCarrier(false);
    expect(namespace.ip('link', 'show', 'tap7')).toContain('NO-CARRIER');
    tap.setCarrier(true);
    expect(namespace.ip('link', 'show', 'tap7')).not.toContain('NO-CARRIER');
  });

  test('nothing to read is EAGAIN, by number', () => {
    const frame = new Uint8Array(2000);
    while (tap.read(frame) > 0);
    expect(tap.read(frame)).toBe(-EAGAIN);
  });

  test('what a reader throws is not lost', async () => {
    const [thrown] = await new Promise<unknown[]>((resolve) => {
      const listeners = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (...error) => {
        for (const listener of listeners) process.on('uncaughtException', listener);
        resolve(error);
      });
      tap.watch(() => {
        tap.watch(() => {});
        throw new Error('from the reader');
      });
      namespace.ip('link', 'set', 'tap7', 'down');
      namespace.ip('link', 'set', 'tap7', 'up');
    });
    expect(thrown).toMatchObject({ message: 'from the reader' });
  });

  test('the kernel pings a host that answers ARP and echo by hand', async () => {
    const pool = new FramePool();
    tap.watch(() => {
      for (;;) {
        const frame = pool.take(1514);
        const length = tap.read(frame.bytes.subarray(FRAME_START, frame.end));
        frame.end = FRAME_START + Math.max(0, length);
        const answer = length > 0 ? answerTo(frame, pool) : undefined;
        if (answer !== undefined) {
          expect(tap.write(answer.bytes.subarray(FRAME_START, answer.end))).toBe(answer.length);
          answer.release();
        }
        frame.release();
        if (length <= 0) return;
      }
    });
    const { stdout } = await run('ip', ['netns', 'exec', namespace.name, 'ping', '-c', '3', '-i', '0.01', '10.77.0.2']);
    expect(stdout).toContain('3 packets transmitted, 3 received, 0% packet loss');
    expect(pool.taken).toBe(0);
  });
});

const MAC = 0x020000000077;
const ADDRESS = parseIpv4Address('address', '10.77.0.2');

function answerTo(frame: Frame, pool: FramePool): Frame | undefined {
  const ethernet = emptyEthernetHeader();
  if (parseEthernet(frame, ethernet) !== undefined) return undefined;
  if (ethernet.type === ETHERTYPE_ARP) return answerToArp(frame, pool);
  if (ethernet.type !== ETHERTYPE_IPV4) return undefined;
  const ip = emptyIpv4Header();
  if (parseIpv4(frame, ip) !== undefined || ip.destination.bits !== ADDRESS.bits) return undefined;
  const icmp = emptyIcmpHeader();
  if (parseIcmp(frame, frame.payloadEnd, icmp) !== undefined || icmp.type !== ICMP_ECHO_REQUEST) return undefined;
  const answer = pool.take(1514);
  answer.transport = TRANSPORT;
  writeEthernet(answer, ethernet.source, MAC, ETHERTYPE_IPV4);
  writeIcmpEcho(answer, ICMP_ECHO_REPLY, icmp.rest, frame.bytes, icmp.dataStart, icmp.dataEnd);
  writeIpv4(answer, { ...ip, ttl: 64, source: ip.destination, destination: ip.source });
  return answer;
}

function answerToArp(frame: Frame, pool: FramePool): Frame | undefined {
  const arp = emptyArpHeader();
  if (parseArp(frame, arp) !== undefined || arp.operation !== ARP_REQUEST) return undefined;
  if (arp.targetAddress.bits !== ADDRESS.bits) return undefined;
  const answer = pool.take(60);
  writeEthernet(answer, arp.senderMac, MAC, ETHERTYPE_ARP);
  writeArp(answer, {
    operation: ARP_REPLY,
    senderMac: MAC,
    senderAddress: ADDRESS,
    targetMac: arp.senderMac,
    targetAddress: arp.senderAddress,
  });
  return answer;
}
