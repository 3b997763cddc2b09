import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  auth: { short: 'Inspect authorization', long: 'Inspect authorization: who may do what, and who am I.' },
  'auth can-i': {
    short: 'Ask whether something is allowed',
    long: `Ask whether something is allowed.

 VERB is a verb of the API, such as get, list, watch, delete. TYPE is a type of objects, NAME one of them, NONRESOURCEURL a path that begins with "/". With --as, ask for somebody else.`,
    examples: [
      ['May I create Pods in every namespace', 'kubectl auth can-i create pods --all-namespaces'],
      ['May I list Deployments in the current namespace', 'kubectl auth can-i list deployments.apps'],
      [
        'May the ServiceAccount "foo" of the namespace "dev" list Pods in "prod"',
        'kubectl auth can-i list pods --as=system:serviceaccount:dev:foo -n prod',
      ],
      ['May I do everything in the current namespace', "kubectl auth can-i '*' '*'"],
      ['May I read the Job "bar" of the namespace "foo"', 'kubectl auth can-i list jobs.batch/bar -n foo'],
      ['May I read logs', 'kubectl auth can-i get pods --subresource=log'],
      ['May I read the path /logs/', 'kubectl auth can-i get /logs/'],
      ['List all that I may do in the namespace "foo"', 'kubectl auth can-i --list --namespace=foo'],
    ],
    flags: {
      'all-namespaces': 'If true, ask for all namespaces.',
      list: 'If true, print all that is allowed.',
      'no-headers': 'If true, print what is allowed without headers.',
      quiet: 'If true, print nothing; the exit code is the answer.',
      subresource: 'Sub-resource that is asked about, such as log or scale.',
    },
  },
  'auth reconcile': {
    short: 'Bring roles and bindings in line with a file',
    long: `Bring roles and bindings in line with a file.

 What is missing is created, together with its namespace. Roles that exist get the permissions that they lack, bindings the subjects; what is there beyond stays, unless it is to be removed. Better than 'apply' for these types, for it understands what rules mean.`,
    examples: [['Reconcile what a file holds', 'kubectl auth reconcile -f my-rbac-rules.yaml']],
    flags: {
      'remove-extra-permissions': 'If true, remove permissions that the file does not give.',
      'remove-extra-subjects': 'If true, remove subjects that the file does not name.',
    },
  },
  'auth whoami': {
    short: 'Experimental: Show who the server takes you for',
    long: 'Experimental: Show who the server takes you for: name, groups and other attributes.',
    examples: [
      ['Show my attributes', 'kubectl auth whoami'],
      ['Show them as JSON', 'kubectl auth whoami -o json'],
    ],
  },
};
