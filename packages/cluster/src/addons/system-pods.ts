import { KUBERNETES_VERSION, kinds } from '@tabernetes/api';
import type { Node, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { StatusError } from '@tabernetes/apimachinery';
import { type Controller, type ControllerContext, createController, DONE } from '@tabernetes/controllers';
import { type Addon, rights } from './addon.ts';

const USER = 'static-pods';
const ETCD_VERSION = '3.5.16-0';

interface Component {
  readonly name: string;
  readonly image: string;
  readonly cpu: string;
  readonly memory?: string;
}

/** What runs the cluster, as `kubeadm` shows it. */
const COMPONENTS: readonly Component[] = [
  { name: 'etcd', image: `registry.k8s.io/etcd:${ETCD_VERSION}`, cpu: '100m', memory: '100Mi' },
  { name: 'kube-apiserver', image: `registry.k8s.io/kube-apiserver:${KUBERNETES_VERSION}`, cpu: '250m' },
  {
    name: 'kube-controller-manager',
    image: `registry.k8s.io/kube-controller-manager:${KUBERNETES_VERSION}`,
    cpu: '200m',
  },
  { name: 'kube-scheduler', image: `registry.k8s.io/kube-scheduler:${KUBERNETES_VERSION}`, cpu: '100m' },
];

export interface SystemPodsOptions {
  /** The node has a kubelet that runs static Pods; otherwise a controller keeps what such a kubelet would show. */
  readonly staticPods: boolean;
}

/**
 * The control plane as static Pods in kube-system, and the mirror Pods that stand for them. As on a real cluster deleting one only
 * has it shown anew.
 * @param nodeName where it is shown; nowhere, when there is no node
 */
export function systemPodsAddon(nodeName: string | undefined, { staticPods }: SystemPodsOptions): Addon {
  if (nodeName === undefined) return {};
  if (!staticPods) return shown(nodeName);
  const manifest = (component: Component): [string, string] => [
    `/etc/kubernetes/manifests/${component.name}.yaml`,
    // JSON is YAML.
    `${JSON.stringify(podOf(component), undefined, 2)}\n`,
  ];
  return {
    equipment: [
      { nodeName, files: Object.fromEntries(COMPONENTS.map(manifest)), images: COMPONENTS.map(({ image }) => image) },
    ],
  };
}

const shown = (nodeName: string): Addon => ({
  objects: rights(USER, [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'create', 'delete'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
  ]),
  controllers: [{ user: USER, make: (context) => mirrorPods(context, nodeName) }],
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

function mirrorPod(component: Component, { metadata }: Node): Pod {
  const node = metadata.name ?? '';
  const hash = `${component.name}-${KUBERNETES_VERSION}`;
  const { metadata: own, spec, ...type } = podOf(component);
  return {
    ...type,
    metadata: {
      ...own,
      name: `${component.name}-${node}`,
      annotations: {
        'kubernetes.io/config.hash': hash,
        'kubernetes.io/config.mirror': hash,
        'kubernetes.io/config.source': 'file',
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node, uid: metadata.uid ?? '', controller: true }],
    },
    spec: { ...spec, nodeName: node, tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] },
  };
}

/** As the manifest on the node has it. */
const podOf = ({ name, image, cpu, memory }: Component): Pod & { readonly spec: PodSpec } => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'kube-system', labels: { component: name, tier: 'control-plane' } },
  spec: {
    hostNetwork: true,
    priorityClassName: 'system-node-critical',
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
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
});
