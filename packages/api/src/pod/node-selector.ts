import { Requirement, type Selector, type SelectorOperator, selectorFromLabels } from '@tabernetes/apimachinery';
import type { Node, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '../generated/core-v1.ts';

/** A term of a node selector, ready to be asked. */
export interface NodeTerm {
  matches(node: Node): boolean;
}

/**
 * A term without conditions matches no node.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
 */
export function nodeTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): NodeTerm {
  if (matchExpressions.length + matchFields.length === 0) return { matches: () => false };
  const labels = matchExpressions.map(requirement);
  const fields = matchFields.map(requirement);
  return {
    matches({ metadata }) {
      for (const condition of labels) if (!condition.matches(metadata.labels)) return false;
      if (fields.length === 0) return true;
      const asLabels = { 'metadata.name': metadata.name ?? '' };
      for (const condition of fields) if (!condition.matches(asLabels)) return false;
      return true;
    },
  };
}

/** Any of the terms; none of none. */
export function nodeSelector({ nodeSelectorTerms }: NodeSelector): NodeTerm {
  const terms = nodeSelectorTerms.map(nodeTerm);
  return { matches: (node) => terms.some((term) => term.matches(node)) };
}

/** The nodes that spec.nodeSelector and required node affinity allow; undefined: all. */
export function requiredNodes({ nodeSelector: wanted, affinity }: PodSpec): NodeTerm | undefined {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const hasSelector = wanted !== undefined && Object.keys(wanted).length > 0;
  if (!hasSelector && required === undefined) return undefined;
  const selector: Selector | undefined = hasSelector ? selectorFromLabels(wanted) : undefined;
  const terms = required && nodeSelector(required);
  return {
    matches: (node) =>
      (selector === undefined || selector.matches(node.metadata.labels)) &&
      (terms === undefined || terms.matches(node)),
  };
}

const OPERATORS: Readonly<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

const NEVER = { matches: () => false };

function requirement({ key, operator, values = [] }: NodeSelectorRequirement): Pick<Requirement, 'matches'> {
  const meant = OPERATORS[operator];
  return meant === undefined ? NEVER : new Requirement(key, meant, values);
}
