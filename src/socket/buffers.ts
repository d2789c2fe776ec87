/** What programs hand to `send`, `recv`, `connect` and `listen`, checked; and what of it the trace is told. */
import { utf8 } from '../base/bytes.ts';
import { checkBoolean, checkInteger, checkKnown } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import type { Json } from '../base/json.ts';
import type { ReceiveOptions, Signal } from './api.ts';

const BACKLOG = { default: 128, most: 65_535 } as const;

/** The bytes of a text in UTF-8, or the array itself: not a copy. @throws TypeError */
export function bytesOf(argument: string, data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (typeof data === 'string') return utf8(data);
  if (isBytes(data)) return data;
  throw new TypeError(`${argument}: ${shown(data)} is not bytes; allowed is a text or a Uint8Array`);
}

/** @throws TypeError */
export function checkBuffer(argument: string, buffer: unknown): Uint8Array {
  if (buffer instanceof Uint8Array || isBytes(buffer)) return buffer;
  throw new TypeError(`${argument}: ${shown(buffer)} is not a buffer; allowed is a Uint8Array`);
}

/** Also one of another realm: a worker's or a test environment's. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** @throws TypeError */
export function checkSignal(argument: string, signal: unknown): Signal | undefined {
  if (signal === undefined) return undefined;
  if (typeof signal === 'object' && signal !== null && 'aborted' in signal && 'addEventListener' in signal) {
    return signal as Signal;
  }
  throw new TypeError(`${argument}: ${shown(signal)} is not a signal; allowed is an AbortSignal or os.timeout('5s')`);
}

/** What the options of a call may be. */
export const WAIT_OPTIONS = ['dontWait', 'signal'] as const;
export const SEND_OPTIONS = [...WAIT_OPTIONS, 'more', 'record', 'urgent'] as const;
export const RECEIVE_OPTIONS = [...WAIT_OPTIONS, 'peek', 'waitAll', 'urgent'] as const;

/**
 * The signal that a call's options have; the others must be booleans. Makes no copy, since it is asked for each call.
 *
 * @throws TypeError for those, and unknown ones
 */
export function checkCallOptions(options: unknown, allowed: readonly string[]): Signal | undefined {
  if (options === undefined) return undefined;
  const { dontWait, peek, signal, waitAll, urgent } = checkKnown('options', options, allowed);
  checkFlag('options.dontWait', dontWait);
  checkFlag('options.peek', peek);
  checkFlag('options.waitAll', waitAll);
  checkFlag('options.urgent', urgent);
  return checkSignal('options.signal', signal);
}

function checkFlag(argument: string, flag: unknown): void {
  if (flag !== undefined && typeof flag !== 'boolean') checkBoolean(argument, flag);
}

/** A host's name or address; whether it exists is asked later. @throws TypeError */
export function checkHost(argument: string, host: unknown): string {
  if (typeof host === 'string' && host !== '') return host;
  throw new TypeError(
    `${argument}: ${shown(host)} is not a host; allowed is a host's name or an address such as '10.0.0.1'`,
  );
}

/** What the trace is told of a send or recv: never bytes, only how many. */
export function callArgs(length: number, options: ReceiveOptions | undefined): Json {
  if (options === undefined) return { length };
  const flags = ['dontWait', 'peek', 'waitAll', 'urgent'] as const;
  return { length, ...Object.fromEntries(flags.filter((flag) => options[flag]).map((flag) => [flag, true])) };
}

/** @throws TypeError, RangeError */
export function checkBacklog(argument: string, backlog: unknown): number {
  return checkInteger(argument, backlog ?? BACKLOG.default, 0, BACKLOG.most);
}
