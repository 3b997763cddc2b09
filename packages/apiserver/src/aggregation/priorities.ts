/** Where discovery lists a group and a version: higher first. */
export interface Priority {
  readonly group: number;
  readonly version: number;
}

const at = (group: number, version = 15): Priority => ({ group, version });

/**
 * Of the groups and versions that the server itself has.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controlplane/apiserver/aggregator.go, cmd/kube-apiserver/app/aggregator.go
 */
export const BUILT_IN: ReadonlyMap<string, Priority> = new Map([
  ['/v1', at(18_000, 1)],
  ['apps/v1', at(17_800)],
  ['events.k8s.io/v1', at(17_750)],
  ['authentication.k8s.io/v1', at(17_700)],
  ['authorization.k8s.io/v1', at(17_600)],
  ['autoscaling/v1', at(17_500)],
  ['autoscaling/v2', at(17_500, 30)],
  ['batch/v1', at(17_400)],
  ['certificates.k8s.io/v1', at(17_300)],
  ['networking.k8s.io/v1', at(17_200)],
  ['policy/v1', at(17_100)],
  ['rbac.authorization.k8s.io/v1', at(17_000)],
  ['storage.k8s.io/v1', at(16_800)],
  ['apiextensions.k8s.io/v1', at(16_700)],
  ['admissionregistration.k8s.io/v1', at(16_700)],
  ['scheduling.k8s.io/v1', at(16_600)],
  ['coordination.k8s.io/v1', at(16_500)],
  ['node.k8s.io/v1', at(16_300)],
  ['discovery.k8s.io/v1', at(16_200)],
  ['flowcontrol.apiserver.k8s.io/v1', at(16_100, 21)],
]);

/** Of all groups that CustomResourceDefinitions make. */
export const CUSTOM: Priority = at(1000, 100);
