/**
 * Assertions: what only a bug of ours can break. Never used for a peer's bytes (those are refused, with a reason) nor for
 * a caller's argument (TypeError, RangeError: `check.ts`). A failed assertion stops the world, which prints its seed.
 */

/** Thrown by `assert` and `unreachable`; the world knows a bug of ours by this class. */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}

/** Throws AssertionFailed if the condition does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message);
}

/**
 * For the end of a switch that names every case: it does not compile while a case is missing.
 * Always throws AssertionFailed. `what` says what the value is: 'state', 'event kind'.
 */
export function unreachable(value: never, what: string): never {
  throw new AssertionFailed(`impossible ${what}: ${String(value)}`);
}
