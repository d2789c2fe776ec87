/** What a structural rule says about the source: where, what is wrong, and what to do. */
export interface Finding {
  /** 'src/tcp/seq.ts:12' */
  readonly place: string;
  readonly problem: string;
  readonly remedy: string;
}

/** One line for each, to stand in a test's message: an empty text is what a test asks for. */
export function report(findings: readonly Finding[]): string {
  return findings.map(({ place, problem, remedy }) => `${place}: ${problem}; ${remedy}`).join('\n');
}
