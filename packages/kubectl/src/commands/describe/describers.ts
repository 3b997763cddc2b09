import type { ApiResource } from '../../discovery/discovery.ts';
import { pathOf } from '../../resources/info.ts';
import type { DescribeContext, Describer } from './describer.ts';
import type { Description } from './description.ts';

/** How objects of a kind are described. */
export interface Entry {
  readonly describe: Describer;
  /** Describes what is left of an object that is gone. False: nothing is. */
  readonly missing?: (context: DescribeContext, error: unknown, d: Description) => Promise<boolean>;
}

const plain = (describe: Describer): Entry => ({ describe });

/** Kinds that are asked for in an older version when they are not there; what that answers is told of. */
const withOlder = (describe: Describer, version: string): Entry => ({
  describe,
  async missing({ api, resource, namespace, name }) {
    await api.object('GET', pathOf({ ...resource, version }, namespace, name));
    return false;
  },
});

/** By group and kind; the rooms are loaded when somebody asks. */
const DESCRIBERS: Readonly<Record<string, () => Promise<Entry>>> = {
  '/Pod': async () => {
    const { pod, missingPod } = await import('./pod.ts');
    return { describe: pod, missing: missingPod };
  },
  '/ReplicationController': async () => plain((await import('./controllers.ts')).replicationController),
  '/Secret': async () => plain((await import('./configuration.ts')).secret),
  '/Service': async () => plain((await import('./service.ts')).service),
  '/ServiceAccount': async () => plain((await import('./configuration.ts')).serviceAccount),
  '/Node': async () => plain((await import('./node.ts')).node),
  '/LimitRange': async () => plain((await import('./namespace.ts')).limitRange),
  '/ResourceQuota': async () => plain((await import('./namespace.ts')).resourceQuota),
  '/PersistentVolume': async () => plain((await import('./storage.ts')).persistentVolume),
  '/PersistentVolumeClaim': async () => plain((await import('./storage.ts')).persistentVolumeClaim),
  '/Namespace': async () => plain((await import('./namespace.ts')).namespace),
  '/Endpoints': async () => plain((await import('./service.ts')).endpoints),
  '/ConfigMap': async () => plain((await import('./configuration.ts')).configMap),
  'discovery.k8s.io/EndpointSlice': async () => withOlder((await import('./service.ts')).endpointSlice, 'v1beta1'),
  'autoscaling/HorizontalPodAutoscaler': async () => plain((await import('./autoscaler.ts')).horizontalPodAutoscaler),
  'networking.k8s.io/Ingress': async () => withOlder((await import('./ingress.ts')).ingress, 'v1beta1'),
  'networking.k8s.io/IngressClass': async () => withOlder((await import('./ingress.ts')).ingressClass, 'v1beta1'),
  'networking.k8s.io/ServiceCIDR': async () => plain((await import('./policies.ts')).serviceCidr),
  'networking.k8s.io/IPAddress': async () => plain((await import('./policies.ts')).ipAddress),
  'networking.k8s.io/NetworkPolicy': async () => plain((await import('./network-policy.ts')).networkPolicy),
  'batch/Job': async () => plain((await import('./jobs.ts')).job),
  'batch/CronJob': async () => plain((await import('./jobs.ts')).cronJob),
  'apps/StatefulSet': async () => plain((await import('./controllers.ts')).statefulSet),
  'apps/Deployment': async () => plain((await import('./controllers.ts')).deployment),
  'apps/DaemonSet': async () => plain((await import('./controllers.ts')).daemonSet),
  'apps/ReplicaSet': async () => plain((await import('./controllers.ts')).replicaSet),
  'certificates.k8s.io/CertificateSigningRequest': async () =>
    withOlder((await import('./certificate.ts')).certificateSigningRequest, 'v1beta1'),
  'storage.k8s.io/StorageClass': async () => plain((await import('./storage.ts')).storageClass),
  'storage.k8s.io/CSINode': async () => plain((await import('./storage.ts')).csiNode),
  'storage.k8s.io/VolumeAttributesClass': async () => plain((await import('./storage.ts')).volumeAttributesClass),
  'policy/PodDisruptionBudget': async () => withOlder((await import('./policies.ts')).podDisruptionBudget, 'v1beta1'),
  'rbac.authorization.k8s.io/Role': async () => plain((await import('./rbac.ts')).role),
  'rbac.authorization.k8s.io/ClusterRole': async () => plain((await import('./rbac.ts')).role),
  'rbac.authorization.k8s.io/RoleBinding': async () => plain((await import('./rbac.ts')).roleBinding),
  'rbac.authorization.k8s.io/ClusterRoleBinding': async () => plain((await import('./rbac.ts')).roleBinding),
  'scheduling.k8s.io/PriorityClass': async () => plain((await import('./policies.ts')).priorityClass),
};

/** The describer of a kind; kinds without one of their own are described field by field. */
export async function describerFor({ group, kind }: ApiResource): Promise<Entry> {
  const load = DESCRIBERS[`${group}/${kind}`];
  return load === undefined ? plain((await import('./generic.ts')).generic) : load();
}
