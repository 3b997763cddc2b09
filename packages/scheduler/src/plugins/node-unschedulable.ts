import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { ClusterEvent } from '../framework/events.ts';
import type { Plugin } from '../framework/plugin.ts';
import { unresolvable } from '../framework/status.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { toleratedBy } from './tolerations.ts';

const NAME = 'NodeUnschedulable';
const REFUSED = unresolvable(NAME, 'node(s) were unschedulable');
const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Keeps Pods from cordoned nodes, unless they tolerate the taint that stands for it. */
export const nodeUnschedulable: Plugin = {
  name: NAME,
  requeueOn: [
    {
      resource: 'Node',
      actions: ['Add', 'UpdateNodeTaint'],
      helps: (_pod, { object, old }) => !isCordoned(object) && (old === undefined || isCordoned(old)),
    },
    { resource: 'Pod', actions: ['UpdatePodTolerations'], helps: (_pod, event) => toleratesNow(event) },
  ],
  preFilter({ spec }, snapshot) {
    if (!snapshot.hasUnschedulableNodes) return 'skip';
    let tolerated: boolean | undefined;
    return {
      filter({ unschedulable }: NodeInfo) {
        if (!unschedulable) return undefined;
        tolerated ??= toleratedBy(spec.tolerations, TAINT);
        return tolerated ? undefined : REFUSED;
      },
    };
  },
};

const isCordoned = (node: KubeObject | undefined): boolean => (node as Node | undefined)?.spec?.unschedulable === true;
const toleratesNow = ({ object }: ClusterEvent): boolean => toleratedBy((object as Pod).spec?.tolerations, TAINT);
