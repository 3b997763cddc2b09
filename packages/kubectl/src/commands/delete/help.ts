import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  delete: {
    short: 'Delete objects by file names, stdin, types and names, or by types and label selector',
    examples: [
      ['Delete what a file names', 'kubectl delete -f ./pod.json'],
      ['Delete Pods and Services by label', 'kubectl delete pods,services -l app=web'],
      ['Delete a Pod at once', 'kubectl delete pod web --force'],
    ],
    flags: {
      cascade:
        'Must be "background", "orphan", or "foreground": what becomes of objects that depend on the deleted ones.',
      interactive: 'Ask before anything is deleted.',
      now: 'End with a grace period of one second.',
      raw: 'Path of the server to send the request to.',
    },
  },
};
