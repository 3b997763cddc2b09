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
import { createScheduler } from '@tabernetes/scheduler';

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
}

/** kube-scheduler, with a cache of its own. */
export async function startScheduler({ clientOf, clock, rng, onError }: ControlPlaneDeps): Promise<Disposable> {
  const user = { name: 'system:kube-scheduler', groups: ['system:masters'] };
  const client = clientOf(user, 'kube-scheduler');
  const informers = createInformerFactory({ client, clock, onError });
  const scheduler = createScheduler({ client, informers, clock, rng: rng.fork('scheduler'), onError });
  await scheduler.start();
  return {
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
}: ControlPlaneDeps): Promise<Disposable> {
  const user = { name: 'system:kube-controller-manager', groups: ['system:masters'] };
  const plain = clientOf(user, 'kube-controller-manager');
  const informers = createInformerFactory({ client: plain, clock, onError });
  const { client, caughtUp } = trackWrites(plain, informers);
  const own = rng.fork('controllers');
  const context: ControllerContext = { client, informers, clock, rng: own, onError, caughtUp, batchMs: BATCH_MS };
  const controllers = [
    serviceAccountController(context),
    serviceAccountTokenController(context, { rootCA, issue: issueToken }),
    rootCAPublisher(context, rootCA),
    namespaceController(context),
    garbageCollector(context),
    replicationController(context),
    replicaSetController(context),
    deploymentController(context),
    statefulSetController(context),
    daemonSetController(context),
    jobController(context),
    cronJobController(context),
    ttlAfterFinishedController(context),
    disruptionController(context),
    horizontalPodAutoscaler(context),
    resourceQuotaController(context),
    endpointsController(context),
    endpointSliceController(context),
    endpointSliceMirroringController(context),
    nodeLifecycleController(context),
    taintEvictionController(context),
    podGarbageCollector(context),
    clusterRoleAggregationController(context),
    csrApprovingController(context),
    csrSigningController(context, clusterCA),
    csrCleaner(context),
    persistentVolumeBinder(context),
    persistentVolumeExpander(context),
    ephemeralVolumeController(context),
    pvcProtectionController(context),
    pvProtectionController(context),
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
