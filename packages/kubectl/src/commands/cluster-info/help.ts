import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  'cluster-info': {
    short: 'Show where the cluster is',
    long: "Show where the control plane is, and Services with the label kubernetes.io/cluster-service=true. For more, use 'kubectl cluster-info dump'.",
    examples: [['Show where the control plane is', 'kubectl cluster-info']],
  },
  'cluster-info dump': {
    short: 'Dump what helps to find faults',
    long: `Dump what helps to find faults: nodes, events, workloads, Services and logs.

 Prints to standard output, or makes a tree of files in a directory. Without --namespaces or --all-namespaces, the current namespace and kube-system are dumped.`,
    examples: [
      ['Dump to standard output', 'kubectl cluster-info dump'],
      ['Dump to a directory', 'kubectl cluster-info dump --output-directory=/path/to/cluster-state'],
      ['Dump all namespaces', 'kubectl cluster-info dump --all-namespaces'],
      [
        'Dump some namespaces to a directory',
        'kubectl cluster-info dump --namespaces default,kube-system --output-directory=/path/to/cluster-state',
      ],
    ],
    flags: {
      'all-namespaces': 'If true, dump all namespaces, whatever --namespaces says.',
      namespaces: 'Comma-separated namespaces to dump.',
      'output-directory': "Directory to write to. If it is empty or '-', standard output.",
    },
  },
};
