/**
 * The options at a script's head, `--name=value`, as packetdrill's command line has them.
 *
 * Calls it: `run.ts`.
 */
import { MICROSECOND, type Nanoseconds } from '../base/time.ts';
import { type Script, ScriptError } from './script.ts';

/** 'ipv4-mapped-ipv6': sockets of AF_INET6 whose packets are IPv4's. */
export type IpVersion = (typeof IP_VERSIONS)[number];
const IP_VERSIONS = ['ipv4', 'ipv6', 'ipv4-mapped-ipv6'] as const;

export interface DrillSettings {
  readonly ipVersion: IpVersion;
  /** How far from its time a thing may happen. */
  readonly tolerance: Nanoseconds;
  readonly mtu: number;
  readonly localAddress: string;
  readonly prefixLength: number;
  readonly remoteAddress: string;
  readonly gatewayAddress: string;
  readonly port: number;
  /** Options that change nothing here. */
  readonly ignored: readonly string[];
}

type Changing = { -readonly [K in keyof DrillSettings]: DrillSettings[K] };

/** packetdrill's own defaults, but for the addresses: those are of the networks that RFC 1918 and 5737 keep for this. */
const DEFAULTS: DrillSettings = {
  ipVersion: 'ipv4',
  tolerance: 4000 * MICROSECOND,
  mtu: 1500,
  localAddress: '192.168.0.1',
  prefixLength: 16,
  remoteAddress: '192.0.2.1',
  gatewayAddress: '192.168.0.254',
  port: 8080,
  ignored: [],
};

/** As above: a network of RFC 4193's, and RFC 3849's. */
const DEFAULTS_OF_IPV6: DrillSettings = {
  ...DEFAULTS,
  ipVersion: 'ipv6',
  localAddress: 'fd00::1',
  prefixLength: 48,
  remoteAddress: '2001:db8::1',
  gatewayAddress: 'fd00::fffe',
};

/** What packetdrill does with them has no counterpart: a device's speed, a server's address, what is printed. */
const IGNORED = new Set([
  'connect_port',
  'wire_protocol',
  'so_filename',
  'so_flags',
  'speed',
  'verbose',
  'v',
  'debug',
  'dry_run',
  'persistent_tun_dev',
  'tcp_ts_tick_usecs',
  'strict_segments',
  'non_fatal',
  'send_omit_free',
  'init_scripts',
  'use_expect',
]);

/** @throws ScriptError for a value that cannot be, and for what is not supported */
export function settingsOfOptions(options: Script['options']): DrillSettings {
  const ipVersion = ipVersionOf(options);
  const settings: Changing = { ...(ipVersion === 'ipv6' ? DEFAULTS_OF_IPV6 : DEFAULTS), ipVersion };
  const ignored: string[] = [];
  for (const { name, value = '', line } of options) {
    if (IGNORED.has(name)) {
      ignored.push(`--${name}`);
      continue;
    }
    take(settings, name, value, line);
  }
  return { ...settings, ignored };
}

function ipVersionOf(options: Script['options']): IpVersion {
  const given = options.findLast(({ name }) => name === 'ip_version');
  if (given === undefined) return 'ipv4';
  const version = IP_VERSIONS.find((one) => one === given.value);
  if (version !== undefined) return version;
  const words = `--ip_version=${given.value} is not supported; allowed are ${IP_VERSIONS.join(', ')}`;
  throw new ScriptError(given.line, words);
}

function take(settings: Changing, name: string, value: string, line: number): void {
  switch (name) {
    case 'tolerance_usecs':
      settings.tolerance = integer(name, value, line) * MICROSECOND;
      break;
    case 'tolerance_percent':
      break;
    case 'mtu':
      settings.mtu = integer(name, value, line);
      break;
    case 'local_ip':
      settings.localAddress = value;
      break;
    case 'remote_ip':
      settings.remoteAddress = value.split('/')[0] ?? value;
      break;
    case 'gateway_ip':
      // The real tool's device has this address on its own side; here it must be another's.
      break;
    case 'netmask_ip':
      if (settings.ipVersion === 'ipv6') throw new ScriptError(line, '--netmask_ip is for IPv4');
      settings.prefixLength = lengthOfMask(value, line);
      break;
    case 'bind_port':
      settings.port = integer(name, value, line);
      break;
    case 'ip_version':
      // Read before all others, which it gives their defaults.
      break;
    default:
      throw new ScriptError(line, `--${name} is not known`);
  }
}

function integer(name: string, value: string, line: number): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw new ScriptError(line, `--${name}=${value} is no number`);
}

function lengthOfMask(mask: string, line: number): number {
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  if (bits.length === 32 && /^1*0*$/.test(bits)) return bits.lastIndexOf('1') + 1;
  throw new ScriptError(line, `--netmask_ip=${mask} is no mask`);
}
