/**
 * A run as a link: the plan and the cursor, as JSON, deflated, in base64url, in the address's fragment, which no server
 * ever sees.
 *
 *     #v1.eJyrVkrLz1eyUkpKLFKqBQAtXAVo
 *
 * Left out on purpose: the bytes of large files that were typed, see `large.ts`; and a trace that was opened from a file,
 * of which a link holds name, size and SHA-256.
 * Calls it: `share.tsx`, `address.ts`.
 */
import type { Text } from '../language.ts';
import type { RunPlan } from '../run/plan.ts';
import { actsForLink, actsFromLink, type Named, namedFrom, type Wanted } from './large.ts';
import { planOf } from './plan-check.ts';
import { WORDS } from './words.ts';

const VERSION = 'v1';
/** A link that unpacks to more is not read: a scenario's text has a few thousand bytes. */
const LARGEST = 1 << 20;

export interface Shared {
  readonly plan: RunPlan;
  readonly cursor: number;
  /** Files that the plan lacks: they are to be asked for. */
  readonly wanted?: readonly Wanted[];
}

/** A trace that somebody has as a file. */
export interface SharedTrace {
  readonly trace: Named;
  readonly cursor: number;
}

/** Bytes of a trace that the page opens at most: a text of that length is what an engine still holds at ease. */
export const TRACE_MOST = 300 * 1024 * 1024;

/** '#v1.…' */
export function writeLink(plan: RunPlan, cursor: number): Promise<string> {
  return linkOf({ plan: { ...plan, acts: actsForLink(plan.acts) }, cursor });
}

export function writeTraceLink(trace: Named, cursor: number): Promise<string> {
  return linkOf({ trace, cursor });
}

async function linkOf(value: object): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(value));
  const packed = await through(new CompressionStream('deflate-raw'), json);
  return `#${VERSION}.${toBase64Url(packed ?? new Uint8Array())}`;
}

/** What a fragment holds; undefined: it is no link of ours. `wrong`: it is one, and why it cannot be opened. */
export async function readLink(fragment: string): Promise<Shared | SharedTrace | { readonly wrong: Text } | undefined> {
  const [, version, body] = /^#?(v\d+)\.(.*)$/.exec(fragment) ?? [];
  if (version === undefined || body === undefined) return undefined;
  if (version !== VERSION) return { wrong: WORDS.otherVersion(version) };
  if (body.length > LARGEST) return { wrong: WORDS.tooLarge };
  const packed = fromBase64Url(body);
  if (packed === undefined) return { wrong: WORDS.broken };
  try {
    const bytes = await through(new DecompressionStream('deflate-raw'), packed, LARGEST);
    if (bytes === undefined) return { wrong: WORDS.tooLarge };
    return sharedOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))) ?? { wrong: WORDS.broken };
  } catch {
    return { wrong: WORDS.broken };
  }
}

function sharedOf(value: unknown): Shared | SharedTrace | undefined {
  if (typeof value !== 'object' || value === null || !('cursor' in value)) return undefined;
  const { cursor } = value;
  if (typeof cursor !== 'number' || !Number.isSafeInteger(cursor) || cursor < 0) return undefined;
  if ('trace' in value) {
    const trace = namedFrom(value.trace, TRACE_MOST);
    return trace === undefined || 'plan' in value ? undefined : { trace, cursor };
  }
  return 'plan' in value ? sharedRunOf(value.plan, cursor) : undefined;
}

function sharedRunOf(given: unknown, cursor: number): Shared | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const read = actsFromLink('acts' in given ? given.acts : []);
  const plan = read === undefined ? undefined : planOf({ ...given, acts: read.acts });
  if (read === undefined || plan === undefined) return undefined;
  return read.wanted.length === 0 ? { plan, cursor } : { plan, cursor, wanted: read.wanted };
}

/** What comes out; undefined if that is too much. @throws TypeError if it is damaged */
async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
  limit = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined;
  try {
    const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
