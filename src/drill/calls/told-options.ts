/**
 * Options that a script can only ask for, and those that are more than one number: TCP_INFO, SO_LINGER, the time-outs.
 *
 *     getsockopt(4, SOL_TCP, TCP_INFO, {tcpi_state=1, tcpi_unacked=0}, [...]) = 0
 *
 * Source: socket(7), ip(7), tcp(7). Calls it: `options.ts`.
 */
import { MILLISECOND, SECOND } from '../../base/time.ts';
import { tcpInfoOf } from '../../socket/tcp-info.ts';
import { CONSTANTS } from '../constants.ts';
import type { SocketEntry } from '../descriptors.ts';
import { type Expression, ScriptError } from '../script.ts';
import { numberOf } from '../value.ts';
import type { Answer, CallContext } from './attempt.ts';

/** The fields of an option, in the order of its structure; undefined: it is no structure that is known here. */
export function fieldsOf(entry: SocketEntry, name: string, context: CallContext): Record<string, number> | undefined {
  const { socket } = entry;
  switch (name) {
    case 'TCP_INFO': {
      const { connection } = socket;
      return connection === undefined ? { tcpi_state: closedState(entry) } : tcpInfoOf(connection, context.now());
    }
    case 'SO_LINGER': {
      const told = new Map(Object.entries(socket.getOption('SO_LINGER') ?? {}));
      const linger = (Number(told.get('linger')) * MILLISECOND) / SECOND;
      return { onoff: Number(told.get('onoff')), linger: Math.floor(linger) };
    }
    case 'SO_RCVTIMEO':
      return timeOf(entry.receiveTimeout);
    case 'SO_SNDTIMEO':
      return timeOf(entry.sendTimeout);
    default:
      return undefined;
  }
}

function closedState({ listens }: SocketEntry): number {
  return CONSTANTS[listens ? 'TCP_LISTEN' : 'TCP_CLOSE'] ?? 0;
}

function timeOf(time: number): Record<string, number> {
  return { tv_sec: Math.floor(time / SECOND), tv_usec: Math.floor((time % SECOND) / 1000) };
}

/** Do the fields that the script names have what it says? Without names they come in the structure's order. */
export function comparedFields(
  expected: Expression | undefined,
  got: Readonly<Record<string, number>>,
  line: number,
): Answer {
  const given = expected?.kind === 'struct' ? expected.fields : [];
  const order = Object.keys(got);
  for (const [index, { name, value }] of given.entries()) {
    const field = (name ?? order[index] ?? '').replace(/^l_/, '');
    const told = got[field];
    if (told === undefined)
      throw new ScriptError(line, `getsockopt: ${field} is not known; allowed are ${order.join(', ')}`);
    const wanted = numberOf(value, line);
    if (wanted !== undefined && wanted !== told)
      return { result: 0, wrong: `the value of ${field} is ${told}, not ${wanted}` };
  }
  return { result: 0 };
}

/** Numbers that follow from what the socket is. */
export function factOf({ socket }: SocketEntry, name: string): number | string | undefined {
  const isSix = socket.local?.address.includes(':') === true;
  switch (name) {
    case 'SO_TYPE':
      return CONSTANTS['SOCK_STREAM'];
    case 'SO_ACCEPTCONN': {
      const listens = socket.getOption('SO_ACCEPTCONN');
      return typeof listens === 'string' ? listens : Number(listens);
    }
    case 'SO_DOMAIN':
      return CONSTANTS[isSix ? 'AF_INET6' : 'AF_INET'];
    case 'SO_PROTOCOL':
      return CONSTANTS['IPPROTO_TCP'];
    case 'IP_MTU': {
      const { connection } = socket;
      return connection?.tcb.environment.mtu(connection.tcb.remote.address) ?? 'ENOTCONN';
    }
    default:
      return undefined;
  }
}
