import type { HelpTexts } from '../../command.ts';

const NO_PROTOBUF = 'Ask for metrics in protobuf. Answers are the same without.';

export const help: HelpTexts = {
  top: {
    short: 'Show how much CPU and memory is used',
    long: `Show how much CPU and memory is used by nodes or Pods.

 The server must have metrics: without a metrics server there are none.`,
  },
  'top node': {
    short: 'Show how much CPU and memory the nodes use',
    examples: [
      ['Show all nodes', 'kubectl top node'],
      ['Show one node', 'kubectl top node NODE_NAME'],
    ],
    flags: {
      'no-headers': 'If present, print no headers.',
      'show-capacity': 'Shares are of the capacity of nodes instead of what is allocatable.',
      'sort-by': "If not empty, sort by 'cpu' or 'memory', the most first.",
      'use-protocol-buffers': NO_PROTOBUF,
    },
  },
  'top pod': {
    short: 'Show how much CPU and memory Pods use',
    long: `Show how much CPU and memory Pods use.

 What a new Pod uses is known only after a while.`,
    examples: [
      ['Show all Pods of the current namespace', 'kubectl top pod'],
      ['Show all Pods of a namespace', 'kubectl top pod --namespace=NAMESPACE'],
      ['Show one Pod by its containers', 'kubectl top pod POD_NAME --containers'],
      ['Show Pods with a label', 'kubectl top pod -l name=myLabel'],
    ],
    flags: {
      containers: 'If present, print what each container uses.',
      'no-headers': 'If present, print no headers.',
      'sort-by': "If not empty, sort by 'cpu' or 'memory', the most first.",
      sum: 'Print the sum below.',
      'use-protocol-buffers': NO_PROTOBUF,
    },
  },
};
