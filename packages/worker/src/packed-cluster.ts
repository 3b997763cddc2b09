import type { ClusterSnapshot } from '@tabernetes/cluster';

/**
 * A snapshot as a page keeps it: a file that it hands on without reading it. Objects one by one, and bytes too, would
 * keep its thread busy for as long as there are many of them.
 */
export type PackedCluster = Blob;

/** Snapshots as they were kept once: bytes, and before that objects. */
export type KeptCluster = PackedCluster | Uint8Array<ArrayBuffer> | ClusterSnapshot;

export const packCluster = (snapshot: ClusterSnapshot): PackedCluster => new Blob([JSON.stringify(snapshot)]);

/** What {@link packCluster} was made of; what is no pack is taken as it is. */
export async function unpackCluster(kept: KeptCluster): Promise<ClusterSnapshot> {
  if (kept instanceof Blob) return JSON.parse(await kept.text()) as ClusterSnapshot;
  return kept instanceof Uint8Array ? (JSON.parse(new TextDecoder().decode(kept)) as ClusterSnapshot) : kept;
}
