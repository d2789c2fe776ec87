/**
 * Traces that were opened from files: whether they hold whole frames, and what their file is called, so that a link can
 * ask for it. A link cannot carry a trace: a small one has more bytes than an address may.
 *
 * Calls it: `files.ts`, `wanted.tsx` open one; `share.tsx`, `export.tsx` ask about the one on the screen.
 */
import { batch } from '@preact/signals';
import { toHex } from '../../base/bytes.ts';
import { Sha256 } from '../../base/sha256.ts';
import type { Event } from '../../trace/event.ts';
import { readTraceWithHeader } from '../../trace/jsonl.ts';
import { showTrace } from '../run/runner.ts';
import { cursor, events, notice, source } from '../state.ts';
import type { Named } from './large.ts';

/** What is known of the file of a trace. */
export interface TraceFile {
  /** False: of each frame only the first bytes are there. */
  readonly whole: boolean;
  /** The address that it came from brings it again (`halfopen lab FILE`). */
  readonly isServed: boolean;
  /** For links. */
  readonly named: Promise<Named>;
}

/** By the events that were read from it: whoever shows them again, shows that file's. */
const files = new WeakMap<readonly Event[], TraceFile>();

/** Of the trace on the screen; undefined: a run is there. */
export function traceOnScreen(): TraceFile | undefined {
  return source.value === undefined ? files.get(events.value) : undefined;
}

/**
 * Shows it, at that cursor if one is given. False: it has no host, so that there is nothing to be seen.
 * @throws TypeError if the bytes are no text. @throws Error if the text is no trace: in which line, and why
 */
export function openTrace(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  { isServed = false, at }: { readonly isServed?: boolean; readonly at?: number } = {},
): boolean {
  const { events: read, whole } = readTraceWithHeader(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  if (!read.some(({ kind }) => kind === 'host.added')) return false;
  const named = sha256Of(bytes).then((sha256) => ({ name, size: bytes.length, sha256 }));
  files.set(read, { whole, isServed, named });
  batch(() => {
    showTrace(name, read);
    if (at !== undefined) cursor.value = Math.min(at, read.length);
    notice.value = undefined;
  });
  return true;
}

/** 64 lower-case digits. The browser's own is ten times as fast, and is there only where the page came by a safe way. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle }: { readonly subtle?: SubtleCrypto } = crypto;
  if (subtle === undefined) return new Sha256().update(bytes).digestHex();
  return toHex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
}
