/** The built-in scenarios in the groups of the story. */
import { SCENARIOS } from '../../scenarios/index.ts';
import type { Scenario } from '../../system/scenario.ts';
import type { Text } from '../language.ts';
import { WORDS } from './words.ts';

export interface Group {
  readonly title: Text;
  readonly scenarios: readonly Scenario[];
}

const REAL: ReadonlySet<string> = new Set(['file', 'typing']);
/** S18 to S23 are about breaks. */
const FIRST_BREAK = 18;
const LAST_BREAK = 23;

function isBreak({ story }: Scenario): boolean {
  return story.some((id) => Number(id.slice(1)) >= FIRST_BREAK && Number(id.slice(1)) <= LAST_BREAK);
}

export const GROUPS: readonly Group[] = [
  {
    title: WORDS.travel,
    scenarios: SCENARIOS.filter((scenario) => !REAL.has(scenario.name) && !isBreak(scenario)),
  },
  {
    title: WORDS.breaks,
    scenarios: SCENARIOS.filter((scenario) => !REAL.has(scenario.name) && isBreak(scenario)),
  },
  { title: WORDS.real, scenarios: SCENARIOS.filter(({ name }) => REAL.has(name)) },
];
