import { kinds } from '@tabernetes/api';
import type { ReplicationController } from '@tabernetes/api/types/core-v1';
import { afterEach, expect, test } from 'vitest';
import { type Harness, NS, scriptedKubelet, startHarness } from '../testing/harness.ts';
import { pod, template } from '../testing/objects.ts';
import { replicationController } from './replication-controller.ts';

let harness: Harness;
let stop: () => void;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  stop();
  harness.dispose();
});

const rc = (replicas: number): ReplicationController => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'web' },
  spec: { replicas, selector: { app: 'web' }, template: template('web') },
});

test('RCT-1 a ReplicationController keeps its Pods as a ReplicaSet does, adopts, scales, and tells', async () => {
  harness = await startHarness({ controllers: [replicationController] });
  stop = await scriptedKubelet(harness);
  await harness.create(pod('orphan', { app: 'web' }));
  await harness.create(rc(3));
  const pods = await harness.list(kinds.pod);
  expect(pods.map(({ metadata }) => metadata.ownerReferences?.[0]?.kind)).toEqual(
    Array(3).fill('ReplicationController'),
  );
  expect((await harness.get(kinds.replicationController, 'web')).status).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  });
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web', namespace: NS } };
  await harness.client.request({
    method: 'PUT',
    path: `/api/v1/namespaces/${NS}/replicationcontrollers/web/scale`,
    headers: { 'content-type': 'application/json' },
    body: { kind: 'object', object: { ...scale, spec: { replicas: 1 } } },
  });
  await harness.settle();
  expect(await harness.list(kinds.pod)).toHaveLength(1);
  const events = (await harness.client.resource(kinds.event).list({})).items;
  expect(new Set(events.map(({ source, reason }) => `${source?.component} ${reason}`))).toEqual(
    new Set(['replication-controller SuccessfulCreate', 'replication-controller SuccessfulDelete']),
  );
});
