import { type FieldError, forbidden, internalError, invalid } from '@tabernetes/apimachinery';
import { dumpGo } from '../go-layout.ts';
import { compileRule } from './compiled-rules.ts';
import type { JsonSchema } from './json-schema.ts';
import { programCost, repeatedCost, ruleExcess, type SchemaCost } from './rule-costs.ts';
import { schemaType } from './schema-types.ts';

export interface RulePlace {
  /** Of a whole object. */
  readonly root: boolean;
  /** The first place above which one object cannot be told to be the same as an older one. */
  readonly uncorrelated?: string | undefined;
  /** How often what the schema describes can be there; undefined: nobody says. */
  readonly count?: number | undefined;
  readonly total: SchemaCost;
}

/**
 * What is wrong with the expressions of a node of a schema: what the compiler says, what they cost, and whether they
 * look at the old value where there is none to tell.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 */
export function expressionErrors(schema: JsonSchema, path: string, place: RulePlace): FieldError[] {
  const errors: FieldError[] = [];
  const type = schemaType(schema, place.root);
  if (type === undefined) {
    const why = 'failed to construct type information for x-kubernetes-validations rules';
    const detail = `internal error: ${why}: unable to convert structural schema to CEL declarations`;
    return [internalError(`${path}.x-kubernetes-validations`, detail)];
  }
  for (const [i, rule] of (schema['x-kubernetes-validations'] ?? []).entries()) {
    const at = `${path}.x-kubernetes-validations[${i}]`;
    const { program, message, problem, messageProblem, usesOldSelf } = compileRule(rule, type);
    const refuse = (field: string, detail: string): void => {
      errors.push(invalid(`${at}.${field}`, dumpGo('apiextensions.ValidationRule', rule), detail));
    };
    const charge = (field: string, what: string, cost: number): void => {
      const excess = ruleExcess(what, cost);
      if (excess !== undefined) errors.push(forbidden(`${at}.${field}`, excess));
      place.total.add(`${at}.${field}`, cost);
    };
    if (program) charge('rule', 'estimated rule cost', repeatedCost(programCost(program, type), place.count, type));
    if (problem !== undefined) refuse('rule', problem);
    if (messageProblem !== undefined) refuse('messageExpression', messageProblem);
    else if (message) charge('messageExpression', 'estimated messageExpression cost', programCost(message, type));
    if (usesOldSelf && place.uncorrelated !== undefined) {
      const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelated}`;
      errors.push(invalid(`${at}.rule`, rule.rule, detail));
    } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
      const detail = 'may not be set if oldSelf is not used in rule';
      errors.push(invalid(`${at}.optionalOldSelf`, rule.optionalOldSelf, detail));
    }
  }
  return errors;
}
