/**
 * The bytes of each channel by their offset, as the frames of the recording carry them.
 *
 * Of each byte only the frame that shows it is kept; the frame is decoded when somebody looks. A recording that does not
 * keep whole frames shows the first SNAP_LENGTH bytes of each: what lies behind is unknown.
 *
 *     starts   0        8        16            each entry: bytes [start, end) of the channel are in frame `frames`,
 *     ends        8        16        20        whose text begins at offset `texts`
 *
 * Calls it: `checkpoints.ts` fills it, `stage.ts` asks it.
 */
import { fromBase64 } from '../../base/bytes.ts';
import type { Event, EventOf } from '../../trace/event.ts';
import type { Span } from './model.ts';
import { firstAbove, type RecordingIndex } from './recording.ts';

/** How many decoded frames are kept. */
const DECODED = 64;
const ETHERNET = 14;
/** Headers of Ethernet, IPv4 and TCP without options: no text begins earlier. */
const HEADERS = 54;

class ChannelContents {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly frames: number[] = [];
  readonly texts: number[] = [];

  /** Notes where bytes are seen; those that were seen before stay where they are. */
  add(frame: number, text: number, to: number): void {
    let at = text;
    let i = firstAbove(this.ends.length, (j) => (this.ends[j] ?? 0) > at);
    while (at < to) {
      const next = this.starts[i] ?? Infinity;
      if (next <= at) {
        at = Math.max(at, this.ends[i] ?? at);
        i += 1;
        continue;
      }
      const end = Math.min(to, next);
      this.starts.splice(i, 0, at);
      this.ends.splice(i, 0, end);
      this.frames.splice(i, 0, frame);
      this.texts.splice(i, 0, text);
      at = end;
      i += 1;
    }
  }
}

export class Contents {
  readonly #index: RecordingIndex;
  readonly #channels: (ChannelContents | undefined)[] = [];
  readonly #decoded = new Map<number, Uint8Array>();

  constructor(index: RecordingIndex) {
    this.#index = index;
  }

  /** A frame was sent that carries these bytes of a channel. */
  add(event: EventOf<'frame.sent'>, channel: number, span: Span): void {
    const hidden = event.length - bytesIn(event.bytes);
    const to = Math.min(span.to, span.to - hidden);
    if (to <= span.from) return;
    while (this.#channels.length <= channel) this.#channels.push(undefined);
    const contents = this.#channels[channel] ?? new ChannelContents();
    this.#channels[channel] = contents;
    contents.add(event.n, span.from, to);
  }

  /** Bytes [from, to) of a channel; undefined where no frame shows them. */
  bytes(channel: number, from: number, to: number): readonly (number | undefined)[] {
    const found = new Array<number | undefined>(Math.max(0, to - from)).fill(undefined);
    const contents = this.#channels[channel];
    if (contents === undefined) return found;
    const { starts, ends, frames, texts } = contents;
    for (let i = firstAbove(ends.length, (j) => (ends[j] ?? 0) > from); (starts[i] ?? Infinity) < to; i++) {
      const text = this.#text(frames[i] ?? 0);
      const end = Math.min(to, ends[i] ?? 0);
      for (let at = Math.max(from, starts[i] ?? 0); at < end; at++) found[at - from] = text[at - (texts[i] ?? 0)];
    }
    return found;
  }

  /** The text of a frame, as far as it was captured. */
  #text(n: number): Uint8Array {
    const known = this.#decoded.get(n);
    if (known !== undefined) return known;
    const event: Event | undefined = this.#index.eventOf(n);
    const bytes = event?.kind === 'frame.sent' ? fromBase64(event.bytes) : new Uint8Array();
    const text = bytes.subarray(textStart(bytes));
    this.#decoded.set(n, text);
    if (this.#decoded.size > DECODED) {
      const [oldest] = this.#decoded.keys();
      if (oldest !== undefined) this.#decoded.delete(oldest);
    }
    return text;
  }
}

/** Where the text of a TCP segment begins in its frame: RFC 791, IHL; RFC 9293, data offset; both in words of four bytes. */
function textStart(frame: Uint8Array): number {
  const transport = ETHERNET + ((frame[ETHERNET] ?? 0) & 15) * 4;
  return Math.max(HEADERS, transport + ((frame[transport + 12] ?? 0) >> 4) * 4);
}

/** How many bytes a text in base64 stands for. */
function bytesIn(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
