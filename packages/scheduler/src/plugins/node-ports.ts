import type { Pod } from '@tabernetes/api/types/core-v1';
import type { Plugin } from '../framework/plugin.ts';
import { unschedulable } from '../framework/status.ts';
import { PodInfo } from '../snapshot/pod-info.ts';

const NAME = 'NodePorts';
const REFUSED = unschedulable(NAME, "node(s) didn't have free ports for the requested pod ports");

/** A host port can be taken once per address and protocol. */
export const nodePorts: Plugin = {
  name: NAME,
  requeueOn: [
    {
      resource: 'AssignedPod',
      actions: ['Delete'],
      helps: (_pod, { object }) => object === undefined || new PodInfo(object as Pod).hostPorts.length > 0,
    },
    { resource: 'Node', actions: ['Add'] },
  ],
  preFilter({ hostPorts }) {
    if (hostPorts.length === 0) return 'skip';
    return {
      filter(node) {
        for (const port of hostPorts) if (node.portTaken(port)) return REFUSED;
        return undefined;
      },
    };
  },
};
