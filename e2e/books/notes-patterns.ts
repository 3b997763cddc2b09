import { ends, folder } from './note.ts';

const LOG_CLAIM = [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'random-generator-log' },
    spec: { accessModes: ['ReadWriteMany'], capacity: { storage: '1Gi' }, hostPath: { path: '/example' } },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'random-generator-log' },
    spec: { accessModes: ['ReadWriteMany'], storageClassName: '', resources: { requests: { storage: '1Gi' } } },
  },
];

const LOG = ['k8spatterns-examples/behavioral/BatchJob/job.yml'];

/** Kubernetes Patterns. */
export const patterns = folder('k8spatterns-examples', {
  'advanced/ImageBuilder/kaniko/kaniko-pod.yml': ends('Pod', 'ContainerCreating', 'no node has /build'),
  'advanced/ImageBuilder/kaniko/proxy-deployment.yml': ends('Deployment', '1/1', 'the image counts as built'),
  'advanced/Operator/config-watcher-operator.yml': {
    before: [
      'kubectl create configmap config-watcher-operator --from-literal=config-watcher-operator.sh=sleep\\ 100000',
    ],
  },
  'advanced/Operator/config-watcher-sample.yml': {
    with: ['k8spatterns-examples/advanced/Operator/config-watcher-crd.yml'],
  },
  'behavioral/BatchJob/job.yml': { objects: LOG_CLAIM },
  'behavioral/BatchJob/indexed-job.yml': { objects: LOG_CLAIM, with: LOG },
  'behavioral/BatchJob/indexed-job-perl.yml': {
    ...ends('Job', 'Failed 0/5', 'the simulated perl goes through no lines'),
    objects: LOG_CLAIM,
    with: LOG,
  },
  'behavioral/PeriodicJob/cron-job.yml': { objects: LOG_CLAIM },
  'configuration/ConfigurationResource/pod.yml': {
    with: ['k8spatterns-examples/configuration/ConfigurationResource/configmap.yml'],
  },
  'configuration/ConfigurationTemplate/wildfly.yml': {
    before: ['kubectl create configmap dev-params --from-literal=config.yml=logFormat:DEVELOPMENT'],
  },
  'configuration/EnvVarConfiguration/pod.yml': {
    before: [
      'kubectl create configmap random-generator-config --from-literal=PATTERN=EnvVarConfiguration',
      'kubectl create secret generic random-generator-secret --from-literal=seed=11232156346',
    ],
  },
  'foundational/AutomatedPlacement/node-selector.yml': {
    ...ends('Pod', 'Running 1/1', 'Pending until a node is labelled'),
    after: ['kubectl label node node-1 disktype=ssd'],
  },
  'foundational/AutomatedPlacement/pod-affinity.yml': {
    after: ['kubectl label --overwrite node --all security-zone=high'],
    why: 'Pending until the nodes have security zones',
  },
  'security/ProcessContainment/restricted-warning-pod.yml': ends(
    'Pod',
    'CreateContainerConfigError',
    'the image runs as root',
  ),
});
