/**
 * The error queue of a script's socket, with what MSG_ZEROCOPY puts there: when all bytes of a send are acknowledged, the
 * program is told that its memory is its own again.
 *
 *     send(4, ..., 4000, MSG_ZEROCOPY) = 4000          number 0, the next one 1
 *     recvmsg(4, {…, msg_control=[{…, cmsg_data={ee_origin=SO_EE_ORIGIN_ZEROCOPY, ee_info=0, ee_data=1}}]}, MSG_ERRQUEUE) = 0
 *
 * Bytes are copied all the same, as Linux does it where packets stay on the machine, and each notice says so (ee_code).
 * Source: Linux msg_zerocopy.rst; msg_zerocopy_realloc and __msg_zerocopy_callback of net/core/skbuff.c.
 * Leaves out: what SO_TIMESTAMPING and ICMP put there.
 * Calls it: `calls/`, and the socket itself when something has happened.
 */

/** struct sock_extended_err. */
export interface ExtendedError {
  readonly ee_errno: number;
  readonly ee_origin: number;
  readonly ee_type: number;
  readonly ee_code: number;
  readonly ee_info: number;
  readonly ee_data: number;
}

/** SO_EE_ORIGIN_ZEROCOPY and SO_EE_CODE_ZEROCOPY_COPIED. */
const ZEROCOPY = { ee_errno: 0, ee_origin: 5, ee_type: 0, ee_code: 1 } as const;

/** Numbers of calls, and the stream offset behind their last byte. */
interface Pending {
  readonly first: number;
  last: number;
  end: number;
}

export class ErrorQueue {
  /** SO_ZEROCOPY. */
  takesZeroCopy = false;
  readonly #told: ExtendedError[] = [];
  readonly #pending: Pending[] = [];
  #next = 0;

  get isEmpty(): boolean {
    return this.#told.length === 0;
  }

  /** A send took bytes, the last of them before offset `end`; `joins`: what the one before it took waits yet to be sent. */
  sent(end: number, joins: boolean): void {
    const number = this.#next++;
    const before = this.#pending.at(-1);
    if (before === undefined || !joins) {
      this.#pending.push({ first: number, last: number, end });
    } else {
      before.last = number;
      before.end = end;
    }
  }

  /** All bytes before that offset are acknowledged, or need not be any more. */
  settle(acknowledged: number): void {
    while (this.#pending[0] !== undefined && this.#pending[0].end <= acknowledged) {
      const { first, last } = this.#pending[0];
      this.#pending.shift();
      const before = this.#told.at(-1);
      const follows = before !== undefined && before.ee_data + 1 === first;
      if (follows) this.#told.pop();
      this.#told.push({ ...ZEROCOPY, ee_info: follows ? before.ee_info : first, ee_data: last });
    }
  }

  /** recvmsg with MSG_ERRQUEUE. */
  take(): ExtendedError | undefined {
    return this.#told.shift();
  }
}
