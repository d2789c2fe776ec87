/**
 * The frames of a trace as a capture file that Wireshark opens: classic pcap with nanosecond times, Ethernet.
 *
 *   file header, 24 bytes            record header, 16 bytes
 *   0  magic 0xa1b23c4d (ns)         0  seconds
 *   4  version 2.4                   4  nanoseconds
 *   8  time zone, accuracy: 0        8  bytes here
 *   16 longest record                12 bytes that the frame had
 *   20 link type 1, Ethernet         16 the bytes
 *
 * All numbers little-endian, which the magic tells the reader. Source: draft-ietf-opsawg-pcap. The world's time 0 is
 * the epoch's. Left out on purpose: pcapng; one file tells one viewpoint.
 *
 * Calls it: `query.ts`, the command and the page.
 */
import { fromBase64 } from '../base/bytes.ts';
import { SECOND } from '../base/time.ts';
import { markCongestion } from '../wire/mark.ts';
import type { Event } from './event.ts';

/**
 * Whose view the capture has. Without any: every frame of the world when it is sent, so that a frame which a router
 * forwards is there once a cable. With `host`: as that host's tcpdump sees it, sent and received, at its own moments.
 */
export interface PcapView {
  readonly host?: string;
  /** Only with `host`. */
  readonly interface?: string;
  readonly cable?: string;
}

const MAGIC_NANOSECONDS = 0xa1b23c4d;
const LINKTYPE_ETHERNET = 1;
const LONGEST_RECORD = 262144;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;

interface Captured {
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** A pcap file of the frames in some events (in order), as seen from `view`. Frames of which only the head was kept are marked as cut short. */
export function toPcap(events: Iterable<Event>, view: PcapView = {}): Uint8Array {
  const captured = capture(events, view);
  let size = FILE_HEADER;
  for (const { bytes } of captured) size += RECORD_HEADER + bytes.length;
  const file = new Uint8Array(size);
  const writer = new DataView(file.buffer);
  writer.setUint32(0, MAGIC_NANOSECONDS, true);
  writer.setUint16(4, 2, true);
  writer.setUint16(6, 4, true);
  writer.setUint32(16, LONGEST_RECORD, true);
  writer.setUint32(20, LINKTYPE_ETHERNET, true);
  let at = FILE_HEADER;
  for (const frame of captured) {
    const seconds = Math.floor(frame.at / SECOND);
    writer.setUint32(at, seconds, true);
    writer.setUint32(at + 4, frame.at - seconds * SECOND, true);
    writer.setUint32(at + 8, frame.bytes.length, true);
    writer.setUint32(at + 12, frame.length, true);
    file.set(frame.bytes, at + RECORD_HEADER);
    at += RECORD_HEADER + frame.bytes.length;
  }
  return file;
}

function capture(events: Iterable<Event>, view: PcapView): Captured[] {
  if (view.host === undefined && view.interface !== undefined) {
    throw new TypeError(`interface: '${view.interface}' needs a host beside it`);
  }
  const captured: Captured[] = [];
  /** Frames under way, for a host that may receive them. */
  const sent = new Map<number, { readonly cable: string; readonly length: number; readonly bytes: string }>();
  for (const event of events) {
    if (event.kind === 'frame.sent') {
      if (view.host !== undefined) sent.set(event.n, event);
      if (!sees(view, event.host, event.interface, event.cable)) continue;
      captured.push({ at: event.at, length: event.length, bytes: fromBase64(event.bytes) });
    } else if (event.kind === 'frame.delivered' && view.host !== undefined) {
      const frame = sent.get(event.frame);
      if (frame === undefined || !sees(view, event.host, event.interface, frame.cable)) continue;
      const bytes = fromBase64(frame.bytes);
      if (event.marked === true) markCongestion(new DataView(bytes.buffer, bytes.byteOffset), 0);
      if (event.corrupted !== undefined) turnBit(bytes, event.corrupted);
      captured.push({ at: event.at, length: frame.length, bytes });
    }
  }
  return captured;
}

function sees(view: PcapView, host: string, interfaceName: string, cable: string): boolean {
  if (view.host !== undefined && view.host !== host) return false;
  if (view.interface !== undefined && view.interface !== interfaceName) return false;
  return view.cable === undefined || view.cable === cable;
}

function turnBit(bytes: Uint8Array, bit: number): void {
  const at = Math.floor(bit / 8);
  const byte = bytes[at];
  if (byte !== undefined) bytes[at] = byte ^ (0x80 >> (bit & 7));
}
