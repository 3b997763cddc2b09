/** Between a StorageClass and what of its claims a quota counts: `gold.storageclass.storage.k8s.io/requests.storage`. */
export const CLASS_SUFFIX = '.storageclass.storage.k8s.io/';

/** What quotas count of containers under names of its own, as requests and as limits. */
export const COMPUTE: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** Somebody else's: `example.com/gpu`. */
export const isExtended = (name: string): boolean => name.includes('/') && !name.includes('kubernetes.io/');
