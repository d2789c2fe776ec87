/**
 * How many connections without a user a host keeps: orphans (closed, with bytes or a FIN not acknowledged yet) and those
 * that only wait (TIME-WAIT; FIN-WAIT-2 without a user). Beyond the limit an orphan is reset, and one that would wait is
 * gone at once, so that a peer that never answers cannot fill the host (trust.md's V12, V13).
 *
 * Source: Linux tcp_check_oom (called in tcp_close), inet_twsk_alloc; net.ipv4.tcp_max_orphans and tcp_max_tw_buckets.
 * Left out: limits that fall as memory grows short, since there is no memory of the machine here.
 * Calls it: `tcp-host.ts`, whenever a connection may have changed.
 */
import type { Connection } from '../tcp/connection.ts';

export type Leftover = 'orphan' | 'waits' | 'none';

function kindOf({ tcb }: Connection): Leftover {
  switch (tcb.state) {
    case 'CLOSED':
      return 'none';
    case 'TIME-WAIT':
      return 'waits';
    case 'FIN-WAIT-2':
      return tcb.orphan ? 'waits' : 'none';
    default:
      return tcb.orphan ? 'orphan' : 'none';
  }
}

export class Leftovers {
  readonly #most: { readonly orphan: number; readonly waits: number; readonly none: number };
  readonly #counts = { orphan: 0, waits: 0, none: 0 };

  constructor(orphans: number, waits: number) {
    this.#most = { orphan: orphans, waits, none: Number.POSITIVE_INFINITY };
  }

  /** What `connection` is now, after it was `before`. `tooMany`: there were as many as may be without it. */
  settle(connection: Connection, before: Leftover): { readonly now: Leftover; readonly tooMany: boolean } {
    const now = kindOf(connection);
    if (now === before) return { now, tooMany: false };
    this.forget(before);
    this.#counts[now] += 1;
    return { now, tooMany: this.#counts[now] > this.#most[now] };
  }

  /** One that was `before` is gone. */
  forget(before: Leftover): void {
    this.#counts[before] = Math.max(0, this.#counts[before] - 1);
  }
}
