/**
 * The options of hosts and routers, checked.
 */
import { checkKeys, checkOneOf } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import { parseDuration } from '../base/time.ts';
import { PROFILES, type Profile } from '../host/profiles.ts';
import { Sysctl } from '../host/sysctl.ts';
import {
  formatAddress,
  isLoopback,
  type MacAddress,
  type OnLink,
  parseInterfaceAddress,
  parseMac,
} from '../wire/address.ts';
import type { MachinePlan } from './machine.ts';

export type ProfileName = 'linux' | 'windows' | 'rfc';
export const PROFILE_NAMES: readonly ProfileName[] = ['linux', 'windows', 'rfc'];
export type AccountingName = 'linux' | 'payload';
export const ACCOUNTINGS: readonly AccountingName[] = ['linux', 'payload'];

/** What a world gives to hosts that say nothing themselves. */
export interface Defaults {
  readonly profile: ProfileName;
  readonly accounting: AccountingName;
}

export interface InterfaceOptions {
  /** '10.0.0.1' (in a /24), '10.0.0.1/16', 'fd00::1' (in a /64); or one of each family: ['10.0.0.1', 'fd00::1']. */
  readonly address: string | readonly string[];
  /** '02:00:00:00:00:01'; default: one of the world's own. */
  readonly mac?: string;
}

export interface HostOptions extends InterfaceOptions {
  readonly profile?: ProfileName;
  readonly accounting?: AccountingName;
  /** Linux's names and units: { 'net.ipv4.tcp_retries2': 5 }. */
  readonly sysctl?: Readonly<Record<string, number | string>>;
  /** Names that it has beside its own, for programs that look it up. */
  readonly aliases?: readonly string[];
}

export interface CheckedInterface {
  /** One of each family at most; at least one. */
  readonly addresses: readonly OnLink[];
  readonly mac: MacAddress | undefined;
}

export interface CheckedHost {
  readonly plan: Omit<MachinePlan, 'rng' | 'sink'>;
  readonly first: CheckedInterface;
  readonly aliases: readonly string[];
}

/** @throws TypeError, RangeError naming the option, its value and what is allowed */
export function checkHost(name: string, options: unknown, defaults: Defaults): CheckedHost {
  const given = checkKeys('options', options, ['address', 'mac', 'profile', 'accounting', 'sysctl', 'aliases']);
  const profile = checkOneOf('options.profile', given.profile ?? defaults.profile, PROFILE_NAMES);
  const accounting = checkOneOf('options.accounting', given.accounting ?? defaults.accounting, ACCOUNTINGS);
  const plan = {
    name,
    forwards: false,
    profile: PROFILES[profile],
    accounting,
    sysctl: checkSysctl(given.sysctl ?? {}, PROFILES[profile]),
    forgetIdle: undefined,
  };
  return { plan, first: checkAddresses(given), aliases: checkAliases(given.aliases ?? []) };
}

export function checkInterface(options: unknown): CheckedInterface {
  return checkAddresses(checkKeys('options', options, ['address', 'mac']));
}

/**
 * A router keeps what ARP told it for four hours and asks nobody again meanwhile (Cisco IOS, `arp timeout 14400`). So
 * what is lost behind it is lost without a word, and its senders are left to their own timers: ETIMEDOUT. On a LAN of
 * Linux hosts the sender's own ARP fails within a minute: EHOSTUNREACH.
 */
const ROUTER_SYSCTL = { 'net.ipv4.neigh.default.base_reachable_time_ms': 4 * 3600 * 1000 };

export function checkRouter(name: string, options: unknown, defaults: Defaults): Omit<MachinePlan, 'rng' | 'sink'> {
  const { forgetIdle } = checkKeys('options', options, ['forgetIdle']);
  return {
    name,
    forwards: true,
    profile: PROFILES[defaults.profile],
    accounting: defaults.accounting,
    sysctl: ROUTER_SYSCTL,
    forgetIdle: forgetIdle === undefined ? undefined : parseDuration('options.forgetIdle', forgetIdle),
  };
}

function checkAddresses(given: { readonly address?: unknown; readonly mac?: unknown }): CheckedInterface {
  const addresses: OnLink[] = [];
  for (const text of Array.isArray(given.address) ? given.address : [given.address]) {
    const onLink = parseInterfaceAddress('options.address', text);
    const { address } = onLink;
    if (isLoopback(address)) {
      throw new RangeError(
        `options.address: '${formatAddress(address)}' is no station's address; allowed is a unicast address such as '10.0.0.1'`,
      );
    }
    if (addresses.some((other) => other.address.family === address.family)) {
      throw new RangeError(
        `options.address: ${shown(given.address)} has two of one family; allowed is one of each: ['10.0.0.1', 'fd00::1']`,
      );
    }
    addresses.push(onLink);
  }
  if (addresses.length === 0) {
    throw new RangeError(`options.address: [] has no address; allowed is one of each family: ['10.0.0.1', 'fd00::1']`);
  }
  return { addresses, mac: given.mac === undefined ? undefined : parseMac('options.mac', given.mac) };
}

function checkAliases(given: unknown): readonly string[] {
  if (!Array.isArray(given)) {
    throw new TypeError(`options.aliases: ${shown(given)} is not a list; allowed is a list of names: ['postgres']`);
  }
  return given.map((alias) => checkHostName('options.aliases', alias));
}

/** A name as programs look it up (RFC 1123 2.1): letters, digits, hyphens and dots. */
function checkHostName(argument: string, name: unknown): string {
  if (typeof name === 'string' && /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(name) && !/^[\d.]+$/.test(name))
    return name;
  throw new TypeError(`${argument}: ${shown(name)} is no name of a host; allowed is one such as 'db.example.test'`);
}

function checkSysctl(given: unknown, profile: Profile): Record<string, number | string> {
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`options.sysctl: ${shown(given)} is not an object; allowed is { 'net.ipv4.tcp_retries2': 5 }`);
  }
  const checked: Record<string, number | string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'number' && typeof value !== 'string') {
      throw new TypeError(`options.sysctl['${name}']: ${shown(value)} is no value; allowed is a number or a text`);
    }
    checked[name] = value;
  }
  // Names and ranges are known there. The stack makes its own at each boot; a wrong value is told now.
  new Sysctl(profile.sysctl, checked);
  return checked;
}
