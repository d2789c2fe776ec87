/**
 * Imports go one way. The table is data (imports.json); this reads all imports of a file, those of types too, and
 * holds them against it; and it finds rings of files.
 */
import { posix } from 'node:path';
import type { Finding } from './finding.ts';
import table from './imports.json' with { type: 'json' };
import { isNode, layerOf, type Node, place, type SourceFile, walk } from './source.ts';

interface Layer {
  readonly folders: readonly string[];
  readonly packages: readonly string[];
}

export const LAYERS: Readonly<Record<string, Layer>> = table.layers;

export interface Import {
  readonly specifier: string;
  /** Where it stands in the text. */
  readonly offset: number;
  /** Erased by the compiler: `import type`, `export type`, `import('…').X`. */
  readonly typeOnly: boolean;
}

/** Every import, export … from, import(…) and type import of a file, in its order. */
export function importsOf(file: SourceFile): Import[] {
  const imports: Import[] = [];
  walk(file.tree, (node) => {
    const source = sourceOf(node);
    if (source === undefined) return;
    const value = source.value;
    const typeOnly = node.importKind === 'type' || node.exportKind === 'type' || node.type === 'TSImportType';
    imports.push({ specifier: typeof value === 'string' ? value : '(computed)', offset: node.start, typeOnly });
  });
  return imports;
}

function sourceOf(node: Node): Node | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return isNode(node.source) ? node.source : undefined;
    case 'TSExternalModuleReference':
      return isNode(node.expression) ? node.expression : undefined;
    default:
      return undefined;
  }
}

/** Imports that the table does not allow, or that lead nowhere. */
export function checkImports(file: SourceFile, exists: (path: string) => boolean): Finding[] {
  const from = layerOf(file.path);
  const layer = LAYERS[from];
  if (layer === undefined) {
    const remedy = 'put the file into a layer, or give the layer a line in test/structure/imports.json';
    return [{ place: place(file, 0), problem: `src/${from} is not in the import table`, remedy }];
  }
  const findings: Finding[] = [];
  for (const { specifier, offset } of importsOf(file)) {
    const wrong = specifier.startsWith('.')
      ? checkRelative(file.path, from, layer, specifier, exists)
      : checkPackage(from, layer, specifier);
    if (wrong !== undefined) findings.push({ place: place(file, offset), ...wrong });
  }
  return findings;
}

type Wrong = Omit<Finding, 'place'>;

function checkRelative(
  path: string,
  from: string,
  layer: Layer,
  specifier: string,
  exists: (path: string) => boolean,
): Wrong | undefined {
  const target = resolve(path, specifier);
  if (!target.startsWith('src/')) {
    return { problem: `'${specifier}' leads out of src/`, remedy: 'import from src/ or from a package' };
  }
  if (!exists(target)) {
    return { problem: `'${specifier}' does not exist`, remedy: 'name the file with its ending' };
  }
  const to = layerOf(target);
  if (to === from || layer.folders.includes(to)) return undefined;
  const may = layer.folders.length === 0 ? 'nothing' : layer.folders.join(', ');
  return {
    problem: `src/${from} imports '${specifier}' of src/${to}`,
    remedy: `${from} may import ${may}; move the code, or pass what it needs as an argument`,
  };
}

function checkPackage(from: string, layer: Layer, specifier: string): Wrong | undefined {
  const allowed = layer.packages.some((name) =>
    name.endsWith('*')
      ? specifier.startsWith(name.slice(0, -1))
      : specifier === name || specifier.startsWith(`${name}/`),
  );
  if (allowed) return undefined;
  const may = layer.packages.length === 0 ? 'no package' : layer.packages.join(', ');
  return { problem: `src/${from} imports the package '${specifier}'`, remedy: `${from} may import ${may}` };
}

/** The file that is meant; '?raw' and its like say to the page's build how it is wanted. */
function resolve(path: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(path), specifier.replace(/\?.*$/, '')));
}

/**
 * Rings of files that import one another as they run, each told once. Types are left out: two records of one folder
 * may name each other, and nothing of that is left when they run; between folders the table leaves no ring at all.
 */
export function findRings(files: readonly SourceFile[]): string[][] {
  const targets = new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
        .map(({ specifier }) => resolve(file.path, specifier)),
    ]),
  );
  const done = new Set<string>();
  const trail: string[] = [];
  const rings: string[][] = [];
  const visit = (path: string) => {
    const at = trail.indexOf(path);
    if (at >= 0) rings.push([...trail.slice(at), path]);
    if (at >= 0 || done.has(path)) return;
    trail.push(path);
    for (const target of targets.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const path of targets.keys()) visit(path);
  return rings;
}
