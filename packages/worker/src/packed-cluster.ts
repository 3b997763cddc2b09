import { nextTurn } from '@tabernetes/base';
import type { ClusterSnapshot } from '@tabernetes/cluster';

/**
 * A snapshot as a page keeps it: a file that it hands on without reading it. Objects one by one, and bytes too, would
 * keep its thread busy for as long as there are many of them.
 */
export type PackedCluster = Blob;

/** Snapshots as they were kept once: bytes, and before that objects. */
export type KeptCluster = PackedCluster | Uint8Array<ArrayBuffer> | ClusterSnapshot;

/** Objects that are packed in one turn: a few milliseconds. */
const PER_TURN = 500;

/** The snapshot as JSON. Nothing in it ever changes, so the cluster goes on between two turns. */
export async function packCluster({ store: { kvs, ...store }, ...snapshot }: ClusterSnapshot): Promise<PackedCluster> {
  const parts: (Blob | string)[] = [JSON.stringify({ ...snapshot, store }).slice(0, -2), ',"kvs":['];
  for (let at = 0; at < kvs.length; at += PER_TURN) {
    if (at > 0) await nextTurn();
    const text = JSON.stringify(kvs.slice(at, at + PER_TURN)).slice(1, -1);
    parts.push(new Blob([at > 0 ? ',' : '', text]));
  }
  return new Blob([...parts, ']}}']);
}

/** What {@link packCluster} was made of; what is no pack is taken as it is. */
export async function unpackCluster(kept: KeptCluster): Promise<ClusterSnapshot> {
  if (kept instanceof Blob) return JSON.parse(await kept.text()) as ClusterSnapshot;
  return kept instanceof Uint8Array ? (JSON.parse(new TextDecoder().decode(kept)) as ClusterSnapshot) : kept;
}
