/**
 * A host that takes whatever frames come: it listens, has an established connection and a bound datagram socket, and speaks
 * both families. What it must never do is to throw, or to keep more and more of what it got.
 */
import { assert } from '../../src/base/assert.ts';
import { Rng } from '../../src/base/rng.ts';
import { SILENT } from '../../src/base/sink.ts';
import { MILLISECOND } from '../../src/base/time.ts';
import { linux, userOptionsOf } from '../../src/host/profiles.ts';
import { Stack } from '../../src/host/stack.ts';
import { Sysctl } from '../../src/host/sysctl.ts';
import { anyOf, parseInterfaceAddress, requireIpv4 } from '../../src/wire/address.ts';
import { checksumOf } from '../../src/wire/checksum.ts';
import { ETHERTYPE_IPV4, writeEthernet } from '../../src/wire/ethernet.ts';
import { FRAME_START, type Frame, FramePool, NETWORK, TRANSPORT } from '../../src/wire/frame.ts';
import { PROTOCOL_TCP, writeIpv4 } from '../../src/wire/ipv4.ts';
import { ACK, SYN, writeTcpHeader } from '../../src/wire/tcp.ts';

const MAC = 0x0200_0000_0001;
const PEER_MAC = 0x0200_0000_0002;
const OWN = parseInterfaceAddress('address', '10.0.0.1/24');
const OWN_SIX = parseInterfaceAddress('address', 'fd77::1/64');
const PEER = requireIpv4('address', parseInterfaceAddress('address', '10.0.0.2/24').address);
const PORT = 7000;
const PEER_PORT = 5000;
/** A host may keep frames: segments behind holes, fragments, packets that wait for a neighbour. Each has its limit. */
const FRAMES_KEPT = 1500;

const OPTIONS = userOptionsOf(new Sysctl({}));

/** A segment of the established connection; `seq` and `ack` are counted from where the connection is. */
export function segmentOf(
  control: number,
  seq: number,
  ack: number,
  options: readonly number[],
  text: string,
): Uint8Array {
  const data = Buffer.from(text, 'latin1');
  const frame = new FramePool().take(TRANSPORT - FRAME_START + 20 + options.length + data.length);
  frame.bytes.set(options, TRANSPORT + 20);
  frame.bytes.set(data, TRANSPORT + 20 + options.length);
  writeTcpHeader(frame, PEER_PORT, PORT, seq >>> 0, ack >>> 0, control, 65_535, 0, options.length);
  const fields = { tos: 0, identification: 1, dontFragment: true, moreFragments: false, fragmentOffset: 0, ttl: 64 };
  const destination = requireIpv4('address', OWN.address);
  writeIpv4(frame, { ...fields, protocol: PROTOCOL_TCP, source: PEER, destination });
  writeEthernet(frame, MAC, PEER_MAC, ETHERTYPE_IPV4);
  return frame.bytes.slice(FRAME_START, frame.end);
}

export class HostUnderFire {
  readonly #pool = new FramePool();
  readonly #stack: Stack;
  readonly #through: ReturnType<Stack['addInterface']>;
  #now = 0;
  /** The numbers of its last segment to the peer: where the connection is. */
  #seq = 0;
  #ack = 0;

  constructor(seed: number) {
    const rng = new Rng(seed);
    const pool = this.#pool;
    this.#stack = new Stack({ name: 'A', profile: linux, accounting: 'linux', sink: SILENT, sysctl: {}, rng, pool });
    this.#through = this.#stack.addInterface('eth0', { mac: MAC, ...OWN, others: [OWN_SIX], mtu: 1500 });
    this.#through.transmit = (frame) => this.#sent(frame);
    this.#through.neighbors.learn(PEER, PEER_MAC, false, true, 0);
    const binding = this.#stack.bindStream({ address: anyOf('ipv6'), port: PORT });
    assert(typeof binding !== 'string', 'the port is free');
    const listen = this.#stack.listen(binding, 8, OPTIONS);
    assert(typeof listen !== 'string', 'the port can be listened on');
    this.take(segmentOf(SYN, 0, 0, [], ''), true);
    this.take(segmentOf(ACK, 0, 1, [], ''), true);
    assert(listen.accept() !== undefined, 'the peer is connected');
  }

  /** A frame comes. `trusted`: its checksums are made right before. */
  take(input: Uint8Array, trusted: boolean): void {
    const frame = this.#pool.take(input.length);
    frame.bytes.set(input, FRAME_START);
    frame.offloaded = trusted;
    if (this.#isOfConnection(frame)) this.#moveNumbers(frame);
    if (trusted) sumHeader(frame);
    this.#now += MILLISECOND;
    this.#stack.handleFrame(this.#through, frame, this.#now);
    this.#stack.flush(this.#now);
    while (this.#stack.pollTimeout(this.#now) <= this.#now) {
      this.#stack.handleTimeout(this.#now);
      this.#stack.flush(this.#now);
    }
    assert(this.#pool.taken < FRAMES_KEPT, `a host lets go of frames: it has ${this.#pool.taken}`);
  }

  #sent(frame: Frame): void {
    const { view, transport, end } = frame;
    if (view.getUint16(14) === ETHERTYPE_IPV4 && end >= transport + 20 && view.getUint16(transport) === PORT) {
      this.#seq = view.getUint32(transport + 4);
      this.#ack = view.getUint32(transport + 8);
    }
    frame.release();
  }

  #isOfConnection({ view, end }: Frame): boolean {
    return end >= TRANSPORT + 20 && view.getUint16(TRANSPORT) === PEER_PORT && view.getUint16(TRANSPORT + 2) === PORT;
  }

  #moveNumbers({ view }: Frame): void {
    view.setUint32(TRANSPORT + 4, (view.getUint32(TRANSPORT + 4) + this.#ack) >>> 0);
    view.setUint32(TRANSPORT + 8, (view.getUint32(TRANSPORT + 8) + this.#seq) >>> 0);
  }
}

function sumHeader({ bytes, view, end }: Frame): void {
  const length = (view.getUint8(NETWORK) & 15) * 4;
  if (end < NETWORK + 20 || view.getUint16(14) !== ETHERTYPE_IPV4 || NETWORK + length > end) return;
  view.setUint16(NETWORK + 10, 0);
  view.setUint16(NETWORK + 10, checksumOf(bytes, NETWORK, NETWORK + length, 0));
}
