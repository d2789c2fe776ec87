/**
 * What sockets are given by the process that they belong to: its operating system's stack and settings, its turn, its
 * timers. Every world has one for each process (`sim/process.ts` for the simulated ones).
 */

import type { Sink } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import type { Profile } from '../host/profiles.ts';
import type { Stack } from '../host/stack.ts';
import type { IpAddress } from '../wire/address.ts';
import type { Descriptor } from './descriptor.ts';
import type { SocketEvent } from './events.ts';
import type { OptionLimits, Settings } from './options.ts';
import type { StreamSocket } from './socket.ts';
import type { Task } from './task.ts';
import type { Timers } from './waiters.ts';

export interface SocketEnvironment extends Timers {
  readonly task: Task;
  readonly stack: Stack;
  readonly profile: Profile;
  readonly sink: Sink<SocketEvent>;
  readonly limits: OptionLimits;
  /** What new sockets have. */
  readonly streamDefaults: Settings;
  readonly datagramDefaults: Settings;
  /** A number that no other descriptor of this host has or had. */
  newNumber(): number;
  /** A descriptor is open from now on: the process's end will close it. */
  opened(descriptor: Descriptor): void;
  closed(descriptor: Descriptor): void;
  /** A stream socket has got its connection: whoever keeps a ledger may look at its figures from now on. */
  connected(socket: StreamSocket): void;
  /** The address of a host's name, or the address that a text is; undefined: no such name. */
  resolve(host: string): IpAddress | undefined;
  /** The virtual present. */
  readonly now: Nanoseconds;
}
