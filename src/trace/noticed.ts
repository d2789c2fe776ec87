/**
 * Who noticed a break, by which call, after how long; folded from the trace alone.
 *
 * A break is a cut cable, a host or router without power, a killed or a stopped process. A process has noticed it by
 * the first call that told it, and a call told it if its result can be a consequence of that break on the socket it was
 * made for:
 *
 *   killed    the other end of the connection was the dead process's, and the call ended with the end of the stream or
 *             a reset, if its FIN or RST was sent after the kill; or `connect` was refused at a port where it listened
 *   stopped   the other end is the stopped process's, and the call ended because a time had passed
 *   power     the other end is that host's: silence (ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, a time that the program had
 *             set), or a reset, if the host had not ended the connection before; never the end of the stream
 *   cut       the cable (or a router without power) lies on the way between both hosts: silence; or a reset or the end
 *             of the stream, if the process at the other end had noticed the break before, or its OS had given up
 *
 * Silence that lasts over the mending of the break belongs to it until something is heard again. A time that the program
 * had set (EAGAIN, ECANCELED) counts only if that call on that socket had not ended so before the break. So a normal
 * close tells nobody of a break, nor does a call's own fault (EPIPE after one's own shutdown).
 *
 * Calls it: `world.breaks()`, the command, the page.
 */

import type { Json } from '../base/json.ts';
import type { Nanoseconds } from '../base/time.ts';
import { ERRNO_CODES, errnoNumber } from '../socket/errno.ts';
import { addressOf, portOf } from './endpoints.ts';
import type { Event, EventOf } from './event.ts';
import { Network } from './network.ts';
import { field, type KnownSocket, numberOf, type PendingCall, Sockets, textOf } from './sockets.ts';
import { Traffic } from './traffic.ts';

export interface Notice {
  readonly host: string;
  readonly process: string;
  readonly call: string;
  /** 0 for the end of the stream, or an errno's name. */
  readonly result: Json;
  /** From the break to the call's return. */
  readonly after: Nanoseconds;
  /** Number of the `call.returned`. */
  readonly n: number;
}

export interface Break {
  readonly kind: 'cut' | 'power-off' | 'kill' | 'stop';
  /** The cable's, host's or process's name. */
  readonly target: string;
  readonly at: Nanoseconds;
  /** Number of its event. */
  readonly n: number;
  readonly noticed: readonly Notice[];
}

/** All breaks of a trace, in order, each with who noticed it. */
export function findBreaks(events: Iterable<Event>): Break[] {
  const watch = new BreakWatch();
  for (const event of events) watch.apply(event);
  return watch.breaks();
}

/** What a result says: silence, a reset, the end of the stream, or a time that the program itself had set. */
type Sign = 'silence' | 'reset' | 'end' | 'time';

const SIGNS: Readonly<Record<string, Sign>> = {
  ETIMEDOUT: 'silence',
  EHOSTUNREACH: 'silence',
  ENETUNREACH: 'silence',
  ECONNRESET: 'reset',
  ECONNREFUSED: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  EAGAIN: 'time',
  ECANCELED: 'time',
};

class OpenBreak implements Break {
  readonly kind: Break['kind'];
  readonly target: string;
  readonly at: Nanoseconds;
  readonly n: number;
  readonly host: string;
  readonly noticed: Notice[] = [];
  /** Killed or stopped: ends of connections ('local>remote') and ports ('A:7000') of its process. */
  readonly ends = new Set<string>();
  readonly listening = new Set<string>();
  /** Number of the event that mended it. */
  over = Infinity;
  /** Connections by which somebody noticed, as that end names them. */
  readonly toldBy = new Set<string>();

  constructor(kind: Break['kind'], target: string, event: Pick<Event, 'at' | 'n' | 'host'>) {
    this.kind = kind;
    this.target = target;
    this.at = event.at;
    this.n = event.n;
    this.host = event.host;
  }

  clone(): OpenBreak {
    const copy = new OpenBreak(this.kind, this.target, this);
    copy.noticed.push(...this.noticed);
    for (const end of this.ends) copy.ends.add(end);
    for (const port of this.listening) copy.listening.add(port);
    for (const connection of this.toldBy) copy.toldBy.add(connection);
    copy.over = this.over;
    return copy;
  }
}

/** A call that returned, and what it can say. */
interface Answer {
  readonly call: PendingCall;
  readonly returned: EventOf<'call.returned'>;
  readonly sign: Sign;
  readonly result: Json;
}

export class BreakWatch {
  readonly #network: Network;
  readonly #sockets: Sockets;
  readonly #traffic: Traffic;
  readonly #breaks: OpenBreak[] = [];
  /** 'host socket call' that once ended because a time had passed: the number of that event. */
  readonly #timedOut = new Map<string, number>();

  constructor(network = new Network(), sockets = new Sockets(), traffic = new Traffic(network)) {
    this.#network = network;
    this.#sockets = sockets;
    this.#traffic = traffic;
  }

  /** A copy that goes its own way. */
  clone(): BreakWatch {
    const network = this.#network.clone();
    const copy = new BreakWatch(network, this.#sockets.clone(), this.#traffic.clone(network));
    for (const broken of this.#breaks) copy.#breaks.push(broken.clone());
    for (const [key, n] of this.#timedOut) copy.#timedOut.set(key, n);
    return copy;
  }

  apply(event: Event): void {
    this.#network.apply(event);
    this.#traffic.apply(event);
    switch (event.kind) {
      case 'cable.cut':
        this.#begin('cut', event.cable, event);
        break;
      case 'cable.mended':
        this.#end('cut', event.cable, event);
        break;
      case 'host.powered-off':
        this.#begin('power-off', event.host, event, this.#sockets.held(event.host));
        break;
      case 'host.powered-on':
        this.#end('power-off', event.host, event);
        break;
      case 'process.killed':
        this.#begin('kill', event.process, event, this.#sockets.held(event.host, event.process));
        break;
      case 'process.stopped':
        this.#begin('stop', event.process, event, this.#sockets.held(event.host, event.process));
        break;
      case 'process.continued':
        this.#end('stop', event.process, event);
        break;
      case 'call.returned':
        this.#returned(event);
        break;
      default:
    }
    this.#sockets.apply(event);
  }

  breaks(): Break[] {
    return this.#breaks.map(({ kind, target, at, n, noticed }) => ({ kind, target, at, n, noticed: [...noticed] }));
  }

  #begin(kind: Break['kind'], target: string, event: Event, held: Iterable<KnownSocket> = []): void {
    const broken = new OpenBreak(kind, target, event);
    for (const socket of held) {
      const { host, local, remote, listening } = socket;
      if (local === undefined) continue;
      if (listening) broken.listening.add(`${host}:${portOf(local)}`);
      else if (remote !== undefined) broken.ends.add(`${local}>${remote}`);
    }
    this.#breaks.push(broken);
  }

  #end(kind: Break['kind'], target: string, { n, host }: Event): void {
    for (const broken of this.#breaks) {
      const isIt = broken.kind === kind && broken.target === target && broken.host === host;
      if (isIt && broken.over === Infinity) broken.over = n;
    }
  }

  #returned(returned: EventOf<'call.returned'>): void {
    const call = this.#sockets.pending(returned.entered);
    if (call === undefined) return;
    const found = resultOf(call, returned);
    if (found === undefined) return;
    const answer: Answer = { call, returned, ...found };
    const timeKey = `${call.host} ${call.socket ?? ''} ${call.call}`;
    for (const broken of this.#breaks) {
      const known = broken.noticed.some(({ host, process }) => host === call.host && process === call.process);
      if (known || !this.#explains(broken, answer)) continue;
      if (answer.sign === 'time' && (this.#timedOut.get(timeKey) ?? Infinity) < broken.n) continue;
      this.#note(broken, answer);
    }
    if (answer.sign === 'time' && !this.#timedOut.has(timeKey)) this.#timedOut.set(timeKey, returned.n);
  }

  #note(broken: OpenBreak, { call, returned, result }: Answer): void {
    const { host, process } = call;
    broken.noticed.push({ host, process, call: call.call, result, after: returned.at - broken.at, n: returned.n });
    const socket = this.#sockets.socket(host, call.socket);
    if (socket?.remote !== undefined) broken.toldBy.add(`${socket.local}>${socket.remote}`);
  }

  #explains(broken: OpenBreak, answer: Answer): boolean {
    const { call, sign } = answer;
    const socket = this.#sockets.socket(call.host, call.socket);
    if (call.call === 'connect') return this.#explainsConnect(broken, answer);
    if (socket?.local === undefined || socket.remote === undefined) return false;
    if (socket.writeEnded && call.call === 'send') return false;
    const other = `${socket.remote}>${socket.local}`;
    switch (broken.kind) {
      case 'kill':
        return broken.ends.has(other) || this.#wasWaiting(broken, socket)
          ? (sign === 'end' && this.#traffic.firstFin(other) > broken.n) ||
              (sign === 'reset' && this.#traffic.firstRst(other) > broken.n)
          : false;
      case 'stop':
        return broken.ends.has(other) && (sign === 'time' || sign === 'silence') && answer.returned.n < broken.over;
      case 'power-off':
        if (this.#hostOf(socket.remote) !== broken.target) return this.#explainsPath(broken, answer, socket, other);
        if (sign === 'reset') return broken.n > this.#traffic.since(other) && this.#traffic.firstEnd(other) > broken.n;
        return sign !== 'end' && this.#isSilentSince(broken, other);
      case 'cut':
        return this.#explainsPath(broken, answer, socket, other);
    }
  }

  /** The connection lay in the queue of the dead process's listening socket: nobody had accepted it. */
  #wasWaiting(broken: OpenBreak, socket: KnownSocket): boolean {
    const { remote = '' } = socket;
    return broken.listening.has(`${this.#hostOf(remote)}:${portOf(remote)}`);
  }

  /** The way between both hosts leads over what is broken. */
  #explainsPath(broken: OpenBreak, { call, sign, returned }: Answer, socket: KnownSocket, other: string): boolean {
    const peer = this.#hostOf(socket.remote ?? '');
    if (peer === undefined || !this.#network.between(call.host, peer).has(broken.target)) return false;
    if (sign === 'silence' || sign === 'time') return this.#isSilentSince(broken, other);
    const peerKnew = broken.toldBy.has(other) || this.#traffic.gaveUp(other) > broken.n;
    const ended = sign === 'end' ? this.#traffic.firstFin(other) : this.#traffic.firstEnd(other);
    return peerKnew && ended > broken.n && ended < returned.n;
  }

  /** Nothing of the other end has been heard since the break was mended, if it was. */
  #isSilentSince(broken: OpenBreak, other: string): boolean {
    return this.#traffic.lastHeard(other) < broken.over;
  }

  #explainsConnect(broken: OpenBreak, { call: last, sign }: Answer): boolean {
    const call = this.#sockets.socket(last.host, last.socket)?.connecting ?? last;
    const target = textOf(field(call.args, 'host')) ?? '';
    const peer = this.#network.hostOf(target) ?? target;
    const port = `${peer}:${numberOf(field(call.args, 'port')) ?? ''}`;
    // Mended before the call was made: it went another way about its end.
    const wasActive = broken.over > call.n;
    switch (broken.kind) {
      case 'kill':
        return sign === 'reset' && broken.listening.has(port);
      case 'stop':
        return false;
      case 'power-off':
        if (peer === broken.target && sign === 'reset') return broken.listening.has(port);
        return (
          wasActive && sign !== 'end' && sign !== 'reset' && this.#network.between(call.host, peer).has(broken.target)
        );
      case 'cut':
        return (
          wasActive &&
          (sign === 'silence' || sign === 'time') &&
          this.#network.between(call.host, peer).has(broken.target)
        );
    }
  }

  #hostOf(endpoint: string): string | undefined {
    return this.#network.hostOf(addressOf(endpoint));
  }
}

/** What a call that returned can say of a break; undefined: nothing. */
function resultOf(call: PendingCall, returned: EventOf<'call.returned'>): { sign: Sign; result: Json } | undefined {
  const { error, result } = returned;
  if (error !== undefined) {
    const sign = Object.hasOwn(SIGNS, error) ? SIGNS[error] : undefined;
    if (sign === undefined || !TELLING.has(call.call)) return undefined;
    // A call that did not wait asks for what there is; that is no time that passed.
    if (sign === 'time' && returned.at === call.at) return undefined;
    return { sign, result: error };
  }
  if (call.call === 'recv' && result === 0 && numberOf(field(call.args, 'length')) !== 0)
    return { sign: 'end', result: 0 };
  if (call.call !== 'getOption' || field(call.args, 'name') !== 'SO_ERROR' || typeof result !== 'number')
    return undefined;
  const code = ERRNO_CODES.find((known) => errnoNumber(known) === result);
  const sign = code === undefined ? undefined : SIGNS[code];
  return code === undefined || sign === undefined ? undefined : { sign, result: code };
}

const TELLING: ReadonlySet<string> = new Set(['connect', 'send', 'recv']);
