/**
 * What `npm run fuzz:parsers` fuzzes: a host that takes frames, and the parsers of texts that people bring (traces, scripts, the
 * Python in scripts). Each reads or refuses what it gets; whatever else is a defect.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '../../src/base/bytes.ts';
import { FrameDecoder } from '../../src/trace/decode.ts';
import { readTrace } from '../../src/trace/jsonl.ts';
import { ACK, FIN, PSH, RST, SYN, URG } from '../../src/wire/tcp.ts';
import { LINUX_FRAMES } from '../support/linux-frames.ts';
import type { Target } from './guided.ts';
import { HostUnderFire, segmentOf } from './host-under-fire.ts';
import { tryPython, tryScript, tryTrace } from './parsers.ts';

/** One host meets so many frames; then another takes its place. */
const EPOCH = 256;
/** Of a text: longer ones take longer, and hold nothing new. */
const LONGEST_TEXT = 1200;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function textsOf(folder: string, ending: string): string[] {
  const path = join(process.cwd(), 'test', folder);
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => readFileSync(join(path, name), 'utf8'));
}

function texts(
  counts: RegExp,
  samples: readonly string[],
  tokens: readonly string[],
  run: (text: string) => void,
): Target {
  return {
    samples: samples.map((text) => encoder.encode(text.slice(0, LONGEST_TEXT))),
    tokens: tokens.map((text) => encoder.encode(text)),
    counts,
    longest: LONGEST_TEXT,
    run: (input) => run(decoder.decode(input)),
  };
}

/** The words and signs of the samples themselves. */
function wordsOf(samples: readonly string[]): string[] {
  return [...new Set(samples.flatMap((text) => text.match(/[A-Za-z_.]+|[^\sA-Za-z0-9]+|\d+/g) ?? []))].sort();
}

const SEGMENTS = [
  segmentOf(ACK | PSH, 0, 0, [], 'hello'),
  segmentOf(ACK, 5, 0, [1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 9], 'behind a hole'),
  segmentOf(ACK | FIN, 0, 0, [1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0], ''),
  segmentOf(ACK | URG, 0, 0, [], 'urgent'),
  segmentOf(RST, 0, 0, [], ''),
  segmentOf(SYN, 0, 0, [2, 4, 5, 180, 4, 2, 3, 3, 7, 0, 0, 0], ''),
];

/** Options of TCP and what stands in front of headers, as bytes. */
const PIECES = [
  '0204',
  '0402',
  '0303',
  '080a',
  '050a',
  '0512',
  '0800',
  '86dd',
  '0806',
  '4500',
  '6000',
  '1b58',
  '1388',
  '0a000001',
];

function frames(): Target {
  let host = new HostUnderFire(1);
  let executions = 0;
  const words = new FrameDecoder();
  return {
    samples: [...LINUX_FRAMES, ...SEGMENTS],
    tokens: PIECES.map(fromHex),
    counts: /src.(wire|ip|host|tcp)./,
    longest: 1514,
    run: (input) => {
      executions += 1;
      if (executions % EPOCH === 0) host = new HostUnderFire(executions);
      host.take(input, executions % 16 !== 0);
      if (executions % 8 === 0) words.describeBytes(input);
    },
  };
}

const PYTHON = [
  'assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd',
  'assert 0 < tcpi_rtt < 100000 and (tcpi_options & 4) != 0',
  'x = tcpi_unacked\nassert abs(x - 3) <= 1 or not x >> 2 == 5\nprint(x, "packets")',
  'assert max(1, tcpi_retrans, -2) == (3 if tcpi_lost else ~7 ** 2 // 3 % 5)',
];

/** By name; each is made when it is asked for. */
export const TARGETS: Readonly<Record<string, () => Target>> = {
  frames,
  scripts: () => {
    const scripts = textsOf('scripts', '.pkt');
    return texts(/src.drill./, scripts, wordsOf(scripts), tryScript);
  },
  python: () => texts(/src.drill.python./, PYTHON, wordsOf(PYTHON), tryPython),
  traces: () => {
    const lines = textsOf('golden', '.jsonl').map((text) => text.split('\n'));
    const starts = lines.map((all) => `${all.slice(0, 8).join('\n')}\n`);
    // One event of each kind behind a header.
    const kinds = new Map(
      lines.flatMap((all) => readTrace(`${all.join('\n')}`).map((event, i) => [event.kind, all[i + 1] ?? ''])),
    );
    const events = [...kinds.values()].map((line) => `${lines[0]?.[0]}\n${line}\n`);
    return texts(/src.trace./, [...starts, ...events], wordsOf(starts), tryTrace);
  },
};
