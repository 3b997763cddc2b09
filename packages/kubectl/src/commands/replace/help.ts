import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  replace: {
    short: 'Replace an object by file name or stdin',
    examples: [
      ['Replace by a file', 'kubectl replace -f ./pod.json'],
      ['Delete it and create it anew', 'kubectl replace --force -f ./pod.json'],
    ],
    flags: {
      cascade:
        'Must be "background", "orphan", or "foreground": what becomes of objects that depend on the deleted ones.',
      raw: 'Path of the server to send the request to.',
      subresource: 'Sub-resource to work on instead of the object.',
    },
  },
};
