import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  events: {
    short: 'List events',
    long: `List events.

 Prints what has happened of late, sorted by time: in a namespace, everywhere, or to one object. More may be waited for.`,
    examples: [
      ['List the latest events of the current namespace', 'kubectl events'],
      ['List the latest events of all namespaces', 'kubectl events --all-namespaces'],
      ['List events about a Pod, then those that follow', 'kubectl events --for pod/web-pod-13je7 --watch'],
      ['Print events as YAML', 'kubectl events -oyaml'],
      ['List events of some types only', 'kubectl events --types=Warning,Normal'],
    ],
    flags: {
      for: 'Only events about this object (TYPE/NAME).',
      types: 'Only events of these types: Normal, Warning.',
      watch: 'After the events, print those that follow.',
    },
  },
};
