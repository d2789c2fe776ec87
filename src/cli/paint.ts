/** Colours for a terminal. They only repeat what characters say already: without them nothing is lost. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/** Select Graphic Rendition (ECMA-48, 8.3.117): on, and off again. */
function rendition(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}

const PLAIN: Paint = { bold: (text) => text, dim: (text) => text, good: (text) => text, bad: (text) => text };
const COLOURED: Paint = {
  bold: rendition(1, 22),
  dim: rendition(2, 22),
  good: rendition(32, 39),
  bad: rendition(31, 39),
};

export function paintFor(colour: boolean): Paint {
  return colour ? COLOURED : PLAIN;
}

/** Colours go to a terminal only, and never where NO_COLOR (no-color.org) says no. */
export function wantsColour(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb';
}
