import type { ClusterSnapshot } from '@tabernetes/cluster';
import { expect, test } from 'vitest';
import { packCluster, unpackCluster } from './packed-cluster.ts';

const SNAPSHOT: ClusterSnapshot = { version: 1, nowMs: 1_735_689_600_000, store: { revision: 7, kvs: [], leases: [] } };

test('WRK-10 a cluster is restored from every form in which one was ever kept', async () => {
  const bytes = new TextEncoder().encode(JSON.stringify(SNAPSHOT));
  for (const kept of [structuredClone(packCluster(SNAPSHOT)), bytes, SNAPSHOT])
    expect(await unpackCluster(kept)).toEqual(SNAPSHOT);
});
