import { kinds } from '@tabernetes/api';
import type { Endpoints, Node, Pod, Secret, Service } from '@tabernetes/api/types/core-v1';
import type { UserInfo } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import { type Client, createInformerFactory, trackWrites } from '@tabernetes/client';
import {
  type CertificateAuthority,
  type Controller,
  type ControllerContext,
  clusterRoleAggregationController,
  garbageCollector,
  isToBeDisrupted,
  isTrackedByJob,
  lateController,
  type Need,
  nodeLifecycleController,
  objectsOf,
  podGarbageCollector,
  rootCAPublisher,
  type ServiceAccountTokenOptions,
  serviceAccountController,
} from '@tabernetes/controllers';
import type { Scheduler } from '@tabernetes/scheduler';
import { CONTROLLER_MANAGER, controllerIdentity, SCHEDULER } from './identities.ts';

export interface ControlPlaneDeps {
  readonly clientOf: (user: UserInfo, userAgent: string) => Client;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly onError: (error: unknown) => void;
  /** PEM. Asked for when the first Secret holds it. */
  readonly rootCA: () => Promise<string>;
  /** Signs what CertificateSigningRequests ask for. */
  readonly clusterCA: () => Promise<CertificateAuthority>;
  /** Makes the tokens that Secrets hold. */
  readonly issueToken: ServiceAccountTokenOptions['issue'];
  /** How late the persistent volume binder learns of volumes. Default 0. */
  readonly newsDelayMs?: number;
}

/** kube-scheduler, with a cache of its own; fetched for the first Pod. */
export async function startScheduler({
  clientOf,
  clock,
  rng,
  onError,
}: Pick<ControlPlaneDeps, 'clientOf' | 'clock' | 'rng' | 'onError'>): Promise<Disposable & Pick<Scheduler, 'explain'>> {
  const client = clientOf(SCHEDULER, 'kube-scheduler');
  const informers = createInformerFactory({ client, clock, onError });
  let scheduler: Scheduler | undefined;
  const late = lateController({ informers, clock, onError }, 'kube-scheduler', {
    needs: [objectsOf(kinds.pod)],
    async make() {
      const { createScheduler } = await import('@tabernetes/scheduler');
      const made = createScheduler({ client, informers, clock, rng: rng.fork('scheduler'), onError });
      scheduler = made;
      return { name: 'kube-scheduler', start: () => made.start(), dispose: () => made.dispose() };
    },
  });
  await late.start();
  return {
    explain: (podKey) => scheduler?.explain(podKey),
    dispose() {
      late.dispose();
      informers.dispose();
    },
  };
}

/** kube-controller-manager. */
export interface Controllers extends Disposable {
  /** Has every Namespace say whom to trust (PEM), from now on; resolves when those that are there are known. */
  publishRootCA(pem: string): Promise<void>;
}

/** Every controller over one set of caches. Resolves when their caches are synced. */
export async function startControllers({
  clientOf,
  clock,
  rng,
  onError,
  rootCA,
  clusterCA,
  issueToken,
  newsDelayMs = 0,
}: ControlPlaneDeps): Promise<Controllers> {
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
  const late = (
    account: string,
    name: string,
    needs: readonly Need[],
    make: (context: ControllerContext, isLater: boolean) => Promise<Controller>,
  ) => {
    const context = as(account);
    return lateController(context, name, { needs, make: (isLater) => make(context, isLater) });
  };
  const controllers = [
    serviceAccountController(as('service-account-controller')),
    lateController(contextOf(plain), 'serviceaccount-token-controller', {
      needs: [objectsOf(kinds.secret, holdsToken)],
      make: async () =>
        (await rare()).serviceAccountTokenController(contextOf(plain), { rootCA: await rootCA(), issue: issueToken }),
    }),
    late(
      'namespace-controller',
      'namespace-controller',
      [objectsOf(kinds.namespace, ({ metadata }) => metadata.deletionTimestamp !== undefined)],
      async (own) => (await rare()).namespaceController(own),
    ),
    garbageCollector(as('generic-garbage-collector')),
    late(
      'replication-controller',
      'replicationcontroller-controller',
      [objectsOf(kinds.replicationController)],
      async (own) => (await sets()).replicationController(own),
    ),
    // With the first Deployment already, so that it hears of a ReplicaSet before whoever owns that sets it right: both act at once upstream.
    late(
      'replicaset-controller',
      'replicaset-controller',
      [objectsOf(kinds.replicaSet), objectsOf(kinds.deployment)],
      async (own) => (await pods()).replicaSetController(own),
    ),
    late('deployment-controller', 'deployment-controller', [objectsOf(kinds.deployment)], async (own) =>
      (await pods()).deploymentController(own),
    ),
    late('statefulset-controller', 'statefulset-controller', [objectsOf(kinds.statefulSet)], async (own) =>
      (await sets()).statefulSetController(own),
    ),
    late('daemon-set-controller', 'daemonset-controller', [objectsOf(kinds.daemonSet)], async (own) =>
      (await sets()).daemonSetController(own),
    ),
    late(
      'job-controller',
      'job-controller',
      [objectsOf(kinds.job), objectsOf(kinds.pod, isTrackedByJob)],
      async (own) => (await jobs()).jobController(own),
    ),
    late('cronjob-controller', 'cronjob-controller', [objectsOf(kinds.cronJob)], async (own) =>
      (await jobs()).cronJobController(own),
    ),
    late('ttl-after-finished-controller', 'ttl-after-finished-controller', [objectsOf(kinds.job)], async (own) =>
      (await jobs()).ttlAfterFinishedController(own),
    ),
    late(
      'disruption-controller',
      'disruption-controller',
      [objectsOf(kinds.podDisruptionBudget), objectsOf(kinds.pod, isToBeDisrupted)],
      async (own) => (await scaling()).disruptionController(own),
    ),
    late(
      'horizontal-pod-autoscaler',
      'horizontal-pod-autoscaler-controller',
      [objectsOf(kinds.horizontalPodAutoscaler)],
      async (own) => (await scaling()).horizontalPodAutoscaler(own),
    ),
    late('resourcequota-controller', 'resourcequota-controller', [objectsOf(kinds.resourceQuota)], async (own) =>
      (await rare()).resourceQuotaController(own),
    ),
    // Endpoints that somebody has made go with their Service too, whether that one selects or not.
    late(
      'endpoint-controller',
      'endpoints-controller',
      [objectsOf(kinds.service, selects), objectsOf(kinds.endpoints, isMirrored)],
      async (own, isLater) => (await pods()).endpointsController(own, { isLater }),
    ),
    late('endpointslice-controller', 'endpointslice-controller', [objectsOf(kinds.service, selects)], async (own) =>
      (await pods()).endpointSliceController(own),
    ),
    late(
      'endpointslicemirroring-controller',
      'endpointslice-mirroring-controller',
      [objectsOf(kinds.endpoints, isMirrored)],
      async (own) => (await pods()).endpointSliceMirroringController(own),
    ),
    nodeLifecycleController(as('node-controller')),
    late('node-controller', 'taint-eviction-controller', [objectsOf(kinds.pod)], async (own) =>
      (await pods()).taintEvictionController(own),
    ),
    late('ttl-controller', 'ttl-controller', [objectsOf(kinds.node, lacksTtl)], async (own) =>
      (await rare()).nodeTtlController(own),
    ),
    podGarbageCollector(as('pod-garbage-collector')),
    clusterRoleAggregationController(as('clusterrole-aggregation-controller')),
    late(
      'certificate-controller',
      'certificatesigningrequest-approving-controller',
      [objectsOf(kinds.certificateSigningRequest)],
      async (own) => (await certificates()).csrApprovingController(own),
    ),
    late(
      'certificate-controller',
      'certificatesigningrequest-signing-controller',
      [objectsOf(kinds.certificateSigningRequest)],
      async (own) => (await certificates()).csrSigningController(own, await clusterCA()),
    ),
    late(
      'certificate-controller',
      'certificatesigningrequest-cleaner-controller',
      [objectsOf(kinds.certificateSigningRequest)],
      async (own) => (await certificates()).csrCleaner(own),
    ),
    late('persistent-volume-binder', 'persistentvolume-binder-controller', VOLUMES, async (own) =>
      (await volumes()).persistentVolumeBinder(own, { newsDelayMs }),
    ),
    late('expand-controller', 'persistentvolume-expander-controller', VOLUMES, async (own) =>
      (await volumes()).persistentVolumeExpander(own),
    ),
    late('attachdetach-controller', 'persistentvolume-attach-detach-controller', VOLUMES, async (own) =>
      (await volumes()).attachDetachController(own),
    ),
    late(
      'ephemeral-volume-controller',
      'ephemeral-volume-controller',
      [objectsOf(kinds.pod, asksForVolumes)],
      async (own) => (await rare()).ephemeralVolumeController(own),
    ),
    late('pvc-protection-controller', 'persistentvolumeclaim-protection-controller', VOLUMES, async (own) =>
      (await volumes()).pvcProtectionController(own),
    ),
    late('pv-protection-controller', 'persistentvolume-protection-controller', VOLUMES, async (own) =>
      (await volumes()).pvProtectionController(own),
    ),
  ];
  for (const controller of controllers) await controller.start();
  return {
    async publishRootCA(pem) {
      const publisher = rootCAPublisher(as('root-ca-cert-publisher'), pem);
      controllers.push(publisher);
      await publisher.start();
    },
    dispose() {
      for (const controller of controllers) controller.dispose();
      informers.dispose();
    },
  };
}

/** The nodes of a cluster bring it along. */
const lacksTtl = ({ metadata }: Node): boolean => metadata.annotations?.['node.alpha.kubernetes.io/ttl'] === undefined;
const selects = ({ spec }: Service): boolean => spec?.selector !== undefined;
/** Endpoints that say that nobody shall mirror them are those of the API server, in every cluster. */
const isMirrored = ({ metadata }: Endpoints): boolean =>
  metadata.labels?.['endpointslice.kubernetes.io/skip-mirror'] !== 'true';
const asksForVolumes = ({ spec }: Pod): boolean => spec?.volumes?.some(({ ephemeral }) => ephemeral) === true;
const holdsToken = ({ type }: Secret): boolean => type === 'kubernetes.io/service-account-token';

/** Shorter than anybody looks, longer than a burst of changes takes. */
const BATCH_MS = 10;

// Fetched when something is there for them; see lateController.
const certificates = () => import('@tabernetes/controllers/late/certificates');
const jobs = () => import('@tabernetes/controllers/late/jobs');
const pods = () => import('@tabernetes/controllers/late/pods');
const rare = () => import('@tabernetes/controllers/late/rare');
const scaling = () => import('@tabernetes/controllers/late/scaling');
const sets = () => import('@tabernetes/controllers/late/sets');
const volumes = () => import('@tabernetes/controllers/late/volumes');

const VOLUMES = [objectsOf(kinds.persistentVolumeClaim), objectsOf(kinds.persistentVolume)];
