/**
 * What validation lets pass. Rules that came after objects had been stored are not held against those objects: what the
 * old object got wrong, the new one may go on getting wrong.
 */
export interface PodValidationOptions {
  /** The spec is a Pod's own, not a template's. */
  readonly resourceIsPod?: boolean;
  /** Name of the Pod: claims of ephemeral volumes are named after it. Templates have none. */
  readonly podName?: string;
  readonly allowInvalidPodDeletionCost?: boolean;
  readonly allowInvalidLabelValueInSelector?: boolean;
  readonly allowInvalidTopologySpreadConstraintLabelSelector?: boolean;
  readonly allowNonLocalProjectedTokenPath?: boolean;
  readonly allowNamespacedSysctlsForHostNetAndHostIPC?: boolean;
  readonly allowIndivisibleHugePagesValues?: boolean;
}
