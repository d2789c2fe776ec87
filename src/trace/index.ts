/**
 * `halfopen/trace`: reading and asking a saved trace, in Node and in the browser, with no simulator.
 *
 * ```ts
 * const trace = Trace.read(text);             // what `halfopen run … --trace FILE` wrote
 * trace.find({ kind: 'tcp.state', host: 'A' });
 * LedgerFold.at(trace.events, 1500);          // where each byte was after 1.5 s
 * findBreaks(trace.events);                   // who noticed what, by which call, after how long
 * ```
 */
export { FrameDecoder } from './decode.ts';
export {
  type Event,
  type EventKind,
  type EventOf,
  SNAP_LENGTH,
  type Stamp,
  TRACE_VERSION,
} from './event.ts';
export { Formatter, type Language, secondsOf } from './format.ts';
export { type Headers, readHeaders, type TcpHeaders } from './headers.ts';
export { type ReadTrace, readTrace, readTraceWithHeader } from './jsonl.ts';
export { knownKinds } from './kinds.ts';
export { LedgerFold } from './ledger.ts';
export { type Break, BreakWatch, findBreaks, type Notice } from './noticed.ts';
export { type PcapView, toPcap } from './pcap.ts';
export { type EventPattern, Trace, type TraceSource } from './query.ts';
export { TRACE_MODES, type TraceMode } from './recorder.ts';
export { type Place, type PlaceName, where } from './where.ts';
