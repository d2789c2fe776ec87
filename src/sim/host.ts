/**
 * A host as users see it: a computer with interfaces, an operating system, and processes.
 *
 * Calls it: users, through `world.host`.
 */
import { checkKeys, checkName, checkOneOf } from '../base/check.ts';
import { shown } from '../base/decimal.ts';
import { MILLISECOND, type Nanoseconds, parseDuration } from '../base/time.ts';
import { Sysctl } from '../host/sysctl.ts';
import type { SocketOptions } from '../socket/api.ts';
import { defaultSettings, STREAM_OPTIONS, withOptions } from '../socket/options.ts';
import type { ProcessHandle, SpawnOptions } from '../system/process.ts';
import type { Duration, Program } from '../system/system.ts';
import { accountingOf } from '../tcp/accounting.ts';
import { formatAddress, type Prefix, parsePrefix } from '../wire/address.ts';
import { type Fabric, hold } from './fabric.ts';
import type { Machine } from './machine.ts';
import { type CheckedHost, checkInterface, type InterfaceOptions } from './machine-options.ts';
import { Process } from './process.ts';
import { OperatingSystem } from './programs.ts';
import type { Occurrence } from './timeline.ts';

export interface HostSpawnOptions extends SpawnOptions {
  /** When it starts, counted from the world's beginning; default: now. */
  readonly start?: Duration;
}

/** One interface of a host: what a cable can be plugged into. */
export class HostInterface {
  readonly host: string;
  readonly name: string;
  /** The first of its addresses. */
  readonly address: string;
  readonly addresses: readonly string[];

  /** Called by the host only. */
  constructor(host: string, name: string, addresses: readonly string[]) {
    this.host = host;
    this.name = name;
    this.address = addresses[0] ?? '';
    this.addresses = addresses;
  }
}

/** Above those of a system's own services. */
const FIRST_PID = 1000;

const EVERYWHERE = '0.0.0.0/0';

export class Host {
  readonly name: string;
  readonly #fabric: Fabric;
  readonly #machine: Machine;
  /** From one boot to the next. */
  #system: OperatingSystem;
  readonly #processes: Process[] = [];
  readonly #atBoot: { readonly name: string; readonly program: Program; readonly options: SpawnOptions }[] = [];

  /** Called by the world only. */
  constructor(fabric: Fabric, { plan, first, aliases }: CheckedHost) {
    this.name = plan.name;
    this.#fabric = fabric;
    this.#machine = fabric.addMachine(plan, this);
    try {
      fabric.addNic(this.#machine, 'eth0', first.mac, first.addresses);
      fabric.addAliases(this.#machine, aliases);
    } catch (error) {
      fabric.removeMachine(this.#machine, this);
      throw error;
    }
    this.#system = new OperatingSystem(fabric, this.#machine);
    fabric.announce(this.#machine);
  }

  /** Its first address, '10.0.0.1': what its name stands for. */
  get address(): string {
    return this.#fabric.addressOf(this.name) ?? '';
  }

  /** All its addresses: of each interface in its order. */
  get addresses(): readonly string[] {
    return this.#machine.places.flatMap((nic) => nic.addresses.map(({ address }) => formatAddress(address)));
  }

  get powered(): boolean {
    return this.#machine.powered;
  }

  /** All processes that were ever spawned on it, oldest first. */
  get processes(): readonly ProcessHandle[] {
    return this.#processes;
  }

  /** One more interface. @throws RangeError if the name or the address is taken */
  interface(name: string, options: InterfaceOptions): HostInterface {
    const checked = checkName('name', name);
    const { mac, addresses } = checkInterface(options);
    if (this.#machine.places.some((nic) => nic.name === checked)) {
      const names = this.#machine.places.map((nic) => nic.name).join(', ');
      throw new RangeError(`name: '${checked}' is taken; allowed is a name other than ${names}`);
    }
    const handle = new HostInterface(
      this.name,
      checked,
      addresses.map(({ address }) => formatAddress(address)),
    );
    this.#fabric.addNic(this.#machine, checked, mac, addresses, handle);
    return handle;
  }

  /**
   * A route of its own: packets for `prefix` ('10.0.9.0/24', 'default') go to the neighbour `via`, by its address or
   * name. It wins over those that the topology gives.
   */
  route(prefix: string, via: string): void {
    const parsed: Prefix = parsePrefix('prefix', prefix === 'default' ? EVERYWHERE : prefix);
    if (typeof via !== 'string') {
      throw new TypeError(`via: ${shown(via)} is not a text; allowed is a neighbour's address or name`);
    }
    this.#machine.explicitRoutes.push({ prefix: parsed, via });
    this.#fabric.loop.unprepare();
  }

  /**
   * Starts a program as a process of its own.
   *
   * @throws TypeError, RangeError for wrong arguments, or if a process of that name lives on this host
   * @throws Error if the host has no power
   */
  spawn<T>(name: string, program: Program<T>, options: HostSpawnOptions = {}): ProcessHandle<T> {
    const given = checkKeys('options', options, ['start', 'onError']);
    const start = given.start === undefined ? this.#now : parseDuration('options.start', given.start);
    if (start < this.#now) {
      throw new RangeError(
        `options.start: ${shown(given.start)} has passed; allowed is ${this.#now / MILLISECOND} ms or later`,
      );
    }
    const process = this.#make(name, program, checkSpawn(given));
    this.#fabric.timeline.put(start, new Start(this.#fabric, process));
    return process as ProcessHandle<T>;
  }

  /** Starts a program whenever the power comes back, from now on. (The host has power already: `spawn` starts it now.) */
  onBoot(name: string, program: Program, options: SpawnOptions = {}): void {
    const given = checkSpawn(checkKeys('options', options, ['onError']));
    this.#atBoot.push({ name: checkName('name', name), program: checkProgram(program), options: given });
  }

  /**
   * The power goes off: processes, connections and all else in it are gone, and nobody is told. Frames that reach it
   * vanish. Does nothing if it is off.
   */
  powerOff(): void {
    this.#fabric.powerOff(this.#machine, () => {
      for (const process of this.#processes) process.vanish();
    });
  }

  /** The power comes back: a new operating system boots, and the programs of `onBoot` start. Does nothing if it is on. */
  powerOn(): void {
    this.#fabric.powerOn(this.#machine, () => {
      this.#system = new OperatingSystem(this.#fabric, this.#machine);
      for (const { name, program, options } of this.#atBoot) {
        const process = this.#make(name, program, options);
        this.#fabric.timeline.put(this.#now, new Start(this.#fabric, process));
      }
    });
  }

  /**
   * Sets options of the sockets that the newest process of that name has open, from outside of it. Does nothing if it is
   * gone. @throws TypeError, RangeError naming the option, its value and what is allowed
   */
  setOptions(process: string, options: unknown): void {
    const checked = this.checkOptions(options);
    this.#processes.findLast(({ name }) => name === process)?.setOptions(checked);
  }

  /** What `setOptions` would take. @throws TypeError, RangeError naming the option, its value and what is allowed */
  checkOptions(options: unknown): SocketOptions {
    const { profile, sysctl: given, accounting } = this.#machine.plan;
    const sysctl = new Sysctl(profile.sysctl, given);
    const limits = { accounting: accountingOf(accounting), sysctl };
    withOptions(defaultSettings(sysctl), 'options', options, STREAM_OPTIONS, limits);
    return options as SocketOptions;
  }

  /** The calls of its processes that have not returned. */
  waiting(): { readonly process: string; readonly call: string; readonly since: number }[] {
    return this.#processes
      .filter(({ alive }) => alive)
      .flatMap((process) =>
        process.blocked().map(({ call, since }) => ({ process: process.name, call, since: since / MILLISECOND })),
      );
  }

  get #now(): Nanoseconds {
    return this.#fabric.timeline.now();
  }

  #make(name: string, program: Program, options: SpawnOptions): Process {
    const checked = checkName('name', name);
    checkProgram(program);
    if (!this.#machine.powered) throw new Error(`spawn: host '${this.name}' has no power; allowed is powerOn() first`);
    if (this.#processes.some((process) => process.name === checked && process.alive)) {
      throw new RangeError(
        `name: a process '${checked}' lives on host '${this.name}'; allowed is a name that no living process has`,
      );
    }
    const pid = FIRST_PID + this.#processes.length;
    const rng = this.#machine.plan.rng.fork(`process ${pid}`);
    const process = new Process(this.#fabric.programs, this.#system, { name: checked, pid, rng }, program, options);
    this.#processes.push(process);
    hold(process, this.#fabric);
    return process;
  }
}

function checkProgram(program: unknown): Program {
  if (typeof program === 'function') return program as Program;
  throw new TypeError(`program: ${shown(program)} is not a function; allowed is async (os) => { … }`);
}

function checkSpawn({ onError }: Record<string, unknown>): SpawnOptions {
  return onError === undefined ? {} : { onError: checkOneOf('options.onError', onError, ['reject', 'record']) };
}

/** A process begins at its moment. */
class Start implements Occurrence {
  readonly #fabric: Fabric;
  readonly #process: Process;
  /** What led to it: the power came back, for one. */
  readonly #cause: number;

  constructor(fabric: Fabric, process: Process) {
    this.#fabric = fabric;
    this.#process = process;
    this.#cause = fabric.recorder.cause;
  }

  isDue(): boolean {
    return this.#process.alive;
  }

  occur(): void {
    this.#fabric.recorder.cause = this.#cause;
    this.#process.start();
  }
}
