import type { LabelSelector } from '../generated/meta-v1.ts';
import { goQuote } from '../go/quote.ts';
import { parseRequirements } from './label-parser.ts';
import { SelectorProblem } from './problem.ts';
import { type Labels, newRequirement, Requirement } from './requirement.ts';

/** What a label selector means: conditions that all must hold. Immutable. */
export interface Selector {
  /** Sorted by key. */
  readonly requirements: readonly Requirement[];
  /** Matches everything: nothing is asked. */
  readonly empty: boolean;
  matches(labels: Labels | undefined): boolean;
  /** The one value that a label must have, if there is one: what indexes are looked up by. */
  exactValue(key: string): string | undefined;
  /** Canonical text: `a=b,c in (d,e)`. Empty for everything and for nothing. */
  toString(): string;
}

/** All that `requirements` ask for. They must have been checked. */
export function selectorOf(requirements: readonly Requirement[]): Selector {
  if (requirements.length === 0) return EVERYTHING;
  const sorted = requirements.length === 1 ? requirements : [...requirements].sort(byKey);
  return new AllOf(sorted);
}

/**
 * `a=b,c in (d,e),!f`
 *
 * @throws {SelectorProblem}
 */
export const parseLabelSelector = (text: string): Selector => selectorOf(parseRequirements(text));

/** Exactly these labels, unchecked: spec.selector of a Service or a ReplicationController. Undefined: everything. */
export const selectorFromLabels = (labels: Labels | undefined): Selector =>
  selectorOf(Object.entries(labels ?? {}).map(([key, value]) => new Requirement(key, '=', [value])));

/**
 * The meaning of a LabelSelector object: undefined matches nothing, an empty one everything. Frozen objects are
 * remembered, so asking again costs a look-up.
 *
 * @throws {SelectorProblem} with the first thing that is wrong; labels first, in order of key
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go
 */
export function labelSelectorAsSelector(selector: LabelSelector | undefined): Selector {
  if (selector === undefined) return NOTHING;
  const known = remembered.get(selector);
  if (known !== undefined) return known;
  const requirements = Object.keys(selector.matchLabels ?? {})
    .sort()
    .map((key) => newRequirement(key, '=', [selector.matchLabels?.[key] ?? '']));
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const meant = OPERATORS.get(operator);
    if (meant === undefined) throw new SelectorProblem(`${goQuote(operator)} is not a valid label selector operator`);
    requirements.push(newRequirement(key, meant, values));
  }
  const result = selectorOf(requirements);
  if (Object.isFrozen(selector)) remembered.set(selector, result);
  return result;
}

/**
 * Text to object, as `kubectl create poddisruptionbudget --selector` does it.
 *
 * @throws {SelectorProblem}
 */
export function parseToLabelSelector(text: string): LabelSelector {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: NonNullable<LabelSelector['matchExpressions']>[number][] = [];
  for (const { key, operator, values } of parsedFor(text)) {
    if (operator === '=' || operator === '==') {
      matchLabels[key] = values[0] ?? '';
      continue;
    }
    const named = OPERATOR_NAMES.get(operator);
    if (named !== undefined) matchExpressions.push({ key, operator: named, values: [...values].sort() });
    else if (operator === '!=') throw new SelectorProblem('"!=" is not a valid label selector operator');
    else throw new SelectorProblem(`"${operator}" isn't supported in label selectors`);
  }
  return { matchLabels, matchExpressions };
}

/** As `kubectl describe` prints a selector. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  try {
    return labelSelectorAsSelector(selector).toString() || '<none>';
  } catch (error) {
    if (error instanceof SelectorProblem) return '<error>';
    throw error;
  }
}

/** `a=b,c=d`, sorted. */
export const labelsText = (labels: Labels | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');

class AllOf implements Selector {
  readonly requirements: readonly Requirement[];
  readonly empty: boolean;
  constructor(requirements: readonly Requirement[]) {
    this.requirements = requirements;
    this.empty = requirements.length === 0;
  }
  matches(labels: Labels | undefined): boolean {
    for (const requirement of this.requirements) if (!requirement.matches(labels)) return false;
    return true;
  }
  exactValue(key: string): string | undefined {
    const requirement = this.requirements.find((r) => r.key === key);
    if (requirement === undefined || requirement.values.length !== 1) return undefined;
    const { operator, values } = requirement;
    return operator === '=' || operator === '==' || operator === 'in' ? values[0] : undefined;
  }
  toString(): string {
    return this.requirements.join(',');
  }
}

/** Matches every object. */
export const EVERYTHING: Selector = new AllOf([]);

/** Matches no object. */
export const NOTHING: Selector = {
  requirements: [],
  empty: false,
  matches: () => false,
  exactValue: () => undefined,
  toString: () => '',
};

const OPERATORS: ReadonlyMap<string, Requirement['operator']> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);
const OPERATOR_NAMES: ReadonlyMap<string, string> = new Map([...OPERATORS].map(([name, operator]) => [operator, name]));

const remembered = new WeakMap<LabelSelector, Selector>();

const byKey = (a: Requirement, b: Requirement): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

function parsedFor(text: string): readonly Requirement[] {
  try {
    return parseLabelSelector(text).requirements;
  } catch (error) {
    if (!(error instanceof SelectorProblem)) throw error;
    throw new SelectorProblem(`couldn't parse the selector string "${text}": ${error.message}`);
  }
}
