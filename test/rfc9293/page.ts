/**
 * Holds docs/rfc9293.md to the source: reads its tables, and says what in them is not so. Called by `index.test.ts`,
 * with the page as it is and with wrong ones.
 *
 *     ### 3.7.4 Nagle's algorithm
 *     | MUST-17 | what is asked | `tcp/output.ts` `isHeldByNagle` | `3.7-segmentation` "MUST-17: …" |
 *     | MAY-15  | what is asked | not done: the reason            |                                |
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNode, type Node, nameOf, parse, ROOT, walk } from '../structure/source.ts';

/** A requirement's number, wherever it stands in a text. */
export const ID = /\b(?:MUST|SHLD|MAY|REC|EVT)-\d+\b/g;

/** The parts of the source that a page is held to. Everything by its path from the project's folder. */
export interface Source {
  /** The names that a file declares, undefined if there is no such file. */
  declared(path: string): ReadonlySet<string> | undefined;
  /** The names of the tests and groups in a file. */
  tests(path: string): readonly string[] | undefined;
}

interface Row {
  readonly section: string;
  /** The chapter of the page: the RFC itself, or its neighbours. */
  readonly own: boolean;
  readonly cells: readonly string[];
}

/** Ids of requirements by section, as the fixture has them. */
export type Ids = Readonly<Record<string, readonly string[]>>;

/** What is wrong with the page, in words; empty if all of it is so. */
export function checkPage(page: string, ids: Ids, source: Source): string[] {
  const rows = rowsOf(page);
  return [...checkIds(rows, ids), ...rows.flatMap((row) => checkRow(row, source))];
}

/** Ids that a test's name has and the page has no row for. */
export function strangers(page: string, names: readonly string[]): string[] {
  const known = new Set(rowsOf(page).map(({ cells }) => cells[0]));
  const named = names.flatMap((name) => (name.match(ID) ?? []).map((id) => ({ id, name })));
  return named.filter(({ id }) => !known.has(id)).map(({ id, name }) => `${id} of "${name}" is not on the page`);
}

function rowsOf(page: string): Row[] {
  const rows: Row[] = [];
  let section = '';
  let own = false;
  for (const line of page.split('\n')) {
    if (line.startsWith('## ')) own = line === '## RFC 9293';
    if (line.startsWith('### ')) section = line.slice(4).split(' ')[0] ?? '';
    if (!line.startsWith('| ') || /^\| (?:id|section) \|/.test(line)) continue;
    rows.push({
      section,
      own,
      cells: line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    });
  }
  return rows;
}

function checkIds(rows: readonly Row[], ids: Ids): string[] {
  const wrong: string[] = [];
  const left = new Map(Object.entries(ids).flatMap(([section, those]) => those.map((id) => [id, section])));
  for (const { section, own, cells } of rows) {
    const [id = ''] = cells;
    if (!own) continue;
    const expected = left.get(id);
    if (expected === undefined) wrong.push(`${id} stands twice, or is no requirement`);
    else if (expected !== section) wrong.push(`${id} belongs to ${expected}, and stands in ${section}`);
    left.delete(id);
  }
  for (const [id, section] of left) wrong.push(`${id} (${section}) is missing`);
  return wrong;
}

function checkRow({ own, cells }: Row, source: Source): string[] {
  const [id = '', what = '', where = '', shown = ''] = cells;
  if (cells.length !== 4 || what === '') return [`${id}: a row has an id, what is asked, where, and tests`];
  const places = placesIn(where);
  const tests = [...shown.matchAll(/`([^`]+)` "([^"]+)"/g)].map(([, file = '', name = '']) => ({ file, name }));
  const wrong = [
    ...places.flatMap(({ path, names }) => checkPlace(path, names, source)),
    ...tests.flatMap(({ file, name }) => checkTest(file, name, source)),
  ];
  const rest = shown.replaceAll(/`[^`]+` "[^"]+"/g, '').replaceAll(/[; ]/g, '');
  if (rest !== '') wrong.push(`'${rest}' is no test with its file`);
  const isDone = !/^not (?:done|applicable): ./.test(where);
  if (isDone && places.length === 0) wrong.push('it is said neither where it is done nor why it is not');
  if (isDone && tests.length === 0) wrong.push('no test shows it');
  return wrong.map((text) => `${own ? id : `neighbours, ${id}`}: ${text}`);
}

/** Files with the names behind each: `tcp/a.ts` `one`, `two`. */
function placesIn(where: string): { path: string; names: string[] }[] {
  return [...where.matchAll(/`([\w/.-]+\.ts)`((?:,? `[^`]+`)*)/g)].map(([, file = '', names = '']) => ({
    path: `src/${file}`,
    names: [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  }));
}

function checkPlace(path: string, names: readonly string[], source: Source): string[] {
  const declared = source.declared(path);
  if (declared === undefined) return [`there is no file ${path}`];
  if (names.length === 0) return [`what in ${path}?`];
  return names.filter((name) => !declared.has(name)).map((name) => `${path} has no ${name}`);
}

function checkTest(file: string, name: string, source: Source): string[] {
  const path = file.includes('/') ? file : `test/rfc9293/${file}.test.ts`;
  const tests = source.tests(path);
  if (tests === undefined) return [`there is no file ${path}`];
  const begins = name.endsWith('…') ? name.slice(0, -1) : undefined;
  const found = tests.filter((test) => test === name || (begins !== undefined && test.startsWith(begins)));
  if (found.length === 1) return [];
  return [`${path} has ${found.length === 0 ? 'no test' : `${found.length} tests`} "${name}"`];
}

/** The project as it is. */
export function projectSource(): Source {
  const trees = new Map<string, Node | undefined>();
  const treeOf = (path: string): Node | undefined => {
    if (!trees.has(path)) {
      const file = join(ROOT, path);
      trees.set(path, existsSync(file) ? parse(path, readFileSync(file, 'utf8')).tree : undefined);
    }
    return trees.get(path);
  };
  return {
    declared: (path) => map(treeOf(path), namesDeclaredIn),
    tests: (path) => map(treeOf(path), testNamesIn),
  };
}

function map<A, B>(value: A | undefined, change: (value: A) => B): B | undefined {
  return value === undefined ? undefined : change(value);
}

/** Functions, classes, constants, types, methods and properties; a private one with its #. */
export function namesDeclaredIn(tree: Node): ReadonlySet<string> {
  const names = new Set<string>();
  walk(tree, ({ type, id, key }) => {
    const name = DECLARATIONS.has(type) ? nameOf(id) : MEMBERS.has(type) ? memberName(key) : undefined;
    if (name !== undefined) names.add(name);
  });
  return names;
}

const DECLARATIONS = new Set([
  'FunctionDeclaration',
  'ClassDeclaration',
  'VariableDeclarator',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
]);
const MEMBERS = new Set(['MethodDefinition', 'PropertyDefinition', 'Property', 'TSPropertySignature']);

function memberName(key: unknown): string | undefined {
  return isNode(key) && key.type === 'PrivateIdentifier' ? `#${String(key.name)}` : nameOf(key);
}

/** First arguments of test(…), describe(…), test.each(…)(…); what a template puts in is written as …. */
export function testNamesIn(tree: Node): string[] {
  const names: string[] = [];
  walk(tree, (node) => {
    if (node.type !== 'CallExpression' || !/^(?:test|describe)$/.test(rootOf(node.callee))) return;
    const [first] = node.arguments as readonly unknown[];
    if (!isNode(first)) return;
    if (first.type === 'Literal' && typeof first.value === 'string') names.push(first.value);
    if (first.type === 'TemplateLiteral') names.push(templateText(first));
  });
  return names;
}

function templateText({ quasis }: Node): string {
  const parts = quasis as readonly { readonly value: { readonly cooked: string } }[];
  return parts.map(({ value }) => value.cooked).join('…');
}

/** `test` for test, test.skipIf(…) and test.each(…). */
function rootOf(callee: unknown): string {
  if (!isNode(callee)) return '';
  if (callee.type === 'MemberExpression') return rootOf(callee.object);
  if (callee.type === 'CallExpression') return rootOf(callee.callee);
  return nameOf(callee) ?? '';
}
