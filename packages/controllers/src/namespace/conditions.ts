import type { NamespaceCondition } from '@tabernetes/api/types/core-v1';

/** What is left of a namespace that is being deleted. */
export interface Remaining {
  /** `pods.` or `deployments.apps` to how many there are. */
  readonly resources: ReadonlyMap<string, number>;
  /** Finalizer to how many objects carry it. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** Texts of what could not be deleted. */
  readonly failures: readonly string[];
  /** Groups with their versions that nobody could ask for what they have. */
  readonly stale: readonly string[];
}

/**
 * The conditions of a terminating namespace, in upstream's order; times of those that keep their state are kept.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/namespace/deletion/status_condition_utils.go
 */
export function terminationConditions(
  old: readonly NamespaceCondition[],
  remaining: Remaining,
  now: string,
): readonly NamespaceCondition[] {
  const { resources, finalizers, failures, stale } = remaining;
  const counts = [...resources].map(([name, count]) => `${name} has ${count} resource instances`).sort();
  const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).sort();
  const wanted: readonly Omit<NamespaceCondition, 'lastTransitionTime'>[] = [
    stale.length > 0
      ? condition(
          'NamespaceDeletionDiscoveryFailure',
          true,
          'DiscoveryFailed',
          `Discovery failed for some groups, ${stale.length} failing: ${discoveryProblem(stale)}`,
        )
      : condition(
          'NamespaceDeletionDiscoveryFailure',
          false,
          'ResourcesDiscovered',
          'All resources successfully discovered',
        ),
    condition(
      'NamespaceDeletionGroupVersionParsingFailure',
      false,
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    failures.length > 0
      ? condition(
          'NamespaceDeletionContentFailure',
          true,
          'ContentDeletionFailed',
          `Failed to delete all resource types, ${failures.length} remaining: ${[...failures].sort().join(', ')}`,
        )
      : condition(
          'NamespaceDeletionContentFailure',
          false,
          'ContentDeleted',
          'All content successfully deleted, may be waiting on finalization',
        ),
    counts.length > 0
      ? condition(
          'NamespaceContentRemaining',
          true,
          'SomeResourcesRemain',
          `Some resources are remaining: ${counts.join(', ')}`,
        )
      : condition('NamespaceContentRemaining', false, 'ContentRemoved', 'All content successfully removed'),
    held.length > 0
      ? condition(
          'NamespaceFinalizersRemaining',
          true,
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
        )
      : condition(
          'NamespaceFinalizersRemaining',
          false,
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ),
  ];
  // Those that are there keep their places.
  const kept = old.map((before): NamespaceCondition => {
    const want = wanted.find((w) => w.type === before.type);
    if (want === undefined) return before;
    const { lastTransitionTime = now } = before;
    return { lastTransitionTime: before.status === want.status ? lastTransitionTime : now, ...want };
  });
  const added = wanted.filter((want) => !old.some((before) => before.type === want.type));
  return [...kept, ...added.map((want): NamespaceCondition => ({ lastTransitionTime: now, ...want }))];
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/client-go/discovery/discovery_client.go ErrGroupDiscoveryFailed */
export const discoveryProblem = (stale: readonly string[]): string =>
  `unable to retrieve the complete list of server APIs: ${[...stale]
    .sort()
    .map((groupVersion) => `${groupVersion}: stale GroupVersion discovery: ${groupVersion}`)
    .join(', ')}`;

const condition = (type: string, status: boolean, reason: string, message: string) => ({
  message,
  reason,
  status: status ? 'True' : 'False',
  type,
});
