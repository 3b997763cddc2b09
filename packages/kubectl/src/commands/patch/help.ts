import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  patch: {
    short: 'Update fields of an object',
    examples: [
      ['Mark a node as unschedulable', 'kubectl patch node node-1 -p \'{"spec":{"unschedulable":true}}\''],
      [
        'With a JSON patch',
        'kubectl patch pod web --type=json -p \'[{"op":"replace","path":"/spec/containers/0/image","value":"nginx:2"}]\'',
      ],
    ],
    flags: {
      patch: 'The patch, as JSON or YAML.',
      'patch-file': 'File with the patch.',
      subresource: 'Sub-resource to work on instead of the object.',
      type: 'Kind of the patch: json, merge, or strategic.',
    },
  },
};
