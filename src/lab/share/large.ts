/**
 * Files that were typed to a program and are too large for a link: the link holds name, size and SHA-256 in the place of
 * the bytes, and whoever opens it is asked for the file.
 *
 *     { "do": "type", "target": "client", "at": 3, "file": { "name": "a.bin", "size": 65536, "sha256": "…" } }
 *
 * Calls it: `link.ts`, `wanted.tsx`; the field that takes what is typed tells the names.
 */
import { fromBase64, toBase64 } from '../../base/bytes.ts';
import { Sha256 } from '../../base/sha256.ts';
import type { Act, Typing } from '../../system/timetable.ts';
import type { RunPlan } from '../run/plan.ts';

/** Bytes of one typing that a link carries at most. */
export const CARRIED_MOST = 32 * 1024;
/** Bytes of all typings together that it carries at most; those behind are named only. */
const CARRIED_TOGETHER = 256 * 1024;
/** A world that takes in more has more events than the page can hold. */
export const TYPED_MOST = 1024 * 1024;

export interface Named {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** A file that is missing in a plan: of the act with that index. */
export interface Wanted {
  readonly act: number;
  readonly file: Named;
}

const names = new Map<string, string>();
const known = new WeakMap<Act, Named>();

function sha256(bytes: Uint8Array): string {
  return new Sha256().update(bytes).digestHex();
}

/** Remembers what these bytes are called, for links. */
export function nameBytes(bytes: Uint8Array, name: string): void {
  if (bytes.length > CARRIED_MOST) names.set(sha256(bytes), name);
}

/** The acts as a link holds them: those that are too large by name. */
export function actsForLink(acts: readonly Act[]): readonly unknown[] {
  let together = 0;
  return acts.map((act) => {
    if (act.do !== 'type') return act;
    const size = Math.floor((act.data.replace(/=+$/, '').length * 3) / 4);
    if (size <= CARRIED_MOST && together + size <= CARRIED_TOGETHER) {
      together += size;
      return act;
    }
    const { data: _, ...rest } = act;
    return { ...rest, file: namedOf(act) };
  });
}

function namedOf(act: Act & Typing): Named {
  const before = known.get(act);
  if (before !== undefined) return before;
  const bytes = fromBase64(act.data);
  const hash = sha256(bytes);
  const named = { name: names.get(hash) ?? `${act.target}.bin`, size: bytes.length, sha256: hash };
  known.set(act, named);
  return named;
}

/** The value of a plan's `acts` with an empty text where a file is missing, and which are. undefined: it is wrong. */
export function actsFromLink(acts: unknown): { readonly acts: unknown; readonly wanted: Wanted[] } | undefined {
  if (!Array.isArray(acts)) return { acts, wanted: [] };
  const wanted: Wanted[] = [];
  let isWrong = false;
  const filled = acts.map((act: unknown, index) => {
    if (typeof act !== 'object' || act === null || !Object.hasOwn(act, 'file')) return act;
    const { file, ...rest } = act as Readonly<Record<string, unknown>>;
    const named = namedFrom(file, TYPED_MOST);
    if (named === undefined || rest.do !== 'type' || 'data' in rest) isWrong = true;
    else wanted.push({ act: index, file: named });
    return { ...rest, data: '' };
  });
  return isWrong ? undefined : { acts: filled, wanted };
}

/** A file's name as a link tells it; undefined: it is wrong, or of a file that is larger than may be. */
export function namedFrom(value: unknown, most: number): Named | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, size, sha256: hash } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || name.length > 300) return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || size > most) return undefined;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return undefined;
  return { name, size, sha256: hash };
}

/** The plan with those bytes where that file was missing; undefined: they are not that file's. */
export function withFile(plan: RunPlan, { act, file }: Wanted, bytes: Uint8Array): RunPlan | undefined {
  if (bytes.length !== file.size || sha256(bytes) !== file.sha256) return undefined;
  names.set(file.sha256, file.name);
  const data = toBase64(bytes);
  const acts = plan.acts.map((one, index) => (index === act && one.do === 'type' ? { ...one, data } : one));
  return { ...plan, acts };
}
