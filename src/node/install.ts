/**
 * Puts what stands in for parts of Node in their places, once for the whole process. Each of them asks whose code is
 * running, and leaves everything to Node where it is nobody's.
 *
 * Calls it: `program.ts`.
 */
import { installClock } from './clock.ts';
import { installConsole } from './console.ts';
import { installExit } from './exit.ts';
import { checkCopies, checkNodeVersion, installGuards } from './guards.ts';
import { installHttpDeadlines } from './http-deadlines.ts';
import { installIdentity } from './identity.ts';
import { installFetch } from './install-fetch.ts';
import { installHttp } from './install-http.ts';
import { installHttp2 } from './install-http2.ts';
import { installNames } from './install-names.ts';
import { installResolver } from './install-resolver.ts';
import { installSocketTimes } from './install-sockets.ts';
import { installStream } from './install-stream.ts';
import { installTcp } from './install-tcp.ts';
import { installTimers } from './install-timers.ts';
import { installTls } from './install-tls.ts';
import { installOutside } from './outside.ts';
import { installProcessEvents } from './process-events.ts';
import { installRandom } from './random.ts';

const PARTS = [
  installTimers,
  installClock,
  installTcp,
  installSocketTimes,
  installTls,
  installStream,
  installHttp,
  installHttp2,
  installHttpDeadlines,
  installFetch,
  installNames,
  installResolver,
  installConsole,
  installExit,
  installProcessEvents,
  installIdentity,
  installRandom,
  installGuards,
  installOutside,
];

let installed = false;

/** @throws Error on a Node that is not known, and where another copy of this package has done it */
export function install(): void {
  if (installed) return;
  checkNodeVersion();
  checkCopies();
  installed = true;
  for (const part of PARTS) part();
}
