import fc from 'fast-check';
import type { Schema } from '../../schema.ts';
import { type FieldSet, fieldSetOfPaths, union } from '../field-set.ts';
import { fieldSetOf } from '../field-set-of.ts';
import { planOf } from '../struct-plan.ts';

const words = fc.constantFrom('a', 'b', 'web', 'x/y', 'TCP', 'constructor', '__proto__');
const ports = fc.constantFrom(0, 80, 443, 8080);

/** Values of a type, as clients write them: few names, so that two values meet. */
function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.kind) {
    case 'struct':
      return fc.record(Object.fromEntries(schema.fields.map((field) => [field.name, valueFor(field.schema)])), {
        requiredKeys: [],
      });
    case 'map':
      return fc.dictionary(words, valueFor(schema.values), { maxKeys: 3 });
    case 'list':
      return fc
        .array(valueFor(schema.items), { maxLength: 3 })
        .map((items) => (schema.listType === 'atomic' ? items : distinct(schema, items)));
    case 'bool':
      return fc.boolean();
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return ports;
    case 'time':
      return fc.constant('2020-01-01T00:00:00Z');
    case 'quantity':
      return fc.constantFrom('1', '100m');
    case 'any':
      return fc.oneof(words, ports, fc.array(ports, { maxLength: 2 }), fc.dictionary(words, ports, { maxKeys: 2 }));
    default:
      return words;
  }
}

/** Sets and map lists name an item once, and items of map lists have their keys. */
function distinct(schema: Extract<Schema, { kind: 'list' }>, items: readonly unknown[]): unknown[] {
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const named = { ...defaultsOf(schema), ...(item as object) };
    const whole = schema.listType === 'map' ? named : item;
    const keys = schema.mapKeys?.map(({ name }) => Reflect.get(named, name)) ?? [item];
    const name = JSON.stringify(keys);
    if (seen.has(name) || keys.includes(undefined)) return [];
    seen.add(name);
    return [whole];
  });
}

function defaultsOf({ mapKeys = [], items }: Extract<Schema, { kind: 'list' }>): Record<string, unknown> {
  const fields = items.kind === 'struct' ? items.byName : undefined;
  return Object.fromEntries(mapKeys.map(({ name }) => [name, fields?.get(name)?.default]));
}

/** Objects of a kind, without what only the server writes. */
export const objectOf = (schema: Schema, kind: string): fc.Arbitrary<Record<string, unknown>> =>
  valueFor(schema).map((value) => {
    const metadata = Object.entries(Reflect.get(value as object, 'metadata') ?? {}).filter(([key]) => !SERVER.has(key));
    return {
      ...(value as object),
      apiVersion: 'example.com/v1',
      kind,
      metadata: { ...Object.fromEntries(metadata), name: 'n' },
    };
  });

const SERVER: ReadonlySet<string> = new Set(['managedFields', 'uid', 'resourceVersion', 'creationTimestamp']);

const paths = fc.subarray(['a', 'a.b', 'a.b.c', 'a.d', 'e', 'e.f', 'g.h.i', 'é', 'a.constructor']);

/** Sets with members at every level, of fields, items and values. */
export const setFor = (schema: Schema): fc.Arbitrary<FieldSet> =>
  fc.tuple(paths, valueFor(schema)).map(([names, value]) => union(fieldSetOfPaths(names), fieldSetOf(schema, value)));

/** What Go prints of a type that nobody set. */
export const zeroOfKind = (schema: Extract<Schema, { kind: 'struct' }>): unknown => planOf(schema).zero;
