/**
 * ARP for IPv4 over Ethernet, RFC 826.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |      Hardware type (1)        |     Protocol type (0x0800)    |  0
 *    +---------------+---------------+-------------------------------+
 *    | Hw length (6) | Pr length (4) |           Operation           |  4
 *    +---------------+---------------+-------------------------------+
 *    |                    Sender's MAC address (6)   ...             |  8
 *    +-------------------------------+-------------------------------+
 *    |            ...                |  Sender's IP address (4) ...  | 12
 *    +-------------------------------+-------------------------------+
 *    |            ...                |  Target's MAC address (6) ... | 16
 *    +-------------------------------+-------------------------------+
 *    |                              ...                              | 20
 *    +---------------------------------------------------------------+
 *    |                    Target's IP address (4)                    | 24
 *    +---------------------------------------------------------------+
 *
 * Left out on purpose: other hardware and protocols, reverse ARP. Called by ip/neighbors.ts.
 */
import { ANY, type Ipv4Address, ipv4, type MacAddress } from './address.ts';
import { ETHERTYPE_IPV4, readMac, writeMac } from './ethernet.ts';
import type { Frame } from './frame.ts';
import type { ArpRefusal } from './refusal.ts';

export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

export const ARP_LENGTH = 28;

const HARDWARE_ETHERNET = 1;

const HARDWARE_TYPE = 0;
const PROTOCOL_TYPE = 2;
const ADDRESS_LENGTHS = 4;
const OPERATION = 6;
const SENDER_MAC = 8;
const SENDER_ADDRESS = 14;
const TARGET_MAC = 18;
const TARGET_ADDRESS = 24;

export interface ArpHeader {
  /** ARP_REQUEST or ARP_REPLY. */
  operation: number;
  senderMac: MacAddress;
  senderAddress: Ipv4Address;
  /** Without meaning in a request. */
  targetMac: MacAddress;
  targetAddress: Ipv4Address;
}

export function emptyArpHeader(): ArpHeader {
  return { operation: 0, senderMac: 0, senderAddress: ANY, targetMac: 0, targetAddress: ANY };
}

/** Fills `header` from frame.network on. A refusal leaves `header` as it was. */
export function parseArp(frame: Frame, header: ArpHeader): ArpRefusal | undefined {
  const { view, network: at } = frame;
  if (frame.end - at < ARP_LENGTH) return 'arp-truncated';
  if (view.getUint16(at + HARDWARE_TYPE) !== HARDWARE_ETHERNET) return 'arp-hardware-type';
  if (view.getUint16(at + PROTOCOL_TYPE) !== ETHERTYPE_IPV4) return 'arp-protocol-type';
  if (view.getUint16(at + ADDRESS_LENGTHS) !== 0x0604) return 'arp-address-length';
  const operation = view.getUint16(at + OPERATION);
  if (operation !== ARP_REQUEST && operation !== ARP_REPLY) return 'arp-operation';
  header.operation = operation;
  header.senderMac = readMac(view, at + SENDER_MAC);
  const sender = view.getUint32(at + SENDER_ADDRESS);
  if (header.senderAddress.bits !== sender) header.senderAddress = ipv4(sender);
  header.targetMac = readMac(view, at + TARGET_MAC);
  const target = view.getUint32(at + TARGET_ADDRESS);
  if (header.targetAddress.bits !== target) header.targetAddress = ipv4(target);
  return undefined;
}

/** Writes the 28 bytes at frame.network and sets frame.end behind them. */
export function writeArp(frame: Frame, fields: Readonly<ArpHeader>): void {
  const { view, network: at } = frame;
  view.setUint16(at + HARDWARE_TYPE, HARDWARE_ETHERNET);
  view.setUint16(at + PROTOCOL_TYPE, ETHERTYPE_IPV4);
  view.setUint16(at + ADDRESS_LENGTHS, 0x0604);
  view.setUint16(at + OPERATION, fields.operation);
  writeMac(view, at + SENDER_MAC, fields.senderMac);
  view.setUint32(at + SENDER_ADDRESS, fields.senderAddress.bits);
  writeMac(view, at + TARGET_MAC, fields.targetMac);
  view.setUint32(at + TARGET_ADDRESS, fields.targetAddress.bits);
  frame.end = at + ARP_LENGTH;
}
