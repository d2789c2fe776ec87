/**
 * A hand-written trace in which B has connected to A over one cable: B's socket is tcp:1, A's, accepted, tcp:2. With
 * the few calls that tests of the ledger, of `where` and of the breaks go on with.
 */
import type { Json } from '../../src/base/json.ts';
import type { ErrnoCode } from '../../src/socket/errno.ts';
import { ACK, PSH, SYN } from '../../src/trace/headers.ts';
import { type Segment, TraceWriter } from './trace-writer.ts';

export const A = '10.0.0.1:7000';
export const B = '10.0.0.2:49152';
/** B's initial number lies before the wrap of the sequence space. */
export const [ISS, IRS] = [0xffff_fff0, 5000] as const;

const OF = {
  A: { process: 'server', socket: 'tcp:2' },
  B: { process: 'client', socket: 'tcp:1' },
} as const;

export class ConnectedTrace extends TraceWriter {
  constructor() {
    super('events');
    this.host('A', '10.0.0.1');
    this.host('B', '10.0.0.2');
    this.cable('cable', 'A', 'B');
    const listen = this.call('A', 'listen', { port: 7000 }, 'tcp:0');
    this.returns('A', listen, { socket: 'tcp:0', local: '0.0.0.0:7000' });
    const connect = this.call('B', 'connect', { host: 'A', port: 7000 });
    this.travel(B, A, { seq: ISS, control: SYN }, connect);
    const done = this.travel(A, B, { seq: IRS, ack: ISS + 1, control: SYN | ACK, window: 100 });
    this.returns('B', connect, { socket: 'tcp:1', local: B, remote: A }, done);
    this.travel(B, A, { seq: ISS + 1, ack: IRS + 1, control: ACK, window: 100 });
    const accept = this.call('A', 'accept', {}, 'tcp:0');
    this.returns('A', accept, { socket: 'tcp:2', local: A, remote: B });
  }

  /** A call is entered; answers its number. */
  call(host: 'A' | 'B', call: string, args: Json, socket: string = OF[host].socket): number {
    return this.emit(host, { kind: 'call.entered', process: OF[host].process, call, socket, args });
  }

  returns(host: 'A' | 'B', entered: number, result: Json, cause = entered): number {
    return this.emit(host, { kind: 'call.returned', ...this.#called(entered, host), entered, result }, cause);
  }

  fails(host: 'A' | 'B', entered: number, error: ErrnoCode, cause = entered): number {
    return this.emit(host, { kind: 'call.returned', ...this.#called(entered, host), entered, error }, cause);
  }

  copied(host: 'A' | 'B', entered: number, direction: 'in' | 'out', bytes: number): number {
    return this.emit(host, { kind: 'socket.copied', ...OF[host], entered, direction, bytes }, entered);
  }

  #called(entered: number, host: 'A' | 'B'): { process: string; call: string } {
    const event = this.recorder.events[entered - 1];
    return { process: OF[host].process, call: event?.kind === 'call.entered' ? event.call : '' };
  }
}

/** A segment of B with text from an offset of its channel on. */
export function data(from: number, text: string, control = PSH | ACK): Segment {
  return { seq: (ISS + 1 + from) >>> 0, ack: IRS + 1, control, data: text, window: 100 };
}

/** A's acknowledgment of B's bytes up to an offset. */
export function ack(upTo: number, control = ACK): Segment {
  return { seq: IRS + 1, ack: (ISS + 1 + upTo) >>> 0, control, window: 100 };
}
