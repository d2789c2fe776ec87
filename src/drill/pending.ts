/**
 * The call that is going on. A script has one thread: the next call waits until this one has returned.
 *
 * Calls it: `run.ts`.
 */
import type { Nanoseconds } from '../base/time.ts';
import { errnoNumber, isErrnoCode } from '../socket/errno.ts';
import type { Answer, Attempt } from './calls/attempt.ts';
import { shownTime } from './expect.ts';
import type { Call } from './script.ts';

export class PendingCall {
  readonly call: Call;
  readonly line: number;
  readonly startedAt: Nanoseconds;
  /** When the script says that it returns; undefined: at once. */
  readonly returnsAt: Nanoseconds | undefined;
  /** What the script says that it brings; undefined: anything. */
  readonly expected: number | undefined;
  readonly #attempt: Attempt;
  answer: Answer | undefined;
  answeredAt: Nanoseconds = 0;

  constructor(
    call: Call,
    line: number,
    startedAt: Nanoseconds,
    returnsAt: Nanoseconds | undefined,
    expected: number | undefined,
    attempt: Attempt,
  ) {
    this.call = call;
    this.line = line;
    this.startedAt = startedAt;
    this.returnsAt = returnsAt;
    this.expected = expected;
    this.#attempt = attempt;
  }

  /** Tries it, if it has no answer. */
  tryAt(now: Nanoseconds): void {
    if (this.answer !== undefined) return;
    this.answer = this.#attempt();
    this.answeredAt = now;
  }

  /** Until when it must have returned. */
  deadline(tolerance: Nanoseconds): Nanoseconds {
    return (this.returnsAt ?? this.startedAt) + tolerance;
  }

  /** What is not as the script says, in words; undefined: nothing. To be asked when it has returned or is too late. */
  complaint(tolerance: Nanoseconds): string | undefined {
    const { answer, expected, call, returnsAt, answeredAt } = this;
    const { name, errno } = call;
    const at = shownTime(returnsAt ?? this.startedAt);
    if (answer === undefined) return `expected ${name}() to return at ${at}; it still blocks`;
    if (answeredAt < (returnsAt ?? this.startedAt) - tolerance || answeredAt > this.deadline(tolerance)) {
      return `expected ${name}() to return at ${at}; it returned at ${shownTime(answeredAt)}: ${shownAnswer(answer)}`;
    }
    const same = expected === undefined || (answer.result === expected && answer.errno === errno);
    if (!same)
      return `expected ${name}() = ${shownAnswer({ result: expected, ...(errno && { errno }) })}, got ${shownAnswer(answer)}`;
    return answer.wrong === undefined ? undefined : `${name}(): ${answer.wrong}`;
  }
}

function shownAnswer({ result, errno }: Answer): string {
  if (errno === undefined) return String(result);
  return `${result} ${errno}${isErrnoCode(errno) ? ` (${errnoNumber(errno)})` : ''}`;
}
