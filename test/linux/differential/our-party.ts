/** Our stack on a TAP device, by its calls that never wait. */

import type { LiveHost } from '../../../src/linux/live.ts';
import { ERRNO_CODES, errnoNumber } from '../../../src/socket/errno.ts';
import { NonblockingSocket } from '../../../src/socket/nonblocking.ts';
import { tcpInfoOf } from '../../../src/socket/tcp-info.ts';
import type { DatagramSocket } from '../../../src/system/system.ts';
import { formatAddress } from '../../../src/wire/address.ts';
import { type Answer, bytesFrom, type End, MARK_PORT, type Party, shownBytes, stateOf } from './party.ts';

class OurEnd implements End {
  readonly #socket: NonblockingSocket;
  readonly #peer: string;
  readonly #open: Set<NonblockingSocket>;

  constructor(socket: NonblockingSocket, peer: string, open: Set<NonblockingSocket>) {
    this.#socket = socket;
    this.#peer = peer;
    this.#open = open;
    open.add(socket);
    socket.setOption('TCP_NODELAY', true);
  }

  bind(port: number): Answer {
    this.#socket.setOption('SO_REUSEADDR', true);
    return String(this.#socket.bind('0.0.0.0', port));
  }

  listen(backlog: number): Answer {
    return String(this.#socket.listen(backlog));
  }

  accept(): End | Answer {
    const socket = this.#socket.accept();
    return typeof socket === 'string' ? socket : new OurEnd(socket, this.#peer, this.#open);
  }

  connect(port: number): Answer {
    return String(this.#socket.connect(this.#peer, port));
  }

  send(first: number, length: number): Answer {
    return String(this.#socket.send(bytesFrom(first, length)));
  }

  recv(length: number, peek: boolean): Answer {
    const into = new Uint8Array(length);
    const count = this.#socket.recv(into, peek);
    return typeof count === 'string' ? count : shownBytes(into.subarray(0, count));
  }

  shutdown(how: 'read' | 'write' | 'both'): Answer {
    return String(this.#socket.shutdown(how));
  }

  setLinger(): Answer {
    return String(this.#socket.setOption('SO_LINGER', { onoff: true, linger: 0 }));
  }

  error(): Answer {
    const value = this.#socket.getOption('SO_ERROR');
    return value === 0 ? '0' : (ERRNO_CODES.find((code) => errnoNumber(code) === value) ?? `errno ${value}`);
  }

  poll(): Answer {
    return Object.entries(this.#socket.pollFlags())
      .flatMap(([name, holds]) => (holds ? [name] : []))
      .join(' ');
  }

  state(): Answer {
    const { connection } = this.#socket;
    if (connection !== undefined) return stateOf(tcpInfoOf(connection, 0).tcpi_state);
    return this.#socket.getOption('SO_ACCEPTCONN') === 1 ? 'LISTEN' : 'CLOSED';
  }

  peer(): Answer {
    return this.#socket.remote === undefined ? 'ENOTCONN' : '0';
  }

  close(): Answer {
    this.#open.delete(this.#socket);
    return String(this.#socket.close());
  }
}

export class OurParty implements Party {
  #lastMark = 0;
  readonly #host: LiveHost;
  readonly #peer: string;
  readonly #open = new Set<NonblockingSocket>();
  readonly #marks: DatagramSocket;

  static async on(host: LiveHost): Promise<OurParty> {
    const marks = await host.process.socket('datagram');
    await marks.bind(MARK_PORT);
    return new OurParty(host, marks);
  }

  private constructor(host: LiveHost, marks: DatagramSocket) {
    this.#host = host;
    this.#peer = formatAddress(host.kernelAddress);
    this.#marks = marks;
    void this.#takeMarks();
  }

  /** For as long as the host lives. */
  async #takeMarks(): Promise<never> {
    for (;;) {
      const into = new Uint8Array(4);
      await this.#marks.recvFrom(into);
      this.#lastMark = new DataView(into.buffer).getInt32(0, true);
    }
  }

  takeMark(): number {
    return this.#lastMark;
  }

  socket(): End {
    return new OurEnd(new NonblockingSocket(this.#host.process), this.#peer, this.#open);
  }

  sendMark(mark: number): void {
    void this.#marks.sendTo(new Uint8Array(Int32Array.of(mark).buffer), this.#peer, MARK_PORT);
  }

  close(): void {
    for (const socket of this.#open) socket.close();
    this.#open.clear();
  }
}
