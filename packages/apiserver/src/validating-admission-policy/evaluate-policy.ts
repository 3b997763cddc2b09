import type { ValidatingAdmissionPolicy, Validation } from '@tabernetes/api/types/admissionregistration-v1';
import { byteLength, type StatusReason } from '@tabernetes/apimachinery';
import {
  AdmissionExpressions,
  type CompiledExpression,
  type ExpressionInputs,
  type Outcome,
  OutOfBudget,
  POLICY_BUDGET,
} from '../webhooks/expressions.ts';
import { conditionsHold } from '../webhooks/match-conditions.ts';
import { type CompiledPolicy, compiledPolicy } from './compiled-policy.ts';

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
}

const MAX_MESSAGE_BYTES = 5 * 1024;
const MAX_ANNOTATION_LENGTH = 10 * 1024;
const NOTHING: Evaluation = { denials: [], broken: [] };

/**
 * Holds a request against a policy.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/validator.go
 */
export async function evaluatePolicy(policy: ValidatingAdmissionPolicy, given: ExpressionInputs): Promise<Evaluation> {
  const { spec = {} } = policy;
  const { failurePolicy = 'Fail', matchConditions = [] } = spec;
  const failed = (message: string): Evaluation =>
    failurePolicy === 'Ignore' ? NOTHING : { denials: [{ message }], broken: [] };
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
    const broken = await annotate(policy.metadata.name ?? '', compiled, inputs, failurePolicy);
    return { denials, broken };
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
  const denials: Denial[] = [];
  for (const [rule, { validation, expression, message }] of validations.entries()) {
    const outcome = await expressions.evaluate(expression);
    if ('error' in outcome) {
      if (failurePolicy !== 'Ignore') denials.push({ message: outcome.error, rule });
    } else if (outcome.value !== true) {
      denials.push({
        rule,
        message: await messageOf(validation, message, expressions),
        reason: (validation.reason ?? 'Invalid') as StatusReason,
      });
    }
  }
  return denials;
}

async function messageOf(
  { expression, message = '' }: Validation,
  messageExpression: CompiledExpression | undefined,
  expressions: AdmissionExpressions,
): Promise<string> {
  if (messageExpression !== undefined) {
    const outcome: Outcome = await expressions.evaluate(messageExpression);
    const text = 'value' in outcome && typeof outcome.value === 'string' ? outcome.value.trim() : '';
    if (text !== '' && byteLength(text) <= MAX_MESSAGE_BYTES && !text.includes('\n')) return text;
  }
  return message.trim() || `failed expression: ${expression.trim()}`;
}

/** Annotations of the audit log; one that cannot be made refuses the request. */
async function annotate(
  policy: string,
  { auditAnnotations }: CompiledPolicy,
  inputs: ExpressionInputs,
  failurePolicy: string,
): Promise<readonly Denial[]> {
  if (auditAnnotations.length === 0) return [];
  const expressions = new AdmissionExpressions(inputs, POLICY_BUDGET);
  const broken: Denial[] = [];
  for (const { key, value } of auditAnnotations) {
    const outcome = await expressions.evaluate(value);
    if ('error' in outcome) {
      if (failurePolicy !== 'Ignore') broken.push({ message: outcome.error });
    } else if (typeof outcome.value === 'string' && outcome.value.trim() !== '') {
      inputs.attributes.annotate(`${policy}/${key}`, outcome.value.trim().slice(0, MAX_ANNOTATION_LENGTH));
    }
  }
  return broken;
}
