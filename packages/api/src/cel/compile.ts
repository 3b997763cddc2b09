import { celCompileProblem, celError } from '../kinds/rules/cel.ts';
import { checkCel, type Variables } from './checker.ts';
import type { CelIssue, Expression } from './expression.ts';
import { regexp } from './library/regex.ts';
import { parseCel } from './parse.ts';
import { parseGoDuration, parseTimestamp } from './time.ts';
import { type CelType, DYN } from './types.ts';
import { CelError } from './values.ts';

/** An expression that can be run. */
export interface CelProgram {
  readonly expression: Expression;
  /** Of its value. */
  readonly type: CelType;
}

/** The compiler's words about an expression: `ERROR: <input>:1:5: …`, a line and a mark, for each thing that is wrong. */
export class CelCompileError extends Error {}

/**
 * Reads and checks an expression.
 * @throws {CelCompileError}
 */
export function compileCel(text: string, variables: Variables): CelProgram {
  if (text.length > MAX_LENGTH && [...text].length > MAX_LENGTH) {
    const size = [...text].length;
    throw new CelCompileError(
      `ERROR: <input>:-1:0: expression code point size exceeds limit: size: ${size}, limit ${MAX_LENGTH}`,
    );
  }
  try {
    return compile(text, variables);
  } catch (error) {
    // What is nested deeper than the stack is deeper than upstream allows, too.
    if (!(error instanceof RangeError)) throw error;
    throw new CelCompileError('ERROR: <input>:-1:0: expression recursion limit exceeded: 250');
  }
}

const MAX_LENGTH = 100_000;

function compile(text: string, variables: Variables): CelProgram {
  const syntax = celCompileProblem(text);
  if (syntax !== undefined) throw new CelCompileError(syntax);
  const parsed = parseCel(text);
  if (Array.isArray(parsed)) throw problems(text, parsed as readonly CelIssue[]);
  const expression = parsed as Expression;
  const issues = checkCel(expression, variables);
  if (issues.length > 0) throw problems(text, issues);
  const literals: CelIssue[] = [];
  checkLiterals(expression, literals);
  if (literals.length > 0) throw problems(text, literals);
  return { expression, type: expression.type ?? DYN };
}

const problems = (text: string, issues: readonly CelIssue[]): CelCompileError =>
  new CelCompileError(issues.map(({ at, text: issue }) => celError(text, at, issue)).join('\n'));

/** Patterns, durations and moments that are written down are read at once. */
function checkLiterals(node: Expression, issues: CelIssue[]): void {
  for (const each of childrenOf(node)) checkLiterals(each, issues);
  if (node.kind !== 'call') return;
  const isPattern = node.function === 'matches';
  const literal = isPattern ? node.args.at(-1) : node.args[0];
  if (literal?.kind !== 'literal' || typeof literal.value !== 'string') return;
  if (isPattern) {
    try {
      regexp(literal.value);
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      issues.push({ at: literal.at, text: 'invalid matches argument' });
    }
  } else if (
    node.target === undefined &&
    node.function === 'duration' &&
    parseGoDuration(literal.value) === undefined
  ) {
    issues.push({ at: literal.at, text: 'invalid duration argument' });
  } else if (
    node.target === undefined &&
    node.function === 'timestamp' &&
    parseTimestamp(literal.value) === undefined
  ) {
    issues.push({ at: literal.at, text: 'invalid timestamp argument' });
  }
}

/** The parts of an expression. */
function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'select':
      return [node.operand];
    case 'call':
      return node.target ? [node.target, ...node.args] : node.args;
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flat();
    case 'message':
      return node.values;
    case 'comprehension':
      return [node.range, node.init, node.condition, node.step, node.result];
    default:
      return [];
  }
}

/** Whether a variable is used, those of loops left out. */
export function usesVariable(node: Expression, name: string): boolean {
  if (node.kind === 'ident') return node.name === name;
  if (node.kind === 'select' && node.variable?.split('.')[0] === name) return true;
  if (node.kind === 'comprehension' && node.variable === name) return usesVariable(node.range, name);
  return childrenOf(node).some((each) => usesVariable(each, name));
}
