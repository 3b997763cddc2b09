import type { Draft } from '@tabernetes/apimachinery';
import type { PodSpec, PodTemplateSpec } from '../generated/core-v1.ts';
import type { AnyContainer } from './default-containers.ts';

/**
 * Fields of features that Kubernetes 1.32 knows and has switched off. The server drops them without a word on every
 * write, unless the stored object has them already; since nothing puts them there, no stored object has. It does so
 * after it has written down who manages what: managedFields name what was dropped. Parts that a draft shares with what
 * is stored have none, and are left alone.
 *
 *   InPlacePodVerticalScaling, PodLevelResources, DynamicResourceAllocation, ImageVolume, ClusterTrustBundleProjection,
 *   SupplementalGroupsPolicy, SELinuxChangePolicy, UserNamespacesSupport, ProcMountType, ResourceHealthStatus
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/api/pod/util.go dropDisabledFields
 */
export function dropDisabledFields(spec: Draft<PodSpec> | undefined): void {
  if (spec === undefined || Object.isFrozen(spec)) return;
  drop(spec, 'resources');
  drop(spec, 'resourceClaims');
  drop(spec, 'hostUsers');
  if (spec.securityContext) {
    drop(spec.securityContext, 'supplementalGroupsPolicy');
    drop(spec.securityContext, 'seLinuxChangePolicy');
  }
  if (spec.volumes?.some(({ image }) => image)) dropImageVolumes(spec);
  for (const volume of spec.volumes ?? []) {
    for (const source of volume.projected?.sources ?? []) drop(source, 'clusterTrustBundle');
  }
  for (const container of spec.containers ?? []) dropFromContainer(container);
  for (const container of spec.initContainers ?? []) dropFromContainer(container);
  for (const container of spec.ephemeralContainers ?? []) dropFromContainer(container);
}

/** The same in a template of Pods. */
export function dropDisabledTemplateFields(template: Draft<PodTemplateSpec> | undefined): void {
  dropDisabledFields(template?.spec);
}

/** Volumes that are images go, and their mounts with them. */
function dropImageVolumes(spec: Draft<PodSpec>): void {
  const dropped = new Set(spec.volumes?.filter(({ image }) => image).map(({ name }) => name));
  spec.volumes = spec.volumes?.filter(({ image }) => !image) ?? [];
  // Containers that a patch leaves alone are those that are stored.
  const without = <T extends Draft<AnyContainer>>(containers: readonly T[]): T[] =>
    containers.map((container) =>
      container.volumeMounts?.some(({ name }) => dropped.has(name))
        ? { ...container, volumeMounts: container.volumeMounts.filter(({ name }) => !dropped.has(name)) }
        : container,
    );
  spec.containers = without(spec.containers);
  if (spec.initContainers) spec.initContainers = without(spec.initContainers);
  if (spec.ephemeralContainers) spec.ephemeralContainers = without(spec.ephemeralContainers);
}

function dropFromContainer(container: Draft<AnyContainer>): void {
  drop(container, 'resizePolicy');
  if (container.resources) drop(container.resources, 'claims');
  const { securityContext } = container;
  if (securityContext?.procMount !== undefined && securityContext.procMount !== 'Default') {
    securityContext.procMount = 'Default';
  }
}

function drop<T extends object, K extends keyof T>(object: T, field: K): void {
  if (object[field] !== undefined) delete object[field];
}
