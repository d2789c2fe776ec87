/**
 * The recorder: gives every event its number, keeps what the mode says, and hashes what all modes agree on.
 *
 * | mode     | sinks | hash | kept                                              |
 * |----------|-------|------|---------------------------------------------------|
 * | `off`    | off   | no   | nothing                                           |
 * | `hash`   | on    | yes  | nothing                                           |
 * | `events` | on    | yes  | every event; of a frame the first 128 bytes       |
 * | `frames` | on    | yes  | every event, frames whole                         |
 *
 * The hash is the SHA-256 of the lines (`jsonl.ts`) with whole frames, so it is the same in the last three modes, and
 * it is what `sha256sum` says of a file that `--trace` wrote. The mode never changes an event's number.
 *
 * Calls it: a world, which owns one recorder and gives each of its layers a sink that knows its host.
 */
import type { Sink } from '../base/sink.ts';
import type { Nanoseconds } from '../base/time.ts';
import { FRAME_START, type Frame } from '../wire/frame.ts';
import { completeChecksum } from './checksum.ts';
import { type Event, type LayerEvent, SNAP_LENGTH } from './event.ts';
import { HEADER_WHOLE, lineOf } from './jsonl.ts';

export type TraceMode = 'off' | 'hash' | 'events' | 'frames';
export const TRACE_MODES: readonly TraceMode[] = ['off', 'hash', 'events', 'frames'];

/** What a recorder needs of the place that it runs in; `sim/platform.ts` has it. */
export interface TracePlatform {
  sha256(): { updateText(text: string): unknown; digestHex(): string };
  /** Of bytes[start, end). */
  base64(bytes: Uint8Array, start: number, end: number): string;
}

/** Lines wait until there are this many characters: one call of the hash costs more than the lines of an event. */
const BATCH = 1 << 16;

export class Recorder {
  readonly mode: TraceMode;
  /** False: nobody listens, no event need be built. */
  readonly on: boolean;
  /** Number of the event that is being handled now; the cause of all that is emitted meanwhile. One for all sinks. */
  cause = 0;
  /** Number of the last event. */
  count = 0;

  readonly #platform: TracePlatform;
  readonly #hash: { updateText(text: string): unknown; digestHex(): string } | undefined;
  readonly #events: Event[] = [];
  readonly #keeps: boolean;
  /** Hears of each event that is kept, at once: whoever made it is still on the call stack. */
  readonly #onEvent: ((event: Event) => void) | undefined;
  /** Names of hosts, interfaces and cables, as JSON. */
  readonly #quoted = new Map<string, string>();
  #lines = '';

  constructor(mode: TraceMode, platform: TracePlatform, onEvent?: (event: Event) => void) {
    this.mode = mode;
    this.on = mode !== 'off';
    this.#platform = platform;
    this.#onEvent = onEvent;
    this.#hash = mode === 'off' ? undefined : platform.sha256();
    this.#keeps = mode === 'events' || mode === 'frames';
    this.#lines = HEADER_WHOLE;
  }

  /** A sink for the layers of one host ('' for the world), which stamps events with that host and its clock. */
  sinkFor(host: string, clock: { now(): Nanoseconds }): Sink<LayerEvent> {
    return new HostSink(this, host, clock);
  }

  /** Takes an event; returns its number, 0 if the recorder is off. The event must not be changed afterwards. */
  emit(host: string, at: Nanoseconds, event: LayerEvent): number {
    if (!this.on) return 0;
    this.count += 1;
    const stamped = { n: this.count, at, host, cause: this.cause, ...event };
    this.#write(lineOf(stamped));
    if (this.#keeps) this.#keep(stamped);
    return this.count;
  }

  /**
   * Takes a frame that is put onto a cable; returns the event's number, 0 if the recorder is off, and puts it into
   * `frame.n`. The frame's memory is only read now and may be reused afterwards; a checksum that was left to the
   * hardware is completed first, so that every captured frame is a true one.
   */
  frameSent(host: string, at: Nanoseconds, interfaceName: string, cable: string, frame: Frame): number {
    if (!this.on) return 0;
    if (frame.offloaded) completeChecksum(frame);
    const { end, length } = frame;
    const bytes = this.#platform.base64(frame.bytes, FRAME_START, end);
    this.count += 1;
    const { count: n, cause } = this;
    // Written by hand, as `lineOf` would write it: a frame is the commonest event, and base64 needs no escape.
    this.#write(
      `{"n":${n},"at":${at},"host":${this.#quote(host)},"cause":${cause},"kind":"frame.sent","interface":${this.#quote(interfaceName)},"cable":${this.#quote(cable)},"length":${length},"bytes":"${bytes}"}\n`,
    );
    if (this.#keeps) {
      const kept = this.#kept(frame, bytes);
      const kind = 'frame.sent';
      this.#keep({ n, at, host, cause, kind, interface: interfaceName, cable, length, bytes: kept });
    }
    frame.n = this.count;
    return this.count;
  }

  /** The events so far, the live array. @throws Error if the mode keeps none. */
  get events(): readonly Event[] {
    if (!this.#keeps) throw notKept('events', this.mode, "'events' or 'frames'");
    return this.#events;
  }

  /** SHA-256 of the lines so far, in hex. @throws Error if the mode is 'off'. */
  hash(): string {
    if (this.#hash === undefined) throw notKept('hash', this.mode, "'hash', 'events' or 'frames'");
    this.#hash.updateText(this.#lines);
    this.#lines = '';
    return this.#hash.digestHex();
  }

  #keep(event: Event): void {
    this.#events.push(event);
    this.#onEvent?.(event);
  }

  #write(line: string): void {
    this.#lines += line;
    if (this.#lines.length < BATCH) return;
    this.#hash?.updateText(this.#lines);
    this.#lines = '';
  }

  /** A name as JSON. */
  #quote(name: string): string {
    const known = this.#quoted.get(name);
    if (known !== undefined) return known;
    const quoted = JSON.stringify(name);
    this.#quoted.set(name, quoted);
    return quoted;
  }

  #kept(frame: Frame, whole: string): string {
    if (this.mode === 'frames' || frame.length <= SNAP_LENGTH) return whole;
    // Not a slice of `whole`: an engine may keep the whole text alive for the sake of its slice.
    return this.#platform.base64(frame.bytes, FRAME_START, FRAME_START + SNAP_LENGTH);
  }
}

/** The error of one who asks for what a trace of this mode did not keep. */
export function notKept(what: string, mode: TraceMode, keeping: string): Error {
  return new Error(`the trace has no ${what}: its mode is '${mode}'; run with trace: ${keeping} to keep it`);
}

class HostSink implements Sink<LayerEvent> {
  readonly on: boolean;
  readonly #recorder: Recorder;
  readonly #host: string;
  readonly #clock: { now(): Nanoseconds };

  constructor(recorder: Recorder, host: string, clock: { now(): Nanoseconds }) {
    this.on = recorder.on;
    this.#recorder = recorder;
    this.#host = host;
    this.#clock = clock;
  }

  get cause(): number {
    return this.#recorder.cause;
  }

  set cause(n: number) {
    this.#recorder.cause = n;
  }

  emit(event: LayerEvent): number {
    return this.#recorder.emit(this.#host, this.#clock.now(), event);
  }
}
