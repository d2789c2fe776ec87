/**
 * A gateway: a port of a simulated host behind which a real server answers. In the world it is a process as others are,
 * `gateway-5432`: its calls are in the trace, it can be killed and stopped, it goes with the host's power and comes back
 * with it. What it does with the real side is the platform's (`platform.ts`).
 *
 * Calls it: `world.ts`.
 */
import { checkInteger, checkKeys } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import { MILLISECOND, parseDuration } from '../base/time.ts';
import type { Place } from '../socket/descriptor.ts';
import type { ProcessHandle } from '../system/process.ts';
import type { Duration, NonblockingSocket, Program, System } from '../system/system.ts';
import type { Connection } from '../tcp/connection.ts';
import { formatAddress } from '../wire/address.ts';
import type { Fabric } from './fabric.ts';
import type { Host } from './host.ts';
import type { OpenGateway, RealPlace } from './platform.ts';
import type { Waiting } from './real-servers.ts';

export interface GatewayOptions {
  /** The simulated host, or its name. */
  readonly host: Host | string;
  /** Its port. */
  readonly listen: number;
  /** The real server: '127.0.0.1:5432', '[::1]:5432', 'localhost:5432'. */
  readonly to: string;
  /** How long, by the clock on the wall, virtual time stands for an answer at most; default 5 s. */
  readonly patience?: Duration;
  /**
   * How long the real server must have been silent, by the clock on the wall, before virtual time may run ahead of the
   * clock again; default 100 ms.
   */
  readonly settle?: Duration;
}

const PATIENCE: Duration = '5s';
const SETTLE: Duration = '100ms';

interface Checked {
  readonly host: Host;
  readonly listen: number;
  readonly to: RealPlace;
  readonly waiting: Waiting;
}

/** The gateways of one world. */
export class Gateways {
  readonly #fabric: Fabric;
  /** What starts when the power of a host comes back, by host and port: the newest gateway of that port. */
  readonly #atBoot = new Map<string, Program>();
  readonly #open = new Set<OpenGateway>();

  constructor(fabric: Fabric) {
    this.#fabric = fabric;
  }

  /** @throws TypeError, RangeError for wrong options; Error where there are no real servers to be had */
  add(options: unknown, hosts: readonly Host[]): ProcessHandle {
    const { host, listen, to, waiting } = check(options, hosts);
    const make = this.#fabric.platform.gateway;
    if (make === undefined) {
      throw new Error('gateway: no real server can be reached from here; allowed is a world in Node');
    }
    const name = `gateway-${listen}`;
    const program: Program = async (os) => {
      const open = make({ listen, to, watch: (near, silent) => this.#watch(host, near, waiting, silent) });
      this.#open.add(open);
      this.#whenGone(host, os, open);
      await open.serve(os);
    };
    const process = host.spawn(name, program);
    const place = `${host.name} ${listen}`;
    if (!this.#atBoot.has(place)) {
      host.onBoot(name, async (os) => this.#atBoot.get(place)?.(os));
    }
    this.#atBoot.set(place, program);
    return process;
  }

  /** Closes all that is open in the real system; settles when it is closed. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((open) => open.close()));
  }

  /** Killed, without power, or ended by an error: nobody holds the real connections any more. */
  #whenGone(host: Host, os: System, open: OpenGateway): void {
    const own = host.processes.findLast(({ name }) => name === os.process);
    void own?.exited.then(async () => {
      await open.close();
      this.#open.delete(open);
    });
  }

  #watch(host: Host, near: NonblockingSocket, waiting: Waiting, silent: () => void) {
    const { local, remote } = near;
    let found: Connection | undefined;
    const peer = (): Connection | undefined => {
      if (found === undefined || found.state === 'CLOSED') found = this.#connection(remote, local);
      return found;
    };
    const onSilence = () => {
      if (host.powered) silent();
    };
    return this.#fabric.realServers.watch(waiting, peer, onSilence);
  }

  /** The simulated connection between those two ends; undefined: there is none. */
  #connection(from: Place | undefined, to: Place | undefined): Connection | undefined {
    for (const machine of this.#fabric.machines.values()) {
      for (const connection of machine.stack?.connections() ?? []) {
        const { local, remote, state } = connection;
        if (state !== 'CLOSED' && isAt(local, from) && isAt(remote, to)) return connection;
      }
    }
    return undefined;
  }
}

function isAt(end: Connection['local'], place: Place | undefined): boolean {
  return end.port === place?.port && formatAddress(end.address) === place.address;
}

function check(options: unknown, hosts: readonly Host[]): Checked {
  const given = checkKeys('options', options, ['host', 'listen', 'to', 'patience', 'settle']);
  const host = hosts.find((one) => one === given.host || one.name === given.host);
  if (host === undefined) {
    const what = typeof given.host === 'string' ? shown(given.host) : 'this value';
    const known = hosts.map(({ name }) => name).join(', ');
    throw new TypeError(`options.host: ${what} is no host of this world; allowed is one of its hosts (${known})`);
  }
  const waiting = {
    patience: parseDuration('options.patience', given.patience ?? PATIENCE) / MILLISECOND,
    settle: parseDuration('options.settle', given.settle ?? SETTLE) / MILLISECOND,
  };
  return { host, listen: checkInteger('options.listen', given.listen, 1, 65_535), to: placeOf(given.to), waiting };
}

/** '127.0.0.1:5432', '[::1]:5432', 'localhost:5432'. */
function placeOf(to: unknown): RealPlace {
  const parts = typeof to === 'string' ? /^(?:\[([^\]]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(to) : null;
  const port = Number(parts?.[3]);
  const host = parts?.[1] ?? parts?.[2];
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw new TypeError(
    `options.to: ${shown(to)} is no real server's place; allowed is its address and its port, '127.0.0.1:5432' or '[::1]:5432'`,
  );
}
