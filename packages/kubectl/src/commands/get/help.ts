import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  get: {
    short: 'Show one or many objects',
    long: `Show one or many objects.

 Prints a table with what matters most of the objects that are named. Lists can be narrowed by a label selector (-l) and by a field selector. Objects of a namespace are looked for in the current one, unless another one is named.

 With a template as output, any field can be printed.

Use "kubectl api-resources" for a complete list of supported resources.`,
    examples: [
      ['List all Pods', 'kubectl get pods'],
      ['List all Pods with more columns, such as the name of the node', 'kubectl get pods -o wide'],
      ['Show one ReplicationController', 'kubectl get replicationcontroller web'],
      ['List Deployments as JSON, in version v1 of the group apps', 'kubectl get deployments.v1.apps -o json'],
      ['Show one Pod as JSON', 'kubectl get -o json pod web-pod-13je7'],
      ['Show the object that a file names', 'kubectl get -f pod.yaml -o json'],
      ['Show what the kustomization in a directory is made of', 'kubectl get -k dir/'],
      ['Print only the phase of a Pod', 'kubectl get -o template pod/web-pod-13je7 --template={{.status.phase}}'],
      [
        'Print columns of your own',
        'kubectl get pod test-pod -o custom-columns=CONTAINER:.spec.containers[0].name,IMAGE:.spec.containers[0].image',
      ],
      ['List ReplicationControllers and Services together', 'kubectl get rc,services'],
      ['Show several objects by type and name', 'kubectl get rc/web service/frontend pods/web-pod-13je7'],
      ["Show a Pod's status sub-resource", 'kubectl get pod web-pod-13je7 --subresource status'],
      ['List the Deployments of the namespace backend', 'kubectl get deployments.apps --namespace backend'],
      ['List the Pods of all namespaces', 'kubectl get pods --all-namespaces'],
    ],
    flags: {
      output:
        'Output format. One of: (json, yaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide).',
      'output-watch-events':
        'Print the events of --watch and --watch-only with their types. Objects that exist count as ADDED.',
      raw: 'Path to ask the server for, as it stands, over the connection that the kubeconfig describes.',
      'server-print': 'If true, the server makes the table.',
      subresource: 'The sub-resource to show instead of the object.',
    },
  },
};
