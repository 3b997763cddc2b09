import { BOOL, CelCompileError, compileAdmission } from '@tabernetes/api/cel';
import type { MatchCondition } from '@tabernetes/api/types/admissionregistration-v1';
import { aggregateText } from '@tabernetes/apimachinery';
import {
  AdmissionExpressions,
  CONDITIONS_BUDGET,
  type CompiledExpression,
  type ExpressionInputs,
  OutOfBudget,
} from './expressions.ts';

/** Compiled once for each list of conditions: lists are frozen and shared. */
const compiled = new WeakMap<readonly MatchCondition[], readonly CompiledExpression[]>();

function compiledConditions(conditions: readonly MatchCondition[], params: boolean): readonly CompiledExpression[] {
  let found = compiled.get(conditions);
  if (found === undefined) {
    found = conditions.map(({ expression }) => {
      try {
        return { text: expression, program: compileAdmission(expression, { authorizer: true, params }, [BOOL]) };
      } catch (error) {
        if (!(error instanceof CelCompileError)) throw error;
        return { text: expression, problem: error.message };
      }
    });
    compiled.set(conditions, found);
  }
  return found;
}

/** Whether all conditions hold; an error only where failures are not ignored. */
export type ConditionsResult = { readonly matches: boolean } | { readonly error: string };

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions/matcher.go */
export async function conditionsHold(
  conditions: readonly MatchCondition[],
  inputs: ExpressionInputs,
  failurePolicy: string,
  params = false,
): Promise<ConditionsResult> {
  const expressions = new AdmissionExpressions(inputs, CONDITIONS_BUDGET);
  const errors: string[] = [];
  const failed = (text: string): ConditionsResult =>
    failurePolicy === 'Ignore' ? { matches: false } : { error: text };
  for (const condition of compiledConditions(conditions, params)) {
    try {
      const outcome = await expressions.evaluate(condition);
      if ('error' in outcome) errors.push(outcome.error);
      else if (outcome.value === false) return { matches: false };
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
      return failed(error.message);
    }
  }
  return errors.length > 0 ? failed(aggregateText(errors)) : { matches: true };
}
