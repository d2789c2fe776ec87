/**
 * An epoll descriptor of a script, level- or edge-triggered, with one-shot interests.
 *
 * By edges a socket is told once when it was added, and again when something came or when room was made after a call had
 * found none (Linux sk_write_space with SOCK_NOSPACE).
 * Source: epoll(7), epoll_ctl(2); Linux ep_poll_callback. Calls it: `calls/polling.ts`.
 */
import type { PollFlags } from '../socket/poll.ts';
import { CONSTANTS } from './constants.ts';
import { flagsOf, type SocketEntry } from './descriptors.ts';

export interface EpollEvent {
  readonly events: number;
  readonly data: number;
}

interface Interest {
  readonly events: number;
  readonly data: number;
  /** Something may have happened since it was last told. */
  armed: boolean;
  /** One-shot, and told: nothing more until EPOLL_CTL_MOD, not even an error. */
  spent: boolean;
  readonly tell: () => void;
}

const bit = (name: string): number => CONSTANTS[name] ?? 0;
const EPOLLET = bit('EPOLLET');
const EPOLLONESHOT = bit('EPOLLONESHOT');

export class EpollSet {
  readonly #interests = new Map<SocketEntry, Interest>();

  has(entry: SocketEntry): boolean {
    return this.#interests.has(entry);
  }

  /** EPOLL_CTL_ADD and EPOLL_CTL_MOD. */
  set(entry: SocketEntry, events: number, data: number): void {
    this.delete(entry);
    const interest: Interest = {
      events,
      data,
      armed: true,
      spent: false,
      tell: () => {
        const flags = flagsOf(entry);
        const news = flags.in || flags.err || flags.hup || flags.rdhup || flags.pri || (flags.out && entry.wantsRoom);
        if (!news) return;
        if (flags.out) entry.wantsRoom = false;
        interest.armed = true;
      },
    };
    this.#interests.set(entry, interest);
    entry.watchers.add(interest.tell);
  }

  delete(entry: SocketEntry): void {
    const before = this.#interests.get(entry);
    if (before === undefined) return;
    entry.watchers.delete(before.tell);
    this.#interests.delete(entry);
  }

  /** Those that are ready now, `most` at most; what was told by edge or once is not told again. */
  ready(most: number): EpollEvent[] {
    const ready: EpollEvent[] = [];
    for (const [entry, interest] of this.#interests) {
      if (ready.length >= most) break;
      const byEdge = (interest.events & EPOLLET) !== 0;
      if (interest.spent || (byEdge && !interest.armed)) continue;
      const events = bitsOf(flagsOf(entry)) & (interest.events | bit('EPOLLERR') | bit('EPOLLHUP'));
      interest.armed = false;
      if (events === 0) {
        // tcp_poll of a socket without room asks to be told.
        if (!flagsOf(entry).out) entry.wantsRoom = true;
        continue;
      }
      ready.push({ events: events >>> 0, data: interest.data });
      if ((interest.events & EPOLLONESHOT) !== 0) interest.spent = true;
    }
    return ready;
  }
}

/** POLLIN and its kin; the numbers are those of EPOLLIN. */
export function bitsOf(flags: PollFlags): number {
  return (
    (flags.in ? bit('POLLIN') | bit('POLLRDNORM') : 0) |
    (flags.out ? bit('POLLOUT') | bit('POLLWRNORM') : 0) |
    (flags.err ? bit('POLLERR') : 0) |
    (flags.hup ? bit('POLLHUP') : 0) |
    (flags.rdhup ? bit('POLLRDHUP') : 0) |
    (flags.pri ? bit('POLLPRI') : 0)
  );
}
