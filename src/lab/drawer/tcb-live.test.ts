/**
 * The TCBs that are folded from a trace, held against those of the stack that made it: at each arrival of a frame and
 * each timer, of every end of every scenario. What the fold does not know it must leave out.
 */
import { expect, test } from 'vitest';
import type { Json } from '../../base/json.ts';
import { NEVER } from '../../base/time.ts';
import { nodePlatform } from '../../node-platform.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { fabricOf } from '../../sim/fabric.ts';
import { checkParams } from '../../sim/scenario-run.ts';
import { Stage } from '../../sim/scenario-stage.ts';
import { simulateOn } from '../../sim/simulate.ts';
import type { World } from '../../sim/world.ts';
import type { Scenario } from '../../system/scenario.ts';
import type { Tcb } from '../../tcp/tcb.ts';
import { TIMERS } from '../../tcp/timers.ts';
import type { Event } from '../../trace/event.ts';
import { Checkpoints } from '../stage/checkpoints.ts';
import { RecordingIndex } from '../stage/recording.ts';
import type { End } from './tcb-end.ts';
import { channelOf, effectiveMss, figuresOf } from './tcb-figures.ts';
import { TcbFold } from './tcb-fold.ts';

type Values = Readonly<Record<string, number | string | undefined>>;

/** As `tcb-figures.ts` names them. What the stack has not yet learnt is undefined. */
function heldBy(tcb: Tcb): Values {
  const { snd, rcv, rto, congestion, state } = tcb;
  const hasPeer = state !== 'SYN-SENT';
  const deadlines = TIMERS.map((name) => [name, tcb.timers.at(name)] as const);
  return {
    state,
    'SND.UNA': snd.una,
    'SND.NXT': snd.nxt,
    'SND.WND': hasPeer ? snd.wnd : undefined,
    'SND.UP': snd.urgent ? snd.up : undefined,
    'SND.WL1': hasPeer ? snd.wl1 : undefined,
    'SND.WL2': hasPeer && state !== 'SYN-RECEIVED' ? snd.wl2 : undefined,
    ISS: snd.iss,
    'RCV.NXT': hasPeer ? rcv.nxt : undefined,
    'RCV.WND': rcv.wnd,
    'RCV.UP': rcv.urgent ? rcv.up : undefined,
    IRS: hasPeer ? rcv.irs : undefined,
    'Eff.snd.MSS': tcb.effectiveMss,
    SRTT: rto.srtt === 0 ? undefined : rto.srtt,
    RTTVAR: rto.srtt === 0 ? undefined : rto.rttvar,
    RTO: rto.value,
    cwnd: congestion.cwnd === 0 ? undefined : congestion.cwnd,
    ssthresh: congestion.ssthresh,
    retransmitted: tcb.totalRetransmits,
    ...Object.fromEntries(deadlines.map(([name, at]) => [name, at === NEVER ? undefined : at])),
  };
}

function foldedOf(end: End, stage: ReturnType<Checkpoints['at']>, accounting: 'linux' | 'payload'): Values {
  const { channels } = stage;
  const [sends, receives] = [channelOf(channels, end.local, end.remote), channelOf(channels, end.remote, end.local)];
  const figures = Object.entries(figuresOf(end, sends, receives)).map(
    ([name, value]) => [name, typeof value === 'object' ? value.number : value] as const,
  );
  return {
    ...Object.fromEntries(figures),
    state: end.state,
    'Eff.snd.MSS': effectiveMss(end, accounting),
    SRTT: end.rtt?.srtt,
    RTTVAR: end.rtt?.rttvar,
    RTO: end.rtt?.rto,
    cwnd: end.congestion?.cwnd,
    ssthresh: end.congestion?.ssthresh,
    retransmitted: end.retransmitted,
    ...end.deadlines,
  };
}

/** Between two moments nothing is half done: then the live TCBs are those after all events before. */
class Comparison {
  readonly events: Event[] = [];
  readonly differences: string[] = [];
  /** How often each figure was known to both. */
  readonly compared = new Map<string, number>();
  #world: World | undefined;
  readonly #fold = new TcbFold();
  readonly #index = new RecordingIndex({ events: this.events });
  readonly #checkpoints = new Checkpoints(this.#index);

  begin(world: World): void {
    this.#world = world;
  }

  take(event: Event): void {
    const isLater = event.at > (this.events.at(-1)?.at ?? 0);
    if (isLater && (event.kind === 'frame.delivered' || event.kind === 'tcp.timer')) this.#compare(event);
    this.events.push(event);
    this.#fold.apply(event, this.events.length - 1);
  }

  #compare(at: Event): void {
    if (this.#world === undefined) return;
    this.#index.grow();
    const stage = this.#checkpoints.at(this.events.length);
    for (const { name, stack } of fabricOf(this.#world).machines.values()) {
      for (const { tcb } of stack?.connections() ?? []) {
        const end = this.#fold.ends.findLast(({ host, connection }) => host === name && connection === tcb.id);
        // Its own timer is already off when it says so.
        if (end === undefined || (at.kind === 'tcp.timer' && at.host === name && at.connection === tcb.id)) continue;
        this.#hold(heldBy(tcb), foldedOf(end, stage, tcb.environment.accounting.name), `${name} ${tcb.id} #${at.n}`);
      }
    }
  }

  #hold(live: Values, folded: Values, where: string): void {
    for (const name of new Set([...Object.keys(live), ...Object.keys(folded)])) {
      const [is, told] = [live[name], folded[name]];
      const isTimer = TIMERS.some((timer) => timer === name);
      if (told !== undefined) this.compared.set(name, (this.compared.get(name) ?? 0) + 1);
      // A timer that is not told of is one that is not set.
      if (is !== told && (told !== undefined || isTimer)) this.differences.push(`${where} ${name}: ${told}, is ${is}`);
    }
  }
}

async function compare(scenario: Scenario<Record<string, Json>>, seed: number): Promise<Comparison> {
  const comparison = new Comparison();
  const world = simulateOn(nodePlatform, { seed, trace: 'events' }, (event) => comparison.take(event));
  comparison.begin(world);
  const stage = new Stage(world, scenario, checkParams(scenario, {}));
  stage.planFaults(undefined);
  stage.startPrograms();
  await world.run(scenario.runFor === undefined ? {} : { for: scenario.runFor });
  return comparison;
}

const scenarios: readonly Scenario<Record<string, Json>>[] = SCENARIOS;

const known = new Map<string, number>();

const runs = scenarios.flatMap((scenario) => [1, 2].map((seed) => [scenario.name, seed, scenario] as const));

test.each(runs)('%s, seed %i', async (_name, seed, scenario) => {
  const { differences, compared } = await compare(scenario, seed);
  for (const [figure, count] of compared) known.set(figure, (known.get(figure) ?? 0) + count);
  expect(differences.slice(0, 5)).toEqual([]);
});

test('each figure and each timer was compared; no scenario has urgent bytes', () => {
  const rare = [...known].filter(([, count]) => count < 5);
  expect(rare).toEqual([]);
  expect([...known.keys()].sort()).toEqual(
    [
      ...TIMERS,
      ...['SND.UNA', 'SND.NXT', 'SND.WND', 'SND.WL1', 'SND.WL2', 'ISS', 'RCV.NXT', 'RCV.WND', 'IRS', 'Eff.snd.MSS'],
      ...['SRTT', 'RTTVAR', 'RTO', 'cwnd', 'ssthresh', 'retransmitted', 'state'],
    ].sort(),
  );
});
