import {
  forbidden,
  invalid,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  type LabelSelector,
  notSupported,
  required,
  validateLabelSelector,
} from '@tabernetes/apimachinery';
import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  TopologySpreadConstraint,
} from '../generated/core-v1.ts';
import { type Errors, NOT_POSITIVE, reject } from './rules.ts';
import type { PodValidationOptions } from './validation-options.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Where a Pod wants to be: near which nodes, near which Pods and away from which. */
export function validateAffinity(
  errors: Errors,
  { nodeAffinity, podAffinity, podAntiAffinity }: Affinity,
  path: string,
  options: PodValidationOptions,
): void {
  if (nodeAffinity) validateNodeAffinity(errors, nodeAffinity, `${path}.nodeAffinity`);
  if (podAffinity) validatePodAffinity(errors, podAffinity, `${path}.podAffinity`, options);
  if (podAntiAffinity) validatePodAffinity(errors, podAntiAffinity, `${path}.podAntiAffinity`, options);
}

function validateNodeAffinity(errors: Errors, affinity: NodeAffinity, path: string): void {
  const must = affinity[REQUIRED];
  if (must) validateNodeSelector(errors, must, `${path}.${REQUIRED}`);
  for (const [i, { weight = 0, preference }] of (affinity[PREFERRED] ?? []).entries()) {
    validateWeight(errors, weight, `${path}.${PREFERRED}[${i}].weight`);
    validateNodeSelectorTerm(errors, preference ?? {}, `${path}.${PREFERRED}[${i}].preference`);
  }
}

function validateWeight(errors: Errors, weight: number, path: string): void {
  if (weight <= 0 || weight > 100) errors.push(invalid(path, weight, 'must be in the range 1-100'));
}

/** Terms that choose nodes; used by volumes as well. */
export function validateNodeSelector(errors: Errors, selector: NodeSelector, path: string): void {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) {
    errors.push(required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term'));
  }
  for (const [i, term] of terms.entries()) validateNodeSelectorTerm(errors, term, `${path}.nodeSelectorTerms[${i}]`);
}

function validateNodeSelectorTerm(errors: Errors, term: NodeSelectorTerm, path: string): void {
  for (const [i, requirement] of (term.matchExpressions ?? []).entries()) {
    validateExpression(errors, requirement, `${path}.matchExpressions[${i}]`);
  }
  for (const [i, requirement] of (term.matchFields ?? []).entries()) {
    validateField(errors, requirement, `${path}.matchFields[${i}]`);
  }
}

function validateExpression(
  errors: Errors,
  { key = '', operator = '', values }: NodeSelectorRequirement,
  path: string,
) {
  const count = values?.length ?? 0;
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (count === 0) {
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (count > 0) {
        const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        errors.push(forbidden(`${path}.values`, detail));
      }
      break;
    case 'Gt':
    case 'Lt':
      if (count !== 1) {
        errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      }
      break;
    default:
      errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  reject(errors, `${path}.key`, key, isQualifiedName(key));
}

function validateField(
  errors: Errors,
  { key = '', operator = '', values = [] }: NodeSelectorRequirement,
  path: string,
) {
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${path}.values`, detail));
  }
  if (key !== 'metadata.name') {
    errors.push(invalid(`${path}.key`, key, 'not a valid field selector key'));
    return;
  }
  for (const [i, value] of values.entries()) reject(errors, `${path}.values[${i}]`, value, isDns1123Subdomain(value));
}

function validatePodAffinity(errors: Errors, affinity: PodAffinity, path: string, options: PodValidationOptions): void {
  for (const [i, term] of (affinity[REQUIRED] ?? []).entries()) {
    validatePodAffinityTerm(errors, term, `${path}.${REQUIRED}[${i}]`, options);
  }
  for (const [i, { weight = 0, podAffinityTerm }] of (affinity[PREFERRED] ?? []).entries()) {
    validateWeight(errors, weight, `${path}.${PREFERRED}[${i}].weight`);
    const term = podAffinityTerm ?? { topologyKey: '' };
    validatePodAffinityTerm(errors, term, `${path}.${PREFERRED}[${i}].podAffinityTerm`, options);
  }
}

function validatePodAffinityTerm(
  errors: Errors,
  term: PodAffinityTerm,
  path: string,
  options: PodValidationOptions,
): void {
  errors.push(...affinityTermSelectorErrors(term, path, options.allowInvalidLabelValueInSelector === true));
  for (const name of term.namespaces ?? []) reject(errors, `${path}.namespace`, name, isDns1123Label(name));
  validateLabelKeys(errors, term, path);
  const key = term.topologyKey ?? '';
  if (key === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  reject(errors, `${path}.topologyKey`, key, isQualifiedName(key));
}

/** Problems of the two selectors of a term. */
export function affinityTermSelectorErrors(term: PodAffinityTerm, path: string, allowInvalidValues: boolean): Errors {
  const options = { allowInvalidValues };
  return [
    ...validateLabelSelector(term.labelSelector, `${path}.labelSelector`, options),
    ...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`, options),
  ];
}

function validateLabelKeys(errors: Errors, term: PodAffinityTerm, path: string): void {
  const { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector } = term;
  validateKeyNames(errors, matchLabelKeys, labelSelector, `${path}.matchLabelKeys`);
  validateKeyNames(errors, mismatchLabelKeys, labelSelector, `${path}.mismatchLabelKeys`);
  if (labelSelector) {
    // The server has added its own expressions for matchLabelKeys by now: a second one for a key is the author's.
    const seen = new Set(Object.keys(labelSelector.matchLabels ?? {}));
    for (const { key } of labelSelector.matchExpressions ?? []) {
      const at = matchLabelKeys.lastIndexOf(key);
      if (at >= 0 && seen.has(key)) {
        errors.push(invalid(`${path}[${at}]`, key, 'exists in both matchLabelKeys and labelSelector'));
      }
      seen.add(key);
    }
  }
  for (const [i, key] of matchLabelKeys.entries()) {
    if (!mismatchLabelKeys.includes(key)) continue;
    errors.push(invalid(`${path}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  }
}

function validateKeyNames(
  errors: Errors,
  keys: readonly string[],
  selector: LabelSelector | undefined,
  path: string,
): void {
  if (keys.length === 0) return;
  if (!selector) {
    errors.push(forbidden(path, 'must not be specified when labelSelector is not set'));
    return;
  }
  for (const [i, key] of keys.entries()) reject(errors, `${path}[${i}]`, key, isQualifiedName(key));
}

const SPREAD_ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const NODE_POLICIES = ['Honor', 'Ignore'];

/** How evenly Pods are to be spread. */
export function validateSpreadConstraints(
  errors: Errors,
  constraints: readonly TopologySpreadConstraint[],
  path: string,
  options: PodValidationOptions,
): void {
  for (const [i, constraint] of constraints.entries()) {
    const at = `${path}[${i}]`;
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint;
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, NOT_POSITIVE));
    if (topologyKey === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    if (!SPREAD_ACTIONS.includes(whenUnsatisfiable)) {
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, SPREAD_ACTIONS));
    }
    if (constraints.slice(i + 1).some((c) => isSamePair(c, constraint))) {
      errors.push({
        type: 'FieldValueDuplicate',
        field: `${at}.{topologyKey, whenUnsatisfiable}`,
        badValue: `{${topologyKey}, ${whenUnsatisfiable}}`,
        detail: '',
      });
    }
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.push(invalid(`${at}.minDomains`, minDomains, NOT_POSITIVE));
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalid(`${at}.minDomains`, minDomains, detail));
      }
    }
    validateNodePolicy(errors, constraint.nodeAffinityPolicy, `${at}.nodeAffinityPolicy`);
    validateNodePolicy(errors, constraint.nodeTaintsPolicy, `${at}.nodeTaintsPolicy`);
    validateSpreadKeys(errors, constraint, `${at}.matchLabelKeys`);
    if (!options.allowInvalidTopologySpreadConstraintLabelSelector) {
      errors.push(...validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`));
    }
  }
}

const isSamePair = (a: TopologySpreadConstraint, b: TopologySpreadConstraint): boolean =>
  a.topologyKey === b.topologyKey && a.whenUnsatisfiable === b.whenUnsatisfiable;

function validateNodePolicy(errors: Errors, policy: string | undefined, path: string): void {
  if (policy !== undefined && !NODE_POLICIES.includes(policy)) {
    errors.push(notSupported(path, policy, NODE_POLICIES));
  }
}

function validateSpreadKeys(
  errors: Errors,
  { matchLabelKeys = [], labelSelector }: TopologySpreadConstraint,
  path: string,
): void {
  if (matchLabelKeys.length === 0) return;
  if (!labelSelector) errors.push(forbidden(path, 'must not be specified when labelSelector is not set'));
  const selected = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) selected.add(key);
  for (const [i, key] of matchLabelKeys.entries()) {
    reject(errors, `${path}[${i}]`, key, isQualifiedName(key));
    if (selected.has(key)) {
      errors.push(invalid(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    }
  }
}
