/**
 * Endpoints as the trace writes them: '10.0.0.1:7000', '[fd00::1]:7000', 'B:7000'.
 *
 * It shares no code with `wire/`, as `headers.ts`. Calls it: the folds of the trace, the page, the command.
 */

/** An IPv6 address has colons of its own, so it gets brackets (RFC 3986, 3.2.2). */
export function endpointText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** 'fd00::1' of '[fd00::1]:7000'; all of it if there is no port. */
export function addressOf(endpoint: string): string {
  if (endpoint.startsWith('[')) return endpoint.slice(1, endpoint.indexOf(']'));
  return endpoint.split(':')[0] ?? endpoint;
}

/** '7000' of '[fd00::1]:7000'. */
export function portOf(endpoint: string): string {
  return endpoint.slice(endpoint.lastIndexOf(':') + 1);
}
