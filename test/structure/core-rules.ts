/**
 * What the core may not use, as far as a name's place in the syntax decides it: arithmetic and text functions whose
 * result is the engine's or the locale's affair, and promises below socket/. Names of globals (Date, Buffer, timers,
 * …) are refused by biome.json and by tsconfig.core.json; core.test.ts shows that all three nets hold.
 */
import type { Finding } from './finding.ts';
import { layerOf, type Node, nameOf, place, type SourceFile, walk } from './source.ts';

/** Exact by the ECMAScript standard: the same bits on every engine. */
export const EXACT_MATH = new Set(['sqrt', 'floor', 'trunc', 'min', 'max', 'abs', 'imul', 'clz32']);

/** The layers that know no promise: the caller passes time in and takes what comes out. */
const WITHOUT_PROMISES = new Set(['base', 'wire', 'tcp', 'ip', 'host']);

type Wrong = Omit<Finding, 'place'>;

export function checkCore(file: SourceFile): Finding[] {
  const findings: Finding[] = [];
  const withoutPromises = WITHOUT_PROMISES.has(layerOf(file.path));
  walk(file.tree, (node, parent) => {
    const wrong =
      checkMath(node, parent) ?? checkOperator(node) ?? checkMember(node) ?? (withoutPromises && checkPromise(node));
    if (wrong) findings.push({ place: place(file, node.start), ...wrong });
  });
  return findings;
}

/** `Math` may stand only before one of the exact names: neither another member, nor `Math[x]`, nor `{ sin } = Math`. */
function checkMath(node: Node, parent: Node | undefined): Wrong | undefined {
  if (nameOf(node) !== 'Math') return undefined;
  if (parent?.type === 'MemberExpression' && parent.object === node) {
    const member = parent.computed ? undefined : nameOf(parent.property);
    if (member !== undefined && EXACT_MATH.has(member)) return undefined;
    return { problem: `Math.${member ?? '[…]'} differs between engines`, remedy: mathRemedy };
  }
  // A property of that name, `x.Math`, is something else.
  if (parent?.type === 'MemberExpression' && parent.property === node && !parent.computed) return undefined;
  return { problem: 'Math is used as a value', remedy: mathRemedy };
}

const mathRemedy = `use only ${[...EXACT_MATH].join(', ')}, or integers`;

function checkOperator(node: Node): Wrong | undefined {
  const operator = node.operator;
  if (operator !== '**' && operator !== '**=') return undefined;
  return { problem: `${operator} differs between engines`, remedy: 'multiply, or write the constant' };
}

function checkMember(node: Node): Wrong | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const property = node.property as Node;
  const name = node.computed ? property.value : nameOf(property);
  if (typeof name !== 'string') return undefined;
  if (name === 'localeCompare' || name.startsWith('toLocale')) {
    return { problem: `${name} follows the machine's locale`, remedy: 'compare with < and >, format by hand' };
  }
  return undefined;
}

function checkPromise(node: Node): Wrong | undefined {
  const isAsync = node.async === true || node.type === 'AwaitExpression' || nameOf(node) === 'Promise';
  if (!isAsync) return undefined;
  return { problem: 'a promise below socket/', remedy: 'return what is known now, and let the driver call again' };
}
