import type { Node, NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '@tabernetes/api/types/core-v1';
import { Requirement, type SelectorOperator, selectorFromLabels } from '@tabernetes/apimachinery';

/** Whether a node is one of those asked for. */
export type NodeTest = (node: Node) => boolean;

/**
 * The nodes that spec.nodeSelector and required node affinity ask for; undefined: any.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go GetRequiredNodeAffinity
 */
export function requiredNodes({ nodeSelector = {}, affinity }: PodSpec): NodeTest | undefined {
  const selects = Object.keys(nodeSelector).length > 0;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms.map(termTest);
  if (!selects && terms === undefined) return undefined;
  const selector = selectorFromLabels(nodeSelector);
  return (node) =>
    selector.matches(node.metadata.labels) && (terms === undefined || terms.some((matches) => matches(node)));
}

/** A term that asks for nothing fits no node. */
function termTest({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): NodeTest {
  if (matchExpressions.length + matchFields.length === 0) return () => false;
  const labels = matchExpressions.map(requirement);
  const fields = matchFields.map(requirement);
  return ({ metadata }) =>
    labels.every((r) => r?.matches(metadata.labels) === true) &&
    fields.every((r) => r?.matches({ 'metadata.name': metadata.name ?? '' }) === true);
}

/** Undefined: an operator that there is not, which fits nothing. */
function requirement({ key, operator, values = [] }: NodeSelectorRequirement): Requirement | undefined {
  const meant = OPERATORS.get(operator);
  return meant && new Requirement(key, meant, values);
}

const OPERATORS: ReadonlyMap<string, SelectorOperator> = new Map<string, SelectorOperator>([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
  ['Gt', 'gt'],
  ['Lt', 'lt'],
]);
