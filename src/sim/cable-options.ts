/**
 * The options of a cable, checked: what `world.cable` and `cable.set` take, and what the cable works with.
 */
import { checkFraction, checkInteger, checkKeys, checkName, checkOneOf } from '../base/check.ts';
import type { Json } from '../base/json.ts';
import { type Nanoseconds, parseDuration } from '../base/time.ts';
import { parseRate } from '../base/units.ts';
import type { Duration } from '../system/system.ts';
import type { FaultRates } from './fault.ts';

export interface CableOptions {
  /** How long a frame's last bit travels; default 0. */
  readonly delay?: Duration;
  /** Bits per second, '100Mbit/s'; default: a frame takes no time to be put onto the cable. */
  readonly rate?: number | string;
  /** Probability that a frame is lost. */
  readonly loss?: number;
  /** Probability that a frame arrives late, by up to the cable's delay (at least 1 ms), so that others overtake it. */
  readonly reorder?: number;
  /** Probability that a frame arrives twice. */
  readonly duplicate?: number;
  /** Probability that a bit of a packet is turned. */
  readonly corrupt?: number;
  /** How many frames may wait for the transmitter in each direction; default 1000. Without `rate` none ever waits. */
  readonly queue?: number;
  /**
   * When so many frames wait in a direction, a further packet whose sender speaks ECN is marked (RFC 3168); default: none
   * is. Without `rate` none ever waits.
   */
  readonly mark?: number;
  /** The longest IP packet in bytes; default 1500. Only when the cable is laid. */
  readonly mtu?: number;
  /**
   * 'computed' (default): senders compute every checksum and receivers verify it. 'offloaded': left out, as Linux does
   * between virtual machines; completed where a frame is captured or damaged. Only when the cable is laid.
   */
  readonly checksums?: 'computed' | 'offloaded';
  /** Its name in the trace; default 'A-B' after its ends. Only when the cable is laid. */
  readonly name?: string;
}

/** What a cable works with. */
export interface CableSettings extends FaultRates {
  readonly delay: Nanoseconds;
  /** Bits per second; 0: no limit. */
  readonly rate: number;
  readonly queue: number;
  /** Infinity: no packet is marked. */
  readonly mark: number;
}

/** RFC 791: every module must take a packet of 68; 65535 is the largest there is. */
const MTU_MIN = 68;
const MTU_MAX = 65_535;

/** What `cable.set` takes. */
export const CHANGEABLE = ['delay', 'rate', 'loss', 'reorder', 'duplicate', 'corrupt', 'queue', 'mark'] as const;
const FIXED = ['mtu', 'checksums', 'name'] as const;

const DEFAULTS: CableSettings = {
  delay: 0,
  rate: 0,
  loss: 0,
  reorder: 0,
  duplicate: 0,
  corrupt: 0,
  queue: 1000,
  mark: Number.POSITIVE_INFINITY,
};

export interface NewCable {
  readonly settings: CableSettings;
  readonly mtu: number;
  readonly offloaded: boolean;
  readonly name: string | undefined;
}

/** @throws TypeError, RangeError naming the option, its value and what is allowed */
export function checkNewCable(options: unknown): NewCable {
  const given = checkKeys('options', options, [...CHANGEABLE, ...FIXED]);
  const { mtu = 1500, checksums = 'computed', name } = given;
  return {
    settings: settingsOf(given, DEFAULTS),
    mtu: checkInteger('options.mtu', mtu, MTU_MIN, MTU_MAX),
    offloaded: checkOneOf('options.checksums', checksums, ['computed', 'offloaded']) === 'offloaded',
    name: name === undefined ? undefined : checkName('options.name', name),
  };
}

/** What `cable.set` changes: those options that are given. */
export function checkChangedCable(options: unknown, before: CableSettings): CableSettings {
  return settingsOf(checkKeys('options', options, CHANGEABLE), before);
}

function settingsOf(given: Record<string, unknown>, before: CableSettings): CableSettings {
  const { delay, rate, queue, mark } = given;
  const fraction = (name: keyof FaultRates) =>
    given[name] === undefined ? before[name] : checkFraction(`options.${name}`, given[name]);
  return {
    delay: delay === undefined ? before.delay : parseDuration('options.delay', delay),
    rate: rate === undefined ? before.rate : parseRate('options.rate', rate),
    loss: fraction('loss'),
    reorder: fraction('reorder'),
    duplicate: fraction('duplicate'),
    corrupt: fraction('corrupt'),
    queue: queue === undefined ? before.queue : checkInteger('options.queue', queue, 1, 1_000_000),
    mark: mark === undefined ? before.mark : checkInteger('options.mark', mark, 1, 1_000_000),
  };
}

/** As the trace tells them: what is in force, without what does nothing. */
export function describeSettings(settings: CableSettings): Record<string, Json> {
  const told: Record<string, Json> = { delay: settings.delay };
  if (settings.rate > 0) {
    told.rate = settings.rate;
    told.queue = settings.queue;
    if (settings.mark <= settings.queue) told.mark = settings.mark;
  }
  for (const name of ['loss', 'reorder', 'duplicate', 'corrupt'] as const) {
    if (settings[name] > 0) told[name] = settings[name];
  }
  return told;
}
