import type { Pod, PodAffinityTerm, PodSpec, WeightedPodAffinityTerm } from '@tabernetes/api/types/core-v1';
import { type Labels, objectKey } from '@tabernetes/apimachinery';
import { type AffinityTerm, affinityTerm } from './affinity-term.ts';
import { isSidecar, NON_ZERO, podRequests, type ResourceAmounts } from './resources.ts';

/** A port of the node that a container takes. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** A Pod with all that cycles ask of it again and again, computed once. */
export class PodInfo {
  readonly pod: Pod;
  /** `namespace/name` */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Labels | undefined;
  readonly spec: PodSpec;
  readonly priority: number;
  readonly terminating: boolean;
  readonly requests: ResourceAmounts;
  /** As scoring sees them: containers without requests count too. */
  readonly nonZero: ResourceAmounts;
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
  readonly hasAffinityTerms: boolean;
  /** Names of the claims that its volumes use, as keys `namespace/name`. */
  readonly claimKeys: readonly string[];

  /** `like`: an older state of the same Pod; what did not change is taken from there. */
  constructor(pod: Pod, like?: PodInfo) {
    const { metadata } = pod;
    const spec = pod.spec ?? NO_SPEC;
    this.pod = pod;
    this.namespace = metadata.namespace ?? '';
    this.name = metadata.name ?? '';
    this.key = objectKey(pod);
    this.uid = metadata.uid ?? '';
    this.labels = metadata.labels;
    this.spec = spec;
    this.priority = spec.priority ?? 0;
    this.terminating = metadata.deletionTimestamp !== undefined;
    const old = like?.spec;
    const sameContainers = old?.containers === spec.containers && old?.initContainers === spec.initContainers;
    if (like !== undefined && sameContainers && old?.overhead === spec.overhead) {
      this.requests = like.requests;
      this.nonZero = like.nonZero;
    } else {
      this.requests = podRequests(spec);
      this.nonZero = podRequests(spec, NON_ZERO);
    }
    this.hostPorts = like !== undefined && sameContainers ? like.hostPorts : hostPorts(spec);
    if (like !== undefined && old?.affinity === spec.affinity) {
      this.requiredAffinity = like.requiredAffinity;
      this.requiredAntiAffinity = like.requiredAntiAffinity;
      this.preferredAffinity = like.preferredAffinity;
      this.preferredAntiAffinity = like.preferredAntiAffinity;
    } else {
      const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
      this.requiredAffinity = terms(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution, this.namespace);
      this.requiredAntiAffinity = terms(
        podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution,
        this.namespace,
      );
      this.preferredAffinity = weighted(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution, this.namespace);
      this.preferredAntiAffinity = weighted(
        podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
        this.namespace,
      );
    }
    this.hasAffinityTerms =
      this.requiredAffinity.length +
        this.requiredAntiAffinity.length +
        this.preferredAffinity.length +
        this.preferredAntiAffinity.length >
      0;
    this.claimKeys =
      like !== undefined && old?.volumes === spec.volumes ? like.claimKeys : claimKeys(spec, this.namespace, this.name);
  }
}

/** The claim that a generic ephemeral volume gets. */
export const ephemeralClaimName = (podName: string, volumeName: string): string => `${podName}-${volumeName}`;

const NO_SPEC: PodSpec = { containers: [] };
const NO_PORTS: readonly HostPort[] = [];
const NO_TERMS: readonly AffinityTerm[] = [];
const NO_CLAIMS: readonly string[] = [];

const terms = (list: readonly PodAffinityTerm[] | undefined, namespace: string): readonly AffinityTerm[] =>
  list === undefined || list.length === 0 ? NO_TERMS : list.map((term) => affinityTerm(term, namespace));

const weighted = (list: readonly WeightedPodAffinityTerm[] | undefined, namespace: string): readonly AffinityTerm[] =>
  list === undefined || list.length === 0
    ? NO_TERMS
    : list.map(({ podAffinityTerm, weight }) => affinityTerm(podAffinityTerm, namespace, weight));

function hostPorts({ containers, initContainers = [] }: PodSpec): readonly HostPort[] {
  let ports: HostPort[] | undefined;
  const collect = (container: PodSpec['containers'][number]): void => {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort === undefined || hostPort <= 0) continue;
      ports ??= [];
      ports.push({ ip: hostIP || ANY_IP, protocol: protocol || 'TCP', port: hostPort });
    }
  };
  for (const container of initContainers) if (isSidecar(container)) collect(container);
  for (const container of containers) collect(container);
  return ports ?? NO_PORTS;
}

/** A host port without an address is taken on every address. */
export const ANY_IP = '0.0.0.0';

function claimKeys({ volumes = [] }: PodSpec, namespace: string, podName: string): readonly string[] {
  let keys: string[] | undefined;
  for (const volume of volumes) {
    const claim = volume.persistentVolumeClaim
      ? volume.persistentVolumeClaim.claimName
      : volume.ephemeral
        ? ephemeralClaimName(podName, volume.name)
        : undefined;
    if (claim === undefined) continue;
    keys ??= [];
    keys.push(`${namespace}/${claim}`);
  }
  return keys ?? NO_CLAIMS;
}
