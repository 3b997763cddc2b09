/** The Pod Security Standards and how Pods are held to them: fetched together, by the first who asks. */
export { detailText, violations } from './evaluate.ts';
export { existingPodWarnings } from './existing-pods.ts';
