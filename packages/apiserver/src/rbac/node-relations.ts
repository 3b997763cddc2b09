import type { PersistentVolume, PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import type { VolumeAttachment } from '@tabernetes/api/types/storage-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import { storageKey, storagePrefix } from '../registry/keys.ts';
import { claimsOf, configMapsOf, secretsOf, secretsOfVolume } from './pod-references.ts';

/** Which objects the Pods on a node need. */
export interface NodeRelations extends Disposable {
  /** True: a Pod bound to the node refers to the object, or the object is bound to the node itself. */
  needs(node: string, plural: string, namespace: string, name: string): Promise<boolean>;
}

const POD = { group: '', plural: 'pods' };
const PODS = storagePrefix(POD);
const VOLUMES = { group: '', plural: 'persistentvolumes' };
const CLAIMS = { group: '', plural: 'persistentvolumeclaims' };
const ATTACHMENTS = { group: 'storage.k8s.io', plural: 'volumeattachments' };
/** A Pod made from a file on the node: what it refers to was never checked. */
const MIRROR = 'kubernetes.io/config.mirror';

/** Follows the store; keeps nothing but which Pods are on which node. Resolves when it knows those that are stored. */
export async function nodeRelations(store: Store<KubeObject>): Promise<NodeRelations> {
  /** Node, then key of the Pod. */
  const pods = new Map<string, Map<string, Pod>>();
  const nodes = new Map<string, string>();
  const drop = (key: string): void => {
    const node = nodes.get(key);
    if (node === undefined) return;
    nodes.delete(key);
    pods.get(node)?.delete(key);
  };
  const put = (key: string, pod: Pod): void => {
    const node = pod.spec?.nodeName;
    const before = nodes.get(key);
    if (before !== node) {
      if (before !== undefined) drop(key);
      if (node) nodes.set(key, node);
    }
    if (!node) return;
    let mine = pods.get(node);
    if (mine === undefined) {
      mine = new Map<string, Pod>();
      pods.set(node, mine);
    }
    mine.set(key, pod);
  };
  /** What was written while the list is read; afterwards nobody asks. */
  let changed: Set<string> | undefined = new Set();
  const watch = store.watch({
    prefix: PODS,
    onEvents: (events) => {
      for (const { type, kv } of events) {
        changed?.add(kv.key);
        if (type === 'put') put(kv.key, kv.value as Pod);
        else drop(kv.key);
      }
    },
  });
  for (const { key, value } of (await store.range(PODS)).kvs) if (!changed.has(key)) put(key, value as Pod);
  changed = undefined;

  const stored = async <T extends KubeObject>(
    kind: { readonly group: string; readonly plural: string },
    namespace: string,
    name: string,
  ): Promise<T | undefined> => (await store.get(storageKey(kind, namespace, name))).kv?.value as T | undefined;

  const some = (node: string, namespace: string, needs: (pod: Pod) => boolean): boolean => {
    for (const pod of pods.get(node)?.values() ?? []) {
      const { metadata } = pod;
      if (metadata.namespace === namespace && metadata.annotations?.[MIRROR] === undefined && needs(pod)) return true;
    }
    return false;
  };

  /** Drivers need the secrets that a volume names, so the node of a Pod with such a volume does. */
  async function volumeNeeds(node: string, namespace: string, secret: string): Promise<boolean> {
    for (const pod of pods.get(node)?.values() ?? []) {
      const home = pod.metadata.namespace ?? '';
      for (const claim of claimsOf(pod)) {
        const bound = await stored<PersistentVolumeClaim>(CLAIMS, home, claim);
        const { volumeName } = bound?.spec ?? {};
        const volume = volumeName ? await stored<PersistentVolume>(VOLUMES, '', volumeName) : undefined;
        if (volume && secretsOfVolume(volume, home).includes(`${namespace}/${secret}`)) return true;
      }
    }
    return false;
  }

  return {
    async needs(node, plural, namespace, name) {
      switch (plural) {
        case 'pods':
          return pods.get(node)?.has(storageKey(POD, namespace, name)) === true;
        case 'secrets':
          if (some(node, namespace, (pod) => secretsOf(pod).includes(name))) return true;
          return volumeNeeds(node, namespace, name);
        case 'configmaps':
          return some(node, namespace, (pod) => configMapsOf(pod).includes(name));
        case 'serviceaccounts':
          return some(node, namespace, ({ spec }) => spec?.serviceAccountName === name);
        case 'persistentvolumeclaims':
          return some(node, namespace, (pod) => claimsOf(pod).includes(name));
        case 'persistentvolumes': {
          const claim = (await stored<PersistentVolume>(VOLUMES, '', name))?.spec?.claimRef;
          return (
            claim !== undefined && some(node, claim.namespace ?? '', (pod) => claimsOf(pod).includes(claim.name ?? ''))
          );
        }
        case 'volumeattachments':
          return (await stored<VolumeAttachment>(ATTACHMENTS, '', name))?.spec.nodeName === node;
        default:
          return false;
      }
    },
    dispose: () => watch.dispose(),
  };
}
