import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  attach: {
    short: 'Attach to a running container',
    examples: [['See what a container prints', 'kubectl attach web']],
  },
};
