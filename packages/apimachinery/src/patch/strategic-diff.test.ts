import { deepFreeze } from '@tabernetes/base';
import { describe, expect, it } from 'vitest';
import { gadgetSchema } from '../testing/gadget.ts';
import { createStrategicPatch, createThreeWayStrategicPatch } from './strategic-diff.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

const schema = gadgetSchema();
const original = deepFreeze({
  metadata: { labels: { a: '1', b: '2' }, finalizers: ['x/1', 'x/2'] },
  spec: {
    replicas: 1,
    parts: [{ name: 'a', image: '1', args: ['x'] }, { name: 'b' }, { name: 'c' }],
    rules: [{ port: 1 }],
    strategy: { type: 'Rolling', rolling: { surge: 1 } },
    whole: { k: 'v' },
  },
});
const modified = deepFreeze({
  metadata: { labels: { a: '1', c: '3' }, finalizers: ['x/2', 'x/3'] },
  spec: {
    replicas: 1,
    parts: [{ name: 'd' }, { name: 'a', image: '2' }, { name: 'c' }],
    rules: [{ port: 2 }],
    strategy: { type: 'Recreate' },
    whole: { k: 'w' },
  },
});

describe('createStrategicPatch', () => {
  it('PAT-17 tells additions, changes, deletions and the order', () => {
    expect(createStrategicPatch(schema, original, modified)).toEqual({
      metadata: {
        labels: { b: null, c: '3' },
        finalizers: ['x/3'],
        '$deleteFromPrimitiveList/finalizers': ['x/1'],
        '$setElementOrder/finalizers': ['x/2', 'x/3'],
      },
      spec: {
        parts: [{ name: 'd' }, { name: 'a', image: '2', args: null }, { name: 'b', $patch: 'delete' }],
        '$setElementOrder/parts': [{ name: 'd' }, { name: 'a' }, { name: 'c' }],
        rules: [{ port: 2 }],
        strategy: { type: 'Recreate', rolling: null, $retainKeys: ['type'] },
        whole: { k: 'w' },
      },
    });
  });

  it('PAT-17 applied to the first object gives the second', () => {
    const there = createStrategicPatch(schema, original, modified);
    expect(applyStrategicMergePatch(schema, original, there)).toEqual(modified);
    const back = createStrategicPatch(schema, modified, original);
    expect(applyStrategicMergePatch(schema, modified, back)).toEqual(original);
    expect(createStrategicPatch(schema, original, original)).toEqual({ spec: { whole: { k: 'v' } } });
  });

  it('PAT-17 tells a change of order alone', () => {
    const parts = (...names: string[]) => ({ spec: { parts: names.map((name) => ({ name })) } });
    expect(createStrategicPatch(schema, parts('a', 'b'), parts('b', 'a'))).toEqual({
      spec: { '$setElementOrder/parts': [{ name: 'b' }, { name: 'a' }] },
    });
  });

  it('PAT-17 takes unknown fields that do not change, and refuses those that do', () => {
    const unknown = { spec: { nosuch: { x: 1 } } };
    expect(createStrategicPatch(schema, unknown, { spec: { nosuch: { x: 1 } } })).toEqual({});
    expect(() => createStrategicPatch(schema, unknown, { spec: { nosuch: { x: 2 } } })).toThrow(
      'unable to find api field in struct GadgetSpec for the json field "nosuch"',
    );
    expect(() => createStrategicPatch(schema, { spec: { parts: [{}] } }, { spec: { parts: [{}] } })).toThrow(
      'does not contain declared merge key: name',
    );
  });
});

describe('createThreeWayStrategicPatch', () => {
  it('PAT-17 deletes what was applied before, and keeps what others added', () => {
    const current = {
      metadata: { labels: { a: '1', b: '2', theirs: 'x' }, finalizers: ['x/1', 'x/2', 'x/9'] },
      spec: {
        replicas: 5,
        parts: [
          { name: 'a', image: '1', args: ['x'] },
          { name: 'injected' },
          { name: 'b' },
          { name: 'c', image: 'set' },
        ],
      },
    };
    const patch = createThreeWayStrategicPatch(schema, original, modified, current);
    const result = applyStrategicMergePatch(schema, current, patch) as unknown as typeof current;
    expect(result.metadata.labels).toEqual({ a: '1', c: '3', theirs: 'x' });
    expect(result.metadata.finalizers).toEqual(['x/2', 'x/3', 'x/9']);
    expect(result.spec.replicas).toBe(1);
    // The new part takes the room of the deleted one, which is behind the injected one.
    expect(result.spec.parts).toEqual([
      { name: 'injected' },
      { name: 'd' },
      { name: 'a', image: '2' },
      { name: 'c', image: 'set' },
    ]);
  });
});
