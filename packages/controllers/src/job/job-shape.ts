import type { Job } from '@tabernetes/api/types/batch-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { isFinished } from '../pods/pod-state.ts';

/** Holds a Pod until its end has been counted in the Job's status: nobody can delete it uncounted. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
/** Annotation and label of the Pods of an Indexed Job. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

export const isIndexed = ({ spec }: Job): boolean => spec?.completionMode === 'Indexed';
export const isSuspended = ({ spec }: Job): boolean => spec?.suspend === true;
/** Another controller looks after the Job. */
export const isManagedElsewhere = ({ spec }: Job): boolean =>
  spec?.managedBy !== undefined && spec.managedBy !== 'kubernetes.io/job-controller';
/** A Pod that is told to go is replaced when it has gone, and not before. */
export const replacesOnlyFailed = ({ spec }: Job): boolean =>
  spec?.podReplacementPolicy === 'Failed' || spec?.podFailurePolicy !== undefined;

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING_FINALIZER) === true;
export const isPodSucceeded = ({ status }: Pod): boolean => status?.phase === 'Succeeded';
/** Told to go, and still running as far as anybody knows. */
export const isPodTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined && !isFinished(pod);

/** A Pod that is deleted counts as failed at once, unless only Pods that have really failed are replaced. */
export const isPodFailed = (pod: Pod, job: Job): boolean =>
  pod.status?.phase === 'Failed' ||
  (!replacesOnlyFailed(job) && pod.metadata.deletionTimestamp !== undefined && !isPodSucceeded(pod));
