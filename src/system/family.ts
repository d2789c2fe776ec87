/**
 * The same topology over IPv6: each host's address of 10.0.0.0/8 stands for one of fd00::/8 (RFC 4193), so that every
 * scenario can be run over either family.
 *
 *     10.0.1.2 (a /24)  fd00:0:0:1::2 (a /64)
 *
 * Calls it: `sim/scenario-run.ts`; scenarios, for what they expect of an address.
 */
import type { Topology } from './scenario.ts';

export type Family = 'ipv4' | 'ipv6';

/** The address in that family; with a prefix length, if the text has one. */
export function addressIn(family: Family, text: string): string {
  if (family === 'ipv4' || text.includes(':')) return text;
  const [address = '', length] = text.split('/');
  const [first = 0, second = 0, third = 0, last = 0] = address.split('.').map(Number);
  // RFC 5952: what is left out is the longest run of zeros.
  const groups = [first === 10 ? 0 : first, second, third].map((octet) => octet.toString(16));
  while (groups.at(-1) === '0') groups.pop();
  const network = ['fd00', ...groups].join(':');
  return `${network}::${last.toString(16)}${length === undefined ? '' : `/${lengthOf(Number(length))}`}`;
}

/** Up to 24 bits of the network stand in the first 64, and what is behind them in the last 8. */
function lengthOf(length: number): number {
  return length <= 24 ? length + 40 : length + 96;
}

export function topologyIn(family: Family, topology: Topology): Topology {
  const hosts = Object.entries(topology.hosts).map(([name, plan]) => [
    name,
    { ...plan, address: addressIn(family, plan.address) },
  ]);
  return { ...topology, hosts: Object.fromEntries(hosts) };
}
