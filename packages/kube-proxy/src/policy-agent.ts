import type { Namespace, Pod } from '@tabernetes/api/types/core-v1';
import type { NetworkPolicy } from '@tabernetes/api/types/networking-v1';
import { labelSelectorAsSelector } from '@tabernetes/apimachinery';
import { type Disposable, DisposableStore } from '@tabernetes/base';
import type { NetworkAgentDeps } from './deps.ts';
import { dirtyKeys } from './dirty-keys.ts';
import { type PolicyPod, type PolicyPods, policyPod, policyRules } from './policy-rules.ts';

/** The cluster's name server, where it runs as no Pod: policies that allow to ask it are meant for it all the same. */
export interface NameServer {
  readonly ip: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: PolicyPod['ports'];
}

/**
 * Resolves NetworkPolicies to addresses. A Pod that comes, goes or changes its labels makes those policies be looked at again that
 * select it or name it; most clusters have none, and then a Pod costs nothing.
 */
export function startPolicyAgent(
  { policies, pods, namespaces, dataPlane, clock, onError }: NetworkAgentDeps,
  nameServer: NameServer,
): Disposable {
  const known: PolicyPods = {
    in(namespace) {
      const found: PolicyPod[] = [];
      for (const pod of pods.lister.list(namespace)) {
        const seen = policyPod(pod);
        if (seen !== undefined) found.push(seen);
      }
      if (namespace === nameServer.namespace) found.push(nameServer);
      return found;
    },
    namespaces: (selector) =>
      namespaces.lister
        .list()
        .flatMap(({ metadata }) => (selector.matches(metadata.labels) ? [metadata.name ?? ''] : [])),
  };
  const store = new DisposableStore();
  const dirty = store.add(
    dirtyKeys({ clock, onError }, (key) => {
      const policy = policies.lister.byKey(key);
      dataPlane.setPolicy(key, policy === undefined ? [] : policyRules(policy, known));
    }),
  );
  const keyOf = ({ metadata }: NetworkPolicy): string => `${metadata.namespace}/${metadata.name}`;
  const changed = (policy: NetworkPolicy): void => dirty.add(keyOf(policy));
  store.add(policies.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed }));

  const concerned = ({ namespace, labels }: PolicyPod): void => {
    if (policies.lister.size === 0) return;
    for (const policy of policies.lister.list()) if (concerns(policy, namespace, labels)) changed(policy);
  };
  store.add(
    pods.addHandler({
      onAdd(pod) {
        const seen = policyPod(pod);
        if (seen !== undefined) concerned(seen);
      },
      onUpdate(pod, old) {
        if (policies.lister.size === 0 || !isMoved(pod, old)) return;
        for (const seen of [policyPod(old), policyPod(pod)]) if (seen !== undefined) concerned(seen);
      },
      onDelete(pod) {
        const seen = policyPod(pod);
        if (seen !== undefined) concerned(seen);
      },
    }),
  );
  const relabelled = (): void => policies.lister.list().forEach(changed);
  store.add(
    namespaces.addHandler({
      onAdd: relabelled,
      onUpdate(namespace: Namespace, old: Namespace) {
        if (namespace.metadata.labels !== old.metadata.labels) relabelled();
      },
      onDelete: relabelled,
    }),
  );
  return store;
}

/** Whether what policies see of a Pod may be another. */
const isMoved = (pod: Pod, old: Pod): boolean =>
  pod.status?.podIP !== old.status?.podIP ||
  pod.status?.phase !== old.status?.phase ||
  pod.metadata.labels !== old.metadata.labels;

/** Whether a policy selects such a Pod, or may name it as a peer. */
function concerns({ metadata, spec }: NetworkPolicy, namespace: string, labels: PolicyPod['labels']): boolean {
  if (metadata.namespace === namespace && labelSelectorAsSelector(spec?.podSelector ?? {}).matches(labels)) return true;
  for (const rule of [...(spec?.ingress ?? []), ...(spec?.egress ?? [])]) {
    const peers = 'from' in rule ? rule.from : 'to' in rule ? rule.to : undefined;
    // Named ports of rules without peers are anybody's.
    if (peers === undefined && rule.ports?.some(({ port }) => typeof port === 'string')) return true;
    for (const { ipBlock, namespaceSelector, podSelector } of peers ?? []) {
      if (ipBlock !== undefined || (namespaceSelector === undefined && metadata.namespace !== namespace)) continue;
      if (labelSelectorAsSelector(podSelector ?? {}).matches(labels)) return true;
    }
  }
  return false;
}
