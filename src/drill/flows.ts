/**
 * The connections of a script, and which of them a packet is about. A script mostly has one and does not name its ports;
 * then a packet is about the socket that listened, connected or was reached last.
 *
 * Calls it: `run.ts`.
 */

import type { IpAddress } from '../wire/address.ts';
import { parseAddress } from '../wire/address.ts';
import { ACK, SYN } from '../wire/tcp.ts';
import type { UnderTest } from './calls/attempt.ts';
import type { Seen } from './expect.ts';
import { Flow } from './flow.ts';
import type { ScriptPacket } from './script.ts';

/** The peer's first port; each connection that it begins has another. */
const FIRST_REMOTE_PORT = 40_000;

export class Flows {
  readonly #local: IpAddress;
  readonly #remote: IpAddress;
  readonly #port: number;
  readonly #all: Flow[] = [];
  /** A socket listens, and no packet has come for it yet: the next SYN is a new connection's. */
  #listening: number | undefined;
  #current: Flow | undefined;
  #remotePort = FIRST_REMOTE_PORT;

  constructor(local: IpAddress, remote: IpAddress, port: number) {
    this.#local = local;
    this.#remote = remote;
    this.#port = port;
  }

  underTest(what: UnderTest): void {
    if (what.kind === 'listening') {
      this.#listening = what.port;
      return;
    }
    this.#listening = undefined;
    this.#begin(what.localPort, what.remotePort, parseAddress('address', what.remote));
  }

  /** The connection of a packet that comes in. */
  ofInbound(packet: ScriptPacket): Flow {
    const ports = packet.protocol === 'icmp' ? undefined : packet.ports;
    if (ports !== undefined) {
      return this.#find(ports.destination, ports.source) ?? this.#begin(ports.destination, ports.source, this.#remote);
    }
    const isFirst = packet.protocol === 'tcp' && (packet.control & (SYN | ACK)) === SYN;
    if (this.#current !== undefined && !(isFirst && this.#listening !== undefined)) return this.#current;
    this.#remotePort += 1;
    const flow = this.#begin(this.#listening ?? this.#port, this.#remotePort, this.#remote);
    if (isFirst) this.#listening = undefined;
    return flow;
  }

  /** The connection of a packet that went out; undefined: of none that the script knows. */
  ofOutbound({ sourcePort, destinationPort, packet }: Seen): Flow | undefined {
    return packet.protocol === 'icmp' ? this.#current : this.#find(sourcePort, destinationPort);
  }

  #find(localPort: number, remotePort: number): Flow | undefined {
    return this.#all.findLast(({ ends }) => ends.localPort === localPort && ends.remotePort === remotePort);
  }

  #begin(localPort: number, remotePort: number, remote: IpAddress): Flow {
    const flow = new Flow({ local: this.#local, localPort, remote, remotePort });
    this.#all.push(flow);
    this.#current = flow;
    return flow;
  }
}
