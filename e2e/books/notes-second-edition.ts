import { ends, folder } from './note.ts';
import type { Note } from './notes.ts';

const BOOK = 'kubernetes-in-action-2e';
const TLS = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'kiada-tls' },
  stringData: { 'tls.crt': 'a certificate\n', 'tls.key': 'its key\n' },
};
const ENVOY = [`${BOOK}/Chapter09/cm.kiada-ssl-config.yaml`];
const CLAIM = [`${BOOK}/Chapter10/pvc.quiz-data.default.yaml`];
const KIADA: Note = { with: ENVOY, objects: [TLS] };
const waits = ends('PersistentVolumeClaim', 'Pending', 'waits for its first Pod');
const QUIZ = [
  `${BOOK}/Chapter18/SETUP/quiz/sts.quiz.yaml`,
  `${BOOK}/Chapter18/SETUP/quiz/svc.quiz-pods.yaml`,
  `${BOOK}/Chapter18/SETUP/quiz/svc.quiz.yaml`,
];
const MEMBERS =
  '{_id:0,host:"quiz-0.quiz-pods.kiada.svc.cluster.local:27017"},{_id:1,host:"quiz-1.quiz-pods.kiada.svc.cluster.local:27017"},{_id:2,host:"quiz-2.quiz-pods.kiada.svc.cluster.local:27017"}';
const INITIATE = `kubectl exec -n kiada quiz-0 -c mongo -- mongosh --quiet --eval 'rs.initiate({_id:"quiz",members:[${MEMBERS}]})'`;
const PODS = [`${BOOK}/Chapter18/SETUP/quiz/svc.quiz-pods.yaml`];
const notInitiated: Note = {
  with: PODS,
  namespace: 'kiada',
  after: [INITIATE],
  settleSeconds: 40,
  why: 'ready once the replica set is initiated',
};
/** Jobs of chapter 18 work with the quiz's database. */
const withQuiz: Note = { namespace: 'kiada', with: [...QUIZ, `${BOOK}/Chapter18/job.quiz-init.yaml`], minutes: 30 };

/** Kubernetes in Action, second edition. */
export const actionSecond = {
  ...folder(`${BOOK}/Chapter06`, {
    'pod.kiada-init-fail-norestart.yaml': ends(
      'Pod',
      'Init:Error',
      'the host is not there, and nothing is tried again',
    ),
    'pod.poststart-httpget.yaml': {
      expect: { Pod: 'CrashLoopBackOff|PostStartHookError' },
      passing: true,
      why: 'the host is not there',
    },
    'pod.quote-poststart-fail.yaml': {
      expect: { Pod: 'CrashLoopBackOff|PostStartHookError' },
      passing: true,
      why: 'its hook fails',
    },
    'pod.quote-poststart-fail-norestart.yaml': {
      expect: { Pod: 'Completed|Error|PostStartHookError' },
      why: 'its hook fails',
    },
  }),
  ...folder(`${BOOK}/Chapter07`, {
    'pod.kiada-front-end.yaml': {
      after: ['kubectl label node node-1 node-role=front-end'],
      why: 'Pending until a node is labelled',
    },
    'pod.kiada-front-end-affinity.yaml': {
      after: ['kubectl label node node-1 node-role=front-end'],
      why: 'Pending until a node is labelled',
    },
  }),
  ...folder(`${BOOK}/Chapter08`, {
    'pod.private-image.yaml': { expect: { Pod: 'ImagePullBackOff' }, passing: true, why: 'a placeholder' },
  }),
  ...folder(`${BOOK}/Chapter09`, {
    'pod.kiada-ssl.secret-volume.yaml': KIADA,
    'pod.kiada-ssl.projected-volume.yaml': {
      objects: [TLS],
      with: ENVOY,
      expect: { Pod: 'Running 1/2|CrashLoopBackOff|Running 2/2' },
      passing: true,
      why: 'its configuration names other paths',
    },
    'pod.kiada-ssl.secret-volume-permissions.yaml': KIADA,
    'pod.kiada-ssl.downward-api-volume.yaml': KIADA,
  }),
  ...folder(`${BOOK}/Chapter10`, {
    'pod.demo-read-only-many.yaml': {
      with: [`${BOOK}/Chapter10/pvc.demo-read-write-once.yaml`, `${BOOK}/Chapter10/pvc.demo-read-only-many.yaml`],
      expect: { Pod: 'Pending|Running 1/1' },
      why: 'needs a provisioner that clones',
    },
    'pod.demo-read-write-many.yaml': {
      with: [`${BOOK}/Chapter10/pvc.demo-read-write-many.yaml`],
      expect: { Pod: 'Pending' },
      why: 'needs the class standard-rwx',
    },
    'pod.demo-read-write-once.yaml': { with: [`${BOOK}/Chapter10/pvc.demo-read-write-once.yaml`] },
    'pod.quiz-from-snapshot.yaml': {
      with: [`${BOOK}/Chapter10/pvc.quiz-data-from-snapshot.yaml`],
      expect: { Pod: 'Pending' },
      why: 'needs a snapshot',
    },
    'pod.quiz-local.yaml': ends('Pod', 'Pending', 'needs a local volume'),
    'pod.quiz-specific-volume.yaml': ends('Pod', 'Pending', 'needs the volume quiz-data'),
    'pod.quiz.yaml': { with: CLAIM },
    'pod.quiz2.yaml': { with: CLAIM },
    'pvc.demo-read-only-many.yaml': waits,
    'pvc.demo-read-write-many.yaml': ends('PersistentVolumeClaim', 'Pending', 'no class of that name'),
    'pvc.demo-read-write-once.yaml': waits,
    'pvc.multi-pod-demo.yaml': waits,
    'pvc.quiz-data-from-snapshot.yaml': waits,
    'pvc.quiz-data-specific-volume.yaml': ends('PersistentVolumeClaim', 'Pending', 'the volume is not there'),
    'pvc.quiz-data-standard.yaml': waits,
    'pvc.quiz-data.default-10gib.yaml': waits,
    'pvc.quiz-data.default.yaml': waits,
    'pvc.test.yaml': ends('PersistentVolumeClaim', 'Pending', 'no class of that name'),
  }),
  ...folder(`${BOOK}/Chapter11`, {
    'SETUP/quiz/pod.quiz.yaml': { with: CLAIM },
    'kiada-0.5/pod.kiada-ssl.yaml': {
      ...KIADA,
      expect: { Pod: 'Running 2/2|Running 1/2|CrashLoopBackOff' },
      passing: true,
    },
    'pod.kiada-mock-readiness.yaml': {
      with: [`${BOOK}/Chapter11/cm.kiada-envoy-config.yaml`, ...ENVOY],
      objects: [TLS],
      expect: { Pod: 'Running 1/2' },
      why: 'not ready until /var/ready is made',
    },
  }),
  ...folder(`${BOOK}/Chapter12`, { 'SETUP/quiz/pod.quiz.yaml': { with: CLAIM } }),
  ...folder(`${BOOK}/Chapter13`, {
    'SETUP/quiz/pod.quiz.yaml': { with: CLAIM },
    ...Object.fromEntries(
      [
        'SETUP/kiada/pod.kiada-001.yaml',
        'SETUP/kiada/pod.kiada-002.yaml',
        'SETUP/kiada/pod.kiada-003.yaml',
        'pod.kiada-new.yaml',
      ].map((name) => [name, { with: [`${BOOK}/Chapter13/SETUP/kiada/cm.kiada-envoy-config.yaml`], objects: [TLS] }]),
    ),
  }),
  ...folder(`${BOOK}/Chapter14`, {
    'SETUP/quiz/pod.quiz.yaml': { with: CLAIM },
    'rs.kiada.yaml': { with: [`${BOOK}/Chapter14/SETUP/kiada/cm.kiada-envoy-config.yaml`], objects: [TLS] },
    'rs.kiada.versionLabel.yaml': {
      with: [`${BOOK}/Chapter14/SETUP/kiada/cm.kiada-envoy-config.yaml`],
      objects: [TLS],
    },
  }),
  ...folder(`${BOOK}/Chapter15`, {
    'SETUP/quiz/pod.quiz.yaml': { with: CLAIM },
    'SETUP/kiada/rs.kiada.yaml': { with: [`${BOOK}/Chapter15/SETUP/kiada/cm.kiada-envoy-config.yaml`], objects: [TLS] },
    'deploy.kiada.0.8.minReadySeconds0.yaml': {
      with: [`${BOOK}/Chapter15/SETUP/kiada/cm.kiada-envoy-config.yaml`],
      objects: [TLS],
      settleSeconds: 60,
      expect: { Deployment: '0/3' },
      why: 'every Pod fails after half a minute',
    },
    'deploy.kiada.0.8.minReadySeconds60.yaml': {
      with: [`${BOOK}/Chapter15/SETUP/kiada/cm.kiada-envoy-config.yaml`],
      objects: [TLS],
      settleSeconds: 60,
      expect: { Deployment: '0/3' },
      why: 'every Pod fails after half a minute',
    },
    'deploy.broken-pods.yaml': ends('Deployment', '0/3', 'its Pods fail'),
    'deploy.where-are-the-pods.yaml': ends('Deployment', '0/3', 'its ServiceAccount is not there'),
  }),
  ...folder(`${BOOK}/Chapter16`, {
    'pod.quiz-data-importer.yaml': { ...withQuiz, why: 'imports into the quiz of its chapter' },
    'sts.quiz.yaml': notInitiated,
    'sts.quiz.0.2.yaml': ends('StatefulSet', '0/3', 'one after the other, and the first is never ready alone'),
    'sts.quiz.0.2.onDelete.yaml': ends('StatefulSet', '0/3', 'one after the other, and the first is never ready alone'),
    'sts.quiz.0.2.partition.yaml': ends(
      'StatefulSet',
      '0/3',
      'one after the other, and the first is never ready alone',
    ),
    'sts.quiz.pvcRetentionPolicy.yaml': {
      ...notInitiated,
      expect: { StatefulSet: '3/5' },
      why: 'three of them are in the replica set',
    },
    'sts.quiz.orderedReady.yaml': ends('StatefulSet', '0/3', 'the first is not ready, so no second comes'),
  }),
  ...folder(`${BOOK}/Chapter17`, {
    'ds.demo.nodeSelector.yaml': {
      after: ['kubectl label node node-1 gpu=cuda'],
      expect: { DaemonSet: '1/1' },
      why: 'on nodes that are labelled',
    },
  }),
  ...folder(`${BOOK}/Chapter18`, {
    'SETUP/quiz/sts.quiz.yaml': notInitiated,
    'cj.aggregate-responses-every-minute.yaml': { namespace: 'kiada', with: QUIZ },
    'job.aggregate-responses-2021-indexed.yaml': withQuiz,
    'job.aggregate-responses-queue-coarse.yaml': withQuiz,
    'job.aggregate-responses-queue-fine.yaml': { ...withQuiz, expect: { Job: 'Complete*' } },
    'job.generate-responses.yaml': withQuiz,
    'job.generate-responses.restartPolicyNever.yaml': withQuiz,
    'job.quiz-init.yaml': { namespace: 'kiada', with: QUIZ },
    'job.comm-demo.yaml': { minutes: 15 },
    'job.demo-always-fails.yaml': ends('Job', 'Failed 0/10', 'every Pod fails'),
    'job.demo-bad-sidecar.yaml': ends('Job', 'Running 0/1', 'the second container never ends'),
    'job.demo-deadline.yaml': ends('Job', 'Failed 1/2', 'longer than it may run'),
    'job.demo-suspend.yaml': ends('Job', 'Suspended 0/1', 'suspended'),
    'job.demo-ttl.yaml': ends('Job', 'gone', 'removed when it is done'),
  }),
} satisfies Readonly<Record<string, Note>>;
