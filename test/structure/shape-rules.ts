/**
 * The shape of a file: sizes, head comment, nothing left for later, no check switched off.
 */
import type { Finding } from './finding.ts';
import { isTest, lineAt, type Node, nameOf, place, type SourceFile, walk } from './source.ts';

export const LONGEST_FILE = 600;
export const LONGEST_FUNCTION = 70;
/** A head shorter than this says nothing, in characters. */
const SHORTEST_HEAD = 30;

export function checkShape(file: SourceFile): Finding[] {
  const findings = [...checkLength(file), ...checkComments(file)];
  // What is said of code that others read and call; a test is read by its names.
  if (!isTest(file.path)) findings.push(...checkHead(file), ...checkFunctions(file));
  return findings;
}

function checkLength(file: SourceFile): Finding[] {
  const lines = lineAt(file, file.text.trimEnd().length);
  if (lines <= LONGEST_FILE) return [];
  const problem = `${lines} lines, more than ${LONGEST_FILE}`;
  return [{ place: place(file, file.text.length), problem, remedy: 'split the file by role' }];
}

function checkHead(file: SourceFile): Finding[] {
  const [head] = file.comments;
  const first = (file.tree.body as Node[])[0];
  const before = head !== undefined && (first === undefined || head.start < first.start);
  if (before && head.value.replace(/[\s*]+/g, ' ').trim().length >= SHORTEST_HEAD) return [];
  const remedy = 'say at its head what it is, its source (RFC and section), what it leaves out, who calls it';
  return [{ place: place(file, 0), problem: 'the file has no head comment', remedy }];
}

const BANNED_WORDS: readonly [RegExp, string][] = [
  [/\b(TODO|FIXME|XXX|HACK)\b/, 'do it now, or name it in README ("not supported") or docs/rfc9293.md'],
  [/biome-ignore|@ts-ignore|@ts-nocheck/, 'change the code so that the check passes'],
];

function checkComments(file: SourceFile): Finding[] {
  const findings: Finding[] = [];
  for (const comment of file.comments) {
    for (const [pattern, remedy] of BANNED_WORDS) {
      const word = pattern.exec(comment.value)?.[0];
      if (word !== undefined)
        findings.push({ place: place(file, comment.start), problem: `a comment says ${word}`, remedy });
    }
    if (/@ts-expect-error/.test(comment.value) && !isTest(file.path)) {
      const remedy = 'give the value its type';
      findings.push({ place: place(file, comment.start), problem: '@ts-expect-error outside of a test', remedy });
    }
  }
  return findings;
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function checkFunctions(file: SourceFile): Finding[] {
  const findings: Finding[] = [];
  walk(file.tree, (node, parent) => {
    if (!FUNCTIONS.has(node.type)) return;
    const lines = lineAt(file, node.end) - lineAt(file, node.start) + 1;
    if (lines <= LONGEST_FUNCTION) return;
    const name = nameOf(node.id) ?? nameOf(parent?.key) ?? nameOf(parent?.id) ?? 'a function';
    const problem = `${name} has ${lines} lines, more than ${LONGEST_FUNCTION}`;
    findings.push({ place: place(file, node.start), problem, remedy: 'name its parts as functions' });
  });
  return findings;
}
