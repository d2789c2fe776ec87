/**
 * The Ethernet II header (IEEE 802.3 clause 3.2.6, RFC 894).
 *
 *    +-------------------+-------------------+-----------+
 *    |  Destination (6)  |     Source (6)    |  Type (2) |
 *    +-------------------+-------------------+-----------+
 *
 * Left out on purpose: preamble and frame check sequence (the device's, never in a capture), VLAN tags (a type that is
 * not handled), padding to 60 bytes (a sender on a simulated cable needs none; a received one is cut off by IP's total
 * length). Called by host/interface.ts, sim/switch.ts, ip/neighbors.ts.
 */
import type { MacAddress } from './address.ts';
import { FRAME_START, type Frame, NETWORK } from './frame.ts';
import type { EthernetRefusal } from './refusal.ts';

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;

export const ETHERNET_HEADER_LENGTH = 14;

/** Below it the field is the length of an 802.3 frame (STP and its kin). */
const LOWEST_TYPE = 0x0600;

const DESTINATION = 0;
const SOURCE = 6;
const TYPE = 12;

export interface EthernetHeader {
  destination: MacAddress;
  source: MacAddress;
  type: number;
}

export function emptyEthernetHeader(): EthernetHeader {
  return { destination: 0, source: 0, type: 0 };
}

/** Fills `header` from FRAME_START on and sets frame.network. A refusal leaves `header` as it was. */
export function parseEthernet(frame: Frame, header: EthernetHeader): EthernetRefusal | undefined {
  if (frame.length < ETHERNET_HEADER_LENGTH) return 'ethernet-truncated';
  const type = frame.view.getUint16(FRAME_START + TYPE);
  if (type < LOWEST_TYPE) return 'ethernet-length-field';
  header.destination = readMac(frame.view, FRAME_START + DESTINATION);
  header.source = readMac(frame.view, FRAME_START + SOURCE);
  header.type = type;
  frame.network = NETWORK;
  return undefined;
}

/** Writes the 14 bytes at FRAME_START and sets frame.network behind them. */
export function writeEthernet(frame: Frame, destination: MacAddress, source: MacAddress, type: number): void {
  writeMac(frame.view, FRAME_START + DESTINATION, destination);
  writeMac(frame.view, FRAME_START + SOURCE, source);
  frame.view.setUint16(FRAME_START + TYPE, type);
  frame.network = NETWORK;
}

export function readMac(view: DataView, at: number): MacAddress {
  return view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2);
}

export function writeMac(view: DataView, at: number, mac: MacAddress): void {
  view.setUint16(at, Math.floor(mac / 0x1_0000_0000));
  view.setUint32(at + 2, mac >>> 0);
}
