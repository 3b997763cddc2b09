import { deepFreeze } from '@tabernetes/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTyped } from './check-typed.ts';
import { compareSets } from './compare-sets.ts';
import { createdFields } from './created-fields.ts';
import { emptySet, type FieldSet, fieldSetOfPaths, interned, pathsOf, pathText, union } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import { fromFieldsV1 } from './fields-v1.ts';
import { mergeApplied } from './merge-applied.ts';
import { ensureNamedFieldsAreMembers, reconcileFieldSet } from './named-fields.ts';
import { withoutServerFields } from './ownership.ts';
import { removeItems } from './remove-items.ts';
import { objectOf, zeroOfKind } from './testing/arbitraries.ts';
import { appSchema, widgetSchema } from './testing/schemas.ts';

const options = { seed: 20_260_102, numRuns: 120 };
const texts = (value: FieldSet): string[] => [...pathsOf(value)].map(pathText);
const app = objectOf(appSchema, 'App');

const web = deepFreeze({
  metadata: { labels: { app: 'web' }, finalizers: ['a'], ownerReferences: [{ uid: 'u', name: 'o' }] },
  spec: {
    replicas: 0,
    selector: { app: 'web' },
    args: ['x'],
    containers: [{ name: 'c', image: 'i', ports: [{ port: 80 }], resources: {} }],
  },
  data: {},
});

describe('what a value mentions', () => {
  it('MF-3 is leaves, items, keys of maps, empty maps, nulls, and what is owned whole', () => {
    expect(texts(fieldSetOf(appSchema, { ...web, status: null }))).toEqual([
      '.data',
      '.status',
      '.metadata.finalizers[="a"]',
      '.metadata.labels.app',
      '.metadata.ownerReferences[uid="u"]',
      '.spec.args',
      '.spec.replicas',
      '.spec.selector',
      '.spec.containers[name="c"]',
      '.spec.containers[name="c"].image',
      '.spec.containers[name="c"].name',
      '.spec.containers[name="c"].resources',
      '.spec.containers[name="c"].ports[port=80,protocol="TCP"]',
      '.spec.containers[name="c"].ports[port=80,protocol="TCP"].port',
    ]);
  });

  it('MF-3 is not an empty list, and items of one name only by that name', () => {
    expect(texts(fieldSetOf(appSchema, { spec: { containers: [] }, metadata: { finalizers: ['a', 'a'] } }))).toEqual([
      '.metadata.finalizers[="a"]',
    ]);
  });

  it('MF-3 of values of any shape is owned key by key, lists whole', () => {
    expect(
      texts(fieldSetOf(widgetSchema, { spec: { any: { a: { b: 1 }, c: [1] }, free: { x: 1, known: 'k' } } })),
    ).toEqual(['.spec.any.a', '.spec.any.c', '.spec.any.a.b', '.spec.free.known', '.spec.free.x']);
  });
});

describe('comparing two values', () => {
  const compare = (l: unknown, r: unknown) => {
    const { removed, modified, added } = compareSets(appSchema, l, r);
    return { removed: texts(removed), modified: texts(modified), added: texts(added) };
  };

  it('MF-4 tells what was removed, modified and added', () => {
    const next = {
      ...web,
      metadata: { labels: { app: 'db', x: 'y' } },
      spec: { ...web.spec, args: ['x', 'y'], containers: [{ name: 'c', image: 'i', resources: {} }, { name: 'd' }] },
    };
    expect(compare(web, next)).toEqual({
      removed: [
        '.metadata.finalizers',
        '.metadata.ownerReferences',
        '.metadata.finalizers[="a"]',
        '.metadata.ownerReferences[uid="u"]',
        '.spec.containers[name="c"].ports',
        '.spec.containers[name="c"].ports[port=80,protocol="TCP"]',
        '.spec.containers[name="c"].ports[port=80,protocol="TCP"].port',
      ],
      modified: ['.metadata.labels.app', '.spec.args'],
      added: ['.metadata.labels.x', '.spec.containers[name="d"]', '.spec.containers[name="d"].name'],
    });
  });

  it('MF-4 tells empty from null, and takes duplicates for one', () => {
    expect(compare({ data: {} }, { data: null }).modified).toEqual(['.data']);
    const finalizers = (...names: string[]) => ({ metadata: { finalizers: names } });
    expect(compare(finalizers('a', 'b', 'a'), finalizers('b', 'a', 'a'))).toEqual({
      removed: [],
      modified: [],
      added: [],
    });
    expect(compare(finalizers('a', 'a'), finalizers('a'))).toEqual({
      removed: ['.metadata.finalizers[="a"]'],
      modified: [],
      added: ['.metadata.finalizers[="a"]'],
    });
  });

  it('MF-4 of a value with itself, and of a draft with what it prints as, finds nothing', () => {
    expect(compare(web, web)).toEqual({ removed: [], modified: [], added: [] });
    const draft = { spec: { paused: false, replicas: 0, containers: [{ name: 'c', image: '', ports: [] }] } };
    const printed = {
      metadata: { creationTimestamp: null },
      spec: { replicas: 0, containers: [{ name: 'c', resources: {} }] },
      status: {},
    };
    const { removed, modified, added } = compareSets(appSchema, printed, draft, { draft: true });
    expect([removed, modified, added].flatMap(texts)).toEqual([]);
  });

  it('MF-5 with the zero object is what the creator owns', () => {
    fc.assert(
      fc.property(app, (object) => {
        const { modified, added } = compareSets(appSchema, zeroOfKind(appSchema), object, { draft: true });
        const wanted = texts(withoutServerFields(union(modified, added)));
        expect(texts(createdFields(appSchema, object, emptySet))).toEqual(wanted);
        // Again, from what was kept.
        expect(createdFields(appSchema, structuredClone(object), emptySet)).toBe(
          interned(createdFields(appSchema, object, emptySet)),
        );
      }),
      options,
    );
  });
});

describe('laying a configuration over a value', () => {
  const lists = [
    { live: 'abcd', config: 'cxa', merged: 'bcdxa' },
    { live: 'abc', config: 'c', merged: 'abc' },
    { live: 'abc', config: 'xb', merged: 'axbc' },
    { live: '', config: 'ba', merged: 'ba' },
    { live: 'ab', config: 'ba', merged: 'ba' },
    { live: 'abc', config: '', merged: 'abc' },
    { live: 'abc', config: 'acd', merged: 'abcd' },
  ];
  for (const { live, config, merged } of lists) {
    it(`SSA-2 orders items as upstream: ${config || 'nothing'} over ${live || 'nothing'}`, () => {
      const set = (names: string) => ({ metadata: { finalizers: [...names] } });
      const items = (names: string) => ({ spec: { containers: [...names].map((name) => ({ name })) } });
      expect(mergeApplied<unknown>(appSchema, set(live), set(config))).toEqual(set(merged));
      expect(mergeApplied<unknown>(appSchema, items(live), items(config))).toEqual(items(merged));
    });
  }

  it('SSA-2 replaces what is owned whole, merges the rest, keeps what only a null names', () => {
    const config = {
      metadata: { labels: null },
      spec: { selector: { x: 'y' }, args: [], replicas: null, containers: [{ name: 'c', ports: [{ port: 81 }] }] },
    };
    expect(mergeApplied<unknown>(appSchema, web, config)).toEqual({
      ...web,
      spec: {
        replicas: null,
        selector: { x: 'y' },
        args: [],
        containers: [{ name: 'c', image: 'i', ports: [{ port: 80 }, { port: 81 }], resources: {} }],
      },
    });
  });

  it('SSA-2 shares what does not change', () => {
    expect(mergeApplied(appSchema, web, structuredClone(web))).toBe(web);
    const merged = mergeApplied<typeof web>(appSchema, web, { spec: { replicas: 2 } });
    expect(merged.spec.containers).toBe(web.spec.containers);
    expect(merged.metadata).toBe(web.metadata);
  });
});

describe('taking members out of a value', () => {
  it('SSA-5 leaves null where nothing is left, and shares the rest', () => {
    const set = union(
      fieldSetOfPaths(['metadata.labels.app', 'spec.replicas']),
      fromFieldsV1({
        'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': {} } } } },
      }),
    );
    const left = removeItems<typeof web>(appSchema, web, set);
    expect(left).toEqual({
      ...web,
      metadata: { ...web.metadata, labels: null },
      spec: {
        selector: web.spec.selector,
        args: web.spec.args,
        containers: [{ name: 'c', image: 'i', ports: null, resources: {} }],
      },
    });
    expect(left.metadata.ownerReferences).toBe(web.metadata.ownerReferences);
    expect(removeItems(appSchema, web, fieldSetOfPaths(['spec.paused']))).toBe(web);
  });
});

describe('checking a configuration', () => {
  const cases = [
    { value: { spec: { foo: 1 } }, message: '.spec.foo: field not declared in schema' },
    {
      value: { spec: { containers: [{ name: 'c', ports: [{ port: '80' }] }] } },
      message:
        '.spec.containers[name="c"].ports[port="80",protocol="TCP"].port: expected numeric (int or float), got string',
    },
    {
      value: { spec: { containers: [{ name: 'c' }, { name: 'c' }] } },
      message: '.spec.containers: duplicate entries for key [name="c"]',
    },
    {
      value: { spec: { containers: [{}, 'x'] } },
      message: '.spec.containers: element 1: associative list with keys may not have non-map elements',
    },
    {
      value: { data: { a: 1, b: [1.5, null] } },
      message:
        'errors:\n  .data.a: expected string, got &value.valueUnstructured{Value:1}\n' +
        '  .data.b: expected string, got &value.valueUnstructured{Value:[]interface {}{1.5, interface {}(nil)}}',
    },
    { value: { spec: { paused: 'yes' } }, message: '.spec.paused: expected boolean, got &{yes}' },
    { value: { spec: 'x%' }, message: '.spec: expected map, got &{x%!}(MISSING)' },
    { value: { spec: { args: { a: 'b' } } }, message: '.spec.args: expected list, got &{map[a:b]}' },
    {
      value: { metadata: { finalizers: [null] } },
      message: ".metadata.finalizers: element 0: associative list without keys has an element that's an explicit null",
    },
  ];
  for (const { value, message } of cases) {
    it(`SSA-3 refuses with upstream's text: ${message.split('\n')[0]}`, () => {
      expect(() => checkTyped(appSchema, value)).toThrow(expect.objectContaining({ message }));
    });
  }

  it('SSA-3 takes null for anything, and any scalar where Go takes one of two', () => {
    checkTyped(appSchema, { spec: null, data: { a: null } });
    checkTyped(widgetSchema, { spec: { ios: 'x', any: [1, { a: null }], free: { x: {} } }, status: { y: 1 } });
    expect(() => checkTyped(widgetSchema, { spec: { mlist: [{ name: 'x' }] } })).toThrow('omits key field "port"');
  });
});

describe('sets seen through a schema', () => {
  it('SSA-5 have the structs that lead to their members, but no keys of maps', () => {
    const set = fieldSetOfPaths(['spec.replicas', 'metadata.labels.app']);
    expect(texts(ensureNamedFieldsAreMembers(appSchema, set))).toEqual([
      '.metadata',
      '.spec',
      '.metadata.labels',
      '.metadata.labels.app',
      '.spec.replicas',
    ]);
  });

  it('SSA-8 own as a whole what has become so', () => {
    const set = fieldSetOfPaths(['spec.selector.app', 'spec.args.x', 'spec.replicas', 'spec.gone.x']);
    expect(texts(reconcileFieldSet(appSchema, set))).toEqual([
      '.spec.args',
      '.spec.replicas',
      '.spec.selector',
      '.spec.gone.x',
    ]);
    const fresh = fieldSetOf(appSchema, web);
    expect(reconcileFieldSet(appSchema, interned(fresh))).toBe(interned(fresh));
  });
});
