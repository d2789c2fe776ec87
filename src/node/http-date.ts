/**
 * The `Date` header's text, which Node takes from a clock of its own that no program can replace.
 *
 * Source: RFC 9110, 5.6.7. Calls it: `install-http.ts`, `install-http2.ts`.
 */

let lastSecond = Number.NaN;
let lastDate = '';

/** Of virtual milliseconds since 1970; the text of a second is made once. */
export function httpDate(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastDate = new Date(time).toUTCString();
  }
  return lastDate;
}
