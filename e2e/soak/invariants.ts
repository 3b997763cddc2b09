import { kinds } from '@tabernetes/api';
import type { Pod, ResourceQuota } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Cluster } from '@tabernetes/cluster';

/** What has to be true all along. Problems are collected as sentences; none is a good run. */
export interface Invariants {
  /** Takes every write. */
  changed(events: readonly StoreChange[]): void;
  /** Looks at a cluster that has had time to settle. */
  settled(cluster: Cluster, when: string): Promise<void>;
  readonly problems: readonly string[];
  readonly checks: number;
}

interface StoreChange {
  readonly type: 'put' | 'delete';
  readonly kv: { readonly key: string; readonly value: KubeObject };
  readonly previous?: { readonly value: KubeObject } | undefined;
  readonly revision: number;
}

export function createInvariants(): Invariants {
  const problems: string[] = [];
  let checks = 0;
  let revision = 0;
  const claim = (isTrue: boolean, sentence: () => string): void => {
    checks++;
    if (!isTrue && problems.length < 50) problems.push(sentence());
  };

  return {
    problems,
    get checks() {
      return checks;
    },
    changed(events) {
      for (const { type, kv, previous, revision: at } of events) {
        claim(at >= revision, () => `revision ${at} came after ${revision}`);
        revision = at;
        if (type !== 'put' || kv.value.kind !== 'Pod' || previous === undefined) continue;
        const [before, after] = [previous.value as Pod, kv.value as Pod];
        const node = before.spec?.nodeName;
        claim(
          !node || before.metadata.uid !== after.metadata.uid || after.spec?.nodeName === node,
          () => `${nameOf(after)} was bound to ${node} and then to ${after.spec?.nodeName}`,
        );
      }
    },
    async settled({ client, clock }, when) {
      const pods = (await client.resource(kinds.pod).list()).items;
      const nodes = new Set((await client.resource(kinds.node).list()).items.map(({ metadata }) => metadata.name));
      const owners = new Set<string | undefined>();
      for (const kind of [kinds.replicaSet, kinds.statefulSet, kinds.daemonSet, kinds.job, kinds.node]) {
        for (const { metadata } of (await client.resource<KubeObject>(kind).list()).items) owners.add(metadata.uid);
      }
      const addresses = new Map<string, string>();
      for (const pod of pods) {
        const { metadata, spec, status } = pod;
        const owner = metadata.ownerReferences?.find(({ controller }) => controller);
        claim(owner === undefined || owners.has(owner.uid), () => `${when}: ${nameOf(pod)} is an orphan`);
        claim(!spec?.nodeName || nodes.has(spec.nodeName), () => `${when}: ${nameOf(pod)} is on a node that is gone`);
        const deletion = metadata.deletionTimestamp;
        claim(
          deletion === undefined || clock.now() - Date.parse(deletion) < 900_000,
          () => `${when}: ${nameOf(pod)} has been Terminating since ${deletion}`,
        );
        if (status?.phase !== 'Running' || !status.podIP) continue;
        const other = addresses.get(status.podIP);
        claim(other === undefined, () => `${when}: ${nameOf(pod)} and ${other} have the address ${status.podIP}`);
        addresses.set(status.podIP, nameOf(pod));
      }
      await endpointsMatch(pods, when);
      await quotaMatches(pods, when);

      async function endpointsMatch(all: readonly Pod[], time: string): Promise<void> {
        const slices = (await client.resource(kinds.endpointSlice).list({ namespace: 'default' })).items;
        const services = (await client.resource(kinds.service).list({ namespace: 'default' })).items;
        for (const { metadata, spec } of services) {
          if (spec?.selector === undefined) continue;
          const wanted = all.filter(
            (pod) => pod.metadata.namespace === 'default' && isReady(pod) && fits(pod, spec.selector ?? {}),
          );
          const seen = slices
            .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name)
            .flatMap(({ endpoints = [] }) =>
              endpoints.filter((each) => each.conditions?.ready).flatMap((each) => each.addresses),
            );
          const [left, right] = [wanted.map(({ status }) => status?.podIP ?? '').sort(), [...seen].sort()];
          claim(
            left.join() === right.join(),
            () => `${time}: Service ${metadata.name} has ${right.length} endpoints for ${left.length} ready Pods`,
          );
        }
      }

      async function quotaMatches(all: readonly Pod[], time: string): Promise<void> {
        const quotas = (await client.resource(kinds.resourceQuota).list()).items as readonly ResourceQuota[];
        for (const { metadata, status } of quotas) {
          const counted = all.filter(
            (pod) =>
              pod.metadata.namespace === metadata.namespace &&
              !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''),
          ).length;
          claim(
            status?.used?.['pods'] === String(counted),
            () => `${time}: quota ${metadata.name} counts ${status?.used?.['pods']} Pods, there are ${counted}`,
          );
        }
      }
    },
  };
}

const nameOf = ({ metadata }: Pod): string => `Pod ${metadata.namespace}/${metadata.name}`;

const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false);

const fits = ({ metadata }: Pod, selector: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value);
