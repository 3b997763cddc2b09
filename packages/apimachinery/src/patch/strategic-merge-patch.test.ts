import { deepFreeze } from '@tabernetes/base';
import { describe, expect, it } from 'vitest';
import { gadgetSchema } from '../testing/gadget.ts';
import type { JsonMap } from './json-tree.ts';
import { PatchProblem } from './patch-problem.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

const schema = gadgetSchema();
const live = deepFreeze({
  kind: 'Gadget',
  apiVersion: 'example.com/v1',
  metadata: { name: 'g', labels: { a: '1', b: '2' }, finalizers: ['x/1', 'x/2', 'x/3'] },
  spec: {
    replicas: 1,
    selector: { app: 'web' },
    parts: [
      { name: 'a', image: 'a:1', ports: [{ port: 80 }, { port: 81 }] },
      { name: 'b', image: 'b:1', args: ['1', '2'] },
      { name: 'c', image: 'c:1' },
    ],
    rules: [{ port: 1 }, { port: 2 }],
    strategy: { type: 'Rolling', rolling: { surge: 1 } },
    whole: { k: 'v' },
  },
});

const patched = (spec: JsonMap) =>
  (applyStrategicMergePatch(schema, live, deepFreeze({ spec })) as unknown as typeof live).spec;
const names = (spec: JsonMap) => patched(spec).parts.map((part) => part.name);

function refusal(patch: JsonMap): { code: number; message: string } {
  try {
    applyStrategicMergePatch(schema, live, patch);
  } catch (error) {
    if (error instanceof PatchProblem) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('accepted');
}

describe('maps', () => {
  it('PAT-7 merge member by member; null deletes; what is not in the patch stays', () => {
    const result = applyStrategicMergePatch(schema, live, {
      metadata: { labels: { a: null, c: '3', nothing: null } },
      spec: { replicas: 2, paused: true },
    });
    expect(result).toEqual({
      ...live,
      metadata: { ...live.metadata, labels: { b: '2', c: '3' } },
      spec: { ...live.spec, replicas: 2, paused: true },
    });
  });

  it('PAT-7 are replaced or emptied when the patch says so, or their type', () => {
    expect(patched({ selector: { $patch: 'replace', only: 'this' } }).selector).toEqual({ only: 'this' });
    expect(patched({ selector: { $patch: 'delete' } }).selector).toEqual({});
    expect(patched({ whole: { other: 'x' } }).whole).toEqual({ other: 'x' });
    expect(refusal({ spec: { selector: { $patch: 'merge' } } })).toEqual({
      code: 500,
      message: 'unknown patch type: merge in map: map[$patch:merge]',
    });
    expect(refusal({ spec: { $patch: 5 } }).message).toBe('unknown patch type: %!s(int64=5) in map: map[$patch:5]');
  });

  it('PAT-7 lose nulls and directives where they are new', () => {
    const raw = { a: null, b: { c: null, d: 1, gone: { $patch: 'delete' } }, l: [{ x: null }, { $patch: 'replace' }] };
    expect(patched({ raw })).toMatchObject({ raw: { b: { d: 1 }, l: [{}] } });
    expect(patched({ strategy: { rolling: { $patch: 'replace', surge: 3 } } }).strategy).toEqual({
      type: 'Rolling',
      rolling: { surge: 3 },
    });
  });

  it('PAT-11 keep only what $retainKeys names', () => {
    expect(patched({ strategy: { $retainKeys: ['type'], type: 'Recreate' } }).strategy).toEqual({ type: 'Recreate' });
    expect(refusal({ spec: { strategy: { $retainKeys: [], type: 'Recreate' } } })).toEqual({
      code: 400,
      message: 'invalid patch format of retainKeys',
    });
    expect(refusal({ spec: { strategy: { $retainKeys: 'type' } } }).code).toBe(400);
    expect(patched({ strategy: { $retainKeys: ['type'], rolling: null } }).strategy).toEqual({ type: 'Rolling' });
  });
});

describe('lists of maps', () => {
  it('PAT-8 merge by their key; what is new comes first', () => {
    const { parts } = patched({ parts: [{ name: 'new' }, { name: 'b', image: 'b:2', args: ['3'] }] });
    expect(parts).toEqual([
      { name: 'new' },
      live.spec.parts[0],
      { name: 'b', image: 'b:2', args: ['3'] },
      live.spec.parts[2],
    ]);
    expect(parts[1]).toBe(live.spec.parts[0]);
    expect(names({ parts: [{ name: 'side' }] })).toEqual(['side', 'a', 'b', 'c']);
    expect(names({ parts: [{ name: 'c' }, { name: 'a' }] })).toEqual(['b', 'c', 'a']);
  });

  it('PAT-8 merge items of the patch that have the same key', () => {
    const parts = [
      { name: 'n', image: '1' },
      { name: 'n', args: ['x'] },
    ];
    expect(patched({ parts }).parts[0]).toEqual({ name: 'n', image: '1', args: ['x'] });
  });

  it('PAT-8 lose items, or are replaced, by $patch', () => {
    expect(names({ parts: [{ name: 'b', $patch: 'delete' }] })).toEqual(['a', 'c']);
    expect(names({ parts: [{ name: 'nothing', $patch: 'delete' }] })).toEqual(['a', 'b', 'c']);
    expect(names({ parts: [{ $patch: 'replace' }, { name: 'z' }, { name: 'y' }] })).toEqual(['z', 'y']);
    expect(patched({ parts: [{ name: 'a', ports: [{ port: 80, $patch: 'delete' }] }] }).parts[0]).toEqual({
      name: 'a',
      image: 'a:1',
      ports: [{ port: 81 }],
    });
    expect(refusal({ spec: { parts: [{ name: 'a', $patch: 'merge' }] } })).toEqual({
      code: 500,
      message: 'merging lists cannot yet be specified in the patch',
    });
    expect(refusal({ spec: { parts: [{ $patch: 'delete' }] } }).message).toBe(
      'map: map[$patch:delete] does not contain declared merge key: name',
    );
  });

  it('PAT-8 are replaced when their type does not merge them', () => {
    expect(patched({ rules: [{ port: 3 }] }).rules).toEqual([{ port: 3 }]);
  });

  it('PAT-8 refuse items that cannot be merged', () => {
    expect(refusal({ spec: { parts: [{ image: 'x' }] } })).toEqual({
      code: 500,
      message: 'map: map[image:x] does not contain declared merge key: name',
    });
    expect(refusal({ spec: { parts: ['x'] } }).message).toMatch(/^list element types are not identical: \[\[map\[/);
    expect(refusal({ metadata: { finalizers: [['x']] } }).message).toMatch(/^list element types are not identical: /);
    expect(refusal({ spec: { parts: [{ name: { x: 1 } }] } })).toMatchObject({ code: 422 });
  });
});

describe('lists of scalars', () => {
  const finalizers = (metadata: JsonMap) =>
    (applyStrategicMergePatch(schema, live, { metadata }) as unknown as typeof live).metadata.finalizers;

  it('PAT-9 merge without duplicates', () => {
    expect(finalizers({ finalizers: ['x/9', 'x/2'] })).toEqual(['x/9', 'x/1', 'x/2', 'x/3']);
  });

  it('PAT-9 lose what $deleteFromPrimitiveList names', () => {
    expect(finalizers({ '$deleteFromPrimitiveList/finalizers': ['x/2', 'nothing'] })).toEqual(['x/1', 'x/3']);
    expect(finalizers({ '$deleteFromPrimitiveList/finalizers': null })).toBeUndefined();
    expect(finalizers({ '$deleteFromPrimitiveList/nothing': ['x'] })).toBe(live.metadata.finalizers);
    expect(refusal({ metadata: { $deleteFromPrimitiveList: ['x'] } })).toEqual({
      code: 400,
      message: 'invalid patch format of primitive list',
    });
  });
});

describe('$setElementOrder', () => {
  it('PAT-10 orders lists, with or without changes to them', () => {
    const order = [{ name: 'c' }, { name: 'a' }, { name: 'b' }];
    expect(names({ '$setElementOrder/parts': order })).toEqual(['c', 'a', 'b']);
    expect(
      names({ '$setElementOrder/parts': [{ name: 'c' }, { name: 'new' }, { name: 'a' }], parts: [{ name: 'new' }] }),
    ).toEqual(['b', 'c', 'new', 'a']);
    const changed = {
      '$setElementOrder/parts': [{ name: 'z' }, { name: 'b' }],
      parts: [{ name: 'z' }, { name: 'a', $patch: 'delete' }],
    };
    // The new item takes the room of the deleted one: behind those that stay.
    expect(names(changed)).toEqual(['c', 'z', 'b']);
  });

  it('PAT-10 orders lists of scalars, and lists that are new', () => {
    const result = applyStrategicMergePatch(schema, live, {
      metadata: { '$setElementOrder/finalizers': ['x/3', 'x/1', 'x/9'], finalizers: ['x/9'] },
      spec: {
        parts: [{ name: 'b', ports: [{ port: 2 }, { port: 1 }], '$setElementOrder/ports': [{ port: 2 }, { port: 1 }] }],
      },
    }) as unknown as typeof live;
    expect(result.metadata.finalizers).toEqual(['x/2', 'x/3', 'x/1', 'x/9']);
    expect(result.spec.parts[1]).toMatchObject({ name: 'b', ports: [{ port: 2 }, { port: 1 }] });
  });

  it('PAT-10 refuses orders that contradict the list', () => {
    expect(refusal({ spec: { '$setElementOrder/parts': [{ name: 'a' }], parts: [{ name: 'b' }] } })).toEqual({
      code: 500,
      message: "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
    });
    expect(refusal({ spec: { '$setElementOrder/parts': 'x' } }).message).toBe(
      'expected a []interface {}, but received a string',
    );
    expect(refusal({ spec: { $setElementOrder: [] } })).toEqual({
      code: 400,
      message: 'invalid patch format of setElementOrder list',
    });
    expect(refusal({ spec: { '$setElementOrder/nosuch': [] } }).message).toBe(
      'unable to find api field in struct GadgetSpec for the json field "nosuch"',
    );
    expect(refusal({ spec: { '$setElementOrder/strategy': [] } }).message).toBe(
      'expected a []interface {}, but received a map[string]interface {}',
    );
    expect(
      refusal({
        spec: {
          parts: [
            { name: 'n', $setElementOrder: 1 },
            { name: 'n', '$setElementOrder/args': 1 },
          ],
        },
      }).message,
    ).toBe('expected a []interface {}, but received a int64');
  });
});

describe('sharing', () => {
  it('PAT-2 nothing changed is the same object; the rest is shared', () => {
    expect(applyStrategicMergePatch(schema, live, {})).toBe(live);
    const same = {
      spec: { replicas: 1, parts: [{ name: 'a', image: 'a:1' }], '$setElementOrder/parts': [{ name: 'a' }] },
    };
    expect(applyStrategicMergePatch(schema, live, deepFreeze(same))).toBe(live);
    const result = applyStrategicMergePatch(schema, live, { spec: { replicas: 2 } }) as unknown as typeof live;
    expect(result.metadata).toBe(live.metadata);
    expect(result.spec.parts).toBe(live.spec.parts);
  });

  it('PAT-16 takes any key for what it is', () => {
    const patch = JSON.parse(
      '{"__proto__": {"polluted": true}, "spec": {"constructor": {"x": 1}, "selector": {"__proto__": "y"}}}',
    );
    const result = applyStrategicMergePatch(schema, live, patch);
    expect(Object.hasOwn(result, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
