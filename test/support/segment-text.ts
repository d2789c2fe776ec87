/** A segment as text, in packetdrill's notation, and back. Used by `one-end.ts`. */
import { assert } from '../../src/base/assert.ts';
import type { Segment } from '../../src/tcp/segment.ts';
import type { TcpOptions } from '../../src/wire/tcp-options.ts';

const LETTERS = 'FSRP.UEW';

/** What a script says of a segment; numbers are counted from each side's initial one. */
export interface Fields {
  readonly control: number;
  readonly seq: number;
  /** Bytes of data. */
  readonly length: number;
  readonly ack?: number | undefined;
  readonly window?: number | undefined;
  readonly urgentPointer?: number | undefined;
  readonly options?: Partial<TcpOptions>;
}

export function flagsOf(control: number): string {
  let flags = '';
  for (const letter of 'SFRPUEW.') if ((control & (1 << LETTERS.indexOf(letter))) !== 0) flags += letter;
  return flags || '-';
}

function controlOf(flags: string): number {
  let control = 0;
  for (const letter of flags === '-' ? '' : flags) {
    const bit = LETTERS.indexOf(letter);
    assert(bit >= 0, `${letter} is no flag`);
    control |= 1 << bit;
  }
  return control;
}

const SHAPE = /^(\S+) (-?\d+):(-?\d+)\((\d+)\)(?: ack (-?\d+))?(?: win (\d+))?(?: urg (\d+))?(?: <([^>]*)>)?$/;

export function parseSegmentText(text: string): Fields {
  const match = SHAPE.exec(text);
  assert(
    match !== null,
    `a segment is written 'flags first:behind(length) ack n win n urg n <options>', not '${text}'`,
  );
  const [, flags = '', first, behind, length, ack, window, urgent, options] = match;
  assert(Number(behind) - Number(first) === Number(length), `${first}:${behind} holds ${length} bytes`);
  const number = (word: string | undefined) => (word === undefined ? undefined : Number(word));
  return {
    control: controlOf(flags),
    seq: Number(first),
    length: Number(length),
    ack: number(ack),
    window: number(window),
    urgentPointer: number(urgent),
    options: parseOptionsText(options ?? ''),
  };
}

/** `mss 1000,sackOK,TS 5 0,wscale 7,sack 11:21 31:41`; the blocks are counted from our initial sequence number. */
function parseOptionsText(text: string): Partial<TcpOptions> {
  const options: { -readonly [key in keyof TcpOptions]?: TcpOptions[key] } = {};
  for (const option of text.split(',').filter((word) => word !== '')) {
    const [name = '', ...values] = option.split(' ');
    if (name === 'mss') options.mss = Number(values[0]);
    else if (name === 'wscale') options.windowScale = Number(values[0]);
    else if (name === 'sackOK') options.sackPermitted = true;
    else if (name === 'TS') {
      options.timestamps = true;
      options.tsval = Number(values[0]) >>> 0;
      options.tsecr = Number(values[1]) >>> 0;
    } else {
      assert(name === 'sack', `${name} is no option`);
      options.sackCount = values.length;
      options.sack = values.flatMap((block) => block.split(':').map((edge) => (Number(edge) + SACK_BASE) >>> 0));
    }
  }
  return options;
}

/** Blocks that the script sends are about our sequence numbers: ISS_OF_A of pair.ts. */
const SACK_BASE = 0xffff_fc00;

/** With the SACK blocks, without the other options and the window. */
export function formatSegment(segment: Segment, iss: number, irs: number): string {
  const seq = (segment.seq - iss) | 0;
  const { dataLength, options } = segment;
  let text = `${flagsOf(segment.control)} ${seq}:${seq + dataLength}(${dataLength})`;
  if (segment.hasAck) text += ` ack ${(segment.ack - irs) | 0}`;
  if (segment.urg) text += ` urg ${segment.up}`;
  const blocks: string[] = [];
  for (let i = 0; i < options.sackCount; i++) {
    blocks.push(`${((options.sack[2 * i] ?? 0) - irs) | 0}:${((options.sack[2 * i + 1] ?? 0) - irs) | 0}`);
  }
  return blocks.length === 0 ? text : `${text} <sack ${blocks.join(' ')}>`;
}
