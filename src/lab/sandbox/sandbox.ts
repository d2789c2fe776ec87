/**
 * The script of the sandboxed frame: makes the workers in which programs run. The frame has an opaque origin and a policy
 * of its own, and its workers inherit both, so a program reaches neither network nor storage nor the page.
 *
 *     page --code--> frame                 the text of the world's script
 *     page --run, port--> frame --run, port--> worker == port == page
 *
 * Each run has a worker of its own, so that nothing which a program did to its globals is there in the next run; the next
 * one waits ready. Left out on purpose: watching over the run. The page does, and says 'stop'.
 */
import type { Failure, FromSandbox, ToSandbox } from '../run/protocol.ts';

let script: string | undefined;
let spare: Worker | undefined;
let busy: Worker | undefined;

function tell(message: FromSandbox): void {
  // The page's origin is not known here; what is said is no secret.
  parent.postMessage(message, '*');
}

function makeSpare(): void {
  if (script !== undefined) spare ??= new Worker(script);
}

function stop(): void {
  busy?.terminate();
  busy = undefined;
}

function begin(message: Extract<ToSandbox, { kind: 'run' }>, port: MessagePort): void {
  stop();
  makeSpare();
  if (spare === undefined) return;
  const worker = spare;
  [busy, spare] = [worker, undefined];
  worker.onerror = (event) => {
    event.preventDefault();
    const { filename, message: what, lineno: line } = event;
    // Thrown where nobody waits: by us, or by a program in a callback of its own.
    const failure: Failure =
      filename === script || line === 0
        ? { kind: 'world', message: what }
        : { kind: 'program', message: what, place: { line } };
    tell({ kind: 'failed', id: message.id, failure });
  };
  worker.postMessage(message, [port]);
}

addEventListener('message', ({ data, source, ports }: MessageEvent<ToSandbox>) => {
  if (source !== parent) return;
  switch (data.kind) {
    case 'code':
      script = URL.createObjectURL(new Blob([data.text], { type: 'text/javascript' }));
      makeSpare();
      break;
    case 'run':
      if (ports[0] !== undefined) begin(data, ports[0]);
      break;
    case 'stop':
      stop();
      makeSpare();
      break;
  }
});

tell({ kind: 'ready' });
