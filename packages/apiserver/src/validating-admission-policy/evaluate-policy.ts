import type { ValidatingAdmissionPolicy } from '@tabernetes/api/types/admissionregistration-v1';
import { byteLength, type StatusReason } from '@tabernetes/apimachinery';
import {
  AdmissionExpressions,
  type ExpressionInputs,
  type Outcome,
  OutOfBudget,
  POLICY_BUDGET,
} from '../webhooks/expressions.ts';
import { conditionsHold } from '../webhooks/match-conditions.ts';
import { type CompiledPolicy, type CompiledValidation, compiledPolicy } from './compiled-policy.ts';

/** What a policy says of a request that breaks a rule, or cannot be held against one. */
export interface Denial {
  readonly message: string;
  /** Which of the policy's rules it was. */
  readonly rule?: number;
  /** Default Invalid. */
  readonly reason?: StatusReason;
}

export interface Evaluation {
  readonly denials: readonly Denial[];
  /** Of annotations that could not be made: the request is refused whatever the binding's actions are. */
  readonly broken: readonly Denial[];
  readonly annotations: readonly Annotation[];
}

export interface Annotation {
  readonly key: string;
  readonly value: string;
}

const MAX_MESSAGE_BYTES = 5 * 1024;
const MAX_ANNOTATION_BYTES = 10 * 1024;
const NOTHING: Evaluation = { denials: [], broken: [], annotations: [] };

/**
 * Holds a request against a policy.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/validator.go
 */
export async function evaluatePolicy(policy: ValidatingAdmissionPolicy, given: ExpressionInputs): Promise<Evaluation> {
  const { spec = {} } = policy;
  const { failurePolicy = 'Fail', matchConditions = [] } = spec;
  const failed = (message: string): Evaluation =>
    failurePolicy === 'Ignore' ? NOTHING : { ...NOTHING, denials: [{ message }] };
  const compiled = compiledPolicy(policy);
  const inputs: ExpressionInputs = { ...given, variables: compiled.variables };
  if (matchConditions.length > 0) {
    const withoutNamespace = { ...inputs, namespaceObject: undefined };
    const result = await conditionsHold(matchConditions, withoutNamespace, failurePolicy, spec.paramKind !== undefined);
    if ('error' in result) return failed(result.error);
    if (!result.matches) return NOTHING;
  }
  try {
    const denials = await validate(compiled, inputs, failurePolicy);
    return { denials, ...(await annotate(compiled, inputs, failurePolicy)) };
  } catch (error) {
    if (error instanceof OutOfBudget) return failed(error.message);
    throw error;
  }
}

async function validate(
  { validations }: CompiledPolicy,
  inputs: ExpressionInputs,
  failurePolicy: string,
): Promise<readonly Denial[]> {
  const expressions = new AdmissionExpressions(inputs, POLICY_BUDGET);
  const outcomes: Outcome[] = [];
  for (const { expression } of validations) outcomes.push(await expressions.evaluate(expression));
  const messages = await messagesOf(validations, inputs, expressions.left);
  return outcomes.flatMap((outcome, rule): readonly Denial[] => {
    const failed = (message: string) => (failurePolicy === 'Ignore' ? [] : [{ message, rule }]);
    const validation = validations[rule]?.validation;
    if (validation === undefined) return [];
    if ('error' in outcome) return failed(outcome.error);
    if ('error' in messages) return failed(`failed messageExpression: ${messages.error}`);
    if (outcome.value === true) return [];
    const message =
      messages.texts[rule] || validation.message?.trim() || `failed expression: ${validation.expression.trim()}`;
    return [{ rule, message, reason: (validation.reason ?? 'Invalid') as StatusReason }];
  });
}

/**
 * What the rules say themselves, also those that hold: all of it costs. Their variables are found anew, and nobody is asked for
 * rights.
 */
async function messagesOf(
  validations: readonly CompiledValidation[],
  inputs: ExpressionInputs,
  budget: number,
): Promise<{ readonly texts: readonly string[] } | { readonly error: string }> {
  const expressions = new AdmissionExpressions({ ...inputs, authorizer: false }, budget);
  const texts: string[] = [];
  try {
    for (const { message } of validations) texts.push(message ? usable(await expressions.evaluate(message)) : '');
    return { texts };
  } catch (error) {
    if (error instanceof OutOfBudget) return { error: error.message };
    throw error;
  }
}

/** A message of one line that is not too long; else empty. */
function usable(outcome: Outcome): string {
  const text = 'value' in outcome && typeof outcome.value === 'string' ? outcome.value.trim() : '';
  return byteLength(text) <= MAX_MESSAGE_BYTES && !text.includes('\n') ? text : '';
}

/** Annotations of the audit log; one that cannot be made refuses the request. Nobody is asked for rights here either. */
async function annotate(
  { auditAnnotations }: CompiledPolicy,
  inputs: ExpressionInputs,
  failurePolicy: string,
): Promise<Pick<Evaluation, 'broken' | 'annotations'>> {
  const expressions = new AdmissionExpressions({ ...inputs, authorizer: false }, POLICY_BUDGET);
  const broken: Denial[] = [];
  const annotations: Annotation[] = [];
  for (const { key, value } of auditAnnotations) {
    const outcome = await expressions.evaluate(value);
    if ('error' in outcome) {
      if (failurePolicy !== 'Ignore') broken.push({ message: outcome.error });
    } else if (typeof outcome.value === 'string' && outcome.value.trim() !== '') {
      annotations.push({ key, value: firstBytes(outcome.value.trim(), MAX_ANNOTATION_BYTES) });
    }
  }
  return { broken, annotations };
}

function firstBytes(text: string, count: number): string {
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= count ? text : new TextDecoder().decode(bytes.subarray(0, count));
}
