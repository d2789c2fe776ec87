/**
 * The state diagram of RFC 9293, 3.3.2, figure 5, as data: where each state stands, and the ways between them.
 *
 *                               CLOSED
 *                               LISTEN
 *                 SYN-RECEIVED          SYN-SENT
 *                            ESTABLISHED
 *                   FIN-WAIT-1       CLOSE-WAIT
 *            FIN-WAIT-2    CLOSING    LAST-ACK
 *                   TIME-WAIT   CLOSED
 *
 * Note 2 of the figure leaves out FIN-WAIT-1 → TIME-WAIT; it is here. Left out: RST, timeout and ABORT, which lead from
 * anywhere to CLOSED (note 3). A recording's socket that a listening one has made begins at LISTEN in the figure, and
 * at CLOSED in the trace: `stepOf` knows. Calls it: `state-diagram.tsx`.
 */
import type { State } from '../../tcp/state.ts';

/** As the figure has it, CLOSED stands in it twice: where all begins, and where all ends. */
export type Box = State | 'CLOSED-end';

export const WIDTH = 360;
export const HEIGHT = 500;
export const BOX = { width: 96, height: 24 } as const;

/** Middles of the boxes. */
export const BOXES: Readonly<Record<Box, readonly [x: number, y: number]>> = {
  CLOSED: [180, 24],
  LISTEN: [180, 98],
  'SYN-RECEIVED': [62, 172],
  'SYN-SENT': [298, 172],
  ESTABLISHED: [180, 246],
  'FIN-WAIT-1': [92, 320],
  'CLOSE-WAIT': [298, 320],
  'FIN-WAIT-2': [50, 398],
  CLOSING: [190, 398],
  'LAST-ACK': [298, 398],
  'TIME-WAIT': [126, 472],
  'CLOSED-end': [298, 472],
};

export interface Step {
  readonly from: Box;
  readonly to: Box;
  /** What happens, and what is done, in the figure's words. */
  readonly label: readonly string[];
  /** Where the label's middle stands. */
  readonly at: readonly [x: number, y: number];
  /** The line is moved so far to the side, where another goes the other way. */
  readonly aside?: number;
}

export const STEPS: readonly Step[] = [
  { from: 'CLOSED', to: 'LISTEN', label: ['passive OPEN'], at: [138, 64], aside: 8 },
  { from: 'LISTEN', to: 'CLOSED', label: ['CLOSE'], at: [212, 64], aside: 8 },
  { from: 'CLOSED', to: 'SYN-SENT', label: ['active OPEN', 'snd SYN'], at: [300, 76], aside: -5 },
  { from: 'SYN-SENT', to: 'CLOSED', label: ['CLOSE'], at: [264, 120], aside: -5 },
  { from: 'LISTEN', to: 'SYN-RECEIVED', label: ['rcv SYN', 'snd SYN,ACK'], at: [70, 126], aside: 5 },
  { from: 'SYN-RECEIVED', to: 'LISTEN', label: ['rcv RST'], at: [152, 150], aside: 5 },
  { from: 'LISTEN', to: 'SYN-SENT', label: ['SEND'], at: [222, 148] },
  { from: 'SYN-SENT', to: 'SYN-RECEIVED', label: ['rcv SYN, snd SYN,ACK'], at: [180, 172] },
  { from: 'SYN-RECEIVED', to: 'ESTABLISHED', label: ['rcv ACK of SYN'], at: [80, 222] },
  { from: 'SYN-SENT', to: 'ESTABLISHED', label: ['rcv SYN,ACK', 'snd ACK'], at: [286, 212] },
  { from: 'SYN-RECEIVED', to: 'FIN-WAIT-1', label: ['CLOSE', 'snd FIN'], at: [46, 250] },
  { from: 'ESTABLISHED', to: 'FIN-WAIT-1', label: ['CLOSE', 'snd FIN'], at: [102, 280] },
  { from: 'ESTABLISHED', to: 'CLOSE-WAIT', label: ['rcv FIN', 'snd ACK'], at: [284, 276] },
  { from: 'FIN-WAIT-1', to: 'FIN-WAIT-2', label: ['rcv ACK of FIN'], at: [36, 358] },
  { from: 'FIN-WAIT-1', to: 'CLOSING', label: ['rcv FIN', 'snd ACK'], at: [172, 354] },
  { from: 'FIN-WAIT-1', to: 'TIME-WAIT', label: [], at: [0, 0] },
  { from: 'CLOSE-WAIT', to: 'LAST-ACK', label: ['CLOSE', 'snd FIN'], at: [298, 362] },
  { from: 'FIN-WAIT-2', to: 'TIME-WAIT', label: ['rcv FIN', 'snd ACK'], at: [54, 436] },
  { from: 'CLOSING', to: 'TIME-WAIT', label: ['rcv ACK of FIN'], at: [196, 436] },
  { from: 'LAST-ACK', to: 'CLOSED-end', label: ['rcv ACK of FIN'], at: [298, 436] },
  { from: 'TIME-WAIT', to: 'CLOSED-end', label: ['2 MSL'], at: [212, 464] },
];

/** The step of the figure that a change of state is; undefined if the figure has none. */
export function stepOf(from: State, to: State): Step | undefined {
  const start = from === 'CLOSED' && to === 'SYN-RECEIVED' ? 'LISTEN' : from;
  const end = to === 'CLOSED' && (from === 'LAST-ACK' || from === 'TIME-WAIT') ? 'CLOSED-end' : to;
  return STEPS.find((step) => step.from === start && step.to === end);
}

/** The box that an end stands in: of CLOSED the lower one, once it has been open. */
export function boxOf(state: State): Box {
  return state === 'CLOSED' ? 'CLOSED-end' : state;
}
