/** The built-in scenarios, in the order of the story: how bytes travel, how a connection breaks, and one real file. */
import type { Json } from '../system/library.ts';
import type { Scenario } from '../system/scenario.ts';
import acknowledged from './acknowledged.ts';
import copy from './copy.ts';
import cutIdle from './cut-idle.ts';
import cutIdleKeepalive from './cut-idle-keepalive.ts';
import cutMended from './cut-mended.ts';
import cutOneWay from './cut-one-way.ts';
import cutSending from './cut-sending.ts';
import datagrams from './datagrams.ts';
import emptyBuffer from './empty-buffer.ts';
import file from './file.ts';
import fullBuffer from './full-buffer.ts';
import fullDuplex from './full-duplex.ts';
import hang from './hang.ts';
import hangHeartbeat from './hang-heartbeat.ts';
import hello from './hello.ts';
import killIdle from './kill-idle.ts';
import killUnread from './kill-unread.ts';
import killUnsent from './kill-unsent.ts';
import killWindows from './kill-windows.ts';
import manyClients from './many-clients.ts';
import noBoundaries from './no-boundaries.ts';
import powerOff from './power-off.ts';
import powerOffKeepalive from './power-off-keepalive.ts';
import powerOffReboot from './power-off-reboot.ts';
import shortBuffer from './short-buffer.ts';
import typing from './typing.ts';
import unplugged from './unplugged.ts';

/** A list holds scenarios of different parameters; a run checks the values it is given against `params` first. */
function listed<P extends Readonly<Record<string, Json>>>(scenario: Scenario<P>): Scenario {
  return scenario as unknown as Scenario;
}

export const SCENARIOS: readonly Scenario[] = [
  listed(hello),
  listed(copy),
  listed(fullBuffer),
  listed(emptyBuffer),
  listed(shortBuffer),
  listed(noBoundaries),
  listed(acknowledged),
  listed(fullDuplex),
  listed(manyClients),
  listed(datagrams),
  listed(cutIdle),
  listed(cutIdleKeepalive),
  listed(cutSending),
  listed(cutMended),
  listed(cutOneWay),
  listed(unplugged),
  listed(powerOff),
  listed(powerOffKeepalive),
  listed(powerOffReboot),
  listed(killIdle),
  listed(killUnread),
  listed(killUnsent),
  listed(killWindows),
  listed(hang),
  listed(hangHeartbeat),
  listed(file),
  listed(typing),
];

/** The scenario of that name, or undefined. */
export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
