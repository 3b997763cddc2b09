import {
  duplicate,
  type FieldError,
  goQuote,
  invalid,
  isDomainPrefixedPath,
  isQualifiedName,
  longerThan,
  notSupported,
  OMITTED,
  required,
  tooLong,
  tooMany,
} from '@tabernetes/apimachinery';
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '../generated/batch-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { type PodValidationOptions, podTemplateWarnings, validatePodTemplate } from '../pod/index.ts';
import { nonNegative, reject } from '../pod/rules.ts';
import { countIndexes } from './rules/job-indexes.ts';

/*
 * Rules of a Job's spec, which CronJobs have too.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/batch/validation/validation.go
 */

const COMPLETIONS_SOFT_LIMIT = 100_000;
const HIGH_COMPLETIONS_LIMIT = 10_000;
const MAX_PARALLELISM = 100_000;
const MAX_FAILED_INDEXES = 100_000;
const MAX_FAILURE_RULES = 20;
const MAX_EXIT_CODES = 255;
const MAX_CONDITION_PATTERNS = 20;
const MAX_SUCCESS_RULES = 20;
const MAX_SUCCEEDED_INDEXES_BYTES = 64 * 1024;
const MAX_MANAGED_BY_BYTES = 63;

/** Appends what is wrong with a Job's spec but for its selector; `at` is `spec` or `spec.jobTemplate.spec`. */
export function validateJobSpec(errors: FieldError[], spec: JobSpec, at: string, options: PodValidationOptions): void {
  for (const name of AMOUNTS) nonNegative(errors, `${at}.${name}`, spec[name]);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${at}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  if (spec.managedBy !== undefined) {
    errors.push(...isDomainPrefixedPath(`${at}.managedBy`, spec.managedBy));
    if (longerThan(spec.managedBy, MAX_MANAGED_BY_BYTES)) {
      errors.push(tooLong(`${at}.managedBy`, '', MAX_MANAGED_BY_BYTES));
    }
  }
  completionErrors(errors, spec, at);
  const { rules: failureRules } = spec.podFailurePolicy ?? {};
  if (spec.podFailurePolicy) {
    const rules = failureRules ?? [];
    const path = `${at}.podFailurePolicy.rules`;
    if (rules.length > MAX_FAILURE_RULES) errors.push(tooMany(path, rules.length, MAX_FAILURE_RULES));
    for (const [i, rule] of rules.entries()) failureRuleErrors(errors, spec, rule, `${path}[${i}]`);
  }
  successErrors(errors, spec, `${at}.successPolicy`);
  replacementErrors(errors, spec, `${at}.podReplacementPolicy`);
  errors.push(...validatePodTemplate(spec.template ?? {}, `${at}.template`, options));
  restartErrors(errors, spec, `${at}.template.spec.restartPolicy`);
}

/** Warnings about a Job's spec. */
export function jobSpecWarnings(spec: JobSpec | undefined, at: string, old: JobSpec | undefined): readonly string[] {
  if (spec === undefined) return [];
  const { completionMode, completions = 0, parallelism = 0 } = spec;
  const untrackable =
    completionMode === 'Indexed' && completions > COMPLETIONS_SOFT_LIMIT && parallelism > HIGH_COMPLETIONS_LIMIT;
  return [
    ...(untrackable
      ? [
          `${at}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...podTemplateWarnings(spec.template ?? {}, `${at}.template`, old?.template),
  ];
}

const AMOUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

function completionErrors(errors: FieldError[], spec: JobSpec, at: string): void {
  const { completionMode: mode, completions, parallelism, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const tooHigh = (name: string, value: number, detail: string): void => {
    errors.push(invalid(`${at}.${name}`, value, detail));
  };
  if (mode !== undefined && mode !== 'NonIndexed' && mode !== 'Indexed') {
    errors.push(notSupported(`${at}.completionMode`, mode, ['NonIndexed', 'Indexed']));
  }
  if (mode === 'Indexed') {
    if (completions === undefined) errors.push(required(`${at}.completions`, 'when completion mode is Indexed'));
    if (parallelism !== undefined && parallelism > MAX_PARALLELISM) {
      const detail = `must be less than or equal to ${MAX_PARALLELISM} when completion mode is Indexed`;
      tooHigh('parallelism', parallelism, detail);
    }
    if (maxFailedIndexes !== undefined) {
      if (completions !== undefined && maxFailedIndexes > completions) {
        tooHigh('maxFailedIndexes', maxFailedIndexes, 'must be less than or equal to completions');
      }
      if (maxFailedIndexes > MAX_FAILED_INDEXES) {
        tooHigh('maxFailedIndexes', maxFailedIndexes, `must be less than or equal to ${MAX_FAILED_INDEXES}`);
      }
    }
    if (completions !== undefined && completions > COMPLETIONS_SOFT_LIMIT && backoffLimitPerIndex !== undefined) {
      const detail = `must be less than or equal to ${HIGH_COMPLETIONS_LIMIT} when completions are above ${COMPLETIONS_SOFT_LIMIT} and used with backoff limit per index`;
      if (maxFailedIndexes === undefined) {
        const text = `must be specified when completions is above ${COMPLETIONS_SOFT_LIMIT}`;
        errors.push(required(`${at}.maxFailedIndexes`, text));
      }
      if (parallelism !== undefined && parallelism > HIGH_COMPLETIONS_LIMIT)
        tooHigh('parallelism', parallelism, detail);
      if (maxFailedIndexes !== undefined && maxFailedIndexes > HIGH_COMPLETIONS_LIMIT) {
        tooHigh('maxFailedIndexes', maxFailedIndexes, detail);
      }
    }
  }
  if (mode !== undefined && mode !== 'NonIndexed') return;
  for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    const value = spec[name];
    if (value !== undefined) tooHigh(name, value, 'requires indexed completion mode');
  }
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const choices = (values: readonly string[]): string => `valid values: [${values.map(goQuote).join(' ')}]`;

function choiceErrors(errors: FieldError[], field: string, value: string, values: readonly string[]): void {
  if (value === '') errors.push(required(field, choices(values)));
  else if (!values.includes(value)) errors.push(notSupported(field, value, values));
}

function failureRuleErrors(errors: FieldError[], spec: JobSpec, rule: PodFailurePolicyRule, at: string): void {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  if (action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined) {
      errors.push(invalid(`${at}.action`, action, 'requires the backoffLimitPerIndex to be set'));
    }
  } else choiceErrors(errors, `${at}.action`, action, ACTIONS);
  if (onExitCodes) exitCodeErrors(errors, spec, onExitCodes, `${at}.onExitCodes`);
  if (onPodConditions.length > MAX_CONDITION_PATTERNS) {
    errors.push(tooMany(`${at}.onPodConditions`, onPodConditions.length, MAX_CONDITION_PATTERNS));
  }
  for (const [i, { type = '', status = '' }] of onPodConditions.entries()) {
    const path = `${at}.onPodConditions[${i}]`;
    reject(errors, `${path}.type`, type, isQualifiedName(type));
    choiceErrors(errors, `${path}.status`, status, STATUSES);
  }
  if (onExitCodes && onPodConditions.length > 0) {
    errors.push(invalid(at, OMITTED, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    errors.push(invalid(at, OMITTED, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
}

function exitCodeErrors(
  errors: FieldError[],
  spec: JobSpec,
  { operator = '', containerName, values: given }: PodFailurePolicyOnExitCodesRequirement,
  at: string,
): void {
  const values = given ?? [];
  choiceErrors(errors, `${at}.operator`, operator, OPERATORS);
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  if (containerName !== undefined && ![...containers, ...initContainers].some(({ name }) => name === containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${at}.containerName`, containerName, detail));
  }
  if (values.length === 0)
    errors.push(invalid(`${at}.values`, dumpGo('[]int32', given), 'at least one value is required'));
  else if (values.length > MAX_EXIT_CODES) errors.push(tooMany(`${at}.values`, values.length, MAX_EXIT_CODES));
  for (const [i, value] of values.entries()) {
    const path = `${at}.values[${i}]`;
    if (operator === 'In' && value === 0) errors.push(invalid(path, value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < i) errors.push(duplicate(path, value));
  }
  if (values.some((value, i) => i > 0 && (values[i - 1] ?? 0) > value)) {
    errors.push(invalid(`${at}.values`, dumpGo('[]int32', values), 'must be ordered'));
  }
}

function successErrors(errors: FieldError[], spec: JobSpec, at: string): void {
  const { successPolicy: policy, completions = 0 } = spec;
  if (policy === undefined) return;
  if (spec.completionMode !== 'Indexed') {
    errors.push(invalid(at, dumpGo('batch.SuccessPolicy', policy), 'requires indexed completion mode'));
    return;
  }
  const rules = policy.rules ?? [];
  if (rules.length === 0) {
    const detail = 'at least one rules must be specified when the successPolicy is specified';
    errors.push(required(`${at}.rules`, detail));
  }
  if (rules.length > MAX_SUCCESS_RULES) errors.push(tooMany(`${at}.rules`, rules.length, MAX_SUCCESS_RULES));
  for (const [i, rule] of rules.entries()) successRuleErrors(errors, rule, completions, `${at}.rules[${i}]`);
}

function successRuleErrors(errors: FieldError[], rule: SuccessPolicyRule, completions: number, at: string): void {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  if (count === undefined && indexes === undefined) {
    errors.push(required(at, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  let total = 0;
  if (indexes !== undefined) {
    const field = `${at}.succeededIndexes`;
    if (longerThan(indexes, MAX_SUCCEEDED_INDEXES_BYTES)) errors.push(tooLong(field, '', MAX_SUCCEEDED_INDEXES_BYTES));
    const counted = countIndexes(indexes, completions);
    if (typeof counted === 'number') total = counted;
    else errors.push(invalid(field, indexes, `error parsing succeededIndexes: ${counted}`));
  }
  if (count === undefined) return;
  const field = `${at}.succeededCount`;
  nonNegative(errors, field, count);
  const atMost = (limit: number, what: string): void => {
    if (count > limit)
      errors.push(invalid(field, count, `must be less than or equal to ${limit} (the number of ${what})`));
  };
  atMost(completions, 'specified completions');
  if (indexes !== undefined) atMost(total, 'indexes in the specified succeededIndexes field');
}

function replacementErrors(errors: FieldError[], spec: JobSpec, at: string): void {
  const policy = spec.podReplacementPolicy;
  if (policy === undefined) return;
  // A failed Pod's exit decides what happens under a failure policy, so its end must be waited for.
  const supported = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  if (!supported.includes(policy)) errors.push(notSupported(at, policy, supported));
}

function restartErrors(errors: FieldError[], spec: JobSpec, at: string): void {
  const policy = spec.template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') errors.push(required(at, 'valid values: "OnFailure", "Never"'));
  else if (policy !== 'OnFailure' && policy !== 'Never') errors.push(notSupported(at, policy, ['OnFailure', 'Never']));
  else if (spec.podFailurePolicy && policy !== 'Never') {
    errors.push(invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}
