import type { Plugin } from '../framework/plugin.ts';

/** Holds back Pods that somebody else has not yet released. */
export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  requeueOn: [{ resource: 'Pod', actions: ['UpdatePodSchedulingGatesEliminated'] }],
  preEnqueue({ spec }) {
    const gates = spec?.schedulingGates ?? [];
    return gates.length === 0
      ? undefined
      : `waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`;
  },
};
