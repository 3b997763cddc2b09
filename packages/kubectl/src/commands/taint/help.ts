import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  taint: {
    short: 'Update the taints on one or more nodes',
    examples: [
      ['Set a taint', 'kubectl taint nodes node-1 dedicated=team-a:NoSchedule'],
      ['Remove it', 'kubectl taint nodes node-1 dedicated:NoSchedule-'],
    ],
  },
};
