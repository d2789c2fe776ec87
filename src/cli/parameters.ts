/** `--set name=value`: a text becomes a value of the parameter's own type, or the user learns what is wrong with it. */
import { readFileSync } from 'node:fs';
import type { Json } from '../base/json.ts';
import { parseDuration } from '../base/time.ts';
import type { Family } from '../system/family.ts';
import type { Parameter, Scenario } from '../system/scenario.ts';
import type { Words } from './messages.ts';
import { nearest, UserError } from './user-error.ts';

/** What every scenario can be run with beside its own parameters: over which IP its hosts speak. */
export interface Settings {
  readonly set: Record<string, Json>;
  readonly family: Family;
}

/** What the `--set` arguments say; `family=ipv6` is every scenario's, unless it has one of that name. @throws UserError */
export function parseSettings(scenario: Scenario, settings: readonly string[], words: Words): Settings {
  const isFamily = (setting: string) => setting.startsWith('family=') && !Object.hasOwn(scenario.params, 'family');
  const set = parseValues(
    scenario,
    settings.filter((setting) => !isFamily(setting)),
    words,
  );
  const family = settings.findLast(isFamily)?.slice('family='.length) ?? 'ipv4';
  if (family === 'ipv4' || family === 'ipv6') return { set, family };
  throw new UserError(words.wrongValue('family', family, 'ipv4 | ipv6'));
}

/** The values that the `--set` arguments give. @throws UserError */
function parseValues(scenario: Scenario, settings: readonly string[], words: Words): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const setting of settings) {
    const equals = setting.indexOf('=');
    if (equals <= 0) throw new UserError(words.setNeedsEquals(setting));
    const name = setting.slice(0, equals);
    const parameter = Object.hasOwn(scenario.params, name) ? scenario.params[name] : undefined;
    if (parameter === undefined) {
      const known = Object.keys(scenario.params);
      throw new UserError(words.unknownParameter(scenario.name, name, nearest(name, known), known));
    }
    values[name] = parseValue(name, setting.slice(equals + 1), parameter, words);
  }
  return values;
}

function parseValue(name: string, text: string, parameter: Parameter, words: Words): Json {
  const value = parseByType(name, text, parameter, words);
  if (parameter.oneOf !== undefined && !parameter.oneOf.includes(value)) {
    throw new UserError(words.wrongValue(name, text, parameter.oneOf.map(String).join(' | ')));
  }
  if (typeof value === 'number') {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = parameter;
    if (value < min || value > max) throw new UserError(words.wrongValue(name, text, `${min} … ${max}`));
  }
  return value;
}

/** The type is that of the default; a text in units (`time`, `file`) is checked or read as what it stands for. */
function parseByType(name: string, text: string, parameter: Parameter, words: Words): Json {
  switch (typeof parameter.default) {
    case 'string':
      return parseText(name, text, parameter, words);
    case 'number': {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      if (Number.isFinite(value)) return value;
      throw new UserError(words.wrongValue(name, text, words.aNumber(parameter.unit)));
    }
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      throw new UserError(words.wrongValue(name, text, 'true | false'));
    default:
      try {
        return JSON.parse(text) as Json;
      } catch {
        throw new UserError(words.wrongValue(name, text, 'JSON'));
      }
  }
}

function parseText(name: string, text: string, parameter: Parameter, words: Words): Json {
  if (parameter.unit === 'time') {
    try {
      parseDuration(name, text);
    } catch {
      throw new UserError(words.wrongValue(name, text, "'5ms', '1.5s', '2min', '2h', '1d'"));
    }
  }
  if (parameter.unit !== 'file' || text === '') return text;
  try {
    return readFileSync(text).toString('base64');
  } catch (error) {
    throw new UserError(words.cannotRead(text, reason(error)));
  }
}

/** Why the file system refused: its error's code, which says the same in every language. */
export function reason(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}

/** The faults' names that `--without` may leave out. */
export function faultNames(scenario: Scenario, params: Readonly<Record<string, Json>>): string[] {
  const faults = typeof scenario.faults === 'function' ? scenario.faults(params) : (scenario.faults ?? []);
  return [...new Set(faults.map((fault) => fault.name ?? fault.do))];
}

/** @throws UserError if the scenario has no fault of that name */
export function checkWithout(
  scenario: Scenario,
  params: Readonly<Record<string, Json>>,
  without: string | undefined,
  words: Words,
): void {
  if (without === undefined) return;
  const known = faultNames(scenario, params);
  if (!known.includes(without)) {
    throw new UserError(words.unknownFault(scenario.name, without, nearest(without, known), known));
  }
}

/** The values of a run: defaults, and what was set. */
export function valuesOf(scenario: Scenario, set: Readonly<Record<string, Json>>): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [name, parameter] of Object.entries(scenario.params)) values[name] = set[name] ?? parameter.default;
  return values;
}

/** A whole number of at least `least`. @throws UserError */
export function parseInteger(what: string, text: string, words: Words, least = 0): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UserError(words.wrongInteger(what, text, least));
}
