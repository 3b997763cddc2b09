/** Pods and what most of them are made by. */
export { deployment } from '../deployment.ts';
export { pod } from '../pod.ts';
export { replicaSet } from '../replica-set.ts';
