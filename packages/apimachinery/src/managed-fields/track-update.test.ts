import { deepFreeze } from '@tabernetes/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../encode/canonical.ts';
import type { ManagedFieldsEntry } from '../generated/meta-v1.ts';
import { listOf, mapOf, scalarOf, structOf } from '../testing/schema-builder.ts';
import { fieldSetOfPaths, intersection, isEmptySet } from './field-set.ts';
import { fromFieldsV1, toFieldsV1 } from './fields-v1.ts';
import { parentManagedFields, scaleManagedFields } from './scale-managers.ts';
import { settleTimestamps } from './settle-timestamps.ts';
import { objectOf } from './testing/arbitraries.ts';
import { appSchema, widgetSchema } from './testing/schemas.ts';
import { type Tracked, type TrackUpdateOptions, trackUpdate } from './track-update.ts';

const T0 = '2026-01-01T00:00:00Z';
const T1 = '2026-01-01T00:00:01Z';
const T2 = '2026-01-01T00:00:02Z';

type Entries = readonly ManagedFieldsEntry[] | undefined;

const track = (live: Tracked | undefined, next: object, more: Partial<TrackUpdateOptions> = {}): Entries =>
  trackUpdate({ schema: appSchema, apiVersion: 'v1', live, next, manager: 'm', now: T1, ...more });

const entry = (
  manager: string,
  paths: readonly string[],
  more: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time: T0,
  fieldsType: 'FieldsV1',
  fieldsV1: toFieldsV1(fieldSetOfPaths(paths)),
  ...more,
});

interface App extends Tracked {
  readonly metadata: { readonly labels?: object; readonly managedFields?: Entries } & object;
  readonly spec: object;
}

/** A stored object with these entries. */
const stored = (entries: Entries, more: object = {}): App =>
  canonical(appSchema, {
    apiVersion: 'v1',
    kind: 'App',
    metadata: { name: 'n', uid: 'u', labels: { a: '1' }, ...(entries && { managedFields: entries }) },
    spec: { replicas: 1 },
    ...more,
  }) as unknown as App;

const changed = (live: App, spec: object): App => ({ ...live, spec: { ...live.spec, ...spec } });

describe('creating', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'App',
    metadata: { name: 'n', namespace: 'd', labels: { a: '1' } },
    spec: { paused: false, replicas: 0, containers: [{ name: 'c', ports: [{ port: 80, protocol: 'TCP' }] }] },
    status: { replicas: 3 },
  };

  it("MF-5 MF-10 gives the creator all but zero values, what is the server's own and what is reset", () => {
    expect(track(undefined, object, { resetFields: ['status'] })).toEqual([
      {
        manager: 'm',
        operation: 'Update',
        apiVersion: 'v1',
        time: T1,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"c"}': {
                '.': {},
                'f:name': {},
                'f:ports': { '.': {}, 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:protocol': {} } },
                'f:resources': {},
              },
            },
            'f:replicas': {},
          },
        },
      },
    ]);
  });

  it('MF-1 gives objects of one shape one entry, whatever their values', () => {
    const [first] = track(undefined, object) ?? [];
    const [second] = track(undefined, structuredClone({ ...object, metadata: { labels: { a: '2' } } })) ?? [];
    expect(second).toBe(first);
    const [later] = track(undefined, object, { now: T2 }) ?? [];
    expect(later).toEqual({ ...first, time: T2 });
    expect(later?.fieldsV1).toBe(first?.fieldsV1);
  });

  it('MF-5 calls a manager without a name unknown, and tracks nothing where nothing is set', () => {
    expect(track(undefined, object, { manager: '' })?.[0]?.manager).toBe('unknown');
    expect(track(undefined, { metadata: { name: 'n' }, spec: {} })).toBeUndefined();
  });

  it('MF-5 of a custom resource takes everything that is written, and nothing of what is not of its type', () => {
    const options = { schema: widgetSchema };
    expect(track(undefined, { metadata: { name: 'n' }, spec: { n: 0, set: [] } }, options)?.[0]?.fieldsV1).toEqual({
      'f:spec': { '.': {}, 'f:n': {}, 'f:set': {} },
    });
    expect(track(undefined, { metadata: {}, spec: { mlist: [{}] } }, options)).toBeUndefined();
  });
});

describe('updating', () => {
  it('MF-6 moves what changed to the writer, and takes what is gone from everybody', () => {
    const live = stored([
      entry('a', ['metadata.labels', 'metadata.labels.a', 'spec.replicas']),
      entry('b', ['spec.replicas', 'spec.args'], { operation: 'Apply' }),
    ]);
    const next = { ...changed(live, { replicas: 2, paused: true }), metadata: { ...live.metadata, labels: undefined } };
    expect(track(live, next)).toEqual([
      entry('b', ['spec.args'], { operation: 'Apply' }),
      entry('m', ['spec.paused', 'spec.replicas'], { time: T1 }),
    ]);
  });

  it('MF-6 adds to what the writer owned, per operation, version and sub-resource', () => {
    const live = stored([
      entry('m', ['spec.args'], { operation: 'Apply' }),
      entry('m', ['spec.args']),
      entry('m', ['spec.args'], { subresource: 'status' }),
    ]);
    expect(track(live, changed(live, { replicas: 2 }))).toEqual([
      entry('m', ['spec.args'], { operation: 'Apply' }),
      entry('m', ['spec.args'], { subresource: 'status' }),
      entry('m', ['spec.args', 'spec.replicas'], { time: T1 }),
    ]);
  });

  it('MF-7 gives back the stored list when nothing changed, or only what nobody can own', () => {
    const live = stored([entry('a', ['spec.replicas'])]);
    const entries = live.metadata.managedFields;
    expect(track(live, live)).toBe(entries);
    expect(track(live, structuredClone(live))).toBe(entries);
    expect(track(live, { ...live, metadata: { ...live.metadata, resourceVersion: '7', uid: 'v' } })).toBe(entries);
    expect(track(live, { ...live, status: { replicas: 1 } }, { resetFields: ['status'] })).toBe(entries);
    // A draft leaves out what it does not set.
    expect(track(live, { ...live, spec: { replicas: 1, paused: false }, status: undefined })).toBe(entries);
  });

  it('MF-6 orders entries by operation, second, name, version and sub-resource', () => {
    const live = stored([
      entry('b', ['spec.args'], { time: T1 }),
      entry('a', ['spec.args'], { time: T1, subresource: 'status' }),
      entry('a', ['spec.args'], { time: T1 }),
      entry('z', ['spec.args'], { time: '2026-01-01T01:00:00+01:00' }),
      entry('y', ['spec.args'], { operation: 'Apply', time: T2 }),
    ]);
    const order = track(live, changed(live, { replicas: 2 }), { now: T2 })?.map(
      ({ manager, subresource = '' }) => manager + subresource,
    );
    expect(order).toEqual(['y', 'z', 'a', 'astatus', 'b', 'm']);
  });

  it('MF-8 takes the managedFields that the client sends, unless they cannot be read or come to a sub-resource', () => {
    const live = stored([entry('a', ['spec.replicas'])]);
    const sent = (managedFields: unknown) => ({ ...live, metadata: { ...live.metadata, managedFields } });
    const own = [entry('b', ['spec.replicas'])];
    expect(track(live, sent(own))).toEqual(own);
    expect(track(live, sent([{ ...own[0], operation: 'Other' }]))).toBe(live.metadata.managedFields);
    expect(track(live, sent([{ ...own[0], fieldsV1: { 'bad:x': {} } }]))).toBe(live.metadata.managedFields);
    expect(track(live, sent(own), { subresource: 'status' })).toBe(live.metadata.managedFields);
    expect(track(live, sent(undefined))).toBe(live.metadata.managedFields);
  });

  it('MF-8 forgets everybody when the client sends an empty list or an empty entry', () => {
    const live = stored([entry('a', ['spec.replicas'])]);
    for (const managedFields of [[], [{}]]) {
      expect(track(live, { ...changed(live, { replicas: 2 }), metadata: { managedFields } })).toBeUndefined();
      expect(track(undefined, { ...live, metadata: { managedFields } })).toHaveLength(1);
    }
  });

  it('MF-11 does not begin to track what is stored untracked', () => {
    const live = stored(undefined);
    expect(track(live, changed(live, { replicas: 2 }))).toBeUndefined();
  });

  it('MF-9 puts the oldest updates together beyond ten managers', () => {
    const entries = Array.from({ length: 11 }, (_, i) =>
      entry(`m${i}`, [`data.k${i}`], { time: `2026-01-01T00:00:${String(10 + i)}Z` }),
    );
    const live = stored([...entries, entry('x', ['spec.args'], { operation: 'Apply' })], {
      data: Object.fromEntries(entries.map((_, i) => [`k${i}`, 'v'])),
    });
    const now = '2026-01-01T00:01:00Z';
    const got = track(live, changed(live, { replicas: 2 }), { now }) ?? [];
    expect(got.map(({ manager }) => manager)).toEqual([
      'x',
      'ancient-changes',
      ...entries.slice(3).map(({ manager }) => manager),
      'm',
    ]);
    expect(got[1]).toEqual(
      entry('ancient-changes', ['data.k0', 'data.k1', 'data.k2'], { time: '2026-01-01T00:00:12Z' }),
    );
  });

  it('SSA-8 sees each manager in its version, and forgets those of versions that are gone', () => {
    const live = stored([
      entry('now', ['spec.replicas']),
      entry('old', ['size'], { apiVersion: 'v1beta1' }),
      entry('gone', ['size'], { apiVersion: 'v0' }),
    ]);
    const versions = {
      schemaOf: (apiVersion: string) => (apiVersion === 'v1beta1' ? widgetSchema : undefined),
      convert: (object: unknown) => ({ spec: { n: Reflect.get(Reflect.get(object as object, 'spec'), 'replicas') } }),
    };
    const old = stored([entry('old', ['spec.n', 'spec.s'], { apiVersion: 'v1beta1' })]);
    expect(track(old, changed(old, { replicas: 2 }), { versions })).toEqual([
      entry('old', ['spec.s'], { apiVersion: 'v1beta1' }),
      entry('m', ['spec.replicas'], { time: T1 }),
    ]);
    expect(track(live, live)).toEqual([entry('now', ['spec.replicas'])]);
  });

  it('MF-6 leaves no field to two managers unless both applied it, and every change to its writer', () => {
    fc.assert(
      fc.property(fc.array(objectOf(appSchema, 'App'), { minLength: 2, maxLength: 5 }), (objects) => {
        let live: Tracked | undefined;
        for (const [i, object] of objects.entries()) {
          const next = canonical(appSchema, object);
          const entries = track(live, object, { manager: `m${i % 3}`, now: `2026-01-01T00:00:0${i}Z` });
          const sets = (entries ?? []).map(({ fieldsV1 }) => fromFieldsV1(fieldsV1));
          for (const [at, set] of sets.entries()) {
            for (const other of sets.slice(at + 1)) expect(isEmptySet(intersection(set, other))).toBe(true);
          }
          live = deepFreeze({
            ...next,
            metadata: { ...(next['metadata'] as object), ...(entries && { managedFields: entries }) },
          });
          expect(track(live, structuredClone(live))).toEqual(entries);
        }
      }),
      { seed: 20_260_103, numRuns: 80 },
    );
  });
});

describe('items without their key', () => {
  const schema = structOf('v1.Refs', {
    metadata: { schema: mapOf(scalarOf('any')), omitEmpty: false },
    refs: listOf(structOf('v1.Ref', { name: scalarOf('string'), kind: scalarOf('string') }), {
      listType: 'map',
      mapKeys: [{ name: 'name' }],
    }),
  });
  const none = [{ name: '' }, { kind: 'x' }, {}];

  it('MF-14 nobody owns anything of an object with an item that Go prints without its key', () => {
    for (const item of none) {
      const next = { metadata: {}, refs: [{ name: 'a' }, item] };
      expect(track(undefined, next, { schema })).toBeUndefined();
      const live = { metadata: { managedFields: [entry('a', ['refs'])] }, refs: [{ name: 'a' }] };
      expect(track(live, next, { schema })).toBeUndefined();
    }
    expect(track(undefined, { metadata: {}, refs: [{ name: 'a' }] }, { schema })).toHaveLength(1);
  });
});

describe('settling timestamps', () => {
  const live = stored([entry('a', ['spec.replicas'])]);
  const later = (more: object = {}): App =>
    canonical(appSchema, {
      ...live,
      ...more,
      metadata: { ...live.metadata, managedFields: [entry('a', ['spec.replicas'], { time: T2 })] },
    }) as App;

  it('MF-12 takes a change of nothing but times for none', () => {
    expect(settleTimestamps(live, later())).toBe(live);
    expect(settleTimestamps(live, live)).toBe(live);
  });

  it('MF-12 keeps the times of a change', () => {
    for (const next of [
      later({ spec: { replicas: 2 } }),
      { ...live, metadata: { ...live.metadata, managedFields: [entry('b', ['spec.replicas'], { time: T2 })] } },
      { ...live, metadata: { ...live.metadata, managedFields: undefined } },
    ]) {
      expect(settleTimestamps<Tracked>(live, next)).toBe(next);
    }
  });
});

describe('the scale sub-resource', () => {
  const paths = (apiVersion: string) => (apiVersion === 'v1' ? ['spec', 'replicas'] : undefined);
  const scale = (name: string, more: Partial<ManagedFieldsEntry> = {}) =>
    entry(name, ['spec.replicas'], { apiVersion: 'autoscaling/v1', ...more });
  const parent = [
    entry('a', ['spec.replicas', 'spec.args'], { operation: 'Apply' }),
    entry('b', ['spec.args']),
    entry('c', ['spec.replicas'], { apiVersion: 'v0' }),
  ];

  it('MF-13 shows who owns the replicas', () => {
    expect(scaleManagedFields(parent, paths)).toEqual([scale('a', { operation: 'Apply' })]);
    expect(scaleManagedFields(undefined, paths)).toBeUndefined();
  });

  it('MF-13 lets replicas change hands as they did there, without a time', () => {
    const { time: _, ...taken } = entry('s', ['spec.replicas'], { subresource: 'scale' });
    expect(parentManagedFields(parent, [scale('s', { subresource: 'scale', time: T1 })], 'v1', paths)).toEqual([
      entry('a', ['spec.args'], { operation: 'Apply' }),
      taken,
      entry('b', ['spec.args']),
    ]);
    expect(parentManagedFields(parent, [scale('a', { operation: 'Apply' })], 'v1', paths)).toEqual(parent.slice(0, 2));
  });
});
