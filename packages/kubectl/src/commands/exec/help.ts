import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  exec: {
    short: 'Execute a command in a container',
    examples: [
      ['See the date of a container', 'kubectl exec web -- date'],
      ['A shell', 'kubectl exec -it web -- sh'],
    ],
  },
};
