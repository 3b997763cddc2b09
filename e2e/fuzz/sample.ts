import type { FieldSchema, Schema, StructSchema } from '@tabernetes/apimachinery';
import type { Rng } from '@tabernetes/base';
import type { Json } from '../mutate.ts';

/** How deep structs are filled that nobody asked for; schemas of schemas have no end. */
const MAX_DEPTH = 5;

/** A value that a schema could mean: of the right shape, and else as chance has it. */
export function sample(schema: Schema, rng: Rng, field?: FieldSchema, depth = 0): Json {
  const values = field?.enum ?? ('enum' in schema ? schema.enum : undefined);
  if (values !== undefined && rng.int(8) > 0) return pick(values, rng);
  switch (schema.kind) {
    case 'struct':
      return sampleStruct(schema, rng, depth);
    case 'list':
      return Array.from({ length: 1 + rng.int(2) }, () => sample(schema.items, rng, undefined, depth + 1));
    case 'map':
      return Object.fromEntries([[pick(KEYS, rng), sample(schema.values, rng, undefined, depth + 1)]]);
    default:
      return pick(SCALARS[schema.kind], rng);
  }
}

/** The value with one more field, somewhere, that its schema knows and it has not got. */
export function enrich(value: Json, schema: Schema, rng: Rng): Json {
  if (schema.kind === 'list' && Array.isArray(value) && value.length > 0) {
    const at = rng.int(value.length);
    return value.map((element: Json, index) => (index === at ? enrich(element, schema.items, rng) : element));
  }
  if (schema.kind !== 'struct' || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = value as { readonly [member: string]: Json };
  const known = schema.fields.filter(({ name }) => members[name] !== undefined && isNested(members[name]));
  const missing = schema.fields.filter(({ name }) => members[name] === undefined);
  const inner = rng.int(missing.length > 0 ? known.length + 1 : known.length || 1);
  const into = known[inner];
  if (into !== undefined) return { ...members, [into.name]: enrich(members[into.name] ?? null, into.schema, rng) };
  if (missing.length === 0) return value;
  const added = pick(missing, rng);
  return { ...members, [added.name]: sample(added.schema, rng, added) };
}

const isNested = (value: Json | undefined): boolean => typeof value === 'object' && value !== null;

function sampleStruct(schema: StructSchema, rng: Rng, depth: number): Json {
  const chosen = schema.fields.filter(({ required }) => required || (depth < MAX_DEPTH && rng.int(3) === 0));
  // Schemas that contain themselves end here, if need be without what they require.
  if (depth >= 2 * MAX_DEPTH) return {};
  return Object.fromEntries(chosen.map((field) => [field.name, sample(field.schema, rng, field, depth + 1)]));
}

const KEYS = ['a', 'app', 'kubernetes.io/os', 'cpu', 'memory', 'example.com/x', 'tls.crt', 'constructor'] as const;

const SCALARS = {
  string: [
    'a',
    'x',
    'nginx',
    'default',
    'web.example.com',
    'example.com/x',
    '/data',
    '10.0.0.1',
    '10.0.0.0/8',
    'True',
    'cpu',
    'v1',
    'apps',
    'pods',
    '*',
    'NotIn',
    'Exists',
    'Never',
    '',
  ],
  bool: [true, false],
  int32: [0, 1, 2, 80, 1000, 30_000, 65_535],
  int64: [0, 1, 30, 1000, 3_000_000_000],
  float64: [0, 0.5, 1],
  bytes: ['', 'YWJj', 'AA=='],
  time: ['2025-01-01T00:00:00Z', '2030-06-01T12:00:00Z', null],
  microTime: ['2025-01-01T00:00:00.000000Z', null],
  quantity: ['0', '1', '100m', '1Gi', '2500m', '1.5', 2],
  intOrString: [0, 1, 8080, '25%', 'http', '100%'],
  duration: ['1h0m0s', '30s', '0s'],
  fieldsV1: [{}, { 'f:spec': { 'f:replicas': {} } }],
  any: [null, 1, 'x', true, {}, [], { a: [1, { b: null }] }],
} as const satisfies Record<string, readonly Json[]>;

const pick = <T>(list: readonly T[], rng: Rng): T => list[rng.int(list.length)] as T;
