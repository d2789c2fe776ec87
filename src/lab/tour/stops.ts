/** The tour's stops, in the order of the story. */
import type { Stop } from './stop.ts';
import { BREAKS } from './stops-breaks.ts';
import { TRAVEL } from './stops-travel.ts';

export const STOPS: readonly Stop[] = [...TRAVEL, ...BREAKS];
