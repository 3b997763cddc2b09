import { deepFreeze } from '@tabernetes/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../encode/canonical.ts';
import type { ManagedFieldsEntry } from '../generated/meta-v1.ts';
import { StatusError } from '../status.ts';
import { fieldSetOfPaths } from './field-set.ts';
import { toFieldsV1 } from './fields-v1.ts';
import { LAST_APPLIED_ANNOTATION } from './last-applied.ts';
import { type Applied, type ServerSideApplyOptions, serverSideApply } from './server-side-apply.ts';
import { objectOf } from './testing/arbitraries.ts';
import { appSchema } from './testing/schemas.ts';
import { type Tracked, trackUpdate } from './track-update.ts';

const T0 = '2026-01-01T00:00:00Z';
const T1 = '2026-01-01T00:00:01Z';

interface App extends Tracked {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly ManagedFieldsEntry[];
  };
  readonly spec?: { readonly replicas?: number; readonly containers?: unknown };
  readonly data?: unknown;
}

const config = (more: object = {}): object => ({ apiVersion: 'v1', kind: 'App', metadata: { name: 'n' }, ...more });

const apply = (live: Tracked | undefined, patch: unknown, more: Partial<ServerSideApplyOptions> = {}): Applied =>
  serverSideApply({ schema: appSchema, apiVersion: 'v1', kind: 'App', live, patch, manager: 'm', now: T1, ...more });

const entry = (
  manager: string,
  paths: readonly string[],
  more: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry => ({
  manager,
  operation: 'Apply',
  apiVersion: 'v1',
  time: T0,
  fieldsType: 'FieldsV1',
  fieldsV1: toFieldsV1(fieldSetOfPaths(paths)),
  ...more,
});

/** Stores what an apply, or anything else, made. */
const store = (object: unknown, managedFields?: readonly ManagedFieldsEntry[]): App => {
  const { metadata, ...rest } = object as App;
  const whole = { ...rest, metadata: { ...metadata, uid: 'u', ...(managedFields && { managedFields }) } };
  return canonical(appSchema, whole) as unknown as App;
};

const refusal = (run: () => unknown): StatusError => {
  try {
    run();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('was not refused');
};

describe('applying', () => {
  it('SSA-1 creates what does not exist, and owns what the configuration mentions', () => {
    const { object, managedFields, changed } = apply(undefined, config({ spec: { replicas: 2, containers: [] } }));
    expect(changed).toBe(true);
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'App',
      metadata: { name: 'n', creationTimestamp: null },
      spec: { replicas: 2, containers: [] },
      status: {},
    });
    expect(managedFields).toEqual([entry('m', ['spec.replicas'], { time: T1 })]);
  });

  it('SSA-7 what is applied already gives back the live object and its list', () => {
    const patch = config({ spec: { replicas: 2, containers: [{ name: 'c', image: 'i' }] } });
    const first = apply(undefined, patch, { now: T0 });
    const live = store(first.object, first.managedFields);
    expect(apply(live, structuredClone(patch))).toEqual({
      object: live,
      managedFields: live.metadata.managedFields,
      changed: false,
    });
    expect(apply(live, patch).object).toBe(live);
    expect(apply(live, patch).managedFields).toBe(live.metadata.managedFields);
  });

  it('SSA-7 values that others applied too makes an owner without a time', () => {
    const live = store(config({ spec: { replicas: 2 } }), [entry('a', ['spec.replicas'])]);
    const { object, managedFields } = apply(live, config({ spec: { replicas: 2 } }));
    expect(object).toBe(live);
    const { time: _, ...untimed } = entry('m', ['spec.replicas']);
    expect(managedFields).toEqual([untimed, entry('a', ['spec.replicas'])]);
  });

  it('SSA-5 takes away what is given up, but not what others own or nobody does', () => {
    const spec = {
      replicas: 2,
      paused: true,
      containers: [
        { name: 'c', image: 'i' },
        { name: 'd', image: 'i' },
      ],
    };
    const first = apply(undefined, config({ spec, data: { a: '1', b: '2' } }), { now: T0 });
    const live = store({ ...(first.object as object), data: { a: '1', b: '2', z: '9' } }, [
      ...(first.managedFields ?? []),
      entry('o', ['spec.paused'], { operation: 'Update' }),
    ]);
    const { object, managedFields } = apply(live, config({ spec: { containers: [{ name: 'd' }] }, data: { a: '1' } }));
    expect(canonical(appSchema, object)).toEqual({
      ...live,
      metadata: { name: 'n', uid: 'u', creationTimestamp: null },
      spec: { paused: true, containers: [{ name: 'd', resources: {} }] },
      data: { a: '1', z: '9' },
    });
    expect(managedFields?.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
      ['m', { 'f:data': { 'f:a': {} }, 'f:spec': { 'f:containers': { 'k:{"name":"d"}': { '.': {}, 'f:name': {} } } } }],
      ['o', { 'f:spec': { 'f:paused': {} } }],
    ]);
  });

  it('SSA-4 is refused over what others own, with one cause per field', () => {
    const live = store(config({ spec: { replicas: 2, paused: true }, data: { a: '1' } }), [
      entry('b', ['spec.replicas', 'data.a']),
      entry('a', ['spec.paused'], { operation: 'Update', subresource: 'scale' }),
      entry('m', ['data.a'], { operation: 'Update' }),
    ]);
    const one = refusal(() => apply(live, config({ spec: { replicas: 3 } })));
    expect(one.message).toBe('Apply failed with 1 conflict: conflict with "b": .spec.replicas');
    const patch = config({ spec: { replicas: 3, paused: false }, data: { a: '2' } });
    const { status } = refusal(() => apply(live, patch));
    expect(status).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message:
        'Apply failed with 4 conflicts: conflicts with "a" with subresource "scale" using v1:\n- .spec.paused\n' +
        'conflicts with "b":\n- .data.a\n- .spec.replicas\nconflicts with "m" using v1:\n- .data.a',
      reason: 'Conflict',
      details: {
        causes: [
          ['conflict with "a" with subresource "scale" using v1', '.spec.paused'],
          ['conflict with "b"', '.data.a'],
          ['conflict with "b"', '.spec.replicas'],
          ['conflict with "m" using v1', '.data.a'],
        ].map(([message, field]) => ({ reason: 'FieldManagerConflict', message, field })),
      },
      code: 409,
    });
  });

  it('SSA-4 by force takes the fields', () => {
    const live = store(config({ spec: { replicas: 2 } }), [entry('b', ['spec.replicas', 'spec.args'])]);
    expect(apply(live, config({ spec: { replicas: 3 } }), { force: true }).managedFields).toEqual([
      entry('b', ['spec.args']),
      entry('m', ['spec.replicas'], { time: T1 }),
    ]);
  });

  it("MF-10 owns nothing of what the request cannot change, nor of what is the server's", () => {
    const patch = config({ metadata: { name: 'n', resourceVersion: '1' }, status: { replicas: 1 } });
    expect(apply(undefined, patch, { resetFields: ['status'] }).managedFields).toBeUndefined();
  });

  it('MF-11 makes the writers before it one manager', () => {
    const live = store(config({ spec: { replicas: 2 }, data: { a: '1' } }));
    const before = entry('before-first-apply', ['spec.replicas', 'data', 'data.a'], { operation: 'Update', time: T1 });
    expect(apply(live, config({ spec: { replicas: 2 } })).managedFields).toEqual([
      { ...entry('m', ['spec.replicas']), time: undefined },
      before,
    ]);
    const { message } = refusal(() => apply(live, config({ spec: { replicas: 3 } })));
    expect(message).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .spec.replicas');
  });
});

describe('what may not be applied', () => {
  const live = store(config(), [entry('a', ['spec.replicas'])]);
  const cases = [
    { patch: config({ kind: 'Other' }), message: 'invalid object type: /v1, Kind=Other', code: 400 },
    { patch: config({ apiVersion: 'apps/v1' }), message: 'invalid object type: apps/v1, Kind=App', code: 400 },
    { patch: {}, message: 'invalid object type: /, Kind=', code: 400 },
    { patch: config({ metadata: { managedFields: [] } }), message: 'metadata.managedFields must be nil', code: 400 },
    {
      patch: config({ metadata: { name: 'n', namespace: 'd' }, spec: { foo: 1 } }),
      message: 'failed to create typed patch object (d/n; /v1, Kind=App): .spec.foo: field not declared in schema',
      code: 500,
    },
  ];
  for (const { patch, message, code } of cases) {
    it(`SSA-9 SSA-3 is refused: ${message}`, () => {
      const { status } = refusal(() => apply(live, patch));
      expect({ message: status.message, code: status.code }).toEqual({ message, code });
    });
  }

  it('SSA-9 managedFields that are null are none, those that are stored must be readable', () => {
    expect(apply(live, config({ metadata: { name: 'n', managedFields: null } })).managedFields).toEqual(
      live.metadata.managedFields,
    );
    const broken = store(config(), [{ manager: 'a', operation: 'Other', apiVersion: 'v1' }]);
    expect(refusal(() => apply(broken, config())).message).toBe(
      'failed to decode managed fields: operation must be `Apply` or `Update`',
    );
  });
});

describe('kubectl', () => {
  const last = (data: object, more: object = {}): string => `${JSON.stringify({ ...config(), data, ...more })}\n`;
  const clientSide = (annotation: string, data: object): App =>
    store(config({ metadata: { name: 'n', annotations: { [LAST_APPLIED_ANNOTATION]: annotation } }, data }), [
      entry('kubectl-client-side-apply', ['data', 'data.a', 'data.b', 'metadata.annotations'], { operation: 'Update' }),
    ]);

  it('SSA-6 takes over what it applied client-side, and keeps the annotation in step', () => {
    const live = clientSide(last({ a: '1', b: '1' }), { a: '1', b: '1' });
    const { object, managedFields } = apply(live, config({ data: { a: '2' } }), { manager: 'kubectl' });
    const { metadata, data } = object as App;
    expect(data).toEqual({ a: '2', b: '1' });
    expect(metadata.annotations?.[LAST_APPLIED_ANNOTATION]).toBe(
      '{"apiVersion":"v1","data":{"a":"2"},"kind":"App","metadata":{"name":"n"}}\n',
    );
    expect(managedFields?.[0]).toEqual(entry('kubectl', ['data.a'], { time: T1 }));
  });

  it('SSA-6 does so only for what is as it was applied, and only by its own name', () => {
    const live = clientSide(last({ a: '1', b: '0' }), { a: '1', b: '1' });
    const patch = config({ data: { a: '2', b: '2' } });
    expect(refusal(() => apply(live, patch, { manager: 'kubectl' })).message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.b',
    );
    for (const text of ['{', last({ a: '1', b: '1' }, { apiVersion: 'v2' }), last({ a: '1', b: '1' }, { foo: 1 })]) {
      const other = clientSide(text, { a: '1', b: '1' });
      expect(refusal(() => apply(other, patch, { manager: 'kubectl' })).message).toContain('2 conflicts');
    }
    const same = clientSide(last({ a: '1', b: '1' }), { a: '1', b: '1' });
    expect(refusal(() => apply(same, patch, { manager: 'other' })).message).toContain('2 conflicts');
  });

  it('SSA-6 drops an annotation that would be too large', () => {
    const live = clientSide(last({ a: '1' }), { a: '1' });
    const { object } = apply(live, config({ data: { a: '1', big: 'x'.repeat(256 * 1024) } }), { manager: 'kubectl' });
    expect((object as App).metadata.annotations).toEqual({});
  });
});

describe('any configuration', () => {
  const objects = fc.array(fc.tuple(objectOf(appSchema, 'App'), fc.constantFrom('a', 'b')), {
    minLength: 1,
    maxLength: 4,
  });

  it('SSA-7 applied by force can be applied again without, and changes nothing then', () => {
    fc.assert(
      fc.property(objects, (steps) => {
        let live: App | undefined;
        for (const [i, [object, manager]] of steps.entries()) {
          const options = { apiVersion: 'example.com/v1', manager, now: `2026-01-01T00:00:0${i}Z` };
          const patch = deepFreeze(object);
          const forced = apply(live, patch, { ...options, force: true });
          live = store(forced.object, forced.managedFields);
          const again = apply(live, patch, { ...options, now: '2026-01-01T00:01:00Z' });
          const next = canonical(appSchema, again.object as App, live);
          expect({ ...next, metadata: { ...next.metadata, managedFields: undefined } }).toEqual({
            ...live,
            metadata: { ...live.metadata, managedFields: undefined },
          });
          expect(again.managedFields?.map(({ time: _, ...rest }) => rest)).toEqual(
            live.metadata.managedFields?.map(({ time: _, ...rest }) => rest),
          );
        }
      }),
      { seed: 20_260_104, numRuns: 80 },
    );
  });

  it('SSA-7 does not disturb others who applied the same', () => {
    fc.assert(
      fc.property(objectOf(appSchema, 'App'), (object) => {
        const options = { apiVersion: 'example.com/v1' };
        // What Go does not print is not stored, and would be added again and again.
        const { metadata, ...rest } = canonical(appSchema, object) as { metadata: Record<string, unknown> };
        const { creationTimestamp: _, ...given } = metadata;
        const patch = { ...rest, metadata: given };
        const first = apply(undefined, patch, { ...options, manager: 'a' });
        const live = store(first.object, first.managedFields);
        const second = apply(live, structuredClone(patch), { ...options, manager: 'b' });
        const mine = second.managedFields?.find(({ manager }) => manager === 'b');
        const theirs = first.managedFields?.find(({ manager }) => manager === 'a');
        expect(mine?.fieldsV1).toBe(theirs?.fieldsV1);
        const update = trackUpdate({ schema: appSchema, ...options, live, next: live, manager: 'c', now: T1 });
        expect(update).toBe(live.metadata.managedFields);
      }),
      { seed: 20_260_105, numRuns: 80 },
    );
  });
});
