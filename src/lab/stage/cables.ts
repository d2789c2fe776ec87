/**
 * Cables as the stage shows them: whether they are whole, and the frames that are under way on them.
 *
 * A frame's fate lies ahead of the cursor; the recording's index knows it. Records of frames are shared by all copies of
 * the fold. Calls it: `fold.ts`.
 */
import type { Event, EventOf } from '../../trace/event.ts';
import { headersOf } from '../../trace/headers.ts';
import type { CableView, FrameView } from './model.ts';
import type { RecordingIndex } from './recording.ts';
import { sameFields, shared } from './sharing.ts';

/** A frame as it was when it was sent. */
export interface SentFrame {
  readonly event: EventOf<'frame.sent'>;
  readonly tcp: FrameView['tcp'];
  /** Made when it is first looked at, and again when the recording has grown up to its fate. */
  view: FrameView | undefined;
}

export class CableFold {
  readonly #name: string;
  readonly #a: string;
  readonly #b: string;
  #options: CableView['options'];
  #back: CableView['options'];
  #cut: CableView['cut'] = 'no';
  #carrier = true;
  readonly #frames = new Map<number, SentFrame>();
  #isChanged = true;
  /** Some frame's fate is not known yet. */
  #isOpen = false;
  #shown: CableView | undefined;

  constructor(name: string, a: string, b: string, options: CableView['options']) {
    this.#name = name;
    this.#a = a;
    this.#b = b;
    this.#options = options;
    this.#back = options;
  }

  clone(): CableFold {
    const copy = new CableFold(this.#name, this.#a, this.#b, this.#options);
    copy.#back = this.#back;
    copy.#cut = this.#cut;
    copy.#carrier = this.#carrier;
    for (const [n, frame] of this.#frames) copy.#frames.set(n, frame);
    copy.#isChanged = this.#isChanged;
    copy.#isOpen = this.#isOpen;
    copy.#shown = this.#shown;
    return copy;
  }

  /** Takes what is done to the cable. */
  apply(event: Event): void {
    this.#isChanged = true;
    switch (event.kind) {
      case 'cable.set': {
        // All that can be set is told; the MTU cannot.
        const { mtu } = this.#options;
        const whole = (options: CableView['options']) => (mtu === undefined ? options : { ...options, mtu });
        this.#options = whole(event.options);
        this.#back = event.back === undefined ? this.#options : whole(event.back);
        return;
      }
      case 'cable.cut':
        this.#cut = this.#cut === 'no' || this.#cut === event.direction ? event.direction : 'both';
        if (event.carrier === 'lost') {
          this.#cut = 'both';
          this.#carrier = false;
        }
        return;
      case 'cable.mended':
        this.#cut = 'no';
        this.#carrier = true;
        return;
      default:
    }
  }

  put(frame: SentFrame): void {
    this.#frames.set(frame.event.n, frame);
    this.#isChanged = true;
  }

  /** The frame has arrived or is lost: it, as it was shown; undefined if it was not here. */
  take(n: number, index: RecordingIndex): FrameView | undefined {
    const frame = this.#frames.get(n);
    if (frame === undefined) return undefined;
    this.#frames.delete(n);
    this.#isChanged = true;
    return viewOf(frame, index);
  }

  /** Goes on from what another fold has shown of this cable. */
  inherit(other: CableFold | undefined): void {
    this.#isChanged = true;
    this.#shown = other === undefined ? undefined : other.#shown;
  }

  /** Takes the parts of an equal view for its own. */
  adopt(view: CableView): void {
    for (const frame of view.frames) {
      const own = this.#frames.get(frame.n);
      if (own !== undefined) own.view = frame;
    }
    this.#options = view.options;
    this.#back = view.back;
    this.#shown = view;
  }

  view(index: RecordingIndex): CableView {
    const before = this.#shown;
    if (before !== undefined && !this.#isChanged && !this.#isOpen) return before;
    this.#isChanged = false;
    this.#isOpen = false;
    const frames: FrameView[] = [];
    for (const frame of this.#frames.values()) {
      const view = viewOf(frame, index);
      this.#isOpen ||= view.fate === undefined;
      frames.push(view);
    }
    const view: CableView = {
      name: this.#name,
      a: this.#a,
      b: this.#b,
      options: this.#options,
      back: this.#back,
      cut: this.#cut,
      carrier: this.#carrier,
      frames: shared(before?.frames, frames),
    };
    this.#shown = before !== undefined && sameFields(before, view) ? before : view;
    return this.#shown;
  }
}

function viewOf(frame: SentFrame, index: RecordingIndex): FrameView {
  const known = frame.view;
  if (known?.fate !== undefined) return known;
  const { event, tcp } = frame;
  const fate = index.fateOf(event.n);
  if (known !== undefined && fate === undefined) return known;
  const protocol = tcp === undefined ? (headersOf(event)?.protocol ?? 'other') : 'tcp';
  const { n, host, at, length } = event;
  frame.view = { n, from: host, sentAt: at, length, fate, protocol, tcp };
  return frame.view;
}
