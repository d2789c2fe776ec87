/**
 * The stage, folded from a recording's events: `apply` them one by one and ask for the model at any moment.
 *
 * Counts come from `LedgerFold` and breaks from `BreakWatch`; here are what runs where (`hosts.ts`), what is under way
 * (`cables.ts`), and of each channel what only a viewer asks: the window that the sender has heard of, and the FIN.
 * The model follows from the events before the cursor, but for the fate of frames under way, which the index looks up
 * ahead. A part that did not change between two models is the same object in both.
 *
 * Calls it: `checkpoints.ts`.
 */
import type { Way } from '../../trace/channels.ts';
import { flagsOf } from '../../trace/decode.ts';
import type { Event, EventKind, EventOf } from '../../trace/event.ts';
import { FIN, RST, type TcpHeaders } from '../../trace/headers.ts';
import { LedgerFold } from '../../trace/ledger.ts';
import { type Break, BreakWatch } from '../../trace/noticed.ts';
import { CableFold } from './cables.ts';
import { datagramIn } from './datagrams.ts';
import { type Copied, HostFold } from './hosts.ts';
import type { ChannelView, EndedFrame, FrameView, HostView, Mend, Span, StageModel } from './model.ts';
import type { RecordingIndex } from './recording.ts';
import { reused, sameFields, shared } from './sharing.ts';

/** What the sender of a channel has heard of the receiver's window: RFC 9293, SND.WL1, SND.WL2 and the right edge. */
interface Heard {
  readonly seq: number;
  readonly ack: number;
  readonly edge: number;
}

/** Where TCP did not take a segment's text, but had taken its window before (RFC 9293, 3.10.7.4, fifth). */
const WINDOW_TAKEN: ReadonlySet<string> = new Set([
  'duplicate',
  'receive-buffer-full',
  'text-after-fin',
  'text-after-close',
]);

/** More that end at one moment are not told one by one. */
const ENDED_KEPT = 40;

/** What follows from an arrival within the same step, and is no picture of its own. */
function isFollower(kind: EventKind): boolean {
  return (
    kind.startsWith('tcp.') ||
    kind.startsWith('arp.') ||
    kind.startsWith('ndp.') ||
    kind.startsWith('udp.') ||
    kind.startsWith('icmp.')
  );
}

/** A part of `ChannelView` that is compared to know whether it changed. */
type Figures = readonly (number | boolean | undefined | readonly Span[])[];

interface ShownChannel {
  readonly figures: Figures;
  readonly view: ChannelView;
}

export class StageFold {
  readonly #index: RecordingIndex;
  readonly #ledger: LedgerFold;
  readonly #watch: BreakWatch;
  #cursor = 0;
  #at = 0;
  readonly #hosts = new Map<string, HostFold>();
  readonly #cables = new Map<string, CableFold>();
  /** By index of the channel. */
  readonly #heard: (Heard | undefined)[] = [];
  readonly #finSent: boolean[] = [];
  readonly #channels: (ShownChannel | undefined)[] = [];
  /** The last delivery's change of a window, until it is known that the host did not refuse the segment. */
  #offer: { readonly n: number; readonly channel: number; readonly before: Heard | undefined } | undefined;
  #breaks: readonly Break[] | undefined;
  #mended: readonly Mend[] = [];
  #ended: readonly EndedFrame[] = [];
  #shown: StageModel | undefined;

  constructor(index: RecordingIndex, ledger = new LedgerFold(), watch = new BreakWatch()) {
    this.#index = index;
    this.#ledger = ledger;
    this.#watch = watch;
  }

  /** How many events were applied. */
  get cursor(): number {
    return this.#cursor;
  }

  /** A copy that goes its own way. */
  clone(): StageFold {
    const copy = new StageFold(this.#index, this.#ledger.clone(), this.#watch.clone());
    copy.#cursor = this.#cursor;
    copy.#at = this.#at;
    for (const [name, host] of this.#hosts) copy.#hosts.set(name, host.clone());
    for (const [name, cable] of this.#cables) copy.#cables.set(name, cable.clone());
    for (const heard of this.#heard) copy.#heard.push(heard);
    for (const sent of this.#finSent) copy.#finSent.push(sent);
    for (const channel of this.#channels) copy.#channels.push(channel);
    copy.#offer = this.#offer;
    copy.#breaks = this.#breaks;
    copy.#mended = this.#mended;
    copy.#ended = this.#ended;
    copy.#shown = this.#shown;
    return copy;
  }

  /** Takes the next event of the recording. */
  apply(event: Event): void {
    const copied = event.kind === 'socket.copied' ? this.#copiedBefore(event) : undefined;
    this.#ledger.apply(event);
    this.#watch.apply(event);
    this.#cursor += 1;
    this.#letGo(event);
    this.#at = event.at;
    switch (event.kind) {
      case 'host.added': {
        const addresses = event.addresses.map((address) => address.split('/')[0] ?? address);
        this.#hosts.set(event.name, new HostFold(event.name, event.what, addresses, event.profile));
        return;
      }
      case 'cable.added':
        this.#cables.set(event.cable, new CableFold(event.cable, event.a, event.b, event.options));
        return;
      case 'cable.set':
      case 'cable.cut':
      case 'cable.mended':
        this.#cables.get(event.cable)?.apply(event);
        if (event.kind === 'cable.cut') this.#breaks = undefined;
        if (event.kind === 'cable.mended') this.#mend('cut', event.cable);
        return;
      case 'frame.sent':
        this.#sent(event);
        return;
      case 'frame.delivered':
        this.#takeFrame(event.frame);
        this.#delivered(event);
        return;
      case 'frame.dropped':
        if ('frame' in event) this.#takeFrame(event.frame);
        else this.#refused(event.cause);
        return;
      case 'tcp.drop':
        if (!WINDOW_TAKEN.has(event.reason)) this.#refused(event.cause);
        return;
      case 'host.powered-off':
      case 'process.killed':
      case 'process.stopped':
      case 'call.returned':
        this.#breaks = undefined;
        break;
      case 'host.powered-on':
        this.#mend('power-off', event.host);
        break;
      case 'process.continued':
        this.#mend('stop', event.process);
        break;
      case 'process.started':
        this.#mend('kill', event.process);
        break;
      default:
    }
    this.#hosts.get(event.host)?.apply(event, copied, this.#channelOf);
  }

  /** What the stage shows now. The same object if nothing was applied since, and no more is known of what comes. */
  model(): StageModel {
    const before = this.#shown;
    const model: StageModel = {
      cursor: this.#cursor,
      at: this.#at,
      hosts: shared(before?.hosts, this.#hostViews()),
      cables: shared(
        before?.cables,
        [...this.#cables.values()].map((cable) => cable.view(this.#index)),
      ),
      channels: shared(
        before?.channels,
        this.#ledger.ways.map((way) => this.#channelView(way)),
      ),
      breaks: this.#breakViews(),
      mended: reused(before?.mended, this.#mended),
      ended: reused(before?.ended, this.#ended),
    };
    this.#shown = before !== undefined && sameFields(before, model) ? before : model;
    return this.#shown;
  }

  /** Goes on from what another fold of the same recording has shown: of what is equal, no new object is made. */
  inherit(other: StageFold): void {
    for (const [name, host] of this.#hosts) host.inherit(other.#hosts.get(name));
    for (const [name, cable] of this.#cables) cable.inherit(other.#cables.get(name));
    this.#channels.length = 0;
    for (const channel of other.#channels) this.#channels.push(channel);
    this.#breaks = undefined;
    this.#shown = other.#shown;
  }

  /** Takes an equal model's parts for its own, so that they are the same objects in the models to come. */
  adopt(model: StageModel): void {
    for (const host of model.hosts) this.#hosts.get(host.name)?.adopt(host);
    for (const cable of model.cables) this.#cables.get(cable.name)?.adopt(cable);
    for (const [i, view] of model.channels.entries()) {
      const own = this.#channels[i];
      if (own !== undefined && own.view !== view) this.#channels[i] = { figures: own.figures, view };
    }
    this.#breaks = model.breaks;
    this.#mended = model.mended;
    this.#ended = model.ended;
    this.#shown = model;
  }

  /** The channel and place of a frame's text, right after its `frame.sent`; undefined if it has none that is known. */
  textOf(frame: number): { readonly channel: number; readonly span: Span } | undefined {
    const tcp = this.#ledger.segment(frame);
    const { channel, span } = tcp === undefined ? {} : this.#placeOf(tcp);
    return channel === undefined || span === undefined ? undefined : { channel, span };
  }

  readonly #channelOf = (connection: string): number | undefined => this.#ledger.sentBy(connection)?.index;

  #hostViews(): HostView[] {
    return [...this.#hosts.values()].map((host) => host.view());
  }

  #breakViews(): readonly Break[] {
    this.#breaks ??= reused(this.#shown?.breaks, this.#watch.breaks());
    return this.#breaks;
  }

  #mend(kind: Break['kind'], target: string): void {
    for (const broken of this.#watch.breaks()) {
      const isIt = broken.kind === kind && broken.target === target;
      if (!isIt || this.#mended.some((mend) => mend.broken === broken.n)) continue;
      this.#mended = [...this.#mended, { broken: broken.n, at: this.#at }];
    }
  }

  #copiedBefore({ host, socket }: EventOf<'socket.copied'>): Copied {
    const { written, read } = this.#ledger.copiedBy(host, socket);
    return { written, read };
  }

  // Frames

  #sent(event: EventOf<'frame.sent'>): void {
    const tcp = this.#ledger.segment(event.n);
    let shown: FrameView['tcp'];
    if (tcp !== undefined) {
      const { channel, span } = this.#placeOf(tcp);
      shown = { channel, span, flags: flagsOf(tcp.control) };
      const isOwn = this.#ledger.network.hostOf(tcp.source) === event.host;
      if (channel !== undefined && isOwn && (tcp.control & FIN) !== 0) this.#finSent[channel] = true;
    }
    this.#cables.get(event.cable)?.put({ event, tcp: shown, view: undefined });
  }

  #placeOf(tcp: TcpHeaders): { readonly channel: number | undefined; readonly span: Span | undefined } {
    const way = this.#ledger.wayOf(tcp);
    const hasText = way?.flow.iss !== undefined && tcp.text > 0;
    return { channel: way?.index, span: hasText ? way.flow.text(tcp) : undefined };
  }

  #takeFrame(n: number): void {
    const event = this.#index.eventOf(n);
    if (event?.kind !== 'frame.sent') return;
    const { cable } = event;
    const frame = this.#cables.get(cable)?.take(n, this.#index);
    if (frame !== undefined && this.#ended.length < ENDED_KEPT) this.#ended = [...this.#ended, { frame, cable }];
  }

  /** What ended before is not what ends now: nothing at another moment, and no arrival once something else is seen. */
  #letGo(event: Event): void {
    if (this.#ended.length === 0) return;
    if (event.at !== this.#at) this.#ended = [];
    else if (!isFollower(event.kind)) this.#ended = this.#ended.filter(({ frame }) => frame.fate?.kind === 'dropped');
  }

  /** The window in a segment that reached the host it is for (RFC 9293, 3.10.7.4, fifth: SND.WND). */
  #delivered(event: EventOf<'frame.delivered'>): void {
    this.#offer = undefined;
    this.#arrived(event);
    const tcp = this.#ledger.segment(event.frame);
    if (tcp === undefined || (tcp.control & RST) !== 0) return;
    if (this.#ledger.network.hostOf(tcp.destination) !== event.host) return;
    const way = this.#ledger.wayOf(tcp);
    const offer = way?.back.flow.offerOf(tcp, way.flow);
    if (way === undefined || offer === undefined || !way.receiver.open) return;
    const channel = way.back.index;
    const before = this.#heard[channel];
    const seq = way.flow.offsetOf(tcp.seq, way.flow.received);
    if (before !== undefined && (before.seq > seq || (before.seq === seq && before.ack > offer.ack))) return;
    while (this.#heard.length <= channel) this.#heard.push(undefined);
    this.#heard[channel] = { seq, ...offer };
    this.#offer = { n: event.n, channel, before };
  }

  #arrived(event: EventOf<'frame.delivered'>): void {
    const frame = this.#index.eventOf(event.frame);
    const arrival = frame?.kind === 'frame.sent' ? datagramIn(frame) : undefined;
    if (arrival === undefined || this.#ledger.network.hostOf(arrival.address) !== event.host) return;
    this.#hosts.get(event.host)?.received(arrival.port, arrival.datagram);
  }

  #refused(delivery: number): void {
    const last = this.#offer;
    if (last?.n === delivery) this.#heard[last.channel] = last.before;
  }

  // Channels

  #channelView(way: Way): ChannelView {
    const { index, sender, receiver, flow } = way;
    const heard = this.#heard[index];
    const finSent = this.#finSent[index] === true;
    const figures: Figures = [
      sender.requested,
      sender.written,
      flow.sent,
      flow.acknowledged,
      flow.received,
      receiver.read,
      flow.outOfOrder.length === 0 ? 0 : flow.outOfOrder,
      sender.discardedSending.get('application-buffer'),
      sender.discardedSending.get('send-buffer'),
      receiver.discardedReceiving.get('receive-buffer'),
      receiver.discardedReceiving.get('out-of-order'),
      heard?.edge,
      heard?.ack,
      finSent,
      flow.ended,
    ];
    const before = this.#channels[index];
    if (before?.figures.every((figure, i) => figure === figures[i])) return before.view;
    const view: ChannelView = {
      name: way.name,
      from: { host: sender.host, endpoint: sender.endpoint ?? '' },
      to: { host: receiver.host, endpoint: receiver.endpoint ?? '' },
      ledger: way.ledger(),
      outOfOrder: flow.outOfOrder,
      // An ACK of the FIN counts one more than there are bytes.
      window: heard === undefined ? undefined : Math.max(0, heard.edge - Math.max(heard.ack, flow.acknowledged)),
      fin: { sent: finSent, received: flow.ended },
    };
    while (this.#channels.length <= index) this.#channels.push(undefined);
    this.#channels[index] = { figures, view };
    return view;
  }
}
