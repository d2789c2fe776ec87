/**
 * A segment in tcpdump's words, as few as fit an arrow: '[P.] 1:9 ack 1 win 32'. Sequence numbers are relative to the
 * first ones of their connection, as tcpdump tells them.
 */
import { flagsOf } from '../../trace/decode.ts';
import { ACK, type Headers, SYN, type TcpHeaders } from '../../trace/headers.ts';

export class SegmentWords {
  /** First sequence number of each direction. */
  readonly #first = new Map<string, number>();

  /** The words for the packet with those headers, given in the order in which they were sent. */
  describe(headers: Headers | undefined): string {
    switch (headers?.protocol) {
      case 'tcp':
        return this.#tcp(headers);
      case 'udp':
        return `UDP (${headers.text})`;
      case 'icmp':
        return `ICMP type ${headers.type} code ${headers.code}`;
      case 'icmpv6':
        return headers.target === undefined
          ? `ICMPv6 type ${headers.type} code ${headers.code}`
          : headers.type === 135
            ? `NDP who has ${headers.target}?`
            : `NDP ${headers.target} is here`;
      case 'arp':
        return headers.request ? `ARP who has ${headers.targetAddress}?` : `ARP ${headers.senderAddress} is here`;
      default:
        return 'IP';
    }
  }

  #tcp(tcp: TcpHeaders): string {
    const forth = `${tcp.source}:${tcp.sourcePort}>${tcp.destination}:${tcp.destinationPort}`;
    const back = `${tcp.destination}:${tcp.destinationPort}>${tcp.source}:${tcp.sourcePort}`;
    const isSyn = (tcp.control & SYN) !== 0;
    if (isSyn) this.#first.set(forth, tcp.seq);
    const seq = (tcp.seq - (this.#first.get(forth) ?? tcp.seq)) >>> 0;
    const ack = (tcp.ack - (this.#first.get(back) ?? tcp.ack)) >>> 0;
    let text = `[${flagsOf(tcp.control)}]`;
    if (tcp.text > 0) text += ` ${seq}:${(seq + tcp.text) >>> 0}`;
    if ((tcp.control & ACK) !== 0) text += ` ack ${ack}`;
    text += ` win ${tcp.window}`;
    const mss = tcp.options.find((option) => option.name === 'mss');
    if (isSyn && mss?.name === 'mss') text += ` mss ${mss.value}`;
    const sack = tcp.options.find((option) => option.name === 'sack');
    if (sack?.name === 'sack') text += ` sack ${sack.blocks.length}`;
    return text;
  }
}
