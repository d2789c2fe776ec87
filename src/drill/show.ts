/**
 * A packet in tcpdump's words, with the script's numbers: 'P. 1:1001(1000) ack 1 win 256 <nop,nop,TS val 1 ecr 2>'.
 *
 * Calls it: `expect.ts`, `run.ts`, for what people read.
 */
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from '../wire/tcp.ts';
import { shownOptions } from './option-bytes.ts';
import { AE } from './parse-packet.ts';
import { ECN, type ScriptPacket, type TcpPacket } from './script.ts';

const LETTERS: readonly (readonly [number, string])[] = [
  [FIN, 'F'],
  [SYN, 'S'],
  [RST, 'R'],
  [PSH, 'P'],
  [URG, 'U'],
  [ECE, 'E'],
  [CWR, 'W'],
  [AE, 'A'],
  [ACK, '.'],
];

export function shownControl(control: number): string {
  const letters = LETTERS.filter(([bit]) => (control & bit) !== 0).map(([, letter]) => letter);
  return letters.join('') || '-';
}

export function shownPacket(packet: ScriptPacket): string {
  switch (packet.protocol) {
    case 'tcp':
      return shownTcp(packet);
    case 'udp':
      return `udp (${packet.length})`;
    case 'icmp':
      return ['icmp', packet.type, packet.code, packet.mtu && `mtu ${packet.mtu}`].filter(Boolean).join(' ');
  }
}

function shownTcp({ ip, control, seq, length, ack, window, urgent, options }: TcpPacket): string {
  const parts: string[] = [];
  if (ip.ecn !== undefined) parts.push(`[${nameOfEcn(ip.ecn)}]`);
  parts.push(shownControl(control), `${seq}:${(seq + length) >>> 0}(${length})`);
  if ((control & ACK) !== 0) parts.push(`ack ${ack}`);
  if (window !== undefined) parts.push(`win ${window}`);
  if (urgent !== 0) parts.push(`urg ${urgent}`);
  if (options === undefined) parts.push('<...>');
  else if (options.length > 0) parts.push(`<${shownOptions(options)}>`);
  return parts.join(' ');
}

export function nameOfEcn(ecn: number | 'ect01'): string {
  return Object.entries(ECN).find(([, value]) => value === ecn)?.[0] ?? 'ect01';
}
