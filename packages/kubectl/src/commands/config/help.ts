import type { HelpTexts } from '../../command.ts';

const FOR_CLUSTER = 'for the cluster in the kubeconfig.';
const FOR_USER = 'for the user in the kubeconfig.';

export const help: HelpTexts = {
  config: {
    short: 'Change kubeconfig files',
    long: `Change kubeconfig files with commands such as "kubectl config set current-context my-context".

 Files are looked for like this:

  1. If --kubeconfig is given, that file alone.
  2. Else, if $KUBECONFIG is set, all files that it names, separated by colons, merged. A changed value is written to the file that it came from, a new one to the first file that exists, or else to the last.
  3. Else \${HOME}/.kube/config.`,
  },
  'config current-context': {
    short: 'Print the current context',
    examples: [['Print the current context', 'kubectl config current-context']],
  },
  'config delete-cluster': {
    short: 'Delete a cluster from the kubeconfig',
    examples: [['Delete the cluster minikube', 'kubectl config delete-cluster minikube']],
  },
  'config delete-context': {
    short: 'Delete a context from the kubeconfig',
    examples: [['Delete the context of the cluster minikube', 'kubectl config delete-context minikube']],
  },
  'config delete-user': {
    short: 'Delete a user from the kubeconfig',
    examples: [['Delete the user minikube', 'kubectl config delete-user minikube']],
  },
  'config get-clusters': {
    short: 'List the clusters in the kubeconfig',
    examples: [['List the clusters that kubectl knows', 'kubectl config get-clusters']],
  },
  'config get-contexts': {
    short: 'List one or many contexts of the kubeconfig',
    examples: [
      ['List all contexts', 'kubectl config get-contexts'],
      ['Show one context', 'kubectl config get-contexts my-context'],
    ],
    flags: { output: 'Output format. One of: (name).' },
  },
  'config get-users': {
    short: 'List the users in the kubeconfig',
    examples: [['List the users that kubectl knows', 'kubectl config get-users']],
  },
  'config rename-context': {
    short: 'Give a context another name',
    long: 'Give a context of the kubeconfig another name. When it is the current context, it stays so.',
    examples: [["Call the context 'old-name' 'new-name'", 'kubectl config rename-context old-name new-name']],
  },
  'config set': {
    short: 'Set one value in a kubeconfig file',
    long: `Set one value in a kubeconfig file.

 PROPERTY_NAME is a path whose parts are separated by dots: names of fields and names of entries.

 PROPERTY_VALUE is the new value. Binary fields such as 'certificate-authority-data' take base64, unless --set-raw-bytes is given.`,
    examples: [
      ['Set the server of a cluster', 'kubectl config set clusters.my-cluster.server https://1.2.3.4'],
      [
        'Set the authority of a cluster',
        'kubectl config set clusters.my-cluster.certificate-authority-data $(echo "cert_data_here" | base64 -i -)',
      ],
      ['Set the cluster of a context', 'kubectl config set contexts.my-context.cluster my-cluster'],
      [
        'Set the key of a user, not in base64',
        'kubectl config set users.cluster-admin.client-key-data cert_data_here --set-raw-bytes=true',
      ],
    ],
    flags: { 'set-raw-bytes': 'Binary values are taken as they stand, instead of as base64.' },
  },
  'config set-cluster': {
    short: 'Set a cluster in the kubeconfig',
    long: 'Set a cluster in the kubeconfig. Of one that exists, only what is given is changed.',
    examples: [
      ['Set the server of a cluster and nothing else', 'kubectl config set-cluster e2e --server=https://1.2.3.4'],
      [
        'Take in the certificate of the authority',
        'kubectl config set-cluster e2e --embed-certs --certificate-authority=~/.kube/e2e/kubernetes.ca.crt',
      ],
      ['Do not check certificates', 'kubectl config set-cluster e2e --insecure-skip-tls-verify=true'],
      ['Check certificates against another name', 'kubectl config set-cluster e2e --tls-server-name=my-cluster-name'],
      ['Go through a proxy', 'kubectl config set-cluster e2e --proxy-url=https://1.2.3.4'],
    ],
    flags: {
      'certificate-authority': `File with the certificate of the authority ${FOR_CLUSTER}`,
      'embed-certs': `Take in the certificate instead of naming its file, ${FOR_CLUSTER}`,
      'insecure-skip-tls-verify': `Whether certificates are not checked, ${FOR_CLUSTER}`,
      'proxy-url': `Address of a proxy ${FOR_CLUSTER}`,
      server: `Address of the server ${FOR_CLUSTER}`,
      'tls-server-name': `Name to check certificates against ${FOR_CLUSTER}`,
    },
  },
  'config set-context': {
    short: 'Set a context in the kubeconfig',
    long: 'Set a context in the kubeconfig. Of one that exists, only what is given is changed.',
    examples: [['Set the user of a context and nothing else', 'kubectl config set-context gce --user=cluster-admin']],
    flags: {
      cluster: 'Name of the cluster for the context in the kubeconfig.',
      current: 'Change the current context.',
      namespace: 'Namespace for the context in the kubeconfig.',
      user: 'Name of the user for the context in the kubeconfig.',
    },
  },
  'config set-credentials': {
    short: 'Set a user in the kubeconfig',
    long: `Set a user in the kubeconfig. Of one that exists, only what is given is changed.

 A user has a client certificate (--client-certificate, --client-key), a token (--token), or a name and a password (--username, --password); the last two exclude each other.`,
    examples: [
      [
        'Set the key of a user and nothing else',
        'kubectl config set-credentials cluster-admin --client-key=~/.kube/admin.key',
      ],
      [
        'Set name and password',
        'kubectl config set-credentials cluster-admin --username=admin --password=uXFGweU9l35qcif',
      ],
      [
        'Take in the client certificate',
        'kubectl config set-credentials cluster-admin --client-certificate=~/.kube/admin.crt --embed-certs=true',
      ],
      [
        'Use a provider with arguments',
        'kubectl config set-credentials cluster-admin --auth-provider=oidc --auth-provider-arg=client-id=foo',
      ],
      [
        'Use a program for credentials',
        'kubectl config set-credentials cluster-admin --exec-command=/path/to/the/executable --exec-api-version=client.authentication.k8s.io/v1beta1',
      ],
      [
        'Take away a variable of that program',
        'kubectl config set-credentials cluster-admin --exec-env=var-to-remove-',
      ],
    ],
    flags: {
      'auth-provider': `Name of the provider ${FOR_USER}`,
      'auth-provider-arg': "Arguments of the provider, as 'key=value'.",
      'client-certificate': `File with the client certificate ${FOR_USER}`,
      'client-key': `File with the key ${FOR_USER}`,
      'embed-certs': `Take in certificate and key instead of naming their files, ${FOR_USER}`,
      'exec-api-version': `API version of the program that gives credentials ${FOR_USER}`,
      'exec-arg': 'Arguments of that program; may be repeated.',
      'exec-command': `Program that gives credentials ${FOR_USER}`,
      'exec-env': "Environment of that program, as 'key=value'; 'key-' takes one away.",
      'exec-interactive-mode': 'Whether that program may ask: IfAvailable, Never or Always.',
      'exec-provide-cluster-info': 'Whether that program is told of the cluster.',
      password: `Password ${FOR_USER}`,
      token: `Token ${FOR_USER}`,
      username: `Name ${FOR_USER}`,
    },
  },
  'config unset': {
    short: 'Take one value out of a kubeconfig file',
    long: `Take one value out of a kubeconfig file.

 PROPERTY_NAME is a path whose parts are separated by dots: names of fields and names of entries.`,
    examples: [
      ['Take away the current context', 'kubectl config unset current-context'],
      ['Take away the namespace of a context', 'kubectl config unset contexts.foo.namespace'],
    ],
  },
  'config use-context': {
    short: 'Make a context the current one',
    examples: [['Use the context of the cluster minikube', 'kubectl config use-context minikube']],
  },
  'config view': {
    short: 'Print the kubeconfig',
    long: 'Print the kubeconfig: all files merged, or the one that is named. With --output jsonpath={...}, print single values.',
    examples: [
      ['Print the merged kubeconfig', 'kubectl config view'],
      ['Print it with certificates and secrets', 'kubectl config view --raw'],
      ['Print the password of a user', `kubectl config view -o jsonpath='{.users[?(@.name == "e2e")].user.password}'`],
    ],
    flags: {
      flatten: 'Take in all files that it names, so that it stands alone.',
      merge: 'Merge all kubeconfig files.',
      minify: 'Leave out what the current context does not use.',
      raw: 'Print certificates and secrets.',
    },
  },
};
