import { crashes, ends, folder } from './note.ts';

const FORTUNE = [
  'kubectl create configmap fortune-config --from-literal=sleep-interval=25 --from-literal=my-nginx-config.conf=#',
];

/** Kubernetes in Action. */
export const actionFirst = folder('kubernetes-in-action', {
  'Chapter04/kubia-liveness-probe.yaml': { why: 'restarted again and again' },
  'Chapter04/kubia-liveness-probe-initial-delay.yaml': { why: 'restarted again and again' },
  'Chapter04/multi-completion-batch-job.yaml': { minutes: 15 },
  'Chapter04/time-limited-batch-job.yaml': ends('Job', 'Failed 0/1', 'longer than it may run'),
  'Chapter05/kubia-rc-readinessprobe.yaml': ends(
    'ReplicationController',
    '0/3',
    'nobody is ready until /var/ready is made',
  ),
  'Chapter06/mongodb-pvc.yaml': { with: ['kubernetes-in-action/Chapter06/mongodb-pv-hostpath.yaml'] },
  'Chapter06/mongodb-pvc-dp.yaml': {
    ...ends('PersistentVolumeClaim', 'Pending', 'no provisioner of that class'),
  },
  'Chapter06/mongodb-pvc-dp-nostorageclass.yaml': {
    ...ends('PersistentVolumeClaim', 'Pending|Bound', 'waits for its first Pod'),
  },
  'Chapter06/pv_with_labels/mongodb-pvc.yaml': {
    with: ['kubernetes-in-action/Chapter06/pv_with_labels/mongodb-pv.yaml'],
  },
  'Chapter07/fortune-pod-args-configmap.yaml': { before: FORTUNE },
  'Chapter07/fortune-pod-env-configmap.yaml': { before: FORTUNE },
  'Chapter07/fortune-pod-configmap-volume-with-items.yaml': { before: FORTUNE },
  'Chapter07/pod-with-private-image.yaml': { expect: { Pod: 'ImagePullBackOff' }, passing: true, why: 'a placeholder' },
  'Chapter12/curl-custom-sa.yaml': { before: ['kubectl create serviceaccount foo'] },
  'Chapter13/pod-run-as-non-root.yaml': ends('Pod', 'CreateContainerConfigError', 'the image runs as root'),
  'Chapter14/memoryhog.yaml': {
    expect: { Pod: 'OOMKilled|CrashLoopBackOff' },
    passing: true,
    why: 'more than its limit',
  },
  'Chapter14/pod-deadline.yaml': { expect: { Pod: 'DeadlineExceeded|Error' }, why: 'longer than it may run' },
  'Chapter16/kubia-gpu-nodeaffinity.yaml': {
    after: ['kubectl label node node-2 gpu=true'],
    why: 'Pending until a node is labelled',
  },
  'Chapter17/fortune-client.yaml': {
    with: ['kubernetes-in-action/Chapter17/fortune-server.yaml'],
    why: 'waits for the Service',
  },
  'Chapter17/post-start-hook.yaml': {
    expect: { Pod: 'CrashLoopBackOff|PostStartHookError' },
    passing: true,
    why: 'its hook fails',
  },
  'Chapter17/post-start-hook-httpget.yaml': {
    expect: { Pod: 'CrashLoopBackOff|PostStartHookError' },
    passing: true,
    why: 'nobody listens on 9090',
  },
  'Chapter17/pre-stop-hook-volume.yaml': { why: 'restarted by its probe' },
  'Chapter17/termination-message.yaml': crashes('exits 1 with a message'),
});
