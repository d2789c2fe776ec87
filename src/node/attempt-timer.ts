/**
 * The timer of happy eyeballs (RFC 8305): `net.connect` gives each address of a name but the last so long, and then tries
 * the next. Node sets it right behind the handle's connect(), by a `setTimeout` of its own that cannot be replaced; it is
 * caught there and becomes one of virtual time.
 *
 * Source: node's lib/net.js (internalConnectMultiple), lib/internal/timers.js (the resource of a timer is the timer).
 * Calls it: `tcp-handle.ts`.
 */
import { createHook } from 'node:async_hooks';
import { clearTimeout } from 'node:timers';
import type { EventLoop } from './event-loop.ts';
import { VirtualTimeout } from './timers.ts';

/** As much of Node's timer as is used. Its arguments are the attempt's context, request and handle. */
interface NodeTimer {
  readonly _idleTimeout?: number;
  readonly _timerArgs?: readonly unknown[];
  readonly _onTimeout?: (...values: unknown[]) => void;
}

/** The request whose timer Node may be about to set. */
let expected: { readonly request: object; found(timer: NodeTimer): void } | undefined;

const hook = createHook({
  init(_id, type, _trigger, resource) {
    if (type !== 'Timeout' || expected === undefined) return;
    const timer: NodeTimer = resource;
    if (timer._timerArgs?.includes(expected.request) !== true) return;
    const { found } = expected;
    stop();
    found(timer);
  },
});

function stop(): void {
  if (expected === undefined) return;
  expected = undefined;
  hook.disable();
}

/** Called in connect(): if Node then sets a timer for this request, `caught` is given the one that takes its place. */
export function catchAttemptTimer(loop: EventLoop, request: object, caught: (timer: VirtualTimeout) => void): void {
  expected = {
    request,
    found: (timer) => {
      const { _onTimeout: fire, _timerArgs: values = [], _idleTimeout: delay = 1 } = timer;
      caught(new VirtualTimeout(loop, () => fire?.(...values), delay, false));
      // It is not among the others yet: it was made, and is then put there.
      queueMicrotask(() => clearTimeout(timer as NodeJS.Timeout));
    },
  };
  hook.enable();
  // What Node does behind connect() it does at once.
  queueMicrotask(stop);
}
