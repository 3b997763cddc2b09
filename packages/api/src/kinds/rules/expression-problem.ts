import { type AdmissionScope, compileAdmission } from '../../cel/admission.ts';
import { CelCompileError } from '../../cel/compile.ts';
import type { CelType } from '../../cel/types.ts';

/** The type of the result of an expression, or what is wrong with it, as it follows the value in a refusal. */
export function typeOrProblem(text: string, scope: AdmissionScope, wanted?: readonly CelType[]): CelType | string {
  try {
    return compileAdmission(text, scope, wanted).type;
  } catch (error) {
    if (error instanceof CelCompileError) return error.message;
    throw error;
  }
}

/** What is wrong with an expression; undefined when nothing is. */
export function expressionProblem(
  text: string,
  scope: AdmissionScope,
  wanted?: readonly CelType[],
): string | undefined {
  const found = typeOrProblem(text, scope, wanted);
  return typeof found === 'string' ? found : undefined;
}
