import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  'api-versions': {
    short: 'Print the API versions that the server supports, as "group/version"',
    examples: [['Print the supported API versions', 'kubectl api-versions']],
  },
};
