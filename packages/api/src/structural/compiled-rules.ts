import { CelCompileError, type CelProgram, compileCel, instantiateCel, usesVariable } from '../cel/compile.ts';
import { type CelType, optionalOf } from '../cel/types.ts';
import type { ValidationRule } from '../generated/apiextensions-v1.ts';

/** A rule as it can be run, or why not. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program?: CelProgram;
  readonly message?: CelProgram;
  readonly usesOldSelf: boolean;
  /** What is wrong with the rule, or with its message. */
  readonly problem?: string;
  readonly messageProblem?: string;
}

/**
 * Compiles a rule of a schema.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go
 */
export function compileRule(rule: ValidationRule, type: CelType): CompiledRule {
  const self = type.kind === 'struct' ? named(type) : type;
  const variables = new Map([
    ['self', self],
    ['oldSelf', rule.optionalOldSelf === true ? optionalOf(self) : self],
  ]);
  const program = compiled(rule.rule, variables);
  if (typeof program === 'string') return { rule, usesOldSelf: false, problem: `compilation failed: ${program}` };
  const usesOldSelf = usesVariable(program.expression, 'oldSelf');
  if (program.type.kind !== 'bool') {
    return { rule, usesOldSelf: false, problem: 'cel expression must evaluate to a bool' };
  }
  const failure = instantiationOf(program, 'program instantiation failed');
  if (failure !== undefined) return { rule, usesOldSelf, problem: failure };
  if (!rule.messageExpression) return { rule, program, usesOldSelf };
  const message = compiled(rule.messageExpression, variables);
  if (typeof message === 'string') {
    return { rule, program, usesOldSelf, messageProblem: `messageExpression compilation failed: ${message}` };
  }
  if (message.type.kind !== 'string') {
    return { rule, program, usesOldSelf, messageProblem: 'messageExpression must evaluate to a string' };
  }
  const messageFailure = instantiationOf(message, 'messageExpression instantiation failed');
  if (messageFailure !== undefined) return { rule, program, usesOldSelf, messageProblem: messageFailure };
  return { rule, program, message, usesOldSelf };
}

function instantiationOf(program: CelProgram, prefix: string): string | undefined {
  try {
    instantiateCel(program, prefix);
    return undefined;
  } catch (error) {
    if (error instanceof CelCompileError) return error.message;
    throw error;
  }
}

function compiled(text: string, variables: ReadonlyMap<string, CelType>): CelProgram | string {
  try {
    return compileCel(text, variables);
  } catch (error) {
    if (error instanceof CelCompileError) return error.message;
    throw error;
  }
}

/** Types of objects are told apart by their names; upstream's hold the time at which they were made. */
function named(type: CelType, name = 'selfType'): CelType {
  const { fields } = type;
  if (fields === undefined) return { ...type, name };
  const inner = [...fields].map(
    ([field, { name: json, type: each }]) => [field, { name: json, type: inside(each, `${name}.${field}`) }] as const,
  );
  return { ...type, name, fields: new Map(inner) };
}

function inside(type: CelType, name: string): CelType {
  if (type.kind === 'struct') return named(type, name);
  if (type.kind === 'list') return { ...type, params: type.params.map((each) => inside(each, `${name}.@idx`)) };
  if (type.kind !== 'map') return type;
  const [keys, values] = type.params;
  return keys && values ? { ...type, params: [keys, inside(values, `${name}.@elem`)] } : type;
}
