import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { PageAnswer } from '@tabernetes/worker/connect';
import type { Messages } from '../messages/messages.ts';
import type { ClusterConnection } from '../world/cluster-connection.ts';

/** Something that can be done to an object. */
export interface ObjectAction {
  readonly label: string;
  /** Takes something away. */
  readonly isDangerous?: boolean;
  /** @throws {Error} with the server's words when it refuses */
  run(): Promise<void>;
}

const SCALED: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  ReplicaSet: 'replicasets',
  StatefulSet: 'statefulsets',
};

/** What the page offers for an object: scaling, restarting, taking nodes away. */
export function objectActions(
  cluster: ClusterConnection,
  object: KubeObject,
  words: Messages['actions'],
): readonly ObjectAction[] {
  const { kind, metadata } = object;
  const { name = '', namespace = '' } = metadata;
  if (kind === 'Pod')
    return [{ label: words.delete, isDangerous: true, run: () => deleteAt(cluster, podPath(object)) }];
  if (kind === 'Node') return nodeActions(cluster, object as Node, words);
  const resource = SCALED[kind];
  if (resource === undefined) return [];
  const path = `/apis/apps/v1/namespaces/${namespace}/${resource}/${name}`;
  const { replicas = 1 } = (object as { readonly spec?: { readonly replicas?: number } }).spec ?? {};
  const scale = (to: number): Promise<void> => patch(cluster, `${path}/scale`, { spec: { replicas: to } });
  const restart: ObjectAction = {
    label: words.restart,
    run: () =>
      patch(cluster, path, {
        spec: {
          template: {
            metadata: {
              annotations: { 'kubectl.kubernetes.io/restartedAt': new Date(cluster.world.clock.nowMs).toISOString() },
            },
          },
        },
      }),
  };
  return [
    ...(replicas > 0 ? [{ label: words.scaleTo(replicas - 1), run: () => scale(replicas - 1) }] : []),
    { label: words.scaleTo(replicas + 1), run: () => scale(replicas + 1) },
    ...(kind === 'ReplicaSet' ? [] : [restart]),
  ];
}

function nodeActions(cluster: ClusterConnection, node: Node, words: Messages['actions']): readonly ObjectAction[] {
  const { host } = cluster;
  const { name = '' } = node.metadata;
  const isReady = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  const isCordoned = node.spec?.unschedulable === true;
  const cordon = (unschedulable: boolean): Promise<void> =>
    patch(cluster, `/api/v1/nodes/${name}`, { spec: { unschedulable: unschedulable ? true : null } });
  return [
    isReady
      ? {
          label: words.stopKubelet,
          isDangerous: true,
          run: async () => void (await host.beginTrouble({ kind: 'kubelet', node: name })),
        }
      : { label: words.startKubelet, run: () => startKubelet(cluster, name) },
    isCordoned ? { label: words.uncordon, run: () => cordon(false) } : { label: words.cordon, run: () => cordon(true) },
    {
      label: words.drain,
      isDangerous: true,
      async run() {
        await cordon(true);
        for (const pod of cluster.world.list('Pod') as readonly Pod[]) {
          const isDaemon = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet') === true;
          if (pod.spec?.nodeName === name && !isDaemon) await evict(cluster, pod);
        }
      },
    },
  ];
}

/** What stopped it on purpose is over with it. */
async function startKubelet({ host, world }: ClusterConnection, node: string): Promise<void> {
  const own = world.troubles.find(({ trouble }) => trouble.kind === 'kubelet' && trouble.node === node);
  if (own === undefined) await host.startNode(node);
  else await host.endTrouble(own.id);
}

const podPath = ({ metadata }: KubeObject): string =>
  `/api/v1/namespaces/${metadata.namespace ?? ''}/pods/${metadata.name ?? ''}`;

/**
 * Deletes what is at a path, as kubectl does. `isForced`: at once, without its grace.
 *
 * @throws {Error} with the server's words when it refuses
 */
export async function deleteAt({ host }: ClusterConnection, path: string, isForced = false): Promise<void> {
  const query = { propagationPolicy: 'Background', ...(isForced && { gracePeriodSeconds: '0' }) };
  accepted(await host.request({ method: 'DELETE', path, query }));
}

async function evict({ host }: ClusterConnection, pod: KubeObject): Promise<void> {
  const { name = '', namespace = '' } = pod.metadata;
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  accepted(await host.request({ method: 'POST', path: `${podPath(pod)}/eviction`, body }));
}

async function patch({ host }: ClusterConnection, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' };
  accepted(await host.request({ method: 'PATCH', path, headers, body, query: { fieldManager: 'page' } }));
}

function accepted({ status, body }: PageAnswer): void {
  if (status >= 400) throw new Error((body as { readonly message?: string } | null)?.message ?? String(body));
}
