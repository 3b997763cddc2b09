import type { Draft } from '@tabernetes/apimachinery';
import type { Pod, PodSpec, PodStatus, PodTemplateSpec } from '../generated/core-v1.ts';
import { type AnyContainer, defaultContainer, portsOfHostNetwork, requestsFromLimits } from './default-containers.ts';
import { defaultVolume } from './default-volumes.ts';
import { roundResources } from './quantities.ts';

/** What Kubernetes fills in when the author names nothing else. */
const TERMINATION_GRACE_PERIOD_SECONDS = 30;
const SCHEDULER_NAME = 'default-scheduler';

/**
 * Annotations in which very old clients kept init containers. Conversion to the internal version drops them, so no
 * stored object has them.
 */
const INIT_CONTAINER_ANNOTATIONS = [
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-container-statuses',
] as const;

/**
 * Fills in the defaults of every PodSpec, that of a template too. Idempotent, and writes nothing where nothing is missing: parts of
 * the draft may be frozen parts of the stored object.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/v1/defaults.go
 */
function defaultPodSpec(draft: Draft<PodSpec>): void {
  if (isDefaulted(draft)) return;
  if (!draft.dnsPolicy) draft.dnsPolicy = 'ClusterFirst';
  if (!draft.restartPolicy) draft.restartPolicy = 'Always';
  draft.securityContext ??= {};
  draft.terminationGracePeriodSeconds ??= TERMINATION_GRACE_PERIOD_SECONDS;
  if (!draft.schedulerName) draft.schedulerName = SCHEDULER_NAME;
  // Two names of one field: the new one wins, and both are always shown.
  if (!draft.serviceAccountName && draft.serviceAccount) draft.serviceAccountName = draft.serviceAccount;
  if (draft.serviceAccount !== draft.serviceAccountName) {
    if (draft.serviceAccountName) draft.serviceAccount = draft.serviceAccountName;
    else delete draft.serviceAccount;
  }

  for (const volume of draft.volumes ?? []) defaultVolume(volume);
  for (const container of allContainers(draft)) defaultContainer(container);
  if (draft.overhead) roundResources(draft.overhead);
}

/** Defaults of a template of Pods. What applies to Pods alone (see {@link defaultPod}) waits until the Pod is made. */
export function defaultPodTemplate(draft: Draft<PodTemplateSpec>): void {
  dropInitContainerAnnotations(draft.metadata);
  // Who leaves it out has set no containers, which are printed all the same.
  draft.spec ??= {} as Draft<PodSpec>;
  defaultPodSpec(draft.spec);
}

/** Defaults of a Pod: requests from limits, host ports, service links, and those of its spec. */
export function defaultPod(draft: Draft<Pod>): void {
  dropInitContainerAnnotations(draft.metadata);
  if (draft.status && !Object.isFrozen(draft.status)) syncPodIps(draft.status);
  draft.spec ??= { containers: [] };
  const { spec } = draft;
  if (isDefaulted(spec)) return;
  // Of Pods alone: templates keep what their author wrote.
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  const containers = spec.containers ?? [];
  const initContainers = spec.initContainers ?? [];
  for (const container of containers) requestsFromLimits(container);
  for (const container of initContainers) requestsFromLimits(container);
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork) {
    const published = portsOfHostNetwork(containers);
    if (published !== containers) spec.containers = published;
    const publishedInit = portsOfHostNetwork(initContainers);
    if (publishedInit !== initContainers) spec.initContainers = publishedInit;
  }
  defaultPodSpec(spec);
}

/** One address in the old field and a list in the new one: the old field wins when both are set and differ. */
function syncPodIps(status: Draft<PodStatus>): void {
  const first = status.podIPs?.[0]?.ip;
  if (status.podIP && status.podIP !== first) status.podIPs = [{ ip: status.podIP }];
  else if (!status.podIP && first) status.podIP = first;
}

/** A spec that a draft shares with what is stored (see KindDefinition.sharesUnchanged) got its defaults before it was stored. */
const isDefaulted = (spec: Draft<PodSpec>): boolean => Object.isFrozen(spec);

/** All containers in the order in which upstream visits them: init, regular, ephemeral. */
function allContainers(spec: Draft<PodSpec>): Draft<AnyContainer>[] {
  const { initContainers, containers, ephemeralContainers } = spec;
  if (!initContainers && !ephemeralContainers) return containers ?? [];
  return [...(initContainers ?? []), ...(containers ?? []), ...(ephemeralContainers ?? [])];
}

function dropInitContainerAnnotations(
  metadata: { annotations?: Record<string, string> | undefined } | undefined,
): void {
  const annotations = metadata?.annotations;
  if (!metadata || !annotations) return;
  let dropped = false;
  for (const key of INIT_CONTAINER_ANNOTATIONS) {
    if (annotations[key] === undefined) continue;
    delete annotations[key];
    dropped = true;
  }
  if (dropped && Object.keys(annotations).length === 0) delete metadata.annotations;
}
