import type { UserInfo } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import { type Client, createInformerFactory, trackWrites } from '@tabernetes/client';
import {
  type CertificateAuthority,
  type ControllerContext,
  clusterRoleAggregationController,
  cronJobController,
  csrApprovingController,
  csrCleaner,
  csrSigningController,
  daemonSetController,
  deploymentController,
  disruptionController,
  endpointSliceController,
  endpointSliceMirroringController,
  endpointsController,
  ephemeralVolumeController,
  garbageCollector,
  horizontalPodAutoscaler,
  jobController,
  namespaceController,
  nodeLifecycleController,
  persistentVolumeBinder,
  persistentVolumeExpander,
  podGarbageCollector,
  pvcProtectionController,
  pvProtectionController,
  replicaSetController,
  replicationController,
  resourceQuotaController,
  rootCAPublisher,
  type ServiceAccountTokenOptions,
  serviceAccountController,
  serviceAccountTokenController,
  statefulSetController,
  taintEvictionController,
  ttlAfterFinishedController,
} from '@tabernetes/controllers';
import { createScheduler, type Scheduler } from '@tabernetes/scheduler';
import { CONTROLLER_MANAGER, controllerIdentity, SCHEDULER } from './identities.ts';

export interface ControlPlaneDeps {
  readonly clientOf: (user: UserInfo, userAgent: string) => Client;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly onError: (error: unknown) => void;
  /** PEM */
  readonly rootCA: string;
  /** Signs what CertificateSigningRequests ask for. */
  readonly clusterCA: CertificateAuthority;
  /** Makes the tokens that Secrets hold. */
  readonly issueToken: ServiceAccountTokenOptions['issue'];
  /** How late the persistent volume binder learns of volumes. Default 0. */
  readonly newsDelayMs?: number;
}

/** kube-scheduler, with a cache of its own. */
export async function startScheduler({
  clientOf,
  clock,
  rng,
  onError,
}: Pick<ControlPlaneDeps, 'clientOf' | 'clock' | 'rng' | 'onError'>): Promise<Disposable & Pick<Scheduler, 'explain'>> {
  const client = clientOf(SCHEDULER, 'kube-scheduler');
  const informers = createInformerFactory({ client, clock, onError });
  const scheduler = createScheduler({ client, informers, clock, rng: rng.fork('scheduler'), onError });
  await scheduler.start();
  return {
    explain: (podKey) => scheduler.explain(podKey),
    dispose() {
      scheduler.dispose();
      informers.dispose();
    },
  };
}

/** kube-controller-manager: every controller over one set of caches. Resolves when their caches are synced. */
export async function startControllers({
  clientOf,
  clock,
  rng,
  onError,
  rootCA,
  clusterCA,
  issueToken,
  newsDelayMs = 0,
}: ControlPlaneDeps): Promise<Disposable> {
  const plain = clientOf(CONTROLLER_MANAGER, 'kube-controller-manager');
  const informers = createInformerFactory({ client: plain, clock, onError });
  const random = rng.fork('controllers');
  const contextOf = (own: Client): ControllerContext => {
    const { client, caughtUp } = trackWrites(own, informers);
    return { client, informers, clock, rng: random, onError, caughtUp, batchMs: BATCH_MS };
  };
  /** Each controller writes as a ServiceAccount of its own, with the rights of its bootstrap role alone; caches are shared. */
  const as = (account: string): ControllerContext =>
    contextOf(clientOf(controllerIdentity(account), 'kube-controller-manager'));
  const controllers = [
    serviceAccountController(as('service-account-controller')),
    serviceAccountTokenController(contextOf(plain), { rootCA, issue: issueToken }),
    rootCAPublisher(as('root-ca-cert-publisher'), rootCA),
    namespaceController(as('namespace-controller')),
    garbageCollector(as('generic-garbage-collector')),
    replicationController(as('replication-controller')),
    replicaSetController(as('replicaset-controller')),
    deploymentController(as('deployment-controller')),
    statefulSetController(as('statefulset-controller')),
    daemonSetController(as('daemon-set-controller')),
    jobController(as('job-controller')),
    cronJobController(as('cronjob-controller')),
    ttlAfterFinishedController(as('ttl-after-finished-controller')),
    disruptionController(as('disruption-controller')),
    horizontalPodAutoscaler(as('horizontal-pod-autoscaler')),
    resourceQuotaController(as('resourcequota-controller')),
    endpointsController(as('endpoint-controller')),
    endpointSliceController(as('endpointslice-controller')),
    endpointSliceMirroringController(as('endpointslicemirroring-controller')),
    nodeLifecycleController(as('node-controller')),
    taintEvictionController(as('node-controller')),
    podGarbageCollector(as('pod-garbage-collector')),
    clusterRoleAggregationController(as('clusterrole-aggregation-controller')),
    csrApprovingController(as('certificate-controller')),
    csrSigningController(as('certificate-controller'), clusterCA),
    csrCleaner(as('certificate-controller')),
    persistentVolumeBinder(as('persistent-volume-binder'), { newsDelayMs }),
    persistentVolumeExpander(as('expand-controller')),
    ephemeralVolumeController(as('ephemeral-volume-controller')),
    pvcProtectionController(as('pvc-protection-controller')),
    pvProtectionController(as('pv-protection-controller')),
  ];
  for (const controller of controllers) await controller.start();
  return {
    dispose() {
      for (const controller of controllers) controller.dispose();
      informers.dispose();
    },
  };
}

/** Shorter than anybody looks, longer than a burst of changes takes. */
const BATCH_MS = 10;
