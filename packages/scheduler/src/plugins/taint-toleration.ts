import type { Node, Taint, Toleration } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { defaultNormalizeScore, MAX_NODE_SCORE, type Plugin } from '../framework/plugin.ts';
import { type Status, unresolvable } from '../framework/status.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { toleratedBy, untolerated } from './tolerations.ts';

const NAME = 'TaintToleration';

/**
 * Keeps Pods from nodes with NoSchedule and NoExecute taints that they do not tolerate, and prefers nodes with fewer
 * PreferNoSchedule taints that they do not.
 */
export const taintToleration: Plugin = {
  name: NAME,
  requeueOn: [
    {
      resource: 'Node',
      actions: ['Add', 'UpdateNodeTaint'],
      helps({ spec }, { object, old }) {
        const refuses = (node: KubeObject | undefined): boolean => {
          const taints = (node as Node | undefined)?.spec?.taints ?? [];
          const hard = taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
          return untolerated(hard, spec.tolerations) !== undefined;
        };
        return !refuses(object) && (old === undefined || refuses(old));
      },
    },
    { resource: 'Pod', actions: ['UpdatePodTolerations'] },
  ],
  preFilter({ spec: { tolerations } }, snapshot) {
    if (!snapshot.hasHardTaints) return 'skip';
    return {
      filter({ hardTaints }) {
        if (hardTaints.length === 0) return undefined;
        const taint = untolerated(hardTaints, tolerations);
        return taint && refusal(taint);
      },
    };
  },
  preScore({ spec: { tolerations } }, snapshot) {
    if (!snapshot.hasSoftTaints) return MAX_NODE_SCORE;
    const soft = tolerations?.filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
    return (nodes, scores) => {
      for (let i = 0; i < nodes.length; i++) scores[i] = intolerable((nodes[i] as NodeInfo).softTaints, soft);
      defaultNormalizeScore(scores, true);
    };
  },
};

/** One text per taint object, however many Pods it refuses. */
const refusals = new WeakMap<Taint, Status>();

function refusal(taint: Taint): Status {
  const known = refusals.get(taint);
  if (known !== undefined) return known;
  const made = unresolvable(NAME, `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`);
  refusals.set(taint, made);
  return made;
}

function intolerable(taints: readonly Taint[], tolerations: readonly Toleration[] | undefined): number {
  let count = 0;
  for (const taint of taints) if (!toleratedBy(tolerations, taint)) count++;
  return count;
}
