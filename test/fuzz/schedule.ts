/**
 * A random world from one seed: hosts on a LAN, behind a switch or behind routers, cables that lose, reorder, duplicate
 * and corrupt, programs that send known bytes, and a plan of cuts, kills, stops and power failures. It runs with the
 * invariants checked after each event, and the bytes that come out are held against those that went in.
 */

import type { Json } from '../../src/base/json.ts';
import type { Cable, CableOptions, Host, ProcessHandle, Router, Switch, World } from '../../src/index.ts';
import { checkInvariants } from '../../src/sim/invariants.ts';
import type { Platform } from '../../src/sim/platform.ts';
import { simulateOn } from '../../src/sim/simulate.ts';
import type { ChannelLedger } from '../../src/system/scenario.ts';
import { LedgerFold } from '../../src/trace/ledger.ts';
import { Chance } from './chance.ts';
import { checkFrames } from './frames.ts';
import { type Amounts, client, Ledger, server, Violation } from './programs.ts';

export interface Outcome {
  readonly events: number;
  /** SHA-256 of the trace; '' if it was off. */
  readonly hash: string;
  /** How many bytes programs read. */
  readonly read: number;
  /** For people: what kind of world it was, and how it ended. */
  readonly text: string;
}

export interface ScheduleOptions {
  readonly trace?: 'off' | 'hash' | 'events' | 'frames';
  /** How many events one world may have. */
  readonly events?: number;
  /** A small world has the same kinds of everything and less of it, so that there are ten thousand in a minute. */
  readonly size?: Size;
}

export type Size = 'small' | 'large';

interface Scale {
  readonly events: number;
  /** Faults begin and end in twice this much virtual time; then the world goes on for as long as the run says. */
  readonly troubleMs: number;
  readonly amounts: Amounts;
}

const SCALES: { readonly [size in Size]: Scale } = {
  small: { events: 3000, troubleMs: 4000, amounts: { streams: [0, 1, 100, 2000, 12_000], calls: 10, visits: 1 } },
  large: {
    events: 40_000,
    troubleMs: 30_000,
    amounts: { streams: [0, 1, 100, 5000, 60_000, 300_000], calls: 200, visits: 3 },
  },
};

interface Plan {
  readonly world: World;
  readonly hosts: readonly Host[];
  readonly cables: readonly Cable[];
  readonly kind: string;
}

/** @throws what was violated: an invariant, or the promise of TCP that what arrives is what was sent */
export async function runSchedule(platform: Platform, seed: number, options: ScheduleOptions = {}): Promise<Outcome> {
  const { trace = 'off', size = 'large', events: limit = SCALES[size].events } = options;
  const { amounts, troubleMs } = SCALES[size];
  const chance = new Chance(seed, 'schedule');
  const plan = build(platform, seed, trace, chance);
  const ledger = new Ledger();
  const { world } = plan;
  const processes = populate(plan, seed, ledger, amounts);
  const acts = trouble(plan, chance, processes, troubleMs);
  let events = 0;
  const { ended } = await world.run({
    for: '1h',
    limit: { events: limit },
    until: () => {
      events += 1;
      if (ledger.violations.length > 0) throw ledger.violations[0];
      checkInvariants(world);
      return false;
    },
  });
  if (trace === 'frames') {
    checkFrames(world, new Set(plan.hosts.map(({ name }) => name)));
    checkLedgers(world);
  }
  const read = ledger.streams.reduce((sum, stream) => sum + stream.read, 0);
  const text = `${plan.kind}, ${acts.join(' ')}: ${events} events, ${read} bytes read, ended by ${ended} at ${world.now} ms`;
  return { events, hash: trace === 'off' ? '' : world.trace.hash(), read, text };
}

/**
 * The ledger read off the sockets, and the one folded from calls and frames, must say the same; but that a segment which
 * its own host could not put onto a cable counts as sent for TCP.
 */
function checkLedgers(world: World): void {
  const lives = world.ledger();
  const folds = LedgerFold.at(world.trace.events, world.now);
  const names = (ledgers: readonly ChannelLedger[]) => ledgers.map(({ channel }) => channel).join(' ');
  if (names(lives) !== names(folds)) {
    throw new Violation(`the channels are ${names(lives)} by the sockets, ${names(folds)} by the trace`);
  }
  for (const [i, live] of lives.entries()) {
    const fold = folds[i];
    const differs = (figure: string, one: Json | undefined, other: Json | undefined) => {
      const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
      if (a !== b) throw new Violation(`channel ${live.channel}: ${figure} is ${a} by the sockets, ${b} by the trace`);
    };
    for (const figure of ['requested', 'written', 'sent', 'acknowledged', 'received', 'read', 'outOfOrder'] as const) {
      if (figure === 'sent' && (live.sent ?? 0) > (fold?.sent ?? 0)) continue;
      differs(figure, live[figure], fold?.[figure]);
    }
    differs('discarded', lost(live), fold && lost(fold));
  }
}

function lost({ discarded }: ChannelLedger): string[] {
  return discarded.map(({ where, bytes }) => `${where} ${bytes}`);
}

// ---- what it is made of ----

const IPV4 = { first: '10.0.0.1', second: '10.0.0.2', third: '10.0.0.3', far: '10.0.1.2' };
const IPV6: typeof IPV4 = { first: 'fd00::1', second: 'fd00::2', third: 'fd00::3', far: 'fd00:0:0:1::2' };

function build(platform: Platform, seed: number, trace: 'off' | 'hash' | 'events' | 'frames', chance: Chance): Plan {
  const world = simulateOn(platform, { seed, trace });
  const shape = chance.of(['cable', 'switch', 'router', 'routers', 'ring']);
  const ipv6 = chance.is(0.25);
  const kind = `${shape} ${ipv6 ? 'IPv6' : 'IPv4'}`;
  const addresses = ipv6 ? IPV6 : IPV4;
  const host = (name: string, address: keyof typeof IPV4) =>
    world.host(name, {
      address: addresses[address],
      profile: chance.of(['linux', 'linux', 'windows', 'rfc']),
      accounting: chance.of(['linux', 'linux', 'payload']),
      sysctl: settings(chance),
    });
  const cables: Cable[] = [];
  // Two damages on one way could undo each other in the checksum; so only one cable corrupts.
  let mayCorrupt = true;
  const mtu = chance.of([ipv6 ? 1280 : 576, 1500, 1500, 9000]);
  const cable = (a: Host | Router | Switch, b: Host | Router | Switch) => {
    const faults = cableOptions(chance, mayCorrupt);
    mayCorrupt &&= faults.corrupt === undefined;
    // Behind a router MTUs may differ: the path's is found out.
    const own = shape === 'cable' || shape === 'switch' ? mtu : chance.of([mtu, mtu, ipv6 ? 1280 : 600]);
    cables.push(world.cable(a, b, { ...faults, mtu: own }));
  };
  const a = host('A', 'first');
  if (shape === 'cable') {
    const b = host('B', 'second');
    cable(a, b);
    return { world, hosts: [a, b], cables, kind };
  }
  if (shape === 'switch') {
    const hosts = [a, host('B', 'second'), host('C', 'third')];
    const lan = world.switch('S');
    for (const one of hosts) cable(one, lan);
    return { world, hosts, cables, kind };
  }
  const b = host('B', 'far');
  const r = world.router('R', chance.is(0.1) ? { forgetIdle: '20s' } : {});
  cable(a, r);
  if (shape === 'router') {
    cable(r, b);
    return { world, hosts: [a, b], cables, kind };
  }
  const q = world.router('Q');
  cable(r, q);
  if (shape === 'ring') {
    const p = world.router('P');
    cable(q, p);
    cable(p, r);
  }
  cable(q, b);
  return { world, hosts: [a, b], cables, kind };
}

/** What a host may be set to that changes which parts of the stack are at work. */
function settings(chance: Chance): Record<string, number> {
  const off = (name: string, value = 0) => (chance.is(0.2) ? { [`net.ipv4.${name}`]: value } : {});
  return {
    ...off('tcp_sack'),
    ...off('tcp_timestamps'),
    ...off('tcp_window_scaling'),
    ...off('tcp_early_retrans'),
    ...off('tcp_slow_start_after_idle'),
    ...off('tcp_tw_reuse', 1),
    ...off('tcp_retries2', 4),
    ...off('tcp_abort_on_overflow', 1),
  };
}

function cableOptions(chance: Chance, mayCorrupt: boolean): CableOptions {
  const corrupt = mayCorrupt ? chance.rate(0.05) : 0;
  return {
    delay: chance.of(['0ms', '20us', '1ms', '10ms', '100ms']),
    ...(chance.is(0.5)
      ? { rate: chance.of(['500kbit/s', '10Mbit/s', '1Gbit/s']), queue: chance.of([3, 20, 1000]) }
      : {}),
    loss: chance.rate(0.15),
    reorder: chance.rate(0.3),
    duplicate: chance.rate(0.1),
    ...(corrupt > 0 ? { corrupt } : {}),
    ...(mayCorrupt && chance.is(0.2) ? { checksums: 'offloaded' } : {}),
  };
}

function populate({ hosts }: Plan, seed: number, ledger: Ledger, amounts: Amounts): ProcessHandle[] {
  const processes: ProcessHandle[] = [];
  for (const [index, host] of hosts.entries()) {
    // Programs draw from streams of their own: what they draw depends on what arrives.
    const main = server(new Chance(seed, `server ${index}`), ledger, amounts);
    processes.push(host.spawn('server', main));
    host.onBoot('server', main);
    const others = hosts.filter((other) => other !== host);
    for (const [nth, other] of others.entries()) {
      const chance = new Chance(seed, `client ${index} ${nth}`);
      const name = `client${nth}`;
      processes.push(host.spawn(name, client(other.name, chance, ledger, amounts), { start: chance.from(0, 2000) }));
    }
  }
  return processes;
}

// ---- what is done to it ----

/** Puts the acts into the world's time; answers their names for people. */
function trouble(
  { world, hosts, cables }: Plan,
  chance: Chance,
  processes: readonly ProcessHandle[],
  withinMs: number,
): string[] {
  const names: string[] = [];
  const at = (ms: number, name: string, act: () => void) => {
    names.push(`${name}@${ms}`);
    world.at(ms, act);
  };
  for (let count = chance.from(0, 6); count > 0; count--) {
    const when = chance.from(0, withinMs);
    const until = when + chance.from(0, withinMs);
    const cable = cables[chance.from(0, cables.length - 1)];
    const host = hosts[chance.from(0, hosts.length - 1)];
    const process = processes[chance.from(0, processes.length - 1)];
    if (cable === undefined || host === undefined || process === undefined) throw new Error('a world has all of them');
    switch (chance.of(['cut', 'cut', 'power', 'kill', 'stop', 'set'])) {
      case 'cut': {
        const direction = chance.of([undefined, 'a-to-b', 'b-to-a'] as const);
        const carrier = chance.of(['kept', 'kept', 'lost'] as const);
        at(when, 'cut', () => cable.cut({ carrier, ...(direction === undefined ? {} : { direction }) }));
        at(until, 'mend', () => cable.mend());
        break;
      }
      case 'power':
        at(when, 'power-off', () => host.powered && host.powerOff());
        at(until, 'power-on', () => host.powered || host.powerOn());
        break;
      case 'kill':
        at(when, 'kill', () => process.kill());
        break;
      case 'stop':
        at(when, 'stop', () => process.stop());
        at(until, 'cont', () => process.cont());
        break;
      case 'set': {
        const loss = chance.rate(0.5);
        const delay = chance.from(0, 300);
        at(when, 'set', () => cable.set({ loss, delay }));
        break;
      }
    }
  }
  return names;
}
