/**
 * A datagram as it lies in a receive buffer, read from the frame that brought it. One in fragments is known by its first,
 * which names the whole length.
 *
 * Calls it: `fold.ts`.
 */
import { fromBase64 } from '../../base/bytes.ts';
import { endpointText } from '../../trace/endpoints.ts';
import type { EventOf } from '../../trace/event.ts';
import { headersOf } from '../../trace/headers.ts';
import type { DatagramView } from './model.ts';

/** Octets of an Ethernet header, and of UDP's (RFC 768). */
const [ETHERNET, UDP] = [14, 8];
/** The next header of a fragment. */
const FRAGMENT = 44;

export interface Arrival {
  readonly address: string;
  readonly port: number;
  readonly datagram: DatagramView;
}

/** What a frame carries to a UDP port; undefined if it carries no datagram. */
export function datagramIn(event: EventOf<'frame.sent'>): Arrival | undefined {
  const headers = headersOf(event);
  if (headers?.protocol !== 'udp') return undefined;
  const frame = fromBase64(event.bytes);
  const first = frame[ETHERNET] ?? 0;
  // IHL counts words of four octets (RFC 791, 3.1); IPv6 has 40, and 8 more for a fragment (RFC 8200, 3 and 4.5).
  const six = frame[ETHERNET + 6] === FRAGMENT ? 48 : 40;
  const begin = ETHERNET + (first >> 4 === 6 ? six : (first & 15) * 4) + UDP;
  return {
    address: headers.destination,
    port: headers.destinationPort,
    datagram: {
      n: event.n,
      from: endpointText(headers.source, headers.sourcePort),
      length: headers.text,
      bytes: [...frame.subarray(begin, begin + headers.text)],
    },
  };
}
