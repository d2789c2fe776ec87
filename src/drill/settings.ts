/**
 * The options at a script's head, `--name=value`, as packetdrill's command line has them.
 *
 * Calls it: `run.ts`.
 */
import { MICROSECOND, type Nanoseconds } from '../base/time.ts';
import { type Script, ScriptError } from './script.ts';

export interface DrillSettings {
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
  tolerance: 4000 * MICROSECOND,
  mtu: 1500,
  localAddress: '192.168.0.1',
  prefixLength: 16,
  remoteAddress: '192.0.2.1',
  gatewayAddress: '192.168.0.254',
  port: 8080,
  ignored: [],
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
  const settings: Changing = { ...DEFAULTS };
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
      settings.prefixLength = lengthOfMask(value, line);
      break;
    case 'bind_port':
      settings.port = integer(name, value, line);
      break;
    case 'ip_version':
      if (value !== 'ipv4') throw new ScriptError(line, `--ip_version=${value} is not supported; allowed is ipv4`);
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
