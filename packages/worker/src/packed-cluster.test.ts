import type { ClusterSnapshot } from '@tabernetes/cluster';
import { expect, test } from 'vitest';
import { packCluster, unpackCluster } from './packed-cluster.ts';

const snapshotOf = (count: number): ClusterSnapshot => ({
  version: 1,
  nowMs: 1_735_689_600_000,
  store: {
    revision: 7,
    leases: [],
    kvs: Array.from({ length: count }, (_, at) => ({
      ...{ key: `/configmaps/default/c-${at}`, createRevision: 1, modRevision: 1, version: 1 },
      value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c-${at}`, annotations: { said: '„]}}“,\n' } } },
    })),
  },
});

test('WRK-10 a cluster is restored from every form in which one was ever kept', async () => {
  const snapshot = snapshotOf(3);
  const bytes = new TextEncoder().encode(JSON.stringify(snapshot));
  for (const kept of [structuredClone(await packCluster(snapshot)), bytes, snapshot])
    expect(await unpackCluster(kept)).toEqual(snapshot);
});

test('WRK-28 the cluster goes on while many objects are packed, and all of them are in the pack', async () => {
  for (const [count, pauses] of [
    [0, 0],
    [500, 0],
    [1_600, 3],
  ] as const) {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      if (isOver) return;
      turns++;
      setImmediate(turn);
    };
    setImmediate(turn);
    const pack = await packCluster(snapshotOf(count));
    isOver = true;
    expect(turns, `${count} objects`).toBeGreaterThanOrEqual(pauses);
    expect(await unpackCluster(pack)).toEqual(snapshotOf(count));
  }
});
