/**
 * TCP options of a script as bytes, and bytes as the script's words.
 *
 * Source: RFC 9293, 3.1; RFC 7323; RFC 2018. The kinds beyond are carried, not understood.
 * Calls it: `inject.ts`, `expect.ts`, `show.ts`.
 */
import type { TcpOption } from './script.ts';

const KIND = { eol: 0, nop: 1, mss: 2, wscale: 3, sackOK: 4, sack: 5, TS: 8 } as const;
const FAST_OPEN = 34;

/** The bytes, in the script's order, with zeros up to a multiple of 4. */
export function bytesOfOptions(options: readonly TcpOption[]): number[] {
  const bytes = options.flatMap(bytesOfOption);
  while (bytes.length % 4 !== 0) bytes.push(KIND.eol);
  return bytes;
}

function bytesOfOption(option: TcpOption): number[] {
  switch (option.kind) {
    case 'nop':
    case 'eol':
      return [KIND[option.kind]];
    case 'sackOK':
      return [KIND.sackOK, 2];
    case 'mss':
      return [KIND.mss, 4, option.value >>> 8, option.value & 0xff];
    case 'wscale':
      return [KIND.wscale, 3, option.value];
    case 'TS':
      return [KIND.TS, 10, ...uint32(option.val), ...uint32(option.ecr)];
    case 'sack':
      return [KIND.sack, 2 + 8 * option.blocks.length, ...option.blocks.flat().flatMap(uint32)];
    case 'other':
      return [option.number, 2 + option.data.length, ...option.data];
  }
}

/** What bytes say, up to a length that cannot be. */
export function optionsOfBytes(bytes: Uint8Array): TcpOption[] {
  const options: TcpOption[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const kind = bytes[at] ?? KIND.eol;
    if (kind === KIND.eol || kind === KIND.nop) {
      options.push({ kind: kind === KIND.eol ? 'eol' : 'nop' });
      at += 1;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    if (length < 2 || at + length > bytes.length) break;
    options.push(optionAt(view, at, kind, length));
    at += length;
  }
  return options;
}

function optionAt(view: DataView, at: number, kind: number, length: number): TcpOption {
  if (kind === KIND.mss && length === 4) return { kind: 'mss', value: view.getUint16(at + 2) };
  if (kind === KIND.wscale && length === 3) return { kind: 'wscale', value: view.getUint8(at + 2) };
  if (kind === KIND.sackOK && length === 2) return { kind: 'sackOK' };
  if (kind === KIND.TS && length === 10)
    return { kind: 'TS', val: view.getUint32(at + 2), ecr: view.getUint32(at + 6) };
  if (kind === KIND.sack && length > 2 && (length - 2) % 8 === 0) {
    const blocks: [number, number][] = [];
    for (let edge = at + 2; edge < at + length; edge += 8)
      blocks.push([view.getUint32(edge), view.getUint32(edge + 4)]);
    return { kind: 'sack', blocks };
  }
  const data = Array.from({ length: length - 2 }, (_, i) => view.getUint8(at + 2 + i));
  return { kind: 'other', name: kind === FAST_OPEN ? 'FO' : `option ${kind}`, number: kind, data };
}

/** 'mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7' */
export function shownOptions(options: readonly TcpOption[]): string {
  return options.map(shownOption).join(',');
}

function shownOption(option: TcpOption): string {
  switch (option.kind) {
    case 'mss':
    case 'wscale':
      return `${option.kind} ${option.value}`;
    case 'TS':
      return `TS val ${option.val} ecr ${option.ecr}`;
    case 'sack':
      return `sack ${option.blocks.map(([left, right]) => `${left}:${right}`).join(' ')}`;
    case 'other':
      return `${option.name} ${option.data.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`.trimEnd();
    default:
      return option.kind;
  }
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
