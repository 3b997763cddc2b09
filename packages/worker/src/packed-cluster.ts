import type { ClusterSnapshot } from '@tabernetes/cluster';

/**
 * A snapshot as a page keeps it: bytes that it hands on without reading them. Objects one by one would keep its thread
 * busy for as long as there are many of them.
 */
export type PackedCluster = Uint8Array<ArrayBuffer>;

export const packCluster = (snapshot: ClusterSnapshot): PackedCluster =>
  new TextEncoder().encode(JSON.stringify(snapshot));

/** What {@link packCluster} was made of; what is no pack is taken as it is. */
export const unpackCluster = (kept: ClusterSnapshot | PackedCluster): ClusterSnapshot =>
  kept instanceof Uint8Array ? (JSON.parse(new TextDecoder().decode(kept)) as ClusterSnapshot) : kept;
