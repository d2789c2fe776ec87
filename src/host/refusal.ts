/** Why the stack refuses a user's connect, bind, listen or datagram; `socket/errno.ts` gives each its errno. */
export type StackRefusal =
  | 'address-in-use' // rows 52, 55
  | 'address-not-available' // row 44: not ours; no ephemeral port left; the four numbers are in use
  | 'net-unreachable' // row 43: no route; broadcast and multicast targets
  | 'family-unsupported' // IPv6 on a host that has no address of it
  | 'access' // a datagram to a broadcast address
  | 'message-too-long'; // a datagram above 65507 bytes
