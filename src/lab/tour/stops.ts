/** The tour's stops, in the order of the story. */
import type { Stop } from './stop.ts';
import { BREAKS } from './stops-breaks.ts';
import { BYTES } from './stops-bytes.ts';
import { SOCKETS } from './stops-sockets.ts';

export const STOPS: readonly Stop[] = [...SOCKETS, ...BYTES, ...BREAKS];
