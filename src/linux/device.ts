/**
 * The kernel's side of a network device: its address, its MTU, up. By ioctl, so that no program (`ip`, `ifconfig`) has
 * to be installed. Source: man 7 netdevice. Calls it: live.ts.
 */
import { closeSync } from 'node:fs';
import type { Ipv4Address, Prefix } from '../wire/address.ts';
import { inetSocket, ioctl } from './libc.ts';
import { inNamespace } from './namespace.ts';
import { IFREQ_UNION, ifreq } from './tap.ts';

const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const SIOCSIFADDR = 0x8916;
const SIOCSIFNETMASK = 0x891c;
const SIOCSIFMTU = 0x8922;
const IFF_UP = 0x1;
const AF_INET = 2;
/** Of a sockaddr_in: family (2), port (2), address (4). */
const SOCKADDR_ADDRESS = 4;

export interface DevicePlan {
  readonly name: string;
  /** The kernel's own address on the device, and its network. */
  readonly address: Ipv4Address;
  readonly prefix: Prefix;
  readonly mtu: number;
  readonly namespace?: string | undefined;
}

/**
 * Gives the kernel's device its address and MTU, and sets it up.
 * @throws LinuxError
 */
export function configureDevice(plan: DevicePlan): void {
  if (plan.namespace === undefined) configure(plan);
  else inNamespace(plan.namespace, () => configure(plan));
}

function configure(plan: DevicePlan): void {
  const socket = inetSocket();
  try {
    ioctl(socket, SIOCSIFADDR, withAddress(plan.name, plan.address.bits));
    ioctl(socket, SIOCSIFNETMASK, withAddress(plan.name, netmask(plan.prefix.length)));
    const mtu = ifreq(plan.name);
    mtu.view.setInt32(IFREQ_UNION, plan.mtu, true);
    ioctl(socket, SIOCSIFMTU, mtu.bytes);
    const flags = ifreq(plan.name);
    ioctl(socket, SIOCGIFFLAGS, flags.bytes);
    flags.view.setUint16(IFREQ_UNION, flags.view.getUint16(IFREQ_UNION, true) | IFF_UP, true);
    ioctl(socket, SIOCSIFFLAGS, flags.bytes);
  } finally {
    closeSync(socket);
  }
}

function withAddress(name: string, bits: number): Uint8Array {
  const { bytes, view } = ifreq(name);
  view.setUint16(IFREQ_UNION, AF_INET, true);
  view.setUint32(IFREQ_UNION + SOCKADDR_ADDRESS, bits);
  return bytes;
}

function netmask(length: number): number {
  return length === 0 ? 0 : (0xffff_ffff << (32 - length)) >>> 0;
}
