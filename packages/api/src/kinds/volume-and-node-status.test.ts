import type { Draft } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { Node, PersistentVolume } from '../generated/core-v1.ts';
import { NOW, testContext } from '../testing/index.ts';
import { node } from './node.ts';
import { persistentVolume } from './persistent-volume.ts';

describe('statuses', () => {
  test('KND-7 a Node that names no allocatable resources has all that it has', () => {
    for (const given of [{}, { allocatable: {} }]) {
      const draft = {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'n' },
        status: { capacity: { cpu: '1' }, ...given },
      } as Draft<Node>;
      node.defaults?.(draft);
      expect(draft.status?.allocatable).toEqual({ cpu: '1' });
    }
  });

  test('KND-7 the time of a PersistentVolume’s phase stays where a write of its status leaves it out, and moves with the phase', () => {
    const status = persistentVolume.subresources?.find(({ name }) => name === 'status');
    const before = '2020-01-01T00:00:00Z';
    const old = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'v' },
      status: { phase: 'Pending', lastPhaseTransitionTime: before },
    };
    const written = (given: object) => {
      const draft = { ...old, status: given } as Draft<PersistentVolume>;
      if (status?.type === 'update') status.prepareForUpdate(draft, old, testContext());
      return draft.status?.lastPhaseTransitionTime;
    };
    expect(written({ phase: 'Pending' })).toBe(before);
    expect(written({ phase: 'Bound' })).toBe(NOW);
    expect(written({ phase: 'Bound', lastPhaseTransitionTime: before })).toBe(NOW);
    expect(written({ phase: 'Bound', lastPhaseTransitionTime: '2021-01-01T00:00:00Z' })).toBe('2021-01-01T00:00:00Z');
  });
});
