/**
 * ARP packets: what comes in goes into an interface's cache, what the cache asks for goes out (RFC 826).
 *
 * Calls it: `ip-input.ts` with packets, `neighbor-work.ts` when a cache has work.
 */
import {
  formatAddress,
  formatMac,
  type Ipv4Address,
  isGroupMac,
  MAC_BROADCAST,
  type MacAddress,
} from '../wire/address.ts';
import { ARP_LENGTH, ARP_REPLY, ARP_REQUEST, type ArpHeader, emptyArpHeader, parseArp, writeArp } from '../wire/arp.ts';
import { ETHERNET_HEADER_LENGTH, ETHERTYPE_ARP, writeEthernet } from '../wire/ethernet.ts';
import type { Frame } from '../wire/frame.ts';
import type { HostContext } from './context.ts';
import type { DropReason } from './drop-reason.ts';
import type { Interface } from './interface.ts';
import type { IpOutput } from './ip-output.ts';

export class Arp {
  readonly #context: HostContext;
  readonly #output: IpOutput;
  readonly #header: ArpHeader = emptyArpHeader();

  constructor(context: HostContext, output: IpOutput) {
    this.#context = context;
    this.#output = output;
  }

  /** Takes in a packet; the frame stays the caller's. Answers why it was refused. */
  handlePacket(from: Interface, frame: Frame): DropReason | undefined {
    const header = this.#header;
    const refusal = parseArp(frame, header);
    if (refusal !== undefined) return refusal;
    const { operation, senderMac, senderAddress, targetAddress } = header;
    // Somebody who says that he has our address, or an address or MAC that nobody can have.
    if (this.#context.isLocal(senderAddress) || this.#context.isBroadcast(senderAddress) || senderAddress.bits === 0) {
      return 'arp-martian';
    }
    if (senderAddress.bits >>> 28 >= 14 || isGroupMac(senderMac) || senderMac === 0) return 'arp-martian';
    const forUs = targetAddress.key === from.ipv4?.key;
    const isReply = operation === ARP_REPLY;
    const news = from.neighbors.learn(senderAddress, senderMac, isReply && forUs, !isReply && forUs, this.#context.now);
    if (news && this.#context.sink.on) {
      const address = formatAddress(senderAddress);
      this.#context.sink.emit({ kind: 'arp.learned', interface: from.name, address, mac: formatMac(senderMac) });
    }
    if (forUs && !isReply) this.#send(from, ARP_REPLY, senderMac, senderMac, senderAddress, 0);
    this.#output.release(from, senderAddress);
    return forUs || news ? undefined : 'arp-not-for-us';
  }

  /** Asks for an address: the station that is thought to have it, or all. */
  ask(through: Interface, target: Ipv4Address, mac: MacAddress | undefined, attempt: number): void {
    this.#send(through, ARP_REQUEST, mac ?? MAC_BROADCAST, 0, target, attempt);
  }

  #send(
    through: Interface,
    operation: typeof ARP_REQUEST | typeof ARP_REPLY,
    to: MacAddress,
    targetMac: MacAddress,
    targetAddress: Ipv4Address,
    attempt: number,
  ): void {
    const senderAddress = through.ipv4;
    if (!through.up || senderAddress === undefined) return;
    const frame = this.#context.pool.take(ETHERNET_HEADER_LENGTH + ARP_LENGTH);
    writeEthernet(frame, to, through.mac, ETHERTYPE_ARP);
    writeArp(frame, { operation, senderMac: through.mac, senderAddress, targetMac, targetAddress });
    frame.payloadEnd = frame.end;
    const { sink } = this.#context;
    if (sink.on) {
      sink.emit({
        kind: 'arp.sent',
        interface: through.name,
        operation: operation === ARP_REPLY ? 'reply' : 'request',
        target: formatAddress(targetAddress),
        attempt,
      });
    }
    through.transmit(frame);
  }
}
