import type { Node, NodeCondition } from '@tabernetes/api/types/core-v1';

export const readyCondition = ({ status }: Node): NodeCondition | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready');

export const isReadyNode = (node: Node): boolean => readyCondition(node)?.status === 'True';
