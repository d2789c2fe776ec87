/**
 * Where a call of SEND ends, and what that says of when its bytes leave: MSG_MORE (more follows at once), MSG_EOR (nothing
 * of a later call joins them), TCP_CORK, TCP_NOTSENT_LOWAT.
 *
 *     more      what is less than a full segment waits for the next call; but whatever else makes TCP send, sends it too
 *     record    a segment never holds bytes of both sides of its end, whether it is sent for the first time or again
 *     cork      what is less than a full segment waits until it is pulled, or as long as a window probe would
 *
 * Source: Linux tcp_push, tcp_nagle_check, tcp_skb_can_collapse_to, tcp_stream_memory_free; tcp(7), send(2).
 * Calls it: `user-calls.ts`, `output.ts`.
 */
import type { Tcb } from './tcb.ts';

/** MSG_MORE, MSG_EOR and MSG_OOB. */
export interface SendMarks {
  readonly more?: boolean;
  readonly record?: boolean;
  readonly urgent?: boolean;
}

/** A call copied bytes. `all`: its last one was among them. */
export function noteEnd(tcb: Tcb, all: boolean, marks: SendMarks | undefined): void {
  const { snd, sendBuffer } = tcb;
  // The bytes before were only held for these.
  if (snd.more) snd.ends.pop();
  snd.ends.push(sendBuffer.written);
  snd.more = marks?.more === true;
  snd.unpushed = snd.more ? sendBuffer.written : -1;
  if (all && marks?.urgent === true) {
    snd.up = tcb.finSeq;
    snd.urgent = true;
  }
  if (all && marks?.record === true) snd.records.push(sendBuffer.written);
}

/** Offset of the end of the record in which the byte at `offset` lies; infinite: its end is not known yet. */
export function recordEnd({ snd, sendBuffer }: Tcb, offset: number): number {
  const { records } = snd;
  while (records.length > 0 && (records[0] ?? 0) <= sendBuffer.acknowledged) records.shift();
  return records.find((end) => end > offset) ?? Number.POSITIVE_INFINITY;
}

/** The program has said that more follows the first `available` bytes that are unsent. */
export function isHeldByProgram(tcb: Tcb, available: number): boolean {
  return tcb.options.cork || (tcb.snd.more && available === tcb.unsent);
}

/** Bytes that may lie unsent before there is no room for others. */
export function unsentLowWater({ options, config }: Tcb): number {
  return options.unsentLowWater > 0 ? options.unsentLowWater : config.unsentLowWater;
}
