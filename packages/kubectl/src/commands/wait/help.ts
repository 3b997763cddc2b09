import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  wait: {
    short: 'Experimental: Wait until objects are in a given state',
    long: `Experimental: Wait until objects are in a given state.

 Takes one or many objects and waits until each of them has the condition, the value or the state that --for names; with "create" or "delete", until they exist or exist no more. Prints a line for each object that has got there.`,
    examples: [
      ['Wait until a Pod is ready', 'kubectl wait --for=condition=Ready pod/busybox1'],
      ['Wait until it is not', 'kubectl wait --for=condition=Ready=false pod/busybox1'],
      ['Wait for a value', "kubectl wait --for=jsonpath='{.status.phase}'=Running pod/busybox1"],
      [
        'Wait until a field is there',
        "kubectl wait --for=jsonpath='{.status.loadBalancer.ingress}' service/loadbalancer",
      ],
      ['Wait until an object exists', 'kubectl wait --for=create secret/busybox1 --timeout=30s'],
      ['Wait until an object is gone', 'kubectl wait --for=delete pod/busybox1 --timeout=60s'],
    ],
    flags: {
      for: "What to wait for: create, delete, condition=NAME[=VALUE] or jsonpath='{EXPRESSION}'[=VALUE]. The value of a condition is true unless it is named; case does not matter.",
      timeout: 'How long to wait. Zero: look once. Negative: a week.',
    },
  },
};
