import { BOOL, CelCompileError, type CelType, compileAdmission, NULL, STRING } from '@tabernetes/api/cel';
import type { ValidatingAdmissionPolicy, Validation } from '@tabernetes/api/types/admissionregistration-v1';
import type { CompiledExpression } from '../webhooks/expressions.ts';

/** The expressions of a policy, ready to be run. */
export interface CompiledPolicy {
  readonly variables: readonly (readonly [name: string, expression: CompiledExpression])[];
  readonly validations: readonly CompiledValidation[];
  readonly auditAnnotations: readonly { readonly key: string; readonly value: CompiledExpression }[];
}

export interface CompiledValidation {
  readonly validation: Validation;
  readonly expression: CompiledExpression;
  readonly message?: CompiledExpression;
}

/** Compiled when first needed; a policy that changes is another object. */
export function compiledPolicy(policy: ValidatingAdmissionPolicy): CompiledPolicy {
  let found = policies.get(policy);
  if (found === undefined) {
    found = compilePolicy(policy);
    policies.set(policy, found);
  }
  return found;
}

const policies = new WeakMap<ValidatingAdmissionPolicy, CompiledPolicy>();

function compilePolicy({ spec = {} }: ValidatingAdmissionPolicy): CompiledPolicy {
  const types = new Map<string, CelType>();
  const params = spec.paramKind !== undefined;
  const compile = (text: string, authorizer: boolean, wanted?: readonly CelType[]): CompiledExpression => {
    try {
      return { text, program: compileAdmission(text, { params, authorizer, variables: types }, wanted) };
    } catch (error) {
      if (error instanceof CelCompileError) return { text, problem: error.message };
      throw error;
    }
  };
  const variables = (spec.variables ?? []).map(({ name, expression }) => {
    const compiled = compile(expression, true);
    if (compiled.program) types.set(name, compiled.program.type);
    return [name, compiled] as const;
  });
  return {
    variables,
    validations: (spec.validations ?? []).map((validation) => ({
      validation,
      expression: compile(validation.expression, true, [BOOL]),
      ...(validation.messageExpression && { message: compile(validation.messageExpression, false, [STRING]) }),
    })),
    auditAnnotations: (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
      key,
      value: compile(valueExpression, true, [STRING, NULL]),
    })),
  };
}
