/**
 * `halfopen`: the simulated world, in Node.
 *
 * ```ts
 * import { simulate } from 'halfopen';
 * const world = simulate({ seed: 7 });
 * ```
 */
import { type WorldOptions, withWorldOn } from './kit/with-world.ts';
import { nodePlatform } from './node-platform.ts';
import { type SimulateOptions, simulateOn } from './sim/simulate.ts';
import type { World } from './sim/world.ts';

export type { Json } from './base/json.ts';
export type { WorldOptions } from './kit/with-world.ts';
export type { Cable, ChangeableOptions, CutOptions } from './sim/cable.ts';
export type { CableOptions } from './sim/cable-options.ts';
export type { GatewayOptions } from './sim/gateway.ts';
export type { Host, HostInterface, HostSpawnOptions } from './sim/host.ts';
export type { Ended, RunOptions } from './sim/loop.ts';
export type { HostOptions, InterfaceOptions } from './sim/machine-options.ts';
export type { Router, RouterOptions } from './sim/router.ts';
export type { SimulateOptions } from './sim/simulate.ts';
export type { Switch } from './sim/switch.ts';
export type { CableEnd, RunResult, World, WorldBreak } from './sim/world.ts';
export { type ErrnoCode, SocketError } from './socket/errno.ts';
export type { Exit, Printed, ProcessHandle, SpawnOptions } from './system/process.ts';
export {
  type ChannelLedger,
  defineScenario,
  type Scenario,
  type ScenarioResult,
} from './system/scenario.ts';
export type {
  Datagram,
  DatagramSocket,
  Duration,
  Listener,
  Program,
  Signal,
  Size,
  Socket,
  SocketOptions,
  SocketStatus,
  System,
} from './system/system.ts';
export type { TraceMode } from './trace/recorder.ts';

/**
 * A new, empty world with a virtual clock at 0.
 *
 * @throws TypeError, RangeError naming the option, its value and what is allowed
 */
export function simulate(options: SimulateOptions = {}): World {
  return simulateOn(nodePlatform, options);
}

/**
 * What `body` brings. The world is disposed of when `body` has ended.
 *
 * @throws what `body` throws, after telling on the standard error stream: the seed, what each program was waiting for, the
 *   last calls and faults, where the bytes are that nobody has read, and how to open the trace and to repeat the run
 * @throws TypeError, RangeError for wrong options
 */
export function withWorld<T>(options: WorldOptions, body: (world: World) => Promise<T> | T): Promise<T> {
  return withWorldOn(nodePlatform, options, body);
}
