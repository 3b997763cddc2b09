import { CelFailure, evaluateCel } from './evaluate.ts';
import { childrenOf, type Expression } from './expression.ts';
import { regexp } from './library/regex.ts';
import { CelError } from './values.ts';

/**
 * Why no program can be made of a checked expression: what is the same for every object is computed at once, and fails at
 * once: conversions of what is written down, and patterns. Undefined: nothing does.
 * @see https://github.com/google/cel-go/blob/v0.22.0/interpreter/decorators.go
 */
export function instantiationProblem(expression: Expression): string | undefined {
  try {
    isConstant(expression);
    return undefined;
  } catch (error) {
    if (error instanceof CelFailure) return error.message;
    if (error instanceof CelError) return error.message;
    throw error;
  }
}

const CONVERSIONS: ReadonlySet<string> = new Set(
  'bool bytes double duration dyn int string timestamp type uint'.split(' '),
);
const PATTERNS: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);

/** Whether the value of a part is known, once all that is inside of it has been looked at. */
function isConstant(node: Expression): boolean {
  const known = childrenOf(node).map(isConstant);
  if (node.kind === 'literal') return true;
  if (node.kind === 'list' || node.kind === 'map') return node.optional === undefined && known.every(Boolean);
  if (node.kind !== 'call') return false;
  if (node.target === undefined && node.args.length === 1 && CONVERSIONS.has(node.function)) {
    if (known[0]) evaluateCel(node, () => undefined);
    return known[0] === true;
  }
  const pattern = node.target ? node.args[0] : node.args[1];
  if (PATTERNS.has(node.function) && pattern?.kind === 'literal' && typeof pattern.value === 'string') {
    regexp(pattern.value);
  }
  return false;
}
