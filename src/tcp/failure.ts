/** Why a connection ended otherwise than by FIN; `socket/errno.ts` gives each its errno. */
export type TcpFailure =
  | 'refused' // RST in SYN-SENT
  | 'reset' // RST later
  | 'reset-after-fin' // RST in CLOSE-WAIT: the peer had said its end already
  | 'timed-out'
  | 'host-unreachable'
  | 'net-unreachable'
  | 'protocol-unreachable'
  | 'message-too-long';
