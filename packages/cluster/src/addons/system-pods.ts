import { kinds } from '@tabernetes/api';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { StatusError } from '@tabernetes/apimachinery';
import { type Controller, type ControllerContext, createController, DONE } from '@tabernetes/controllers';
import { type Addon, rights } from './addon.ts';

const USER = 'static-pods';
const VERSION = 'v1.32.13';
const ETCD_VERSION = '3.5.16-0';

/** What runs the cluster, as `kubeadm` shows it. */
const COMPONENTS: readonly {
  readonly name: string;
  readonly image: string;
  readonly cpu: string;
  readonly memory?: string;
}[] = [
  { name: 'etcd', image: `registry.k8s.io/etcd:${ETCD_VERSION}`, cpu: '100m', memory: '100Mi' },
  { name: 'kube-apiserver', image: `registry.k8s.io/kube-apiserver:${VERSION}`, cpu: '250m' },
  { name: 'kube-controller-manager', image: `registry.k8s.io/kube-controller-manager:${VERSION}`, cpu: '200m' },
  { name: 'kube-scheduler', image: `registry.k8s.io/kube-scheduler:${VERSION}`, cpu: '100m' },
];

/**
 * The control plane as mirror Pods of static Pods in kube-system. As on a real cluster they stand for what runs on the node,
 * and deleting one only has it shown anew.
 * @param nodeName where it is shown; nowhere, when there is no node
 */
export const systemPodsAddon = (nodeName: string | undefined): Addon => ({
  objects: rights(USER, [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'create', 'delete'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
  ]),
  controllers: nodeName === undefined ? [] : [{ user: USER, make: (context) => mirrorPods(context, nodeName) }],
});

function mirrorPods(context: ControllerContext, nodeName: string): Controller {
  const { client, informers } = context;
  const pods = informers.for(kinds.pod);
  const nodes = informers.for(kinds.node);
  const names = new Map(COMPONENTS.map((component) => [`kube-system/${component.name}-${nodeName}`, component]));
  return createController(context, {
    name: USER,
    informers: [pods, nodes],
    watch: (queue) => {
      const all = (node: Node): void => {
        if (node.metadata.name === nodeName) for (const key of names.keys()) queue.add(key);
      };
      const gone = ({ metadata }: Pod): void => {
        const key = `${metadata.namespace}/${metadata.name}`;
        if (names.has(key)) queue.add(key);
      };
      return [nodes.addHandler({ onAdd: all }), pods.addHandler({ onDelete: gone })];
    },
    async reconcile(key, signal) {
      const component = names.get(key);
      const node = nodes.lister.get(nodeName);
      if (component === undefined || node === undefined || pods.lister.byKey(key) !== undefined) return DONE;
      await client
        .resource(kinds.pod)
        .create(mirrorPod(component, node), { signal })
        .catch((error) => {
          if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error;
        });
      return DONE;
    },
  });
}

function mirrorPod({ name, image, cpu, memory }: (typeof COMPONENTS)[number], { metadata }: Node): Pod {
  const node = metadata.name ?? '';
  const hash = `${name}-${VERSION}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${node}`,
      namespace: 'kube-system',
      labels: { component: name, tier: 'control-plane' },
      annotations: {
        'kubernetes.io/config.hash': hash,
        'kubernetes.io/config.mirror': hash,
        'kubernetes.io/config.source': 'file',
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node, uid: metadata.uid ?? '', controller: true }],
    },
    spec: {
      nodeName: node,
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
      containers: [
        {
          name,
          image,
          imagePullPolicy: 'IfNotPresent',
          command: [name],
          resources: { requests: { cpu, ...(memory && { memory }) } },
        },
      ],
    },
  };
}
