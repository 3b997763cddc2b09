import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  plugin: {
    short: 'Look for plugins',
    long: `Look for plugins.

 Plugins are programs in the directories of $PATH whose names begin with "kubectl-".`,
    examples: [['List all plugins', 'kubectl plugin list']],
  },
  'plugin list': {
    short: 'List all plugins in the directories of $PATH',
    examples: [['List all plugins', 'kubectl plugin list']],
    flags: { 'name-only': 'If true, print names instead of paths.' },
  },
};
