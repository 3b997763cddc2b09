import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  create: {
    short: 'Create an object from a file or from stdin',
    examples: [
      ['Create the Pod that a file describes', 'kubectl create -f ./pod.json'],
      ['Create what comes from stdin', 'cat pod.json | kubectl create -f -'],
    ],
    flags: {
      edit: 'Edit the object before it is created.',
      raw: 'Path of the server to send the request to.',
      'windows-line-endings': 'End lines as Windows does while editing.',
    },
  },
  'create clusterrole': {
    short: 'Create a cluster role',
    examples: [
      ['Allow to read Pods everywhere', 'kubectl create clusterrole pod-reader --verb=get,list,watch --resource=pods'],
    ],
    flags: {
      'aggregation-rule': 'Labels of the ClusterRoles that make up this one.',
      'non-resource-url': 'Path that the role allows.',
      resource: 'Resource that the role is about, as resource.group/subresource.',
      'resource-name': 'Object that the role is about; may be repeated.',
      verb: 'Verb that the role allows.',
    },
  },
  'create clusterrolebinding': {
    short: 'Create a cluster role binding for a cluster role',
    examples: [
      ['Give a user all rights', 'kubectl create clusterrolebinding admins --clusterrole=cluster-admin --user=ada'],
    ],
    flags: {
      clusterrole: 'ClusterRole to refer to.',
      group: 'Group to bind to; may be repeated.',
      serviceaccount: 'ServiceAccount to bind to, as namespace:name; may be repeated.',
      user: 'User to bind to; may be repeated.',
    },
  },
  'create configmap': {
    short: 'Create a config map from files, directories or literal values',
    examples: [
      ['From two values', 'kubectl create configmap settings --from-literal=colour=blue --from-literal=size=3'],
      ['From the files of a directory', 'kubectl create configmap settings --from-file=conf/'],
    ],
    flags: {
      'append-hash': 'Add a hash of the content to the name.',
      'from-env-file': 'File with lines KEY=VALUE.',
      'from-file': 'File, key=file, or directory of files; keys are their names.',
      'from-literal': 'A key and its value, as key=value.',
    },
  },
  'create cronjob': {
    short: 'Create a cron job with the specified name',
    examples: [
      ['Print the date every minute', 'kubectl create cronjob clock --image=busybox --schedule="*/1 * * * *" -- date'],
    ],
    flags: {
      image: 'Image of the container.',
      restart: 'Restart policy: Always, OnFailure, or Never.',
      schedule: 'When to run, in the format of cron.',
    },
  },
  'create deployment': {
    short: 'Create a deployment with the specified name',
    examples: [
      ['Three Pods of nginx', 'kubectl create deployment web --image=nginx --replicas=3'],
      ['With a command', 'kubectl create deployment job --image=busybox -- sleep 3600'],
    ],
    flags: {
      image: 'Image of the container.',
      port: 'Port of the container.',
      replicas: 'How many Pods there are to be.',
    },
  },
  'create ingress': {
    short: 'Create an ingress with the specified name',
    examples: [['Lead all paths of a host to a Service', 'kubectl create ingress web --rule="example.com/*=web:80"']],
    flags: {
      annotation: 'Annotation of the Ingress, as key=value.',
      class: 'Name of the IngressClass.',
      'default-backend': 'Service for all other requests, as name:port.',
      rule: 'Rule, as host/path=service:port[,tls[=secret]]; a path that ends with * is a prefix.',
    },
  },
  'create job': {
    short: 'Create a job with the specified name',
    examples: [
      ['Run a command once', 'kubectl create job hello --image=busybox -- echo hello'],
      ['Run a CronJob now', 'kubectl create job now --from=cronjob/clock'],
    ],
    flags: { from: 'Object to make the Job from; a CronJob.', image: 'Image of the container.' },
  },
  'create namespace': {
    short: 'Create a namespace with the specified name',
    examples: [['A namespace', 'kubectl create namespace team-a']],
  },
  'create poddisruptionbudget': {
    short: 'Create a pod disruption budget with the specified name',
    examples: [['Keep half of the Pods', 'kubectl create pdb web --selector=app=web --min-available=50%']],
    flags: {
      'max-unavailable': 'Number or percentage of Pods that may be away.',
      'min-available': 'Number or percentage of Pods that must stay.',
    },
  },
  'create priorityclass': {
    short: 'Create a priority class with the specified name',
    examples: [
      ['A class for what matters', 'kubectl create priorityclass high --value=1000 --description="what matters"'],
    ],
    flags: {
      description: 'What the class is for.',
      'global-default': 'Pods without a class get this one.',
      'preemption-policy': 'Whether Pods of the class may push others out.',
      value: 'Priority of Pods of the class.',
    },
  },
  'create quota': {
    short: 'Create a quota with the specified name',
    examples: [['Limit a namespace', 'kubectl create quota small --hard=cpu=1,memory=1Gi,pods=5']],
    flags: { hard: 'Limits, as resource=amount, comma-separated.', scopes: 'Scopes of the quota, comma-separated.' },
  },
  'create role': {
    short: 'Create a role with single rule',
    examples: [
      ['Allow to read Pods', 'kubectl create role pod-reader --verb=get --verb=list --verb=watch --resource=pods'],
    ],
    flags: {
      resource: 'Resource that the role is about, as resource.group/subresource.',
      'resource-name': 'Object that the role is about; may be repeated.',
      verb: 'Verb that the role allows.',
    },
  },
  'create rolebinding': {
    short: 'Create a role binding for a role or cluster role',
    examples: [
      [
        'Let a ServiceAccount view a namespace',
        'kubectl create rolebinding viewer --clusterrole=view --serviceaccount=demo:app',
      ],
    ],
    flags: {
      clusterrole: 'ClusterRole to refer to.',
      group: 'Group to bind to; may be repeated.',
      role: 'Role to refer to.',
      serviceaccount: 'ServiceAccount to bind to, as namespace:name; may be repeated.',
      user: 'User to bind to; may be repeated.',
    },
  },
  'create secret': {
    short: 'Create a secret using a specified subcommand',
  },
  'create secret docker-registry': {
    short: 'Create a secret for use with a Docker registry',
    examples: [
      [
        'For a registry of your own',
        'kubectl create secret docker-registry pull --docker-server=registry.example.com --docker-username=ada --docker-password=secret',
      ],
    ],
    flags: {
      'append-hash': 'Add a hash of the content to the name.',
      'docker-email': 'E-mail address for the registry.',
      'docker-password': 'Password for the registry.',
      'docker-server': 'Address of the registry.',
      'docker-username': 'User name for the registry.',
      'from-file': 'File, key=file, or directory of files; keys are their names.',
    },
  },
  'create secret generic': {
    short: 'Create a secret from a local file, directory, or literal value',
    examples: [['From a value', 'kubectl create secret generic db --from-literal=password=s3cret']],
    flags: {
      'append-hash': 'Add a hash of the content to the name.',
      'from-env-file': 'File with lines KEY=VALUE.',
      'from-file': 'File, key=file, or directory of files; keys are their names.',
      'from-literal': 'A key and its value, as key=value.',
      type: 'Type of the Secret.',
    },
  },
  'create secret tls': {
    short: 'Create a TLS secret',
    examples: [['From a key pair', 'kubectl create secret tls web --cert=web.crt --key=web.key']],
    flags: {
      'append-hash': 'Add a hash of the content to the name.',
      cert: 'Path of a certificate in PEM.',
      key: 'Path of the private key in PEM.',
    },
  },
  'create service': {
    short: 'Create a service using a specified subcommand',
  },
  'create service clusterip': {
    short: 'Create a ClusterIP service',
    examples: [['Port 80 leads to port 8080', 'kubectl create service clusterip web --tcp=80:8080']],
    flags: { clusterip: "Address of the Service, or 'None'.", tcp: 'Port pairs, as port:targetPort.' },
  },
  'create service externalname': {
    short: 'Create an ExternalName service',
    examples: [
      ['A name for something outside', 'kubectl create service externalname db --external-name db.example.com'],
    ],
    flags: { 'external-name': 'Name that the Service stands for.', tcp: 'Port pairs, as port:targetPort.' },
  },
  'create service loadbalancer': {
    short: 'Create a LoadBalancer service',
    examples: [['With a load balancer', 'kubectl create service loadbalancer web --tcp=80:8080']],
    flags: { tcp: 'Port pairs, as port:targetPort.' },
  },
  'create service nodeport': {
    short: 'Create a NodePort service',
    examples: [['With a port on every node', 'kubectl create service nodeport web --tcp=80:8080 --node-port=30080']],
    flags: { 'node-port': 'Port on every node.', tcp: 'Port pairs, as port:targetPort.' },
  },
  'create serviceaccount': {
    short: 'Create a service account with the specified name',
    examples: [['An account', 'kubectl create serviceaccount app']],
  },
  'create token': {
    short: 'Request a service account token',
    examples: [['A token for ten minutes', 'kubectl create token app --duration 10m']],
    flags: {
      audience: 'Audience of the token; may be repeated. Default: the API server.',
      'bound-object-kind': 'Kind of an object (Node, Pod, Secret) that the token lives and dies with.',
      'bound-object-name': 'Name of the object that the token is bound to.',
      'bound-object-uid': 'UID of that object; default: of the one that exists.',
      duration: 'How long the token is to be valid; 0 leaves it to the server.',
    },
  },
};
