import type { Rng } from '@tabernetes/base';
import { type Json, mutate } from '../mutate.ts';
import { chance, hostileName, hostileText, pick } from './pools.ts';

export const PATCH_TYPES: readonly string[] = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/apply-patch+cbor',
  'application/json',
];

/** A body for a media type: something nearly right, broken somewhere. */
export function hostileBody(rng: Rng, type: string, objects: readonly Json[]): string | Uint8Array {
  if (chance(3, rng)) return pick(BOMBS, rng);
  if (type.includes('protobuf') && chance(70, rng)) return protobufNoise(rng);
  const value = type.startsWith('application/json-patch') ? jsonPatch(rng) : objectOrPatch(rng, objects);
  const text = JSON.stringify(value);
  if (chance(8, rng)) return text.slice(0, rng.int(text.length + 1));
  if (chance(4, rng)) return spoiled(text, rng);
  return text;
}

/** An object under one of few names, changed in a few places, sometimes with what only patches know. */
function objectOrPatch(rng: Rng, objects: readonly Json[]): Json {
  const example = pick(objects, rng);
  const object = chance(85, rng) ? mutate(example, rng) : example;
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return object;
  const { metadata, ...rest } = object as Readonly<Record<string, Json>>;
  const name = hostileName(rng);
  const known = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  const renamed = chance(90, rng)
    ? { ...rest, metadata: { ...known, name } }
    : { ...rest, ...(metadata && { metadata }) };
  return chance(20, rng) ? { ...renamed, ...pick(DIRECTIVES, rng) } : (renamed as Json);
}

const DIRECTIVES: readonly Readonly<Record<string, Json>>[] = [
  { $patch: 'delete' },
  { $patch: 'replace', spec: null },
  { $patch: 'nonsense' },
  { $retainKeys: ['spec', 7] },
  { '$setElementOrder/containers': [{ name: 'x' }], spec: { containers: [{ $patch: 'merge' }] } },
  { '$deleteFromPrimitiveList/finalizers': [{}] },
  {
    metadata: { managedFields: [{ manager: 'x', operation: 'Apply', fieldsType: 'FieldsV1', fieldsV1: { 'k:{': 1 } }] },
  },
  { metadata: { finalizers: ['a/b', 'foregroundDeletion'], deletionTimestamp: '2000-01-01T00:00:00Z' } },
  { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'n1', uid: 'u', controller: true }] } },
  { metadata: { resourceVersion: '99999999999999999999', uid: 'x', generation: -1 } },
  { metadata: { generateName: '' } },
  { status: { conditions: [null, { type: 1 }] } },
];

function jsonPatch(rng: Rng): Json {
  const ops = Array.from({ length: 1 + rng.int(12) }, () => ({
    op: pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'nonsense'], rng),
    path: pick(POINTERS, rng),
    from: pick(POINTERS, rng),
    value: pick<Json>([null, {}, [], 'x', 7, { a: { b: [1, 2] } }, hostileText(rng)], rng),
  }));
  // Each copy holds all that was copied before.
  if (chance(10, rng))
    return Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/metadata', path: `/metadata/${i}` }));
  return chance(5, rng) ? (ops[0] as Json) : (ops as unknown as Json);
}

const POINTERS: readonly string[] = [
  '',
  '/',
  '//',
  '/metadata',
  '/metadata/name',
  '/metadata/labels',
  '/metadata/labels/a~1b',
  '/metadata/labels/~2',
  '/metadata/managedFields/0',
  '/metadata/finalizers/-',
  '/spec',
  '/spec/containers/0/image',
  '/spec/containers/-',
  '/spec/containers/99999999999',
  '/spec/containers/-1',
  '/data/x',
  '/__proto__/polluted',
  '/constructor/prototype/polluted',
  'no-slash',
  `${'/a'.repeat(3000)}`,
];

function protobufNoise(rng: Rng): Uint8Array {
  const bytes = Uint8Array.from({ length: 4 + rng.int(200) }, () => rng.int(256));
  bytes.set([0x6b, 0x38, 0x73, 0x00]);
  return bytes;
}

/** Bytes that are no text, and keys that mean something to JavaScript. */
function spoiled(text: string, rng: Rng): string | Uint8Array {
  switch (rng.int(3)) {
    case 0: {
      const bytes = new TextEncoder().encode(text);
      for (let i = 0; i < 5; i++) bytes[rng.int(bytes.length)] = rng.int(256);
      return bytes;
    }
    case 1:
      return text.replace('{', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},');
    default:
      return text.replace('"spec"', '"spec":{"x":1},"spec"');
  }
}

const BOMBS: readonly (string | Uint8Array)[] = [
  '',
  'null',
  '[]',
  '"x"',
  '1e999999',
  `${'9'.repeat(100_000)}`,
  '['.repeat(200_000),
  `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  `{"apiVersion":"v1","kind":"ConfigMap","data":${'{"a":'.repeat(900)}1${'}'.repeat(900)}}`,
  `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghijk'
    .split('')
    .map((c, i) => `${c}: &${c} [${`*${'abcdefghij'[i]},`.repeat(8)}*${'abcdefghij'[i]}]`)
    .join('\n')}\n`,
  '!!js/function "x"\n',
  `${'- '.repeat(20_000)}x\n`,
  `${'? '.repeat(5000)}x\n`,
  `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"n1"},"data":{"x":"${'y'.repeat(1_000_000)}"}}`,
  'x'.repeat(4 * 1024 * 1024),
  Uint8Array.of(0xff, 0xfe, 0x00, 0x01),
  Uint8Array.of(0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0),
];
