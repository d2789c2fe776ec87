/**
 * One of two machines that talk TCP, as the differential test sees it: ours, or a kernel in a namespace of its own. All
 * calls answer at once, as with O_NONBLOCK; what they answer is text, so that two machines' answers can be compared.
 *
 * Calls it: `play.ts`. Done by: `our-party.ts`, `kernel-party.ts`.
 */

/** What a call answered: '0', a count, 'ECONNRESET', or a text that says more. */
export type Answer = string;

export interface End {
  bind(port: number): Answer;
  listen(backlog: number): Answer;
  /** The connection that was taken from the queue, or an errno. */
  accept(): End | Answer;
  /** To the other machine's port. */
  connect(port: number): Answer;
  /** `length` bytes that count on from `first`, modulo 251. */
  send(first: number, length: number): Answer;
  /** '3: 17 18 19' */
  recv(length: number, peek: boolean): Answer;
  shutdown(how: 'read' | 'write' | 'both'): Answer;
  /** SO_LINGER with no time: close() resets. */
  setLinger(): Answer;
  /** SO_ERROR, which takes the error. */
  error(): Answer;
  /** poll(2): 'in out rdhup'. */
  poll(): Answer;
  /** By RFC 9293's word, from TCP_INFO. */
  state(): Answer;
  /** getpeername(2): '0' or an errno. The port may be any. */
  peer(): Answer;
  close(): Answer;
}

export interface Party {
  socket(): End;
  /** Sends a datagram to the other machine, which holds this number. */
  sendMark(mark: number): void;
  /** The number of the last datagram that came; 0: none did. */
  takeMark(): number;
  /** Closes what is left open. */
  close(): void;
}

/** Port of the datagrams on both machines. */
export const MARK_PORT = 9;

/** What a count of received bytes says beside itself. */
export function shownBytes(bytes: Uint8Array): Answer {
  const shown = bytes.length > 4 ? [...bytes.subarray(0, 2), '…', ...bytes.subarray(-1)] : [...bytes];
  return `${bytes.length}: ${shown.join(' ')}`.trim();
}

export function bytesFrom(first: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (first + i) % 251);
}

/** include/net/tcp_states.h, from 1 on. */
const STATES = [
  'ESTABLISHED',
  'SYN-SENT',
  'SYN-RECEIVED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'CLOSED',
  'CLOSE-WAIT',
  'LAST-ACK',
  'LISTEN',
  'CLOSING',
] as const;

/** What tcpi_state says. */
export function stateOf(number = 0): Answer {
  return STATES[number - 1] ?? `state ${number}`;
}
