import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  autoscale: {
    short: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
    examples: [['Between two and ten Pods', 'kubectl autoscale deployment web --min=2 --max=10 --cpu-percent=80']],
    flags: {
      'cpu-percent':
        'Average use of CPU to aim at, in percent of what is requested. Negative: the default of the server.',
      max: 'Most Pods that there may be. Required.',
      min: 'Fewest Pods that there may be.',
      name: 'Name of the new object.',
    },
  },
};
