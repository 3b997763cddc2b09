import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  drain: {
    short: 'Drain node in preparation for maintenance',
    examples: [['Empty a node', 'kubectl drain node-1 --ignore-daemonsets']],
    flags: {
      'delete-emptydir-data': 'Go on although Pods lose the data of emptyDir volumes.',
      'disable-eviction': 'Delete Pods instead of evicting them: PodDisruptionBudgets do not count.',
      force: 'Go on although there are Pods that no controller will make again.',
      'grace-period': 'Seconds that each Pod gets to end; negative: what the Pod says itself.',
      'ignore-daemonsets': 'Leave Pods of DaemonSets where they are.',
      'pod-selector': 'Labels of the Pods to take away.',
      'skip-wait-for-delete-timeout': 'Do not wait for Pods that have been going for more seconds than this.',
      timeout: 'How long to wait before giving up; zero means for ever.',
    },
  },
  cordon: {
    short: 'Mark node as unschedulable',
    examples: [['No new Pods', 'kubectl cordon node-1']],
  },
  uncordon: {
    short: 'Mark node as schedulable',
    examples: [['Pods are welcome', 'kubectl uncordon node-1']],
  },
};
