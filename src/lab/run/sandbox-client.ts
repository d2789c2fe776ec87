/**
 * The page's end of the sandbox: makes the frame, passes the world's script on, begins runs, and watches over them. A
 * program that never comes back leaves its worker deaf; the worker is then ended, and the next run has a new one.
 *
 * Files are asked for beside the page, so that it may lie below any path.
 * Calls it: `runner.ts`.
 */
import type { Event } from '../../trace/event.ts';
import { t } from '../language.ts';
import { isHeard } from './heard.ts';
import type { RunPlan } from './plan.ts';
import type { Failure, FromSandbox, Outcome, ScenarioFacts, ToSandbox } from './protocol.ts';
import { WORDS } from './words.ts';

/** Who hears of a run. After `ended` or `failed` nothing more comes. */
export interface RunListener {
  started(facts: ScenarioFacts): void;
  /** The next events; `sites`: the line of each `call.entered` whose place is known, [n, line]. */
  events(events: readonly Event[], sites: readonly (readonly [number, number])[]): void;
  ended(outcome: Outcome): void;
  failed(failure: Failure): void;
}

/** Wall-clock milliseconds between two looks, and how many looks in a row a run may be silent. */
const LOOK = 500;
const LOOKS = 10;
/** Of messages without events, a run says a few hundred between two looks at most. */
const WORDS_MOST = 5000;
/** More would not fit into a tab's memory. */
const EVENTS_MOST = 2_000_000;

/** Where a file of the page's own folder is. */
function beside(name: string): URL {
  return new URL(name, document.baseURI);
}

/** One frame: one run at a time. */
export class Sandbox {
  #frame: Promise<Window> | undefined;
  #current: Run | undefined;
  #runs = 0;

  /** Makes the frame, if there is none: the first run then begins sooner. */
  warm(): void {
    this.#frame ??= this.#makeFrame();
    // Whoever begins a run is told.
    this.#frame.catch(() => {});
  }

  /** Begins a run; the one before is over. The function that it answers stops it without a word. */
  run(plan: RunPlan, source: string, whole: boolean, listener: RunListener): () => void {
    this.#current?.drop();
    this.#runs += 1;
    const run = new Run(this.#runs, listener, () => this.#stop(run));
    this.#current = run;
    this.#begin(run, { kind: 'run', id: run.id, plan, source, whole });
    return () => run.stop();
  }

  async #begin(run: Run, message: ToSandbox): Promise<void> {
    try {
      this.#frame ??= this.#makeFrame();
      const target = await this.#frame;
      if (!run.goesOn) return;
      const { port1, port2 } = new MessageChannel();
      run.listenAt(port1);
      // A frame of an opaque origin has no other name than '*'.
      target.postMessage(message, '*', [port2]);
    } catch (error) {
      this.#frame = undefined;
      run.fail({ kind: 'world', message: t(WORDS.noWorld(error instanceof Error ? error.message : String(error))) });
    }
  }

  /** The worker of that run is ended, unless another run has it ended already. */
  #stop(run: Run): void {
    const stop: ToSandbox = { kind: 'stop' };
    this.#frame?.then(
      (target) => {
        if (this.#current === run) target.postMessage(stop, '*');
      },
      () => {},
    );
  }

  /** The frame, once it has the world's script. */
  async #makeFrame(): Promise<Window> {
    const element = document.createElement('iframe');
    element.setAttribute('sandbox', 'allow-scripts');
    element.title = 'sandbox';
    element.hidden = true;
    const ready = this.#readyIn(element);
    element.src = beside('sandbox.html').href;
    document.body.append(element);
    try {
      const [target, text] = await Promise.all([ready, worldScript()]);
      const code: ToSandbox = { kind: 'code', text };
      target.postMessage(code, '*');
      return target;
    } catch (error) {
      element.remove();
      throw error;
    }
  }

  #readyIn(element: HTMLIFrameElement): Promise<Window> {
    return new Promise((resolve, reject) => {
      addEventListener('message', ({ data, source }: MessageEvent<FromSandbox>) => {
        const target = element.contentWindow;
        if (target === null || source !== target) return;
        if (data.kind === 'ready') resolve(target);
        else if (data.kind === 'failed' && isHeard(data, undefined) && this.#current?.id === data.id)
          this.#current.fail(data.failure);
      });
      // A frame that was loaded and is silent is no sandbox: the host gave another page.
      element.addEventListener('load', () => setTimeout(reject, LOOK * LOOKS, new Error('sandbox.html')));
    });
  }
}

async function worldScript(): Promise<string> {
  const response = await fetch(beside('world.js'));
  if (!response.ok) throw new Error(`world.js: ${response.status} ${response.statusText}`);
  return response.text();
}

class Run {
  readonly id: number;
  readonly #listener: RunListener;
  #port: MessagePort | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #silent = 0;
  #count = 0;
  /** Messages without events since the last look. */
  #words = 0;
  #last: Event | undefined;
  #facts: ScenarioFacts | undefined;
  readonly #turns = new Turns();
  goesOn = true;

  readonly #end: () => void;

  /** `end` ends its worker. */
  constructor(id: number, listener: RunListener, end: () => void) {
    this.id = id;
    this.#listener = listener;
    this.#end = end;
  }

  listenAt(port: MessagePort): void {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.#check(data);
    // Looks are counted, and not time: a page that slept, or was put aside, has not waited.
    this.#watch = setInterval(() => {
      this.#silent += 1;
      this.#words = 0;
      if (this.#silent > LOOKS) this.#looped();
    }, LOOK);
  }

  fail(failure: Failure): void {
    if (!this.goesOn) return;
    this.stop();
    this.#listener.failed(failure);
  }

  stop(): void {
    if (!this.goesOn) return;
    this.drop();
    this.#end();
  }

  /** Nothing of it is heard any more. */
  drop(): void {
    this.goesOn = false;
    clearInterval(this.#watch);
    this.#port?.close();
  }

  /** Programs share the worker with the world: what comes from there may be theirs. */
  #check(message: unknown): void {
    if (!this.goesOn) return;
    this.#words += 1;
    if (this.#words > WORDS_MOST || !isHeard(message, this.#last)) {
      this.fail({ kind: 'program', message: t(WORDS.forged) });
      return;
    }
    this.#silent = 0;
    this.#hear(message);
  }

  #hear(message: FromSandbox): void {
    switch (message.kind) {
      case 'started':
        this.#facts = message.scenario;
        this.#listener.started(message.scenario);
        break;
      case 'events':
        this.#turns.apply(message.events, new Map(message.sites));
        this.#count += message.events.length;
        this.#words = 0;
        this.#last = message.events.at(-1);
        this.#listener.events(message.events, message.sites);
        if (this.#count > EVENTS_MOST) {
          this.fail({ kind: 'loop', message: t(WORDS.tooLong(EVENTS_MOST.toLocaleString('en'))) });
        }
        break;
      case 'ended':
        this.drop();
        this.#listener.ended(message.outcome);
        break;
      case 'failed':
        this.drop();
        this.#listener.failed(message.failure);
        break;
      default:
        break; // 'beat': it was not silent; 'ready' is the frame's
    }
  }

  #looped(): void {
    const whose = this.#turns.first;
    const programs = Object.keys(this.#facts?.programs ?? {}).join(', ');
    const line = whose === undefined ? undefined : this.#turns.lineOf(whose);
    const words =
      this.#facts === undefined
        ? WORDS.loopAtTop
        : whose === undefined
          ? WORDS.loopSomewhere(programs)
          : WORDS.loop(whose);
    const loop: Failure = { kind: 'loop', message: t(words) };
    this.fail(line === undefined ? loop : { ...loop, place: { line } });
  }
}

/** Whose turn it is: processes that went on and have made no call since, in the order in which they did. */
class Turns {
  readonly #goingOn = new Set<string>();
  /** Line of the last call of each. */
  readonly #lines = new Map<string, number>();

  get first(): string | undefined {
    return this.#goingOn.values().next().value;
  }

  /** Where the process stood when it made its last call. */
  lineOf(process: string): number | undefined {
    return this.#lines.get(process);
  }

  apply(events: readonly Event[], sites: ReadonlyMap<number, number>): void {
    for (const event of events) this.#apply(event, sites);
  }

  #apply(event: Event, sites: ReadonlyMap<number, number>): void {
    switch (event.kind) {
      case 'process.started':
      case 'call.returned':
        this.#goingOn.delete(event.process);
        this.#goingOn.add(event.process);
        break;
      case 'call.entered': {
        this.#goingOn.delete(event.process);
        const line = sites.get(event.n);
        if (line !== undefined) this.#lines.set(event.process, line);
        break;
      }
      case 'process.exited':
      case 'process.killed':
        this.#goingOn.delete(event.process);
        break;
      default:
        break;
    }
  }
}
