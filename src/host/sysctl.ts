/**
 * A host's settings by their Linux names, units and defaults: `net.ipv4.tcp_retries2` and its kin, as
 * `sysctl -a` shows them on Linux 6.18. A profile that is not Linux has other defaults for the same names, so that one
 * way to change them serves all.
 *
 * Source: Documentation/networking/ip-sysctl.rst; the defaults measured on a fresh network namespace.
 * Left out on purpose: names that would change nothing here; they are refused, not ignored.
 * Calls it: `stack.ts`, once for each host.
 */
import { assert } from '../base/assert.ts';
import { checkKeys } from '../base/check.ts';

/** A setting holds one number, or the two or three of a range or a buffer's min, default, max. */
interface Setting {
  readonly value: readonly number[];
  readonly min: number;
  readonly max: number;
  /** The setting is one of these words; its number is the word's place. */
  readonly words?: readonly string[];
}

const MAX_INT = 0x7fff_ffff;

function one(value: number, min: number, max: number): Setting {
  return { value: [value], min, max };
}

const flag = (value: 0 | 1): Setting => one(value, 0, 1);

/** Seconds, milliseconds, microseconds, bytes or counts, as Linux has each. */
const SETTINGS = {
  'net.core.rmem_default': one(212_992, 2304, MAX_INT),
  'net.core.rmem_max': one(4_194_304, 2304, MAX_INT), // 4 MiB since Linux 6.18
  'net.core.somaxconn': one(4096, 0, 65_535),
  'net.core.wmem_default': one(212_992, 4608, MAX_INT),
  'net.core.wmem_max': one(4_194_304, 4608, MAX_INT), // the same
  'net.ipv4.icmp_echo_ignore_all': flag(0),
  'net.ipv4.icmp_echo_ignore_broadcasts': flag(1),
  'net.ipv4.icmp_ratelimit': one(1000, 0, MAX_INT), // ms
  'net.ipv4.ip_default_ttl': one(64, 1, 255),
  'net.ipv4.ip_local_port_range': { value: [32_768, 60_999], min: 1, max: 65_535 },
  'net.ipv4.ip_no_pmtu_disc': flag(0),
  'net.ipv4.ipfrag_high_thresh': one(4_194_304, 65_536, MAX_INT),
  'net.ipv4.ipfrag_time': one(30, 1, 3600), // s
  'net.ipv4.neigh.default.base_reachable_time_ms': one(30_000, 1, MAX_INT),
  'net.ipv4.neigh.default.delay_first_probe_time': one(5, 0, 3600), // s
  'net.ipv4.neigh.default.mcast_solicit': one(3, 1, 100),
  'net.ipv4.neigh.default.retrans_time_ms': one(1000, 1, MAX_INT),
  'net.ipv4.neigh.default.ucast_solicit': one(3, 0, 100),
  'net.ipv4.neigh.default.unres_qlen': one(101, 1, 100_000),
  'net.ipv4.route.min_pmtu': one(552, 68, 65_535),
  'net.ipv4.route.mtu_expires': one(600, 1, MAX_INT), // s
  'net.ipv4.tcp_abort_on_overflow': flag(0),
  'net.ipv4.tcp_base_mss': one(1024, 48, 65_535),
  'net.ipv4.tcp_congestion_control': { value: [1], min: 0, max: 1, words: ['reno', 'cubic'] },
  'net.ipv4.tcp_dsack': flag(1),
  'net.ipv4.tcp_early_retrans': one(3, 0, 4), // 3 and 4: tail loss probes
  'net.ipv4.tcp_ecn': one(2, 0, 2), // 1: asks and answers; 2: answers
  'net.ipv4.tcp_ecn_fallback': flag(1),
  'net.ipv4.tcp_fin_timeout': one(60, 0, 120), // s
  'net.ipv4.tcp_frto': one(2, 0, 2), // 1 and 2: the same (RFC 5682)
  'net.ipv4.tcp_invalid_ratelimit': one(500, 0, MAX_INT), // ms
  'net.ipv4.tcp_keepalive_intvl': one(75, 1, 32_767), // s
  'net.ipv4.tcp_keepalive_probes': one(9, 1, 127),
  'net.ipv4.tcp_keepalive_time': one(7200, 1, 32_767), // s
  'net.ipv4.tcp_max_orphans': one(131_072, 0, MAX_INT), // Linux: by the machine's memory; measured with 24 GB
  'net.ipv4.tcp_max_syn_backlog': one(1024, 1, MAX_INT),
  'net.ipv4.tcp_max_tw_buckets': one(131_072, 0, MAX_INT), // the same
  'net.ipv4.tcp_moderate_rcvbuf': flag(1),
  'net.ipv4.tcp_mtu_probe_floor': one(48, 48, 65_535),
  'net.ipv4.tcp_mtu_probing': one(0, 0, 2), // 1: from a black hole on; 2: always
  'net.ipv4.tcp_notsent_lowat': one(4_294_967_295, 1, 4_294_967_295), // the highest: it bounds nothing
  'net.ipv4.tcp_orphan_retries': one(0, 0, 255), // 0: 8
  'net.ipv4.tcp_probe_interval': one(600, 1, MAX_INT), // s
  'net.ipv4.tcp_probe_threshold': one(8, 1, 65_535),
  'net.ipv4.tcp_retries1': one(3, 0, 255),
  'net.ipv4.tcp_retries2': one(15, 0, 255),
  'net.ipv4.tcp_rfc1337': flag(0),
  'net.ipv4.tcp_rmem': { value: [4096, 131_072, 33_554_432], min: 1, max: MAX_INT },
  'net.ipv4.tcp_rto_max_ms': one(120_000, 1000, 120_000),
  'net.ipv4.tcp_rto_min_us': one(200_000, 1, 120_000_000),
  'net.ipv4.tcp_sack': flag(1),
  'net.ipv4.tcp_slow_start_after_idle': flag(1),
  'net.ipv4.tcp_stdurg': flag(0),
  'net.ipv4.tcp_syn_linear_timeouts': one(4, 0, 127),
  'net.ipv4.tcp_syn_retries': one(6, 1, 127),
  'net.ipv4.tcp_syncookies': one(1, 0, 2), // 1: when the queue is full; 2: always
  'net.ipv4.tcp_synack_retries': one(5, 0, 255),
  'net.ipv4.tcp_timestamps': one(1, 0, 2),
  'net.ipv4.tcp_tw_reuse': one(2, 0, 2), // 2: loopback only
  'net.ipv4.tcp_tw_reuse_delay': one(1000, 1, 60_000), // ms
  'net.ipv4.tcp_window_scaling': flag(1),
  'net.ipv6.bindv6only': flag(0),
  'net.ipv4.tcp_wmem': { value: [4096, 16_384, 4_194_304], min: 1, max: MAX_INT },
} as const satisfies Record<string, Setting>;

export type SysctlName = keyof typeof SETTINGS;

export const SYSCTL_NAMES = Object.keys(SETTINGS) as SysctlName[];

/** What stands for a setting: a number, or a text as `sysctl` writes it, '4096 16384 4194304'. */
export type SysctlValues = Readonly<Partial<Record<SysctlName, number | string>>>;

export class Sysctl {
  readonly #values = new Map<string, readonly number[]>();

  /**
   * Linux's defaults, then the profile's, then the user's.
   *
   * @throws TypeError for an unknown name (the nearest is named) or a value of another form, RangeError out of range
   */
  constructor(profile: SysctlValues, user: Readonly<Record<string, number | string>> = {}) {
    for (const values of [profile, user]) {
      for (const [name, value] of Object.entries(checkNames(values))) this.#values.set(name, checkValue(name, value));
    }
  }

  /** `sysctl -w`. @throws TypeError, RangeError as the constructor does */
  set(values: Readonly<Record<string, number | string>>): void {
    const checked = Object.entries(checkNames(values)).map(([name, value]) => [name, checkValue(name, value)] as const);
    for (const [name, numbers] of checked) this.#values.set(name, numbers);
  }

  /** The setting's number; for those with several, the one at `index`. */
  get(name: SysctlName, index = 0): number {
    const setting: Setting = SETTINGS[name];
    const value = (this.#values.get(name) ?? setting.value)[index];
    assert(value !== undefined, `${name} has a number ${index}`);
    return value;
  }

  flag(name: SysctlName): boolean {
    return this.get(name) !== 0;
  }

  /** As `sysctl NAME` prints it: the numbers, separated by blanks. */
  text(name: SysctlName): string {
    const { value, words }: Setting = SETTINGS[name];
    const numbers = this.#values.get(name) ?? value;
    return (words === undefined ? numbers : numbers.map((number) => words[number])).join(' ');
  }
}

function checkNames(values: object): Record<string, unknown> {
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(SETTINGS, name)) continue;
    // The commonest mistake is the short name; letters alone would not bring it near.
    const meant = SYSCTL_NAMES.find((known) => known.endsWith(`.${name}`) || known === name.replaceAll('/', '.'));
    if (meant !== undefined) throw new TypeError(`sysctl: '${name}' is not known (did you mean '${meant}'?)`);
  }
  return checkKeys('sysctl', values, SYSCTL_NAMES);
}

function checkWord(name: string, value: unknown, words: readonly string[]): number {
  const place = typeof value === 'string' ? words.indexOf(value) : -1;
  if (place >= 0) return place;
  throw new TypeError(
    `sysctl: ${name} = ${JSON.stringify(value)} is not of its form; allowed is ${words.join(' or ')}`,
  );
}

function checkValue(name: string, value: unknown): readonly number[] {
  const setting: Setting | undefined = Object.hasOwn(SETTINGS, name) ? SETTINGS[name as SysctlName] : undefined;
  assert(setting !== undefined, 'the name was checked');
  if (setting.words !== undefined) return [checkWord(name, value, setting.words)];
  const count = setting.value.length;
  const allowed = `${count === 1 ? 'an integer' : `${count} integers, separated by blanks, each`} from ${setting.min} to ${setting.max}`;
  const numbers = numbersOf(value);
  if (numbers === undefined || numbers.length !== count) {
    throw new TypeError(`sysctl: ${name} = ${JSON.stringify(value)} is not of its form; allowed is ${allowed}`);
  }
  let last = -1;
  for (const number of numbers) {
    if (!Number.isInteger(number) || number < setting.min || number > setting.max) {
      throw new RangeError(`sysctl: ${name} = ${JSON.stringify(value)} is out of range; allowed is ${allowed}`);
    }
    if (number < last) {
      throw new RangeError(
        `sysctl: ${name} = ${JSON.stringify(value)} falls; allowed is ${allowed}, none below the one before`,
      );
    }
    last = number;
  }
  return numbers;
}

function numbersOf(value: unknown): readonly number[] | undefined {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'string' || !/^\s*-?\d+(\s+-?\d+)*\s*$/.test(value)) return undefined;
  return value.trim().split(/\s+/).map(Number);
}
