import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../base/json.ts';
import { nodePlatform } from '../node-platform.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { runScenario } from '../sim/scenario-run.ts';
import type { Scenario } from '../system/scenario.ts';
import type { Event } from './event.ts';
import { LedgerFold } from './ledger.ts';
import { BreakWatch } from './noticed.ts';

const NAMES = ['hello', 'cut-mended', 'kill-unread', 'power-off-reboot', 'full-duplex'];
const scenarios: readonly Scenario<Record<string, Json>>[] = SCENARIOS;

async function eventsOf(name: string): Promise<readonly Event[]> {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario '${name}'`);
  const { world } = await runScenario(nodePlatform, scenario, { seed: 1 });
  return world.trace.events;
}

test.each(NAMES)('%s: a copy of the folds goes on as the original does, and leaves it alone', async (name) => {
  const events = await eventsOf(name);
  fc.assert(
    fc.property(fc.nat(events.length), (at) => {
      const [ledger, watch] = [new LedgerFold(), new BreakWatch()];
      for (const event of events.slice(0, at)) {
        ledger.apply(event);
        watch.apply(event);
      }
      const before = [ledger.channels(), watch.breaks()];
      const [ledgerCopy, watchCopy] = [ledger.clone(), watch.clone()];
      expect([ledgerCopy.channels(), watchCopy.breaks()]).toEqual(before);
      for (const event of events.slice(at)) {
        ledgerCopy.apply(event);
        watchCopy.apply(event);
      }
      expect([ledger.channels(), watch.breaks()]).toEqual(before);
      for (const event of events.slice(at)) {
        ledger.apply(event);
        watch.apply(event);
      }
      expect([ledger.channels(), watch.breaks()]).toEqual([ledgerCopy.channels(), watchCopy.breaks()]);
    }),
    { numRuns: 20 },
  );
});
