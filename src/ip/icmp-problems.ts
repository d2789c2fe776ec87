/**
 * What can have become of a packet, as a word, and what ICMP of either family calls it: type and code for the errors that
 * are sent, and the meaning of those that come in.
 *
 * Source: RFC 792; RFC 1812, 5.2.7.1; RFC 4443, 3. What comes in of ICMPv6 is taken by ICMP's numbers: which stands for
 * which is RFC 7915's (5.2), but "no route", which Linux takes for a network that is unreachable (icmpv6_err_convert).
 * Calls it: `host/icmp-output.ts`, `host/icmp-input.ts`.
 */
import type { Family } from '../wire/address.ts';
import {
  ICMP_PARAMETER_PROBLEM,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  type IcmpHeader,
  UNREACHABLE_COMMUNICATION_PROHIBITED,
  UNREACHABLE_FRAGMENTATION_NEEDED,
  UNREACHABLE_HOST,
  UNREACHABLE_NET,
  UNREACHABLE_PORT,
  UNREACHABLE_PROTOCOL,
} from '../wire/icmp.ts';
import {
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_PARAMETER_PROBLEM,
  ICMPV6_TIME_EXCEEDED,
  ICMPV6_UNREACHABLE,
  PARAMETER6_NEXT_HEADER,
  UNREACHABLE6_ADDRESS,
  UNREACHABLE6_NO_ROUTE,
  UNREACHABLE6_PORT,
} from '../wire/icmpv6.ts';

export type IcmpProblem =
  | 'net-unreachable'
  | 'host-unreachable'
  | 'protocol-unreachable'
  | 'port-unreachable'
  | 'too-long' // for the next link; the message tells its MTU
  | 'hops-exceeded'
  | 'reassembly-timeout';

interface Numbers {
  readonly type: number;
  readonly code: number;
}

const NUMBERS: Readonly<Record<Family, Readonly<Record<IcmpProblem, Numbers>>>> = {
  ipv4: {
    'net-unreachable': { type: ICMP_UNREACHABLE, code: UNREACHABLE_NET },
    'host-unreachable': { type: ICMP_UNREACHABLE, code: UNREACHABLE_HOST },
    'protocol-unreachable': { type: ICMP_UNREACHABLE, code: UNREACHABLE_PROTOCOL },
    'port-unreachable': { type: ICMP_UNREACHABLE, code: UNREACHABLE_PORT },
    'too-long': { type: ICMP_UNREACHABLE, code: UNREACHABLE_FRAGMENTATION_NEEDED },
    'hops-exceeded': { type: ICMP_TIME_EXCEEDED, code: 0 },
    'reassembly-timeout': { type: ICMP_TIME_EXCEEDED, code: 1 },
  },
  ipv6: {
    'net-unreachable': { type: ICMPV6_UNREACHABLE, code: UNREACHABLE6_NO_ROUTE },
    'host-unreachable': { type: ICMPV6_UNREACHABLE, code: UNREACHABLE6_ADDRESS },
    'protocol-unreachable': { type: ICMPV6_PARAMETER_PROBLEM, code: PARAMETER6_NEXT_HEADER },
    'port-unreachable': { type: ICMPV6_UNREACHABLE, code: UNREACHABLE6_PORT },
    'too-long': { type: ICMPV6_PACKET_TOO_BIG, code: 0 },
    'hops-exceeded': { type: ICMPV6_TIME_EXCEEDED, code: 0 },
    'reassembly-timeout': { type: ICMPV6_TIME_EXCEEDED, code: 1 },
  },
};

export function numbersOf(problem: IcmpProblem, family: Family): Numbers {
  return NUMBERS[family][problem];
}

/** Gives an ICMPv6 error the type and code that the same error has in ICMP. */
export function translateIcmpv6(header: IcmpHeader): void {
  const { type, code } = header;
  switch (type) {
    case ICMPV6_UNREACHABLE:
      header.type = ICMP_UNREACHABLE;
      header.code = UNREACHABLES[code] ?? UNREACHABLE_HOST;
      return;
    case ICMPV6_PACKET_TOO_BIG:
      header.type = ICMP_UNREACHABLE;
      header.code = UNREACHABLE_FRAGMENTATION_NEEDED;
      return;
    case ICMPV6_TIME_EXCEEDED:
      header.type = ICMP_TIME_EXCEEDED;
      return;
    default:
      header.type = code === PARAMETER6_NEXT_HEADER ? ICMP_UNREACHABLE : ICMP_PARAMETER_PROBLEM;
      header.code = code === PARAMETER6_NEXT_HEADER ? UNREACHABLE_PROTOCOL : 0;
  }
}

/** By the code of ICMPv6's "unreachable"; 1, 5 and 6 are prohibitions. */
const UNREACHABLES: readonly number[] = [
  UNREACHABLE_NET,
  UNREACHABLE_COMMUNICATION_PROHIBITED,
  UNREACHABLE_HOST,
  UNREACHABLE_HOST,
  UNREACHABLE_PORT,
  UNREACHABLE_COMMUNICATION_PROHIBITED,
  UNREACHABLE_COMMUNICATION_PROHIBITED,
];
