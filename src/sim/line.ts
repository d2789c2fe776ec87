/**
 * One direction of a cable: a transmitter with a queue, and the frames that are on their way.
 *
 *     send --> [ queue | transmitter: length / rate ] --> judge --> on their way: delay --> port.receive
 *
 * Frames arrive in the order in which they were sent, so they stand in a ring, and only the first is in the world's
 * heap. A frame that is to be late leaves the ring for a place of its own in the heap. Nothing is allocated for a frame
 * that travels undisturbed.
 *
 * Calls it: `cable.ts`, which owns two of them; the ports at the cable's ends, which send.
 */
import { assert } from '../base/assert.ts';
import { Fifo } from '../base/fifo.ts';
import { type Nanoseconds, NEVER, SECOND } from '../base/time.ts';
import { completeChecksum } from '../trace/checksum.ts';
import type { Recorder } from '../trace/recorder.ts';
import { FRAME_START, type Frame } from '../wire/frame.ts';
import { isMarkable, markCongestion } from '../wire/mark.ts';
import type { CableSettings } from './cable-options.ts';
import type { Judge, LossReason, Verdict } from './fault.ts';
import { Moments } from './moments.ts';
import type { Occurrence, Timeline } from './timeline.ts';

/** Where a cable is plugged in: an interface of a host or router, or a switch's port. */
export interface Port {
  /** Name of the host, router or switch. */
  readonly device: string;
  /** 'eth0'. */
  readonly name: string;
  /** False: whatever comes out of the cable finds nobody. */
  readonly powered: boolean;
  /** Takes ownership of a frame that came out of the cable. */
  receive(frame: Frame, now: Nanoseconds): void;
  /** A cable is plugged in: frames leave through `line`. */
  plug(line: Line, mtu: number, offloaded: boolean): void;
  /** The link light went on or off. */
  setCarrier(up: boolean): void;
}

/** What a line is made of. */
export interface LinePlan {
  /** The cable's name. */
  readonly cable: string;
  readonly from: Port;
  readonly to: Port;
  readonly mtu: number;
  readonly settings: CableSettings;
  readonly timeline: Timeline;
  readonly recorder: Recorder;
  /** Called when the first frame is to be judged: most lines never need random numbers. */
  makeJudge(): Judge;
}

const ETHERNET_HEADER = 14;

export class Line implements Occurrence {
  settings: CableSettings;
  /** Why frames are lost now, whatever the verdict; undefined: the line is whole. */
  broken: 'cut' | 'no-carrier' | undefined;

  readonly #plan: LinePlan;
  readonly #longest: number;
  readonly #timeline: Timeline;
  readonly #recorder: Recorder;
  #judge: Judge | undefined;

  /** Frames on their way in order, and when each arrives. */
  readonly #frames = new Fifo<Frame>();
  readonly #arrivals = new Moments();
  /** When the frames in the queue leave the transmitter; empty without a rate. */
  readonly #departures = new Moments();
  #transmitterFree: Nanoseconds = 0;
  #lastArrival: Nanoseconds = 0;
  /** The moment of the entry in the heap that stands for the first frame. */
  #armed: Nanoseconds = NEVER;
  readonly #stragglers = new Set<Straggler>();
  /** Which bit was turned, for those frames on their way that were damaged. */
  readonly #damaged = new Map<Frame, number>();
  /** Those on their way that were marked here. */
  readonly #marked = new Set<Frame>();

  constructor(plan: LinePlan) {
    this.#plan = plan;
    this.#longest = plan.mtu + ETHERNET_HEADER;
    this.settings = plan.settings;
    this.#timeline = plan.timeline;
    this.#recorder = plan.recorder;
  }

  /** How many frames are on their way or wait to be sent. */
  get inFlight(): number {
    return this.#frames.length + this.#stragglers.size;
  }

  /** Takes ownership of a frame. */
  send(frame: Frame): void {
    const now = this.#timeline.now();
    const recorder = this.#recorder;
    if (recorder.on) recorder.frameSent(this.#plan.from.device, now, this.#plan.from.name, this.#plan.cable, frame);
    const { settings } = this;
    const refusal = this.broken ?? (frame.length > this.#longest ? 'too-long' : undefined);
    const departure = refusal !== undefined || settings.rate === 0 ? now : this.#transmit(frame, now);
    const arrival = departure + settings.delay;
    if (refusal !== undefined) this.#lose(frame, refusal);
    else if (departure === NEVER) this.#lose(frame, 'queue-full');
    else if (departure > now && this.#departures.length > settings.mark + 1 && isMarkable(frame.view, FRAME_START))
      this.#carry(this.#mark(frame), arrival);
    else this.#carry(frame, arrival);
  }

  #carry(frame: Frame, arrival: Nanoseconds): void {
    const { settings } = this;
    if (settings.loss + settings.corrupt + settings.duplicate + settings.reorder === 0) this.#append(frame, arrival);
    else this.#obey(this.#verdictOn(frame), frame, arrival);
  }

  /** Loses all that is on its way. */
  loseAll(reason: LossReason): void {
    for (let frame = this.#frames.shift(); frame !== undefined; frame = this.#frames.shift()) {
      this.#lose(frame, reason);
    }
    for (const { frame } of this.#stragglers) this.#lose(frame, reason);
    this.#stragglers.clear();
    this.#arrivals.clear();
    this.#departures.clear();
    this.#transmitterFree = 0;
    this.#lastArrival = 0;
    this.#armed = NEVER;
  }

  // Occurrence: the first frame arrives.

  isDue(at: Nanoseconds): boolean {
    return at === this.#armed;
  }

  occur(now: Nanoseconds): void {
    const frame = this.#frames.shift();
    assert(frame !== undefined, 'a frame is due');
    this.#arrivals.shift();
    this.#armed = NEVER;
    if (this.#frames.length > 0) this.#arm(this.#arrivals.first());
    this.#deliver(frame, now);
  }

  /** A late frame arrives: called by its straggler. */
  arriveLate(straggler: Straggler, now: Nanoseconds): void {
    this.#stragglers.delete(straggler);
    this.#deliver(straggler.frame, now);
  }

  isStraggling(straggler: Straggler): boolean {
    return this.#stragglers.has(straggler);
  }

  #deliver(frame: Frame, now: Nanoseconds): void {
    const recorder = this.#recorder;
    const { to } = this.#plan;
    if (recorder.on) recorder.cause = frame.n;
    if (!to.powered) {
      this.#lose(frame, 'powered-off', to.device);
      return;
    }
    if (recorder.on) {
      const plain = { kind: 'frame.delivered', frame: frame.n, interface: to.name } as const;
      const told = this.#marked.has(frame) ? { ...plain, marked: true } : plain;
      const corrupted = this.#damaged.get(frame);
      recorder.cause = recorder.emit(to.device, now, corrupted === undefined ? told : { ...told, corrupted });
    }
    this.#forget(frame);
    to.receive(frame, now);
  }

  /** When the frame has left the transmitter; NEVER if the queue has no room for it. */
  #transmit(frame: Frame, now: Nanoseconds): Nanoseconds {
    const departures = this.#departures;
    while (departures.length > 0 && departures.first() <= now) departures.shift();
    // One is being sent, `queue` more may wait.
    if (departures.length > this.settings.queue) return NEVER;
    const start = Math.max(now, this.#transmitterFree);
    const departure = start + Math.floor((frame.length * 8 * SECOND) / this.settings.rate);
    this.#transmitterFree = departure;
    departures.push(departure);
    return departure;
  }

  #verdictOn(frame: Frame): Verdict {
    this.#judge ??= this.#plan.makeJudge();
    return this.#judge.judge(frame, this.settings, this.settings.delay);
  }

  #obey(verdict: Verdict, frame: Frame, arrival: Nanoseconds): void {
    if (verdict.drop !== undefined) {
      this.#lose(frame, verdict.drop);
      return;
    }
    const { duplicate, late } = verdict;
    const arriving = verdict.corruptBit < 0 ? frame : this.#damage(frame, verdict.corruptBit);
    const copy = duplicate ? this.#copyOf(arriving) : undefined;
    if (late === 0) {
      this.#append(arriving, arrival);
    } else {
      const straggler = new Straggler(this, arriving);
      this.#stragglers.add(straggler);
      this.#timeline.put(arrival + late, straggler);
    }
    if (copy !== undefined) this.#append(copy, arrival);
  }

  #append(frame: Frame, arrival: Nanoseconds): void {
    // After `set` made the cable shorter a frame still does not overtake those before it.
    this.#lastArrival = Math.max(arrival, this.#lastArrival);
    this.#frames.push(frame);
    this.#arrivals.push(this.#lastArrival);
    if (this.#frames.length === 1) this.#arm(this.#lastArrival);
  }

  #arm(at: Nanoseconds): void {
    this.#armed = at;
    this.#timeline.put(at, this);
  }

  /** A copy with one bit turned. A checksum that was left out is put in first: else nobody could find the damage. */
  #damage(frame: Frame, bit: number): Frame {
    if (frame.offloaded) completeChecksum(frame);
    const damaged = frame.clone();
    frame.release();
    const at = FRAME_START + (bit >> 3);
    damaged.view.setUint8(at, damaged.view.getUint8(at) ^ (0x80 >> (bit & 7)));
    if (this.#recorder.on) {
      this.#damaged.set(damaged, bit);
      if (this.#marked.delete(frame)) this.#marked.add(damaged);
    }
    return damaged;
  }

  /** A copy with the mark: others may hold the frame, and its sender's trace shows it as it was sent. */
  #mark(frame: Frame): Frame {
    const marked = frame.clone();
    frame.release();
    markCongestion(marked.view, FRAME_START);
    if (this.#recorder.on) this.#marked.add(marked);
    return marked;
  }

  #forget(frame: Frame): void {
    if (this.#damaged.size > 0) this.#damaged.delete(frame);
    if (this.#marked.size > 0) this.#marked.delete(frame);
  }

  #copyOf(frame: Frame): Frame {
    const copy = frame.clone();
    const bit = this.#damaged.get(frame);
    if (bit !== undefined) this.#damaged.set(copy, bit);
    if (this.#marked.has(frame)) this.#marked.add(copy);
    return copy;
  }

  #lose(frame: Frame, reason: LossReason, where = this.#plan.cable): void {
    const recorder = this.#recorder;
    if (recorder.on) {
      const event = { kind: 'frame.dropped', frame: frame.n, where, reason } as const;
      recorder.emit(this.#plan.from.device, this.#timeline.now(), event);
    }
    this.#forget(frame);
    frame.release();
  }
}

/** A frame that arrives later than its place in the line. */
class Straggler implements Occurrence {
  readonly frame: Frame;
  readonly #line: Line;

  constructor(line: Line, frame: Frame) {
    this.#line = line;
    this.frame = frame;
  }

  isDue(): boolean {
    return this.#line.isStraggling(this);
  }

  occur(now: Nanoseconds): void {
    this.#line.arriveLate(this, now);
  }
}
