/**
 * Why bytes of a peer were refused: one word for each check of each parser, `layer-what`. A refusal is a value, never an
 * exception; the caller drops the frame and puts the word into its event.
 */

export type EthernetRefusal =
  | 'ethernet-truncated' // shorter than the header
  | 'ethernet-length-field'; // an IEEE 802.3 length where Ethernet II has its type

export type ArpRefusal =
  | 'arp-truncated'
  | 'arp-hardware-type' // not Ethernet
  | 'arp-protocol-type' // not IPv4
  | 'arp-address-length' // not 6 and 4
  | 'arp-operation'; // neither request nor reply

export type Ipv4Refusal =
  | 'ipv4-truncated' // shorter than the header
  | 'ipv4-version' // not 4
  | 'ipv4-header-length' // below 20, or past the total length
  | 'ipv4-total-length' // below the header's, or more than the frame holds
  | 'ipv4-checksum'
  | 'ipv4-fragment-length' // empty, or not the last one and no multiple of 8
  | 'ipv4-fragment-end'; // ends past 65535

export type Ipv6Refusal =
  | 'ipv6-truncated' // shorter than the header
  | 'ipv6-version' // not 6
  | 'ipv6-payload-length' // more than the frame holds
  | 'ipv6-extension-truncated' // an extension header past the packet's end
  | 'ipv6-extension-order' // hop-by-hop options that are not the first
  | 'ipv6-routing-header' // with segments left: RFC 5095
  | 'ipv6-option' // one that asks to be known, or past its header's end
  | 'ipv6-fragment-length' // empty, or not the last one and no multiple of 8
  | 'ipv6-fragment-end'; // ends past 65535

export type NdpRefusal =
  | 'ndp-hop-limit' // not 255: it has come through a router
  | 'ndp-code' // not 0
  | 'ndp-truncated'
  | 'ndp-target' // multicast
  | 'ndp-option-length'; // 0, or past the end

export type IcmpRefusal =
  | 'icmp-truncated'
  | 'icmp-checksum'
  | 'icmp-type' // a type that is not handled, which RFC 1122 3.2.2 says to discard silently
  | 'icmp-embedded-truncated' // less than an IP header and 8 bytes
  | 'icmp-embedded-header' // what it quotes is no IP header
  | 'icmp-embedded-fragment'; // quotes a fragment that has no transport header

export type UdpRefusal = 'udp-truncated' | 'udp-length' | 'udp-checksum';

export type TcpRefusal =
  | 'tcp-truncated' // shorter than the header
  | 'tcp-data-offset' // below 20 bytes, or past the segment
  | 'tcp-checksum';

export type Refusal =
  | EthernetRefusal
  | ArpRefusal
  | Ipv4Refusal
  | Ipv6Refusal
  | NdpRefusal
  | IcmpRefusal
  | UdpRefusal
  | TcpRefusal;
