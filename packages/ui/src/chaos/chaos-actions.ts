import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Trouble } from '@tabernetes/worker/connect';
import type { ObjectAction } from '../actions/object-actions.ts';
import type { PageMessages } from '../messages/page-messages.ts';
import type { ClusterConnection } from '../world/cluster-connection.ts';

/** What the page offers: enough to be felt at once. */
const HELD_BYTES = 512 * 2 ** 20;
const COMPUTED_MILLICORES = 1_000;
const SLOW_PULL_MS = 30_000;
const LATENCY_MS = 500;
const LOSS_SHARE = 0.2;

/** What can go wrong on purpose with a node, or with a Pod, container by container. */
export function chaosActions(
  cluster: ClusterConnection,
  object: KubeObject,
  words: PageMessages['chaos'],
): readonly ObjectAction[] {
  const { host } = cluster;
  const begin = beginning(cluster);
  const { name = '', namespace = '' } = object.metadata;
  if (object.kind === 'Node') {
    return [
      begin(words.cutNetwork, { kind: 'network', node: name }),
      begin(words.breakNetworkPlugin, { kind: 'networkPlugin', node: name }),
      { label: words.removeNode, isDangerous: true, run: async () => void (await host.removeNode(name)) },
    ];
  }
  if (object.kind !== 'Pod') return [];
  const pod = `${namespace}/${name}`;
  const containers = (object as Pod).spec?.containers ?? [];
  return containers.flatMap(({ name: container, image = '', livenessProbe, readinessProbe, startupProbe }) => {
    const of = (label: string): string => (containers.length > 1 ? `${label}: ${container}` : label);
    const isProbed = (livenessProbe ?? readinessProbe ?? startupProbe) !== undefined;
    return [
      { label: of(words.crash), run: async () => void (await host.crash(pod, container)) },
      begin(of(words.hang), { kind: 'hang', pod, container }),
      ...(isProbed ? [begin(of(words.failProbes), { kind: 'probes', pod, container })] : []),
      begin(of(words.useMemory), { kind: 'memory', pod, container, bytes: HELD_BYTES }),
      begin(of(words.useCpu), { kind: 'cpu', pod, container, millicores: COMPUTED_MILLICORES }),
      begin(of(words.slowPull), { kind: 'slowPull', image, delayMs: SLOW_PULL_MS }),
      begin(of(words.failPull), { kind: 'failingPull', image }),
    ];
  });
}

/** What can go wrong with the cluster as a whole, and what can be added to it. */
export function clusterChaos(cluster: ClusterConnection, words: PageMessages['chaos']): readonly ObjectAction[] {
  const { host } = cluster;
  const begin = beginning(cluster);
  return [
    { label: words.addNode, run: async () => void (await host.addNode({})) },
    begin(words.slowNetwork, { kind: 'latency', delayMs: LATENCY_MS }),
    begin(words.lossyNetwork, { kind: 'loss', share: LOSS_SHARE }),
    begin(words.slowPulls, { kind: 'slowPull', image: '', delayMs: SLOW_PULL_MS }),
    begin(words.failPulls, { kind: 'failingPull', image: '' }),
  ];
}

const beginning =
  ({ host }: ClusterConnection) =>
  (label: string, trouble: Trouble): ObjectAction => ({
    label,
    run: async () => void (await host.beginTrouble(trouble)),
  });

/** A trouble that lasts, in a few words. */
export function troubleText(trouble: Trouble, words: PageMessages['chaos']): string {
  const { lasting } = words;
  switch (trouble.kind) {
    case 'kubelet':
      return lasting.kubelet(trouble.node);
    case 'network':
      return lasting.network(trouble.node);
    case 'networkPlugin':
      return lasting.networkPlugin(trouble.node);
    case 'hang':
      return lasting.hang(trouble.pod, trouble.container);
    case 'probes':
      return lasting.probes(trouble.pod, trouble.container);
    case 'memory':
      return lasting.memory(trouble.pod, Math.round(trouble.bytes / 2 ** 20));
    case 'cpu':
      return lasting.cpu(trouble.pod, trouble.millicores);
    case 'slowPull':
      return lasting.slowPull(trouble.image, trouble.delayMs / 1_000);
    case 'failingPull':
      return lasting.failingPull(trouble.image);
    case 'latency':
      return lasting.latency(trouble.delayMs);
    case 'loss':
      return lasting.loss(Math.round(trouble.share * 100));
  }
}
