/**
 * Addresses that no packet on a cable may be from or to (RFC 1122, 3.2.1.3; RFC 1812, 5.3.7; RFC 4291, 2.5 and 2.7).
 *
 * Calls it: `ip-input.ts`.
 */
import { isSingleHost } from '../ip/icmp-errors.ts';
import { type IpAddress, isLoopback, isMulticast, isUnspecified, LIMITED_BROADCAST } from '../wire/address.ts';
import type { IpHeader } from '../wire/ip.ts';
import { mappedBits } from '../wire/ipv6-address.ts';
import type { HostContext } from './context.ts';
import type { DropReason } from './drop-reason.ts';
import type { Interface } from './interface.ts';

/** Why a packet's addresses are refused. `group`: it was sent to more than us. */
export function martian(context: HostContext, from: Interface, ip: IpHeader, group: boolean): DropReason | undefined {
  const { source, destination } = ip;
  if (isNowhere(destination)) return 'ip-martian-destination';
  // 0.0.0.0 asks for an address (DHCP), '::' whether one is free (RFC 4862, 5.4.2): to everybody.
  if (isUnspecified(source) && group && (destination.key === LIMITED_BROADCAST.key || isMulticast6(destination))) {
    return undefined;
  }
  if (!isSingleHost(source) || isLoopback(source) || isMapped(source)) return 'ip-martian-source';
  // Our own address comes from no cable: a LAND packet or a forgery.
  if (context.isLocal(source) || context.isBroadcast(source)) return 'ip-martian-source';
  if (source.family === 'ipv4' && isNetworkOf(from, source)) return 'ip-martian-source';
  return undefined;
}

function isNowhere(destination: IpAddress): boolean {
  if (isLoopback(destination)) return true;
  if (destination.family === 'ipv6') return isUnspecified(destination) || isMapped(destination);
  const { bits } = destination;
  return bits >>> 24 === 0 || (bits >>> 28 === 15 && bits !== LIMITED_BROADCAST.bits);
}

/** RFC 4291, 2.5.5.2: only within a host. */
function isMapped(address: IpAddress): boolean {
  return address.family === 'ipv6' && mappedBits(address) !== undefined;
}

function isMulticast6(address: IpAddress): boolean {
  return address.family === 'ipv6' && isMulticast(address);
}

/** The network's own address, of old a broadcast too. */
function isNetworkOf({ broadcast, addresses }: Interface, source: IpAddress): boolean {
  return broadcast !== undefined && addresses.some(({ prefix }) => prefix.network.key === source.key);
}
