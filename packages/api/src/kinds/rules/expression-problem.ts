import { type FieldError, internalError, invalid } from '@tabernetes/apimachinery';
import { type AdmissionScope, compileAdmission } from '../../cel/admission.ts';
import { CelCompileError, CelInstantiationError } from '../../cel/compile.ts';
import type { CelType } from '../../cel/types.ts';

/**
 * The type of the result of an expression.
 * @param refuse is told of what is wrong with it, which leaves it without a type
 * @param shown the value that the refusal shows
 */
export function expressionType(
  refuse: (error: FieldError) => void,
  at: string,
  { text, shown = text }: { readonly text: string; readonly shown?: string },
  scope: AdmissionScope,
  wanted?: readonly CelType[],
): CelType | undefined {
  try {
    return compileAdmission(text, scope, wanted).type;
  } catch (error) {
    if (error instanceof CelInstantiationError) refuse(internalError(at, error.message));
    else if (error instanceof CelCompileError) refuse(invalid(at, shown, error.message));
    else throw error;
    return undefined;
  }
}
