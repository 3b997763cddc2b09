import {
  duplicate,
  type FieldError,
  invalid,
  isDns1035Label,
  isFullyQualifiedName,
  notSupported,
  required,
  semanticEqual,
  validateLabelSelector,
} from '@tabernetes/apimachinery';
import type { MutatingWebhook, ValidatingWebhook } from '../generated/admissionregistration-v1.ts';
import { reject } from '../pod/rules.ts';
import {
  defaultRules,
  FAILURE_POLICIES,
  MATCH_POLICIES,
  oneOfGiven,
  validateMatchConditions,
  validateRule,
} from './rules/admission-rules.ts';
import { validateWebhookClient } from './rules/webhook-client.ts';

type Webhook = ValidatingWebhook | MutatingWebhook;

const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];
const NO_SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];
const TIMEOUT_SECONDS = 10;
const MAX_TIMEOUT_SECONDS = 30;
const HTTPS_PORT = 443;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/admissionregistration/v1/defaults.go */
export function defaultWebhook(hook: {
  failurePolicy?: string;
  matchPolicy?: string;
  namespaceSelector?: object;
  objectSelector?: object;
  timeoutSeconds?: number;
  rules?: { scope?: string }[];
  clientConfig?: { service?: { port?: number } };
}): void {
  hook.failurePolicy ??= 'Fail';
  hook.matchPolicy ??= 'Equivalent';
  hook.namespaceSelector ??= {};
  hook.objectSelector ??= {};
  hook.timeoutSeconds ??= TIMEOUT_SECONDS;
  defaultRules(hook.rules);
  const service = hook.clientConfig?.service;
  if (service) service.port ??= HTTPS_PORT;
}

/**
 * Webhooks of a configuration. What the stored ones already broke, new ones may break too: rules were tightened.
 * @param old absent at creation
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/admissionregistration/validation/validation.go
 */
export function validateWebhooks(hooks: readonly Webhook[] = [], old?: readonly Webhook[]): FieldError[] {
  const errors: FieldError[] = [];
  const options = {
    sideEffects: old?.some((hook) => !NO_SIDE_EFFECTS.includes(hook.sideEffects ?? ''))
      ? SIDE_EFFECTS
      : NO_SIDE_EFFECTS,
    knownReviewVersion: !old?.some(lacksReviewVersion),
    allowInvalidValues: old?.some(hasBadSelector) ?? false,
    sameConditions: old !== undefined && sameConditions(hooks, old),
  };
  const uniqueNames = old === undefined || new Set(old.map(({ name }) => name)).size === old.length;
  const names = new Set<string>();
  for (const [i, hook] of hooks.entries()) {
    const at = `webhooks[${i}]`;
    validateWebhook(errors, hook, at, options);
    validateReviewVersions(
      errors,
      hook.admissionReviewVersions,
      `${at}.admissionReviewVersions`,
      options.knownReviewVersion,
    );
    const { name } = hook;
    if (!uniqueNames || !name) continue;
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
  }
  return errors;
}

interface Options {
  readonly sideEffects: readonly string[];
  readonly allowInvalidValues: boolean;
  readonly sameConditions: boolean;
}

function validateWebhook(errors: FieldError[], hook: Webhook, at: string, options: Options): void {
  const { name = '', rules = [], failurePolicy, matchPolicy, sideEffects, timeoutSeconds } = hook;
  errors.push(...isFullyQualifiedName(`${at}.name`, name));
  for (const [i, rule] of rules.entries()) validateRule(errors, rule, `${at}.rules[${i}]`);
  oneOfGiven(errors, `${at}.failurePolicy`, failurePolicy, FAILURE_POLICIES);
  oneOfGiven(errors, `${at}.matchPolicy`, matchPolicy, MATCH_POLICIES);
  if (sideEffects === undefined) {
    errors.push(required(`${at}.sideEffects`, `must specify one of ${options.sideEffects.join(', ')}`));
  } else if (!options.sideEffects.includes(sideEffects)) {
    errors.push(notSupported(`${at}.sideEffects`, sideEffects, options.sideEffects));
  }
  if (timeoutSeconds !== undefined && (timeoutSeconds > MAX_TIMEOUT_SECONDS || timeoutSeconds < 1)) {
    const detail = `the timeout value must be between 1 and ${MAX_TIMEOUT_SECONDS} seconds`;
    errors.push(invalid(`${at}.timeoutSeconds`, timeoutSeconds, detail));
  }
  const { allowInvalidValues } = options;
  errors.push(
    ...validateLabelSelector(hook.namespaceSelector, `${at}.namespaceSelector`, { allowInvalidValues }),
    ...validateLabelSelector(hook.objectSelector, `${at}.objectSelector`, { allowInvalidValues }),
  );
  if ('reinvocationPolicy' in hook) {
    oneOfGiven(errors, `${at}.reinvocationPolicy`, hook.reinvocationPolicy, REINVOCATION_POLICIES);
  }
  validateWebhookClient(errors, hook.clientConfig, `${at}.clientConfig`);
  if (!options.sameConditions) validateMatchConditions(errors, hook.matchConditions, `${at}.matchConditions`);
}

/**
 * Versions of the question that a webhook understands.
 * @param missing what is said when there is none
 */
export function validateReviewVersions(
  errors: FieldError[],
  versions: readonly string[] = [],
  at: string,
  knownRequired: boolean,
  missing = `must specify one of ${REVIEW_VERSIONS.join(', ')}`,
): void {
  if (versions.length === 0) {
    errors.push(required(at, missing));
    return;
  }
  const seen = new Set<string>();
  for (const [i, version] of versions.entries()) {
    if (seen.has(version)) errors.push(invalid(`${at}[${i}]`, version, 'duplicate version'));
    else reject(errors, `${at}[${i}]`, version, isDns1035Label(version));
    seen.add(version);
  }
  if (knownRequired && !hasKnownVersion(versions)) {
    errors.push(invalid(at, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`));
  }
}

/** Whether the server speaks one of the versions. */
const hasKnownVersion = (versions: readonly string[]): boolean =>
  versions.some((version) => REVIEW_VERSIONS.includes(version));

const lacksReviewVersion = ({ admissionReviewVersions: versions = [] }: Webhook): boolean =>
  versions.length > 0 && !hasKnownVersion(versions);

const hasBadSelector = ({ namespaceSelector, objectSelector }: Webhook): boolean =>
  validateLabelSelector(namespaceSelector, '').length > 0 || validateLabelSelector(objectSelector, '').length > 0;

const sameConditions = (hooks: readonly Webhook[], old: readonly Webhook[]): boolean =>
  hooks.length === old.length &&
  hooks.every(({ matchConditions }, i) => semanticEqual(matchConditions, old[i]?.matchConditions));
