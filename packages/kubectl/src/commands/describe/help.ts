import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  describe: {
    short: 'Show details of an object or of a group of objects',
    long: `Show details of an object or of a group of objects.

 Prints all that matters of the objects that are named, together with what belongs to them: events, Pods, volumes. When no object has the name that is given, all whose names begin with it are described.

Use "kubectl api-resources" for a complete list of supported resources.`,
    examples: [
      ['Describe a Node', 'kubectl describe nodes kubernetes-node-emt8.c.myproject.internal'],
      ['Describe a Pod', 'kubectl describe pods/nginx'],
      ['Describe the Pod that a file names', 'kubectl describe -f pod.json'],
      ['Describe all Pods', 'kubectl describe pods'],
      ['Describe Pods by a label', 'kubectl describe pods -l name=myLabel'],
      ['Describe all Pods whose names begin with frontend', 'kubectl describe pods frontend'],
    ],
    flags: {
      filename: 'File, directory or URL that names the objects to describe.',
      'show-events': 'If true, print the events of the object, too.',
    },
  },
};
