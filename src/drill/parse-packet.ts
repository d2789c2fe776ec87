/**
 * The packets of a script, in tcpdump's words.
 *
 *     [ect0] 1000 > 80 SEW 0:0(0) ack 1 win 65535 urg 5 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7,sack 1:2 3:4>
 *     udp (1000)        icmp unreachable frag_needed mtu 1400 [1:1461(1460)]
 *
 * Calls it: `parser.ts`.
 */
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from '../wire/tcp.ts';
import {
  ECN,
  type IcmpPacket,
  type IpInfo,
  type Ports,
  ScriptError,
  type ScriptPacket,
  type TcpOption,
} from './script.ts';
import type { Tokens } from './tokens.ts';

const UINT16 = 0xffff;
const UINT32 = 0xffff_ffff;
/** The control bit of RFC 9768, which stands left of CWR. */
export const AE = 256;

const FLAGS: Readonly<Record<string, number>> = {
  F: FIN,
  S: SYN,
  R: RST,
  P: PSH,
  '.': ACK,
  U: URG,
  E: ECE,
  W: CWR,
  A: AE,
};
const NO_IP: IpInfo = { ecn: undefined, tos: undefined, ttl: undefined };

/** What stands behind '<' or '>'. @throws ScriptError */
export function parsePacket(tokens: Tokens): ScriptPacket {
  const encapsulated = ['ipv4', 'ipv6', 'gre', 'GREv0', 'mpls'].find((word) => tokens.is(word));
  if (encapsulated !== undefined) {
    throw new ScriptError(tokens.peek().line, `packets in packets (${encapsulated}) are not supported`);
  }
  const ip = parseIpInfo(tokens);
  if (tokens.take('udp')) {
    const ports = parsePorts(tokens);
    tokens.expect('(');
    const length = tokens.integer('the length', 0, UINT16);
    tokens.expect(')');
    return { protocol: 'udp', ip, ports, length };
  }
  if (tokens.take('icmp')) return parseIcmp(tokens, ip);
  return parseTcp(tokens, ip);
}

function parseIpInfo(tokens: Tokens): IpInfo {
  const end = tokens.is('[') ? ']' : ')';
  if (!tokens.is('[') && !tokens.is('(')) return NO_IP;
  tokens.next();
  let info: IpInfo = NO_IP;
  do {
    const word = tokens.text('word', 'ect0, ect1, ect01, ce, noecn, tos, ttl or flowlabel');
    if (word === 'tos') info = { ...info, tos: tokens.integer('tos', 0, 255) };
    else if (word === 'ttl') info = { ...info, ttl: tokens.integer('ttl', 0, 255) };
    else if (word === 'flowlabel') tokens.integer('flowlabel', 0, 0xf_ffff);
    else if (word === 'ect01') info = { ...info, ecn: word };
    else info = { ...info, ecn: ecnOf(word, tokens) };
  } while (tokens.take(','));
  tokens.expect(end);
  return info;
}

function ecnOf(word: string, tokens: Tokens): number {
  for (const [name, value] of Object.entries(ECN)) if (name === word) return value;
  return tokens.fail(`ect0, ect1, ect01, ce, noecn, tos, ttl or flowlabel instead of '${word}' before`);
}

function parsePorts(tokens: Tokens): Ports | undefined {
  if (!tokens.isKind('integer') || !tokens.is('>', 1)) return undefined;
  const source = tokens.integer('the source port', 0, UINT16);
  tokens.expect('>');
  return { source, destination: tokens.integer('the destination port', 0, UINT16) };
}

function parseTcp(tokens: Tokens, ip: IpInfo): ScriptPacket {
  const ports = parsePorts(tokens);
  const control = parseFlags(tokens);
  const { seq, length } = parseSequence(tokens);
  const ack = tokens.take('ack') ? tokens.integer('the acknowledgment number', 0, UINT32) : 0;
  const window = tokens.take('win') ? tokens.integer('the window', 0, UINT16) : undefined;
  const urgent = tokens.take('urg') ? tokens.integer('the urgent pointer', 0, UINT16) : 0;
  const options = tokens.take('<') ? parseOptions(tokens) : [];
  if (tokens.is('{')) throw new ScriptError(tokens.peek().line, 'mutation of packets ({mut …}) is not supported');
  return { protocol: 'tcp', ip, ports, control, seq, length, ack, window, urgent, options };
}

/** 'S.', 'SEW', 'FP.', '.', '-'; 'P.5': the three bits of ECN's as a number (RFC 9768). */
function parseFlags(tokens: Tokens): number {
  if (tokens.take('-')) return 0;
  let control = 0;
  const { line } = tokens.peek();
  const letters = tokens.isKind('word') ? tokens.next().text : '';
  for (const letter of letters) {
    const bit = FLAGS[letter];
    if (bit === undefined)
      throw new ScriptError(line, `'${letter}' in '${letters}' is no flag; allowed are F S R P . U E W A`);
    control |= bit;
  }
  if (tokens.isKind('float') && tokens.peek().text.startsWith('.')) {
    const ace = Number(tokens.next().text.slice(1));
    return control | ACK | ((ace & 1) * ECE) | (((ace >> 1) & 1) * CWR) | (((ace >> 2) & 1) * AE);
  }
  if (tokens.take('.')) control |= ACK;
  else if (letters === '') tokens.fail("a packet's flags");
  return control;
}

function parseSequence(tokens: Tokens): { seq: number; length: number } {
  const { line } = tokens.peek();
  const seq = tokens.integer('the sequence number', 0, UINT32);
  tokens.expect(':');
  const end = tokens.integer('the end', 0, UINT32);
  tokens.expect('(');
  const length = tokens.integer('the length', 0, UINT16);
  tokens.expect(')');
  if ((seq + length) % (UINT32 + 1) !== end) {
    throw new ScriptError(
      line,
      `${seq}:${end}(${length}): ${seq} and ${length} bytes make ${seq + length}, not ${end}`,
    );
  }
  return { seq, length };
}

function parseOptions(tokens: Tokens): readonly TcpOption[] | undefined {
  if (tokens.isKind('ellipsis')) {
    tokens.next();
    tokens.expect('>');
    return undefined;
  }
  const options: TcpOption[] = [];
  do options.push(parseOption(tokens));
  while (tokens.take(','));
  tokens.expect('>');
  return options;
}

const FAST_OPEN = 34;
const EXPERIMENT = 254;
const FAST_OPEN_MAGIC = [0xf9, 0x89];
const MD5 = 19;

function parseOption(tokens: Tokens): TcpOption {
  const { line } = tokens.peek();
  const name = tokens.text('word', 'a TCP option');
  switch (name) {
    case 'nop':
    case 'eol':
    case 'sackOK':
      return { kind: name };
    case 'mss':
      return { kind: name, value: tokens.integer(name, 0, UINT16) };
    case 'wscale':
      return { kind: name, value: tokens.integer(name, 0, 255) };
    case 'TS': {
      tokens.expect('val');
      const val = tokens.integer('TS val', 0, UINT32);
      tokens.expect('ecr');
      return { kind: name, val, ecr: tokens.integer('ecr', 0, UINT32) };
    }
    case 'sack':
      return { kind: name, blocks: parseBlocks(tokens) };
    case 'FO':
      return { kind: 'other', name, number: FAST_OPEN, data: parseHex(tokens) };
    case 'FOEXP':
      return { kind: 'other', name, number: EXPERIMENT, data: [...FAST_OPEN_MAGIC, ...parseHex(tokens)] };
    case 'md5':
      return { kind: 'other', name, number: MD5, data: parseHex(tokens) };
    default:
      throw new ScriptError(
        line,
        `TCP option '${name}' is not known; allowed are mss, nop, eol, wscale, sackOK, sack, TS, FO, FOEXP, md5`,
      );
  }
}

function parseBlocks(tokens: Tokens): (readonly [number, number])[] {
  const blocks: (readonly [number, number])[] = [];
  do {
    const left = tokens.integer('the left edge', 0, UINT32);
    tokens.expect(':');
    blocks.push([left, tokens.integer('the right edge', 0, UINT32)]);
  } while (tokens.isKind('integer'));
  return blocks;
}

function parseHex(tokens: Tokens): number[] {
  if (!tokens.isKind('word') && !tokens.isKind('integer')) return [];
  const { text, line } = tokens.next();
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(text)) throw new ScriptError(line, `'${text}' is no row of bytes in hexadecimal`);
  return Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function parseIcmp(tokens: Tokens, ip: IpInfo): IcmpPacket {
  const type = tokens.text('word', "ICMP's type");
  const isCode = tokens.isKind('word') && !tokens.is('mtu') && !tokens.is('id');
  const code = isCode ? tokens.next().text : undefined;
  const mtu = tokens.take('mtu') ? tokens.integer('the MTU', 0, UINT16) : undefined;
  if (tokens.take('id')) tokens.integer('id', 0, UINT16);
  if (!tokens.take('['))
    return { protocol: 'icmp', ip, type, code, mtu, quoted: { protocol: 'tcp', seq: 0, length: 0 } };
  if (tokens.take('udp')) {
    tokens.expect('(');
    const length = tokens.integer('the length', 0, UINT16);
    tokens.expect(')');
    tokens.expect(']');
    return { protocol: 'icmp', ip, type, code, mtu, quoted: { protocol: 'udp', seq: 0, length } };
  }
  const quoted = { protocol: 'tcp', ...parseSequence(tokens) } as const;
  tokens.expect(']');
  return { protocol: 'icmp', ip, type, code, mtu, quoted };
}
