import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  scale: {
    short: 'Set a new size for a deployment, replica set, or replication controller',
    examples: [['Three Pods', 'kubectl scale --replicas=3 deployment/web']],
    flags: {
      'current-replicas': 'Only scale when there are so many now; -1: however many.',
      replicas: 'How many Pods there are to be.',
      timeout: 'How long to wait for the Pods; zero means not at all.',
    },
  },
};
