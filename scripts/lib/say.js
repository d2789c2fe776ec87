/**
 * One line to the person at the terminal. On stderr, so that what a command prints (`--json`, for one) stays clean.
 */
export function say(line) {
  process.stderr.write(`halfopen: ${line}\n`);
}

/** Says why nothing can go on, and ends the process. */
export function giveUp(line) {
  say(line);
  process.exit(1);
}
