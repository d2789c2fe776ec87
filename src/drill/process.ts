/**
 * The one process of a script: it makes its calls without ever waiting; what would block is tried again (`attempt.ts`).
 *
 * Calls it: `calls/`, sockets.
 */
import type { Sink } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import type { Profile } from '../host/profiles.ts';
import type { Stack } from '../host/stack.ts';
import type { SocketEnvironment } from '../socket/environment.ts';
import { datagramSettings, defaultSettings, type OptionLimits, type Settings } from '../socket/options.ts';
import type { Task } from '../socket/task.ts';
import type { Timer } from '../socket/waiters.ts';
import { linuxAccounting } from '../tcp/accounting.ts';
import type { LayerEvent } from '../trace/event.ts';
import { type IpAddress, parseAddress } from '../wire/address.ts';
import type { Kernel } from './kernel.ts';

const NAME = 'script';

export class DrillProcess implements SocketEnvironment {
  readonly task: Task;
  readonly stack: Stack;
  readonly profile: Profile;
  readonly sink: Sink<LayerEvent>;
  readonly limits: OptionLimits;
  readonly #kernel: Kernel;
  #numbers = 2;

  constructor(kernel: Kernel, sink: Sink<LayerEvent>) {
    const { stack } = kernel;
    this.#kernel = kernel;
    this.stack = stack;
    this.profile = stack.profile;
    this.sink = sink;
    this.limits = { accounting: linuxAccounting, sysctl: stack.sysctl };
    this.task = taskOf(sink);
  }

  /** Of a socket made now: the script may have changed the host's settings. */
  get streamDefaults(): Settings {
    return defaultSettings(this.stack.sysctl);
  }

  get datagramDefaults(): Settings {
    return datagramSettings(this.stack.sysctl);
  }

  get now(): Nanoseconds {
    return this.#kernel.now;
  }

  schedule(at: Nanoseconds, fire: () => void): Timer {
    return this.#kernel.schedule(at, fire);
  }

  newNumber(): number {
    this.#numbers += 1;
    return this.#numbers;
  }

  opened(): void {}
  closed(): void {}
  connected(): void {}

  resolve(host: string): IpAddress | undefined {
    return parseAddress('address', host);
  }
}

/** A task that always runs. */
function taskOf(sink: Sink<LayerEvent>): Task {
  const process = NAME;
  return {
    name: NAME,
    running: true,
    alive: true,
    enter: (call, socket, args) => {
      if (!sink.on) return 0;
      return sink.emit({ kind: 'call.entered', process, call, ...(socket === undefined ? {} : { socket }), args });
    },
    leave: (entered, call, outcome) => {
      if (sink.on) sink.emit({ kind: 'call.returned', process, call, entered, ...outcome });
    },
    later: () => new Promise(() => {}),
  };
}
