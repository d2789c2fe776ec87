/**
 * `Math.random` and what crypto draws, of a simulated process that asked for the world's seed: the same in each run.
 *
 * Left out: keys, certificates and the records of TLS, which OpenSSL draws for itself; `crypto.subtle`.
 * Source: RFC 9562, 5.4 (UUID version 4); node's lib/internal/crypto/random.js.
 * Calls it: `install.ts`.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { currentProcess } from './context.ts';

/** Of the process that runs, if it asked for the seed. */
type Draw = (bytes: Uint8Array) => void;

function drawOf(): Draw | undefined {
  return currentProcess()?.draw;
}

type Method = (...values: never[]) => unknown;
type Stand = (draw: Draw, real: Method) => Method;

export function installRandom(): void {
  replace(Math, 'random', (draw) => () => fraction(draw));
  replace(crypto, 'randomBytes', (draw, real) => (size: number, then?: Callback<Buffer>) => {
    checked(real, size);
    return answered(Buffer.from(bytes(draw, size).buffer), then);
  });
  replace(
    crypto,
    'randomFillSync',
    (draw, real) =>
      <T extends NodeJS.ArrayBufferView | ArrayBuffer>(into: T, offset?: number, size?: number) => {
        const filled = (real as (...values: unknown[]) => T)(into, offset, size);
        draw(part(into, offset, size));
        return filled;
      },
  );
  replace(crypto, 'randomFill', (draw) => (into: NodeJS.ArrayBufferView, ...rest: unknown[]) => {
    const then = rest.pop() as Callback<unknown>;
    const [offset, size] = rest as (number | undefined)[];
    draw(part(into, offset, size));
    return answered(into, then);
  });
  replace(crypto, 'randomInt', (draw, real) => (...values: unknown[]) => {
    const then = typeof values.at(-1) === 'function' ? (values.pop() as Callback<number>) : undefined;
    const [low, high] = values.length > 1 ? (values as [number, number]) : [0, values[0] as number];
    (real as (...given: unknown[]) => number)(low, high);
    return answered(low + Math.floor(fraction(draw) * (high - low)), then);
  });
  replace(crypto, 'randomUUID', (draw) => () => uuid(draw));
  // crypto.getRandomValues calls that of the Web.
  const web: object = Object.getPrototypeOf(crypto.webcrypto);
  replace(web, 'getRandomValues', (draw, real) => (into: Uint8Array) => {
    (real as (view: Uint8Array) => unknown).call(crypto.webcrypto, into);
    draw(part(into));
    return into;
  });
  replace(web, 'randomUUID', (draw) => () => uuid(draw));
  syncBuiltinESMExports();
}

type Callback<T> = (error: null, value: T) => void;

/** In place of `place[name]`: what `stand` makes, where the process asked for the seed. */
function replace(place: object, name: string, stand: Stand): void {
  const real = Reflect.get(place, name) as (this: unknown, ...values: never[]) => unknown;
  Object.defineProperty(place, name, {
    value(this: unknown, ...values: never[]) {
      const draw = drawOf();
      return draw === undefined ? real.apply(this, values) : stand(draw, real)(...values);
    },
    writable: true,
    enumerable: Object.getOwnPropertyDescriptor(place, name)?.enumerable ?? false,
    configurable: true,
  });
}

function bytes(draw: Draw, size: number): Uint8Array<ArrayBuffer> {
  const into = new Uint8Array(size);
  draw(into);
  return into;
}

/** What Node's own says of an argument that cannot be. @throws as Node does */
function checked(real: Method, size: number): void {
  if (!(size >= 0 && size < 2 ** 31)) (real as (size: number) => unknown)(size);
}

/** Told at once, or by a callback in a tick of its own. */
function answered<T>(value: T, then: Callback<T> | undefined): T | undefined {
  if (then === undefined) return value;
  process.nextTick(then, null, value);
  return undefined;
}

/** bytes[offset, offset + size) of what is to be filled, in its own elements as randomFill counts them. */
function part(into: NodeJS.ArrayBufferView | ArrayBuffer, offset = 0, size?: number): Uint8Array {
  if (into instanceof ArrayBuffer) return new Uint8Array(into, offset, size);
  const each = 'BYTES_PER_ELEMENT' in into ? Number(into.BYTES_PER_ELEMENT) : 1;
  const from = offset * each;
  const length = size === undefined ? into.byteLength - from : size * each;
  return new Uint8Array(into.buffer as ArrayBuffer, into.byteOffset + from, length);
}

/** 53 bits: 0 (allowed) to 1 (never reached). */
function fraction(draw: Draw): number {
  const [high = 0, low = 0] = new Uint32Array(bytes(draw, 8).buffer);
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

function uuid(draw: Draw): string {
  const drawn = bytes(draw, 16);
  drawn[6] = 0x40 | ((drawn[6] ?? 0) & 0x0f);
  drawn[8] = 0x80 | ((drawn[8] ?? 0) & 0x3f);
  return Buffer.from(drawn.buffer)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
