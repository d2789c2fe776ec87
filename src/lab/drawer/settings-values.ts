/** How what is typed into the settings is read, and how values stand there. Calls it: the pages of the settings. */
import { checkFraction, checkInteger } from '../../base/check.ts';
import type { Json } from '../../base/json.ts';
import { formatDuration, parseDuration, SECOND } from '../../base/time.ts';
import { parseRate, parseSize } from '../../base/units.ts';

type Reader = (typed: string) => Json;

/** The text as it was typed, if it is a time: '5ms'. */
export function duration(argument: string): Reader {
  return (typed) => {
    parseDuration(argument, numberOr(typed));
    return numberOr(typed);
  };
}

/** Whole seconds of a sysctl or of a keep-alive time, from '10s' or '2h', within Linux's bounds. */
export function seconds(argument: string): (typed: string) => number {
  return (typed) => {
    const given = parseDuration(argument, /^\d+$/.test(typed) ? `${typed}s` : typed) / SECOND;
    return checkInteger(argument, given, 1, 32_767);
  };
}

export function rate(argument: string): Reader {
  return (typed) => {
    parseRate(argument, numberOr(typed));
    return numberOr(typed);
  };
}

export function fraction(argument: string): Reader {
  return (typed) => checkFraction(argument, numberOr(typed));
}

export function count(argument: string, min: number, max: number): (typed: string) => number {
  return (typed) => checkInteger(argument, numberOr(typed), min, max);
}

export function size(argument: string): (typed: string) => number {
  return (typed) => checkInteger(argument, parseSize(argument, numberOr(typed)), 1, 0x3fff_ffff);
}

/** A number, if it is one: a text of digits is no text with a unit. */
export function numberOr(typed: string): number | string {
  return typed !== '' && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

/** Nanoseconds as a field holds them, '5ms'. */
export function durationText(ns: number): string {
  return ns === 0 ? '0ms' : formatDuration(ns).replaceAll(' ', '');
}

/** Bits a second as a field holds them, '10Mbit/s'. */
export function rateText(bits: number): string {
  if (bits >= 1e9) return `${bits / 1e9}Gbit/s`;
  return bits >= 1e6 ? `${bits / 1e6}Mbit/s` : `${bits / 1e3}kbit/s`;
}
