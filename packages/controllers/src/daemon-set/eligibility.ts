import { requiredNodes } from '@tabernetes/api';
import type { DaemonSet } from '@tabernetes/api/types/apps-v1';
import type { Node } from '@tabernetes/api/types/core-v1';
import { stayOf } from '../taint-eviction/tolerations.ts';
import { daemonTolerations } from './daemon-tolerations.ts';

/**
 * What a DaemonSet has to do with a node: a Pod belongs there (`run`); one that is there may stay, but none is made
 * (`stay`); or none may be there (`leave`).
 */
export type Eligibility = 'run' | 'stay' | 'leave';

/**
 * The question of which nodes a DaemonSet is for, made ready to be asked of many.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/daemon/daemon_controller.go NodeShouldRunDaemonPod
 */
export function eligibility({ spec }: DaemonSet): (node: Node) => Eligibility {
  const podSpec = spec?.template.spec ?? { containers: [] };
  const required = requiredNodes(podSpec);
  const tolerations = daemonTolerations(podSpec);
  const { nodeName = '' } = podSpec;
  return (node) => {
    if (nodeName !== '' && nodeName !== node.metadata.name) return 'leave';
    if (required !== undefined && !required.matches(node)) return 'leave';
    const taints = node.spec?.taints;
    if (taints === undefined) return 'run';
    const untolerated = taints.filter((taint) => stayOf([taint], tolerations).kind === 'none');
    if (untolerated.some(({ effect }) => effect === 'NoExecute')) return 'leave';
    return untolerated.some(({ effect }) => effect === 'NoSchedule') ? 'stay' : 'run';
  };
}
