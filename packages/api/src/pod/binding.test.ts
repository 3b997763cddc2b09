import { describe, expect, test } from 'vitest';
import type { Pod } from '../generated/core-v1.ts';
import type { PodDisruptionBudget } from '../generated/policy-v1.ts';
import { FakeParent, makePod, NOW, testContext } from '../testing/pods.ts';
import { bindingSubresource } from './binding.ts';
import { evictionSubresource } from './eviction.ts';

const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

describe('binding', () => {
  const bind = (pod: Pod, target: object = { kind: 'Node', name: 'n1' }, metadata: object = { name: 'web' }) => {
    const parent = new FakeParent(pod);
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata, target };
    return { parent, done: bindingSubresource.create(binding as never, parent, testContext()) };
  };

  test('POD-29 gives the Pod to a node and says so', async () => {
    const { parent, done } = bind(makePod(), { name: 'n1' }, { name: 'web', annotations: { a: 'b' } });
    expect(await done).toEqual(SUCCESS);
    expect(parent.object?.spec?.nodeName).toBe('n1');
    expect(parent.object?.metadata.annotations).toEqual({ a: 'b' });
    expect(parent.object?.status?.conditions).toEqual([
      { type: 'PodScheduled', status: 'True', lastTransitionTime: NOW },
    ]);
  });

  const deleted = { ...makePod(), metadata: { name: 'web', namespace: 'default', deletionTimestamp: NOW } };
  const prefix = 'Operation cannot be fulfilled on pods/binding "web": ';
  const refusals = [
    {
      name: 'bound already',
      pod: makePod({ nodeName: 'n2' }),
      message: `${prefix}pod web is already assigned to node "n2"`,
    },
    { name: 'deleted', pod: deleted, message: `${prefix}pod web is being deleted, cannot be assigned to a host` },
    {
      name: 'gated',
      pod: makePod({ schedulingGates: [{ name: 'a' }] }),
      message: `${prefix}pod web has non-empty .spec.schedulingGates`,
    },
    {
      name: 'another Pod by now',
      pod: makePod(),
      metadata: { name: 'web', uid: 'u0' },
      message:
        'Operation cannot be fulfilled on pods "web": StorageError: invalid object, Code: 4, Key: /registry/pods/default/web, ' +
        'ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: u0, UID in object meta: u1',
    },
    {
      name: 'another name',
      pod: makePod(),
      metadata: { name: 'other' },
      message: 'name in URL does not match name in Binding object',
    },
  ];
  for (const { name, pod, metadata, message } of refusals) {
    test(`POD-30 is refused: ${name}`, async () => {
      await expect(bind(pod, undefined, metadata).done).rejects.toThrow(message);
    });
  }

  test('POD-30 is refused: no node named', async () => {
    await expect(bind(makePod(), { kind: 'Pod' }).done).rejects.toThrow(
      '[target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>", ' + 'target.name: Required value]',
    );
  });
});

describe('eviction', () => {
  const budget = (status: object, spec: object = {}, name = 'web'): PodDisruptionBudget =>
    ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: 'default', generation: 1 },
      spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
      status: {
        observedGeneration: 1,
        currentHealthy: 2,
        desiredHealthy: 2,
        disruptionsAllowed: 0,
        expectedPods: 2,
        ...status,
      },
    }) as PodDisruptionBudget;

  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  const evict = (pod: Pod, budgets: readonly PodDisruptionBudget[] = [], dryRun = false) => {
    const parent = new FakeParent(pod, budgets);
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web' } };
    return { parent, done: evictionSubresource.create(eviction as never, parent, testContext({ dryRun })) };
  };
  const marked = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' };

  test('POD-31 without a budget the Pod is marked and deleted', async () => {
    const { parent, done } = evict(makePod({}, ready));
    expect(await done).toEqual(SUCCESS);
    expect(parent.deletions).toEqual([{}]);
    expect(parent.object?.status?.conditions?.[1]).toMatchObject(marked);
  });

  test('POD-32 a budget that is used up refuses, with the numbers', async () => {
    const { parent, done } = evict(makePod({}, ready), [budget({})]);
    const error: unknown = await done.catch((e: unknown) => e);
    expect(error).toMatchObject({
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      status: {
        code: 429,
        reason: 'TooManyRequests',
        details: {
          causes: [
            {
              reason: 'DisruptionBudget',
              message: 'The disruption budget web needs 2 healthy pods and has 2 currently',
            },
          ],
        },
      },
    });
    expect(parent.deletions).toEqual([]);
  });

  test('POD-33 an allowed eviction is counted in the budget', async () => {
    const { parent, done } = evict(makePod({}, ready), [budget({ disruptionsAllowed: 1 })]);
    await done;
    expect(parent.other({}, 'default', 'web').object).toMatchObject({
      status: {
        disruptionsAllowed: 0,
        disruptedPods: { web: NOW },
        conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
      },
    });
    expect(parent.deletions).toEqual([{}]);
  });

  test('POD-34 a budget that was just changed asks to come back', async () => {
    const { done } = evict(makePod({}, ready), [budget({ observedGeneration: 0, disruptionsAllowed: 1 })]);
    await expect(done).rejects.toMatchObject({ status: { details: { retryAfterSeconds: 10 } } });
  });

  test('POD-35 a Pod that does not serve goes while the others suffice, or always', async () => {
    const unready = makePod({}, { phase: 'Running' });
    const enough = evict(unready, [budget({})]);
    await enough.done;
    expect(enough.parent.deletions).toEqual([{ preconditions: { resourceVersion: '2' } }]);
    await expect(evict(unready, [budget({ currentHealthy: 1 })]).done).rejects.toThrow('Cannot evict pod');
    await evict(unready, [budget({ currentHealthy: 1 }, { unhealthyPodEvictionPolicy: 'AlwaysAllow' })]).done;
  });

  test('POD-36 two budgets are one too many', async () => {
    await expect(evict(makePod({}, ready), [budget({}), budget({}, {}, 'two')]).done).rejects.toMatchObject({
      message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      status: { code: 500 },
    });
  });

  test('POD-37 Pods that have not begun or have ended count for no budget; a dry run changes nothing', async () => {
    const pending = evict(makePod({}, { phase: 'Pending' }), [budget({})]);
    await pending.done;
    expect(pending.parent.deletions).toEqual([{ preconditions: { resourceVersion: '2' } }]);
    const ended = evict(makePod({}, { phase: 'Failed' }), [budget({})], true);
    await ended.done;
    expect(ended.parent.object).toBe(await ended.parent.get());
    expect(ended.parent.object?.status?.conditions).toBeUndefined();
  });
});
