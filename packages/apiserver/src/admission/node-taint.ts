import type { Node } from '@tabernetes/api/types/core-v1';
import type { Draft } from '@tabernetes/apimachinery';
import type { AdmissionPlugin } from '../admission.ts';

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/**
 * Nothing is scheduled to a new node before the node lifecycle controller has seen it ready and takes the taint away.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/nodetaint/admission.go
 */
export const nodeTaint = (): AdmissionPlugin => ({
  name: 'TaintNodesByCondition',
  operations: ['CREATE'],
  admit({ definition, resource, subresource, draft }) {
    if (definition.group !== '' || resource !== 'nodes' || subresource !== '' || draft === undefined) return;
    const node = draft as Draft<Node>;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return;
    node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY }] };
  },
});
