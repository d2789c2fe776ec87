/** A connection brought to each of the eleven states by a script, with nothing under way. */
import { STATES, type State } from '../../src/tcp/state.ts';
import { OneEnd, type OneEndOptions } from './one-end.ts';

/** SYN-RECEIVED is reached on two ways, which differ (MUST-11). */
export type Situation = State | 'SYN-RECEIVED (active)';

export const SITUATIONS: readonly Situation[] = [...STATES, 'SYN-RECEIVED (active)'];

/** The states of 3.10.7.4 in which the connection is synchronized. */
export const SYNCHRONIZED = [
  'ESTABLISHED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'CLOSE-WAIT',
  'CLOSING',
  'LAST-ACK',
  'TIME-WAIT',
] as const satisfies readonly State[];

export function inState(situation: Situation, options: OneEndOptions = {}): OneEnd {
  const end = REACH[situation](options);
  end.take();
  return end;
}

/** RCV.NXT there, counted from IRS: the peer's FIN has come or not. */
export function rcvNxtIn(situation: Situation): number {
  const after = ['CLOSE-WAIT', 'CLOSING', 'LAST-ACK', 'TIME-WAIT'];
  return after.includes(situation) ? 2 : 1;
}

/** SND.NXT there, counted from ISS: our FIN has left or not. */
export function sndNxtIn(situation: Situation): number {
  const after = ['FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSING', 'LAST-ACK', 'TIME-WAIT'];
  return after.includes(situation) ? 2 : 1;
}

type Reach = (options: OneEndOptions) => OneEnd;

const REACH: { readonly [situation in Situation]: Reach } = {
  CLOSED: (options) => {
    const end = OneEnd.established(options);
    end.call((tcp) => tcp.abort(end.now));
    return end;
  },
  LISTEN: (options) => new OneEnd(options),
  'SYN-SENT': (options) => OneEnd.opened(options),
  'SYN-RECEIVED': (options) => {
    const end = new OneEnd(options);
    end.arrive(`S 0:0(0) win ${options.window ?? 65_535} <${options.peer ?? 'mss 1000'}>`);
    return end;
  },
  'SYN-RECEIVED (active)': (options) => {
    const end = OneEnd.opened(options);
    end.arrive(`S 0:0(0) win ${options.window ?? 65_535} <${options.peer ?? 'mss 1000'}>`);
    return end;
  },
  ESTABLISHED: (options) => OneEnd.established(options),
  'FIN-WAIT-1': (options) => {
    const end = OneEnd.established(options);
    end.call((tcp) => tcp.shutdownWrite(end.now));
    return end;
  },
  'FIN-WAIT-2': (options) => {
    const end = inState('FIN-WAIT-1', options);
    end.arrive('. 1:1(0) ack 2');
    return end;
  },
  'CLOSE-WAIT': (options) => {
    const end = OneEnd.established(options);
    end.arrive('F. 1:1(0) ack 1');
    end.run(0); // the program has had its turn, and did nothing: the ACK leaves
    return end;
  },
  CLOSING: (options) => {
    const end = inState('FIN-WAIT-1', options);
    end.arrive('F. 1:1(0) ack 1');
    return end;
  },
  'LAST-ACK': (options) => {
    const end = inState('CLOSE-WAIT', options);
    end.call((tcp) => tcp.shutdownWrite(end.now));
    return end;
  },
  'TIME-WAIT': (options) => {
    const end = inState('FIN-WAIT-2', options);
    end.arrive('F. 1:1(0) ack 2');
    return end;
  },
};
