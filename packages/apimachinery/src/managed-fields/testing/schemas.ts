import type { ListSchema, Schema, StructSchema } from '../../schema.ts';
import { type FieldOf, listOf, mapOf, scalarOf, structOf } from '../../testing/schema-builder.ts';

const text = scalarOf('string');
const int = scalarOf('int32');
/** Any value, owned key by key. */
const anything = scalarOf('any', 'interface {}');

const setOf = (items: Schema): ListSchema => listOf(items, { listType: 'set' });
const listBy = (names: readonly string[], items: Schema): ListSchema =>
  listOf(items, { listType: 'map', mapKeys: names.map((name) => ({ name })) });
/** Printed always. */
const always = (schema: Schema): FieldOf => ({ schema, omitEmpty: false });
/** A key of a map list that items may leave out. */
const defaulted = (schema: Schema, value: unknown): FieldOf => ({ schema, omitEmpty: false, default: value });
const untyped = (fields: Readonly<Record<string, FieldOf>>, options: Partial<StructSchema> = {}): StructSchema =>
  structOf('object', fields, { openapi: undefined, untyped: true, ...options });

const objectMeta = structOf('v1.ObjectMeta', {
  name: text,
  namespace: text,
  uid: text,
  resourceVersion: text,
  creationTimestamp: always(scalarOf('time')),
  labels: mapOf(text),
  annotations: mapOf(text),
  finalizers: setOf(text),
  ownerReferences: listBy(['uid'], structOf('v1.OwnerReference', { uid: text, name: text }, { structType: 'atomic' })),
  managedFields: listOf(anything),
});

const port = structOf('v1.Port', { port: defaulted(int, 0), protocol: defaulted(text, 'TCP'), name: text });
const container = structOf('v1.Container', {
  name: defaulted(text, ''),
  image: text,
  ports: listBy(['port', 'protocol'], port),
  resources: always(structOf('v1.Resources', { limits: mapOf(scalarOf('quantity')) })),
});

/** A kind in the manner of Deployments, small: a Go type with every sort of field. */
export const appSchema = structOf('v1.App', {
  apiVersion: text,
  kind: text,
  metadata: always(objectMeta),
  spec: always(
    structOf('v1.AppSpec', {
      replicas: { schema: int, pointer: true },
      paused: scalarOf('bool'),
      selector: mapOf(text, { mapType: 'atomic' }),
      args: listOf(text),
      containers: always(listBy(['name'], container)),
    }),
  ),
  data: mapOf(text),
  status: always(structOf('v1.AppStatus', { replicas: int })),
});

/** A custom resource. */
export const widgetSchema = untyped({
  apiVersion: text,
  kind: text,
  metadata: objectMeta,
  spec: untyped({
    n: scalarOf('int64'),
    f: scalarOf('float64'),
    s: text,
    b: scalarOf('bool'),
    ios: scalarOf('intOrString'),
    set: setOf(scalarOf('int64')),
    sset: setOf(text),
    mlist: listBy(
      ['port', 'name'],
      untyped({ port: scalarOf('int64'), name: { schema: text, default: 'd' }, x: mapOf(scalarOf('int64')) }),
    ),
    atom: mapOf(text, { mapType: 'atomic' }),
    free: untyped({ known: text }, { preserveUnknownFields: true }),
    any: anything,
    mm: mapOf(untyped({ a: text, l: listOf(text) })),
  }),
  status: untyped({}, { preserveUnknownFields: true }),
});
