import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodDisruptionBudget } from '@tabernetes/api/types/policy-v1';
import { rfc3339 } from '@tabernetes/apimachinery';
import { afterEach, expect, test } from 'vitest';
import { deploymentController } from '../deployment/deployment-controller.ts';
import { replicaSetController } from '../replica-set/replica-set-controller.ts';
import { type Harness, scriptedKubelet, startHarness } from '../testing/harness.ts';
import { deployment, pod } from '../testing/objects.ts';
import { disruptionController } from './disruption-controller.ts';

let harness: Harness;
let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  harness.dispose();
});

async function start(): Promise<void> {
  harness = await startHarness({ controllers: [disruptionController, deploymentController, replicaSetController] });
  stop = await scriptedKubelet(harness);
}

const budget = (name: string, spec: NonNullable<PodDisruptionBudget['spec']>): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec,
});
const web = { matchLabels: { app: 'web' } };
const numbers = async (name: string): Promise<readonly unknown[]> => {
  const { status } = await harness.get(kinds.podDisruptionBudget, name);
  const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = status ?? {};
  return [disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods];
};

test('PDB-5 the status follows the Pods and the budget', async () => {
  await start();
  await harness.create(deployment('web', { replicas: 2 }));
  await harness.create(budget('b', { minAvailable: 2, selector: web }));
  const { status } = await harness.get(kinds.podDisruptionBudget, 'b');
  expect(status).toEqual({
    conditions: [
      {
        lastTransitionTime: rfc3339(harness.clock.now()),
        message: '',
        observedGeneration: 1,
        reason: 'InsufficientPods',
        status: 'False',
        type: 'DisruptionAllowed',
      },
    ],
    currentHealthy: 2,
    desiredHealthy: 2,
    disruptionsAllowed: 0,
    expectedPods: 2,
    observedGeneration: 1,
  });
  await harness.patch(kinds.podDisruptionBudget, 'b', { spec: { minAvailable: 1 } });
  expect(await numbers('b')).toEqual([1, 2, 1, 2]);
  await harness.patch(kinds.deployment, 'web', { spec: { replicas: 3 } });
  expect(await numbers('b')).toEqual([2, 3, 1, 3]);
  expect(await harness.events('b')).toEqual([]);
  expect(harness.errors).toEqual([]);
});

test('PDB-6 shares are of what owners ask for', async () => {
  await start();
  await harness.create(deployment('web', { replicas: 5 }));
  await harness.create(budget('b', { maxUnavailable: '50%', selector: web }));
  expect(await numbers('b')).toEqual([3, 5, 2, 5]);
});

test('PDB-6 Pods without owner are told of and not counted', async () => {
  await start();
  await harness.create(pod('alone', { app: 'web' }));
  await harness.create(budget('b', { maxUnavailable: 1, selector: web }));
  expect(await numbers('b')).toEqual([0, 1, 0, 0]);
  expect((await harness.events('b'))[0]).toContain(
    'Warning UnmanagedPods Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged.',
  );
});

test('PDB-6 an owner without scale forbids', async () => {
  await start();
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true };
  const owned = pod('owned', { app: 'web' });
  await harness.create({ ...owned, metadata: { ...owned.metadata, ownerReferences: [owner] } });
  await harness.create(budget('b', { maxUnavailable: 1, selector: web }));
  const { status } = await harness.get(kinds.podDisruptionBudget, 'b');
  expect(status?.conditions?.[0]).toMatchObject({
    status: 'False',
    reason: 'SyncFailed',
    message: 'jobs.batch does not implement the scale subresource',
  });
  expect((await harness.events('b'))[0]).toContain(
    'Warning CalculateExpectedPodCountFailed Failed to calculate the number of expected pods: jobs.batch does not implement the scale subresource',
  );
});

test('PDB-7 a budget that selects nothing says so', async () => {
  await start();
  await harness.create(budget('b', { minAvailable: 1, selector: web }));
  expect(await numbers('b')).toEqual([0, 0, 1, 0]);
  expect((await harness.events('b'))[0]).toContain('Normal NoPods No matching pods found');
});

test('PDB-8 DisruptionTarget of a Pod that stays is taken back after two minutes', async () => {
  await start();
  await harness.create(pod('p', { app: 'web' }));
  const target = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'm' };
  const before = await harness.get(kinds.pod, 'p');
  const conditions = [
    ...(before.status?.conditions ?? []),
    { ...target, lastTransitionTime: rfc3339(harness.clock.now()) },
  ];
  await harness.client.resource(kinds.pod).updateStatus({ ...before, status: { ...before.status, conditions } });
  const condition = ({ status }: Pod) => status?.conditions?.find((c) => c.type === 'DisruptionTarget');
  await harness.clock.advance(119_000);
  expect(condition(await harness.get(kinds.pod, 'p'))?.status).toBe('True');
  await harness.clock.advance(2000);
  expect(condition(await harness.get(kinds.pod, 'p'))).toMatchObject({ status: 'False' });
});
