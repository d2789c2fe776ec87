/** Which channel of a trace a name means: 'B>A' is enough where only one runs that way. */
import type { ChannelLedger } from '../system/scenario.ts';
import type { Words } from './messages.ts';
import { UserError } from './user-error.ts';

/** The channel's full name, 'B:49152>A:7000'. A host's name without a port stands for any port. @throws UserError */
export function findChannel(name: string, ledgers: readonly ChannelLedger[], words: Words): string {
  const known = [...new Set(ledgers.map(({ channel }) => channel))];
  const found = known.filter((channel) => channel === name || isMeant(name, channel));
  const [first, second] = found;
  if (first === undefined || second !== undefined)
    throw new UserError(words.unknownChannel(name, found.length > 0 ? found : known));
  return first;
}

function isMeant(name: string, channel: string): boolean {
  const wanted = name.split(/>|→/);
  const ends = channel.split('>');
  return wanted.length === 2 && wanted.every((end, index) => end === ends[index] || end === ends[index]?.split(':')[0]);
}
