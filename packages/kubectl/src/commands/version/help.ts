import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  version: {
    short: 'Print the versions of kubectl and of the server',
    examples: [['Print both versions', 'kubectl version']],
    flags: {
      client: 'If true, print the version of kubectl alone; no server is needed.',
      output: "One of 'yaml' or 'json'.",
    },
  },
};
