/** Integer arithmetic of which engines have only one result. */

/** The least integer that is not below a / b; a and b are integers, b is positive. */
export function ceilDivide(a: number, b: number): number {
  return Math.floor((a + b - 1) / b);
}
