import { deepFreeze } from '@tabernetes/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { StatusError } from '../status.ts';
import { gadgetSchema } from '../testing/gadget.ts';
import { applyJsonPatch } from './json-patch.ts';
import { isMap, type JsonMap } from './json-tree.ts';
import { createMergePatch } from './merge-diff.ts';
import { applyMergePatch } from './merge-patch.ts';
import { PatchProblem } from './patch-problem.ts';
import { patchObject } from './patch-request.ts';
import { createStrategicPatch } from './strategic-diff.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

const schema = gadgetSchema();
const options = { seed: 20_250_101, numRuns: 300 };

const key = fc.constantFrom(
  'a',
  'b',
  'list',
  'spec',
  'metadata',
  'name',
  '__proto__',
  'constructor',
  '$patch',
  '',
  '-1',
);
const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, true, 'x', '', 'replace', 'delete', 0, -1, 1.5),
  fc.integer(),
  fc.string(),
);
const json = fc.letrec<{ value: unknown; map: JsonMap }>((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('map')),
  map: fc.dictionary(key, tie('value'), { maxKeys: 5 }) as fc.Arbitrary<JsonMap>,
}));

const withNoNulls = (value: unknown): boolean =>
  value !== null && (typeof value !== 'object' || Object.values(value as object).every(withNoNulls));

describe('merge patches', () => {
  it('PAT-6 what a patch has made it does not change again; the empty patch changes nothing', () => {
    fc.assert(
      fc.property(json.map, json.map, (document, patch) => {
        const once = applyMergePatch(deepFreeze(document), deepFreeze(patch));
        // A list in the place of a map keeps its nulls; in the place of a list it does not.
        const twice = applyMergePatch(once, patch);
        expect(applyMergePatch(twice, patch)).toBe(twice);
        expect(applyMergePatch(once, {})).toBe(once);
      }),
      options,
    );
  });

  it('PAT-17 the difference of two documents makes the second of the first', () => {
    fc.assert(
      fc.property(json.map, json.map.filter(withNoNulls), (original, modified) => {
        expect(applyMergePatch(original, createMergePatch(original, modified))).toEqual(modified);
      }),
      options,
    );
  });
});

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const port = fc.record(
  { port: fc.integer({ min: 1, max: 4 }), protocol: fc.constantFrom('TCP', 'UDP') },
  { requiredKeys: ['port'] },
);
const part = fc.record(
  {
    name,
    image: fc.constantFrom('x', 'y'),
    args: fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
    ports: fc.uniqueArray(port, { selector: ({ port: n }) => n, minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['name'] },
);
const gadget = fc.record({
  kind: fc.constant('Gadget'),
  apiVersion: fc.constant('example.com/v1'),
  metadata: fc.record(
    { name, labels: fc.dictionary(name, name, { minKeys: 1 }), finalizers: fc.uniqueArray(name, { minLength: 1 }) },
    { requiredKeys: ['name'] },
  ),
  spec: fc.record(
    {
      replicas: fc.nat(3),
      selector: fc.dictionary(name, name, { minKeys: 1 }),
      parts: fc.uniqueArray(part, { selector: (p) => p.name, minLength: 1, maxLength: 5 }),
      rules: fc.array(port, { minLength: 1, maxLength: 3 }),
      strategy: fc.record({ type: name, rolling: fc.record({ surge: fc.nat(3) }) }, { requiredKeys: ['type'] }),
      whole: fc.dictionary(name, name, { minKeys: 1 }),
    },
    { requiredKeys: [] },
  ),
}) as unknown as fc.Arbitrary<KubeObject & JsonMap>;

/** Lists that merge end up in the order of the second document too, but for what Kubernetes itself leaves. */
const bySet = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bySet).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, bySet(v)])) : value;
};

describe('strategic patches', () => {
  it('PAT-17 the difference of two objects makes the second of the first', () => {
    fc.assert(
      fc.property(gadget, gadget, (original, modified) => {
        const patch = createStrategicPatch(schema, deepFreeze(original), deepFreeze(modified));
        expect(bySet(applyStrategicMergePatch(schema, original, patch))).toEqual(bySet(modified));
      }),
      options,
    );
  });

  it('PAT-2 what changes nothing gives the same object', () => {
    fc.assert(
      fc.property(gadget, (object) => {
        const patch = createStrategicPatch(schema, deepFreeze(object), object);
        expect(applyStrategicMergePatch(schema, object, patch)).toBe(object);
        expect(applyStrategicMergePatch(schema, object, { spec: object['spec'] })).toBe(object);
      }),
      options,
    );
  });
});

const pointer = fc
  .array(
    fc.constantFrom('a', 'b', 'list', 'spec', 'parts', '0', '1', '-1', '-', '', '__proto__', 'constructor', '~0~1'),
    { maxLength: 4 },
  )
  .map((tokens) => tokens.map((token) => `/${token}`).join(''));
const operation = fc.record(
  {
    op: fc.oneof(fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'), scalar),
    path: fc.oneof({ weight: 9, arbitrary: pointer }, scalar as fc.Arbitrary<never>),
    from: fc.oneof({ weight: 9, arbitrary: pointer }, scalar as fc.Arbitrary<never>),
    value: json.value,
  },
  { requiredKeys: ['op'] },
);

describe('hostile input', () => {
  it('PAT-16 a JSON patch gives a document or a PatchProblem', () => {
    fc.assert(
      fc.property(json.map, fc.array(operation, { maxLength: 6 }), (document, patch) => {
        try {
          applyJsonPatch(deepFreeze(document), deepFreeze(patch));
        } catch (error) {
          expect(error).toBeInstanceOf(PatchProblem);
        }
        expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      }),
      { ...options, numRuns: 1000 },
    );
  });

  it.each(['json', 'merge', 'strategic'] as const)(
    'PAT-16 any %s patch of an object is answered or refused',
    (type) => {
      const patch = type === 'json' ? fc.oneof(json.value, fc.array(operation, { maxLength: 4 })) : json.value;
      fc.assert(
        fc.property(gadget, patch, fc.constantFrom('Strict', 'Warn', 'Ignore'), (live, object, fieldValidation) => {
          const body = { kind: 'object', object: deepFreeze(object) } as const;
          try {
            const { draft } = patchObject({
              schema,
              live: deepFreeze(live),
              body,
              type,
              fieldValidation: fieldValidation as 'Warn',
            });
            expect(draft).toMatchObject({ kind: 'Gadget', apiVersion: 'example.com/v1' });
          } catch (error) {
            expect(error).toBeInstanceOf(StatusError);
          }
        }),
        { ...options, numRuns: 500 },
      );
    },
  );
});
