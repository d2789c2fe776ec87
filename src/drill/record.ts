/**
 * The trace of a script: two machines on a line, the host under test and the script that plays its peer, so that a run
 * can be looked at as any other.
 *
 * Calls it: `cli/drill.ts`.
 */
import type { Sink } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import { type LayerEvent, TRACE_VERSION } from '../trace/event.ts';
import { Recorder, type TracePlatform } from '../trace/recorder.ts';
import type { Frame } from '../wire/frame.ts';
import type { DrillOptions } from './run.ts';

const HOST = 'host';
const PEER = 'script';
const LINE = 'line';
const MTU = 1500;

export class DrillRecord {
  readonly recorder: Recorder;
  readonly #world: Sink<LayerEvent>;
  readonly #peer: Sink<LayerEvent>;
  readonly #host: Sink<LayerEvent>;
  #now: () => Nanoseconds = () => 0;

  constructor(platform: TracePlatform) {
    this.recorder = new Recorder('frames', platform);
    const clock = { now: () => this.#now() };
    this.#world = this.recorder.sinkFor('', clock);
    this.#host = this.recorder.sinkFor(HOST, clock);
    this.#peer = this.recorder.sinkFor(PEER, clock);
    this.#begin();
  }

  /** What a run is given, so that it is recorded. `now` is asked for each event's moment. */
  options(): Pick<DrillOptions, 'sink' | 'onFrame' | 'onClock'> {
    return {
      sink: this.#host,
      onFrame: (direction, at, frame) => this.#frame(direction, at, frame),
      onClock: (now) => {
        this.#now = now;
      },
    };
  }

  #begin(): void {
    this.#world.emit({ kind: 'world.started', version: TRACE_VERSION, profile: 'linux' });
    for (const name of [HOST, PEER]) {
      this.#world.emit({ kind: 'host.added', name, what: 'host', addresses: [], profile: 'linux' });
    }
    this.#world.emit({ kind: 'cable.added', cable: LINE, a: HOST, b: PEER, options: { delay: 0, mtu: MTU } });
    this.#host.emit({ kind: 'process.started', process: 'script' });
  }

  /** A frame takes no time: it is there as soon as it was sent. */
  #frame(direction: 'in' | 'out', at: Nanoseconds, frame: Frame): void {
    const [from, to] = direction === 'out' ? [HOST, this.#peer] : [PEER, this.#host];
    const { recorder } = this;
    recorder.frameSent(from, at, 'tun0', LINE, frame);
    const { cause } = recorder;
    to.cause = frame.n;
    to.emit({ kind: 'frame.delivered', frame: frame.n, interface: 'tun0' });
    // What a frame that came in leads to has it as its cause; what we send leads to nothing here.
    if (direction === 'out') recorder.cause = cause;
  }
}
