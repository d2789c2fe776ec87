/**
 * What a host's stack below TCP tells the trace: past tense, JSON-safe. The recorder adds number, time, host and cause.
 * Addresses are texts, '10.0.0.1' or 'fd00::1';
 * types and codes of ICMP are those of the address's family. Emitted by `host/` only; `ip/` answers, and host/ tells.
 */
import type { TcpEvent } from '../tcp/events.ts';
import type { DropReason } from './drop-reason.ts';

export type HostEvent =
  /** A frame, or the packet in it, was refused. `cause` is the event that delivered it. */
  | { readonly kind: 'frame.dropped'; readonly interface: string; readonly reason: DropReason }
  /** A packet of our own, or one to be forwarded, did not get out. */
  | { readonly kind: 'packet.dropped'; readonly to: string; readonly reason: DropReason }
  | {
      readonly kind: 'arp.sent';
      readonly interface: string;
      readonly operation: 'request' | 'reply';
      readonly target: string;
      /** 1, 2, 3 of a request that is tried again; 0 for a reply. */
      readonly attempt: number;
    }
  | { readonly kind: 'arp.learned'; readonly interface: string; readonly address: string; readonly mac: string }
  /** All tries were in vain; `dropped` packets had waited. */
  | { readonly kind: 'arp.failed'; readonly interface: string; readonly address: string; readonly dropped: number }
  /** Neighbour discovery: the same three in IPv6. */
  | {
      readonly kind: 'ndp.sent';
      readonly interface: string;
      readonly operation: 'request' | 'reply';
      readonly target: string;
      readonly attempt: number;
    }
  | { readonly kind: 'ndp.learned'; readonly interface: string; readonly address: string; readonly mac: string }
  | { readonly kind: 'ndp.failed'; readonly interface: string; readonly address: string; readonly dropped: number }
  | { readonly kind: 'icmp.sent'; readonly to: string; readonly type: number; readonly code: number }
  | {
      readonly kind: 'icmp.received';
      readonly from: string;
      readonly type: number;
      readonly code: number;
      /** For an error: the flow that it is about, '10.0.0.1:49152>10.0.0.2:80'. */
      readonly about?: string;
    }
  | { readonly kind: 'ip.fragmented'; readonly to: string; readonly bytes: number; readonly fragments: number }
  | { readonly kind: 'ip.reassembled'; readonly from: string; readonly bytes: number }
  /** Fragments were thrown away: the rest did not come in time, or there were too many. */
  | { readonly kind: 'ip.reassembly-failed'; readonly from: string; readonly why: 'timeout' | 'evicted' | 'overlap' }
  /** A packet to one of our own addresses: it never sees a cable. */
  | {
      readonly kind: 'ip.looped';
      readonly from: string;
      readonly to: string;
      readonly protocol: number;
      readonly bytes: number;
    }
  | { readonly kind: 'path.mtu'; readonly to: string; readonly mtu: number }
  | { readonly kind: 'interface.carrier'; readonly interface: string; readonly up: boolean }
  /** A datagram that reached its socket and found no room there. */
  | {
      readonly kind: 'udp.dropped';
      readonly local: string;
      readonly from: string;
      readonly bytes: number;
      readonly reason: 'receive-buffer-full' | 'not-the-peer';
    };

/** All that a stack emits. */
export type StackEvent = HostEvent | TcpEvent;
