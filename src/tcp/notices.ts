/** What a connection has to tell its user; a set of bits. */
export const NOTICE = {
  established: 1,
  readable: 2,
  writable: 4,
  /** Failed, or closed for good. */
  closed: 8,
  urgent: 16,
  /** CLOSED: the stack forgets it. */
  removable: 32,
} as const;
