/**
 * The project's own source as syntax trees, for the tests of its structure. Parsed by oxc-parser, so that a word in
 * a comment or a text is never taken for code.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The layers whose runs must be the same on every machine: design of the project, ARCHITECTURE.md. */
export const CORE = ['base', 'wire', 'tcp', 'ip', 'host', 'socket', 'system', 'trace', 'sim', 'scenarios'] as const;

/** A node of the ESTree, as far as these tests look. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface SourceFile {
  /** From the project's folder, with '/': 'src/tcp/seq.ts'. */
  readonly path: string;
  readonly text: string;
  readonly tree: Node;
  readonly comments: readonly { readonly start: number; readonly end: number; readonly value: string }[];
}

/** @throws Error if the text is no TypeScript. */
export function parse(path: string, text: string): SourceFile {
  const lang = path.endsWith('.js') ? 'js' : path.endsWith('.tsx') ? 'tsx' : 'ts';
  const { program, errors, comments } = parseSync(path, text, { lang });
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  return { path, text, tree: program as unknown as Node, comments };
}

/** All TypeScript below a folder, in the order of their names. */
export function sourcesIn(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
    .map((path) => parse(path, readFileSync(join(ROOT, path), 'utf8')));
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}

/**
 * The first folder below src/, or 'entry' for a file directly in it. The page's sandbox, which alone holds the simulator,
 * is a layer of its own: 'lab/sandbox'.
 */
export function layerOf(path: string): string {
  const [, first = '', second, third] = path.split('/');
  if (second === undefined) return 'entry';
  return first === 'lab' && second === 'sandbox' && third !== undefined ? 'lab/sandbox' : first;
}

export function inCore(path: string): boolean {
  return (CORE as readonly string[]).includes(layerOf(path));
}

/** 'src/tcp/seq.ts:12', which terminals and editors open. */
export function place(file: SourceFile, offset: number): string {
  return `${file.path}:${lineAt(file, offset)}`;
}

export function lineAt(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length;
}

/** Calls `visit` for the node and all below it, each with its parent. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit, node);
    }
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The name, if the node is an identifier. */
export function nameOf(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Identifier' ? String(value.name) : undefined;
}
