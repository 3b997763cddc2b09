import type { Pod } from '@tabernetes/api/types/core-v1';
import type { Plugin } from '../framework/plugin.ts';
import { unschedulable } from '../framework/status.ts';
import { NodeInfo } from '../snapshot/node-info.ts';
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
      helps({ hostPorts }, { object }) {
        if (object === undefined) return true;
        const node = new NodeInfo('', 0);
        node.addPod(new PodInfo(object as Pod));
        return hostPorts.some((port) => node.portTaken(port));
      },
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
