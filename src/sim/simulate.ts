/**
 * Makes a world, on any platform. `index.ts` binds it to Node, the page to a browser.
 */
import { checkInteger, checkKeys, checkOneOf } from '../base/check.ts';
import { Rng } from '../base/rng.ts';
import { type Event, TRACE_VERSION } from '../trace/event.ts';
import { Recorder, TRACE_MODES, type TraceMode } from '../trace/recorder.ts';
import { Fabric } from './fabric.ts';
import { ACCOUNTINGS, type AccountingName, PROFILE_NAMES, type ProfileName } from './machine-options.ts';
import type { Platform } from './platform.ts';
import { checkVariation, Variation, type VariationOptions } from './variation.ts';
import { World } from './world.ts';

export interface SimulateOptions {
  /** What all chance in the world comes from: an integer from 0 to 2⁵³ − 1; default 1. */
  readonly seed?: number;
  /** Whose TCP hosts have that name none themselves; default 'linux'. */
  readonly profile?: ProfileName;
  /** How buffers are charged on hosts that name no way themselves; default 'linux'. */
  readonly accounting?: AccountingName;
  /** What the trace keeps; default 'events'. It never changes what happens. */
  readonly trace?: TraceMode;
  /** Chance in delays, moments and order, by the seed; default: none, all is as it was told. */
  readonly vary?: VariationOptions;
}

/**
 * @param onEvent called for each event that the trace keeps, as it happens; nothing that it does may reach the world
 * @throws TypeError, RangeError naming the option, its value and what is allowed
 */
export function simulateOn(platform: Platform, options: SimulateOptions = {}, onEvent?: (event: Event) => void): World {
  const given = checkKeys('options', options, ['seed', 'profile', 'accounting', 'trace', 'vary']);
  const seed = checkInteger('options.seed', given.seed ?? 1, 0, Number.MAX_SAFE_INTEGER);
  const profile = checkOneOf('options.profile', given.profile ?? 'linux', PROFILE_NAMES);
  const accounting = checkOneOf('options.accounting', given.accounting ?? 'linux', ACCOUNTINGS);
  const mode = checkOneOf('options.trace', given.trace ?? 'events', TRACE_MODES);
  const rng = new Rng(seed);
  const variation =
    given.vary === undefined ? undefined : new Variation(checkVariation(given.vary), rng.fork('variation'));
  const fabric = new Fabric(platform, new Recorder(mode, platform, onEvent), rng, seed, variation);
  fabric.sink.emit({ kind: 'world.started', version: TRACE_VERSION, profile });
  return new World(fabric, { profile, accounting });
}
