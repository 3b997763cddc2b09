import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  edit: {
    short: 'Edit an object on the server',
    examples: [
      ['Edit a Service', 'kubectl edit svc/web'],
      ['With an editor of your choice', 'KUBE_EDITOR="nano" kubectl edit svc/web'],
    ],
    flags: {
      'output-patch': 'Print the patch.',
      subresource: 'Sub-resource to work on instead of the object.',
      'windows-line-endings': 'End lines as Windows does while editing.',
    },
  },
};
