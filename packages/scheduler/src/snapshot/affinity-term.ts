import type { PodAffinityTerm } from '@tabernetes/api/types/core-v1';
import type { LabelSelector } from '@tabernetes/apimachinery';
import {
  EVERYTHING,
  type Labels,
  labelSelectorAsSelector,
  NOTHING,
  type Selector,
  SelectorProblem,
} from '@tabernetes/apimachinery';

/** A term of pod affinity or anti-affinity, ready to be asked. */
export interface AffinityTerm {
  /** Equal terms of different Pods have equal keys. */
  readonly key: string;
  readonly topologyKey: string;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: Selector;
  readonly selector: Selector;
  /** 1 of required terms. */
  readonly weight: number;
}

export function affinityTerm(term: PodAffinityTerm, namespace: string, weight = 1): AffinityTerm {
  const named = term.namespaces ?? [];
  const namespaces = new Set(named.length === 0 && term.namespaceSelector === undefined ? [namespace] : named);
  const namespaceSelector = selectorOf(term.namespaceSelector);
  const selector = selectorOf(term.labelSelector);
  const key = [
    weight,
    term.topologyKey,
    [...namespaces].sort().join(','),
    selectorKey(namespaceSelector),
    selectorKey(selector),
  ].join('|');
  return { key, topologyKey: term.topologyKey, namespaces, namespaceSelector, selector, weight };
}

/** Does the term speak of a Pod in this namespace, with these labels? */
export const termMatches = (
  term: AffinityTerm,
  namespace: string,
  namespaceLabels: Labels | undefined,
  labels: Labels | undefined,
): boolean =>
  (term.namespaces.has(namespace) || term.namespaceSelector.matches(namespaceLabels)) && term.selector.matches(labels);

/** Distinct for everything and for nothing, whose texts are both empty. */
export function selectorKey(selector: Selector): string {
  if (selector.empty) return '*';
  if (selector === NOTHING) return '-';
  const known = keys.get(selector);
  if (known !== undefined) return known;
  const key = selector.toString();
  keys.set(selector, key);
  return key;
}

/** Selectors come again with every Pod of their owner, as long as that is the same object. */
const keys = new WeakMap<Selector, string>();
const selectors = new WeakMap<LabelSelector, Selector>();

/** A selector that validation should have refused matches nothing. */
export function selectorOf(selector: LabelSelector | undefined): Selector {
  if (selector === undefined) return NOTHING;
  const known = selectors.get(selector);
  if (known !== undefined) return known;
  const made = parsed(selector);
  selectors.set(selector, made);
  return made;
}

function parsed(selector: LabelSelector): Selector {
  if (!selector.matchLabels && !selector.matchExpressions?.length) return EVERYTHING;
  try {
    return labelSelectorAsSelector(selector);
  } catch (error) {
    if (error instanceof SelectorProblem) return NOTHING;
    throw error;
  }
}
