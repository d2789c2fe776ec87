/** A system call as a program would write it, short enough for the margin of a diagram. Never translated. */

import type { Json } from '../../base/json.ts';
import { formatDuration, MILLISECOND } from '../../base/time.ts';

type Fields = Readonly<Record<string, Json>>;

/** 'send(20)', 'connect(A, 7000)', 'setOption(SO_KEEPALIVE, true)'. Options given to a call are left out. */
export function callText(call: string, args: Json | undefined): string {
  const fields = fieldsOf(args ?? null);
  const ms = fields?.ms;
  if (typeof ms === 'number') return `${call}(${formatDuration(Math.round(ms * MILLISECOND))})`;
  const texts = argumentTexts(args ?? null);
  return `${call}(${(call === 'listen' ? texts.slice(0, 1) : texts).join(', ')})`;
}

/** What a call gave: '20', 'tcp:4'; '' for nothing worth a word. */
export function resultText(result: Json | undefined): string {
  if (result === undefined || result === null) return '';
  if (typeof result !== 'object') return String(result);
  const fields = fieldsOf(result);
  for (const name of ['id', 'socket', 'count']) {
    const value = fields?.[name];
    if (value !== undefined && typeof value !== 'object') return String(value);
  }
  return JSON.stringify(result);
}

function argumentTexts(args: Json): string[] {
  if (args === null) return [];
  if (typeof args !== 'object') return [String(args)];
  const fields = fieldsOf(args);
  if (fields === undefined) return (args as readonly Json[]).flatMap(argumentTexts);
  return Object.entries(fields).flatMap(([name, value]) => {
    if (value === null || typeof value === 'object') return [];
    if (typeof value === 'boolean' && name !== 'value') return value ? [name] : [];
    return [String(value)];
  });
}

function fieldsOf(value: Json): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
