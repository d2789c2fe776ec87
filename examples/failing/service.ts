/** What `cut.test.ts` tests: a service that asks its database once a second, over one connection that it keeps. */
import http from 'node:http';

export function startDatabase(): void {
  http.createServer((_request, response) => response.end('row')).listen(80);
}

/** It has a handler for errors, and no time-out. */
export function startService(): void {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () => http.get({ host: 'db', agent }, (response) => response.resume()).on('error', () => {});
  setInterval(ask, 1000);
}
