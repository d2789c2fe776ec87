/** Why a host refused a frame or could not send a packet. The parsers' refusals, and the rules above them. */
import type { FragmentRefusal } from '../ip/fragments.ts';
import type { Refusal } from '../wire/refusal.ts';

export type DropReason =
  | Refusal
  | FragmentRefusal
  | 'ethernet-not-for-us' // another station's unicast address
  | 'ethernet-type-unknown'
  | 'interface-down'
  | 'arp-not-for-us'
  | 'arp-martian' // RFC 826 leaves it open; a sender that claims our own address or none that a station can have
  | 'ndp-not-for-us' // asks for another's address, or tells one that was not asked for
  | 'ndp-martian' // a station that claims our own address, or has no station's MAC
  | 'ip-link-local' // fe80::/10 leaves no link: RFC 4291, 2.5.6
  | 'ip-martian-source' // RFC 1122, 3.2.1.3; RFC 1812, 5.3.7
  | 'ip-martian-destination'
  | 'ip-source-route' // RFC 9293, 3.9.2.1; Linux accept_source_route=0
  | 'ip-not-for-us' // a host that does not forward
  | 'ip-protocol-unknown'
  | 'ip-ttl-exceeded'
  | 'ip-no-route'
  | 'ip-fragmentation-needed'
  | 'forgotten-flow' // a router that forgets idle flows
  | 'neighbor-failed' // ARP was not answered
  | 'neighbor-queue-full'
  | 'icmp-broadcast' // echo to a broadcast address; Linux icmp_echo_ignore_broadcasts=1
  | 'icmp-type-unknown'
  | 'icmp-no-flow' // an error about something that we did not send
  | 'tcp-broadcast' // MUST-57
  | 'tcp-source' // MUST-63
  | 'tcp-rst-no-connection'
  | 'udp-no-port'
  | 'loopback-queue-full';
