/**
 * Writes small traces by hand: frames as they travel between hosts, with true bytes, and any other event.
 *
 * Used by the tests of `trace/`, which must not need a world.
 */
import { toBase64, utf8 } from '../../src/base/bytes.ts';
import { Sha256 } from '../../src/base/sha256.ts';
import type { LayerEvent } from '../../src/trace/event.ts';
import { Recorder, type TraceMode, type TracePlatform } from '../../src/trace/recorder.ts';
import { parseIpv4Address } from '../../src/wire/address.ts';
import { ETHERTYPE_IPV4, writeEthernet } from '../../src/wire/ethernet.ts';
import { type Frame, FramePool, NETWORK, TRANSPORT } from '../../src/wire/frame.ts';
import { PROTOCOL_TCP, writeIpv4 } from '../../src/wire/ipv4.ts';
import { finishTcpChecksum, writeTcpHeader } from '../../src/wire/tcp.ts';
import { emptyTcpOptions, type TcpOptions, tcpOptionsLength, writeTcpOptions } from '../../src/wire/tcp-options.ts';

export const PLATFORM: TracePlatform = { sha256: () => new Sha256(), base64: toBase64 };

export interface Segment {
  readonly seq: number;
  readonly ack?: number;
  readonly control: number;
  readonly window?: number;
  readonly options?: Partial<TcpOptions>;
  readonly data?: string | Uint8Array;
}

const MAC_SOURCE = 0x020000000001;
const MAC_DESTINATION = 0x020000000002;

/** 'address:port' as its two parts. */
function split(endpoint: string): [string, number] {
  const [address = '', port = ''] = endpoint.split(':');
  return [address, Number(port)];
}

export class TraceWriter {
  readonly recorder: Recorder;
  readonly pool = new FramePool();
  /** Virtual time of what is written next. */
  now = 0;
  readonly #hosts = new Map<string, string>();

  constructor(mode: TraceMode = 'events') {
    this.recorder = new Recorder(mode, PLATFORM);
    this.emit('', { kind: 'world.started', version: 1 });
  }

  emit(host: string, event: LayerEvent, cause = 0): number {
    this.recorder.cause = cause;
    return this.recorder.emit(host, this.now, event);
  }

  host(name: string, address: string): void {
    this.#hosts.set(address, name);
    this.emit('', { kind: 'host.added', name, what: 'host', addresses: [`${address}/24`] });
  }

  cable(cable: string, a: string, b: string): void {
    this.emit('', { kind: 'cable.added', cable, a, b, options: { delay: 0 } });
  }

  /** A frame that holds a segment; the caller owns it. */
  frame(from: string, to: string, segment: Segment): Frame {
    const [source, sourcePort] = split(from);
    const [destination, destinationPort] = split(to);
    const data = typeof segment.data === 'string' ? utf8(segment.data) : (segment.data ?? new Uint8Array(0));
    const options = { ...emptyTcpOptions(), ...segment.options };
    const optionsLength = tcpOptionsLength(options);
    const frame = this.pool.take(TRANSPORT - 2 + 20 + optionsLength + data.length);
    const [ipSource, ipDestination] = [parseIpv4Address('from', source), parseIpv4Address('to', destination)];
    writeEthernet(frame, MAC_DESTINATION, MAC_SOURCE, ETHERTYPE_IPV4);
    frame.network = NETWORK;
    writeIpv4(frame, {
      tos: 0,
      identification: 0,
      dontFragment: true,
      moreFragments: false,
      fragmentOffset: 0,
      ttl: 64,
      protocol: PROTOCOL_TCP,
      source: ipSource,
      destination: ipDestination,
    });
    const { seq, ack = 0, control, window = 64240 } = segment;
    writeTcpHeader(frame, sourcePort, destinationPort, seq, ack, control, window, 0, optionsLength);
    writeTcpOptions(frame.bytes, frame.view, frame.transport + 20, options);
    frame.bytes.set(data, frame.transport + 20 + optionsLength);
    finishTcpChecksum(frame, ipSource, ipDestination);
    return frame;
  }

  /** A segment is put onto the cable by the host that has the address `from`; answers the event's number. */
  send(from: string, to: string, segment: Segment, cause = 0, cable = 'cable'): number {
    const frame = this.frame(from, to, segment);
    this.recorder.cause = cause;
    const host = this.#hosts.get(split(from)[0]) ?? '';
    const n = this.recorder.frameSent(host, this.now, 'eth0', cable, frame);
    frame.release();
    return n;
  }

  /** The frame of that number arrives at a host; answers the event's number. */
  deliver(host: string, frame: number, corrupted?: number): number {
    const told = { kind: 'frame.delivered', frame, interface: 'eth0' } as const;
    return this.emit(host, corrupted === undefined ? told : { ...told, corrupted }, frame);
  }

  /** `send` and, 5 ms later, `deliver`; answers the number of the delivery. */
  travel(from: string, to: string, segment: Segment, cause = 0): number {
    const sent = this.send(from, to, segment, cause);
    this.now += 5_000_000;
    return this.deliver(this.#hosts.get(split(to)[0]) ?? '', sent);
  }
}
