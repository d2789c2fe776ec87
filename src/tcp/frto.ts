/**
 * F-RTO: was a time-out right? (RFC 5682, 3.1, the version with SACK, which serves without as well; Linux
 * tcp_process_loss.) Only the first segment was sent again; what the next two ACKs acknowledge tells.
 *
 *     1   RTO: the first segment is sent again
 *     2a  the ACK moves nothing: the loss was real
 *     2b  it moves SND.UNA, but not over all: new data goes instead of old
 *     3a  then a duplicate ACK or a SACK of new data: the loss was real
 *     3b  what was never sent again is acknowledged: nothing was lost
 *
 * Leaves out: a loss in the midst of a recovery, where Linux does not look either.
 * Calls it: `loss-response.ts`; `output.ts` asks whether old data has to wait.
 */
import * as seq from './seq.ts';

export class Frto {
  #on = false;
  /** Step 2b: old data waits until the next ACK. */
  holds = false;
  /** What was sent again lies below this; what was sent but once, between this and `originalsEnd`. */
  resentEnd = 0;
  originalsEnd = 0;

  get on(): boolean {
    return this.#on;
  }

  /** Step 1. `end`: behind what was in flight and was never sent again. */
  begin(una: number, end: number): void {
    this.#on = true;
    this.holds = false;
    this.resentEnd = una;
    this.originalsEnd = end;
  }

  /** The loss was real, or the question is settled. */
  end(): void {
    this.#on = false;
    this.holds = false;
  }

  sentAgain(end: number): void {
    if (this.#on) this.resentEnd = seq.max(this.resentEnd, end);
  }
}
