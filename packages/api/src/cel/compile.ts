import { celCompileProblem, celError } from '../kinds/rules/cel.ts';
import { checkCel, type Variables } from './checker.ts';
import { type CelIssue, childrenOf, type Expression } from './expression.ts';
import { instantiationProblem } from './instantiation.ts';
import { literalIssues } from './literal-issues.ts';
import { parseCel } from './parse.ts';
import { type CelType, DYN } from './types.ts';

/** An expression that can be run. */
export interface CelProgram {
  readonly expression: Expression;
  /** Of its value. */
  readonly type: CelType;
}

/** The compiler's words about an expression: `ERROR: <input>:1:5: …`, a line and a mark, for each thing that is wrong. */
export class CelCompileError extends Error {}

/** An expression that is as it should be, of which no program can be made all the same. */
export class CelInstantiationError extends CelCompileError {}

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
  const literals = literalIssues(expression);
  if (literals.length > 0) throw problems(text, literals);
  return { expression, type: expression.type ?? DYN };
}

const problems = (text: string, issues: readonly CelIssue[]): CelCompileError =>
  new CelCompileError(issues.map(({ at, text: issue }) => celError(text, at, issue)).join('\n'));

/** @throws {CelInstantiationError} with why no program can be made of it */
export function instantiateCel(program: CelProgram, prefix = 'program instantiation failed'): void {
  const problem = instantiationProblem(program.expression);
  if (problem !== undefined) throw new CelInstantiationError(`${prefix}: ${problem}`);
}

/** Whether a variable is used, those of loops left out. */
export function usesVariable(node: Expression, name: string): boolean {
  if (node.kind === 'ident') return node.name === name;
  if (node.kind === 'select' && node.variable?.split('.')[0] === name) return true;
  if (node.kind === 'comprehension' && node.variable === name) return usesVariable(node.range, name);
  return childrenOf(node).some((each) => usesVariable(each, name));
}
