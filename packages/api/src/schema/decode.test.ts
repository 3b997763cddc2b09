import {
  canonical,
  DecodeProblem,
  decodeBody,
  decodeObject,
  type KubeObject,
  type StructSchema,
} from '@tabernetes/apimachinery';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import probes from '../../testdata/schema/decode-probes.json' with { type: 'json' };
import protobuf from '../../testdata/schema/kubectl-protobuf.json' with { type: 'json' };
import { protobufTable } from './protobuf.ts';
import { allSchemaNames, schemaOf, schemaOfKind } from './schemas.ts';

const schemaFor = ({ apiVersion, kind }: { apiVersion: string; kind: string }): StructSchema => {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const schema = schemaOfKind({ group: group ?? '', version: version ?? '', kind });
  if (schema === undefined) throw new Error(`no ${apiVersion} ${kind}`);
  return schema;
};

const POD = schemaOf('io.k8s.api.core.v1.Pod');
const pod = (spec: unknown, metadata: unknown = { name: 'p' }) => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
const problemOf = (schema: StructSchema, raw: unknown): string => {
  try {
    return decodeObject(schema, raw).strictErrors.join(', ');
  } catch (problem) {
    if (problem instanceof DecodeProblem) return problem.message;
    throw problem;
  }
};
const json = (text: string) => decodeBody(new TextEncoder().encode(text), 'application/json');

describe('decodeObject', () => {
  it('DEC-1 refuses values of the wrong type as the recorded server does', () => {
    const bases = probes.bases as Record<string, KubeObject>;
    for (const { object, path, value, message } of probes.probes) {
      const base = bases[object] as KubeObject;
      const raw = withValue(base, path, value);
      const told = problemOf(schemaFor(base), raw);
      const expected = message.startsWith('strict decoding error: ') ? message.slice(23) : message;
      expect(told.replaceAll('a'.repeat(300), 'a*300'), `${object} ${path}`).toBe(expected);
    }
  });

  it('DEC-2 tells of the first wrong type in the order of the text, but of a failed time or quantity before it', () => {
    expect(problemOf(POD, pod({ containers: 5, nodeName: 6 }))).toContain('PodSpec.spec.containers');
    const late = pod({ nodeName: 6 }, { creationTimestamp: 'x' });
    expect(problemOf(POD, late)).toBe('parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"');
    expect(problemOf(POD, 'text')).toBe('json: cannot unmarshal string into Go value of type v1.Pod');
  });

  it('DEC-3 names unknown fields by their path, each once, in order', () => {
    const { unknownFields, strictErrors } = decodeObject(
      POD,
      pod({ containers: [{ name: 'a' }, { name: 'b', imagee: 'x', ports: [{ Port: 1 }] }], zzz: { deep: 1 } }),
    );
    expect(unknownFields).toEqual(['spec.containers[1].imagee', 'spec.containers[1].ports[0].Port', 'spec.zzz']);
    expect(strictErrors[0]).toBe('unknown field "spec.containers[1].imagee"');
  });

  it('DEC-4 tells of fields that are set twice where the type has them, among the unknown ones', () => {
    const body = json(
      '{"kind":"Pod","metadata":{"name":"a","x":1,"name":"b","labels":{"l":"1","l":"2"}},"metadata":{"uid":"u"},"y":{"z":1,"z":2}}',
    );
    const { strictErrors, draft } = decodeObject(POD, body.value, body);
    expect(strictErrors).toEqual([
      'unknown field "metadata.x"',
      'duplicate field "metadata.name"',
      'duplicate field "metadata.labels.l"',
      'duplicate field "metadata"',
      'unknown field "y"',
    ]);
    // Go decodes the second struct into the first.
    expect(draft.metadata).toEqual({ name: 'b', uid: 'u', labels: { l: '2' } });
    const thrice = json(
      '{"metadata":{"name":"a","uid":"1"},"metadata":null,"metadata":{"uid":"2"},"metadata":{"namespace":"n"}}',
    );
    expect(decodeObject(POD, thrice.value, thrice).draft.metadata).toEqual({ name: 'a', uid: '2', namespace: 'n' });
  });

  it('DEC-5 takes null for absent, and for the zero value in lists and maps', () => {
    const { draft } = decodeObject(
      POD,
      pod({ containers: [null, { name: 'c', resources: { limits: { cpu: null } } }], nodeName: null }),
    );
    expect(draft).toEqual(pod({ containers: [{ name: '' }, { name: 'c', resources: { limits: { cpu: '0' } } }] }));
  });

  it('DEC-6 makes quantities, times and base64 canonical', () => {
    const limits = { cpu: 0.5, memory: ' 1024Mi ', 'a/b': '1e3' };
    const { draft } = decodeObject(
      POD,
      pod({ containers: [{ name: 'c', resources: { limits } }] }, { creationTimestamp: '2025-01-01T01:00:00.9+01:00' }),
    );
    expect(draft).toMatchObject({
      metadata: { creationTimestamp: '2025-01-01T00:00:00Z' },
      spec: { containers: [{ resources: { limits: { cpu: '500m', memory: '1Gi', 'a/b': '1e3' } } }] },
    });
    const secret = { data: { a: 'YQ=\n=', b: [1, 2] } };
    expect(decodeObject(schemaOf('io.k8s.api.core.v1.Secret'), secret).draft).toEqual({
      data: { a: 'YQ==', b: 'AQI=' },
    });
    expect(problemOf(schemaOf('io.k8s.api.core.v1.Secret'), { data: { a: 'YQ' } })).toBe(
      'illegal base64 data at input byte 0',
    );
  });

  it('DEC-7 knows how numbers were written', () => {
    const text = (value: string) => {
      const body = json(`{"kind":"Pod","spec":{"terminationGracePeriodSeconds":${value}}}`);
      try {
        return decodeObject(POD, body.value, body).draft;
      } catch (problem) {
        return (problem as Error).message;
      }
    };
    expect(text('30')).toEqual({ kind: 'Pod', spec: { terminationGracePeriodSeconds: 30 } });
    for (const wrong of ['30.0', '3e1', '9223372036854775808', '1.50']) {
      expect(text(wrong)).toBe(
        `json: cannot unmarshal number ${wrong} into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64`,
      );
    }
    const limits = json('{"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":1e3,"memory":1000}}}]}}');
    expect(decodeObject(POD, limits.value, limits).draft).toMatchObject({
      spec: { containers: [{ resources: { limits: { cpu: '1e3', memory: '1k' } } }] },
    });
  });

  it('DEC-8 fills what is required and absent with the zero value', () => {
    expect(decodeObject(POD, pod({ containers: [{ ports: [{}] }] })).draft).toEqual(
      pod({ containers: [{ name: '', ports: [{ containerPort: 0 }] }] }),
    );
  });

  it('DEC-9 reads schemas inside schemas without strictness, as their own decoder does', () => {
    const crd = schemaOf('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
    expect(
      decodeObject(crd, { items: { type: 'string', nope: 1 }, additionalProperties: true, default: { any: [1] } }),
    ).toMatchObject({
      draft: { items: { type: 'string' }, additionalProperties: true, default: { any: [1] } },
      unknownFields: [],
    });
    expect(problemOf(crd, { items: { type: 1 } })).toBe(
      'json: cannot unmarshal number into Go struct field JSONSchemaProps.items of type string',
    );
    expect(problemOf(crd, { additionalProperties: 1 })).toBe('boolean or JSON schema expected');
  });

  it('DEC-10 never sets a prototype', () => {
    const body = json('{"metadata":{"labels":{"__proto__":"x"}},"__proto__":{"polluted":1}}');
    const { draft, unknownFields } = decodeObject(POD, body.value, body);
    expect(unknownFields).toEqual(['__proto__']);
    expect(Object.keys(draft.metadata.labels ?? {})).toEqual(['__proto__']);
    expect(canonical(POD, draft)).not.toHaveProperty('polluted');
    expect(Object.getPrototypeOf(draft.metadata.labels)).toBe(Object.prototype);
  });

  it('DEC-11 throws nothing but DecodeProblem, and what it takes is stable', () => {
    const names = allSchemaNames().filter((name) => schemaOf(name).groupVersionKinds?.length === 1);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.infiniteStream(fc.jsonValue({ maxDepth: 1 })), (name, stream) => {
        const schema = schemaOf(name);
        const raw = randomObject(schema, stream, 0);
        let draft: unknown;
        try {
          ({ draft } = decodeObject(schema, raw));
        } catch (problem) {
          expect(problem).toBeInstanceOf(DecodeProblem);
          return;
        }
        const first = canonical(schema, draft);
        const again = canonical(
          schema,
          decodeObject(schema, JSON.parse(JSON.stringify(first))).draft as unknown,
          first,
        );
        expect(again).toBe(first);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe('protobuf', () => {
  it('PRO-1 reads what the real kubectl posts', () => {
    const decoded = protobuf.map(({ base64 }) => {
      const { value } = decodeBody(
        Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)),
        'application/vnd.kubernetes.protobuf',
        protobufTable,
      );
      const object = value as KubeObject;
      expect(decodeObject(schemaFor(object), object).unknownFields).toEqual([]);
      return value;
    });
    expect(decoded[0]).toEqual({
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name: 'x', labels: { app: 'x' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'x' } },
        template: {
          metadata: { labels: { app: 'x' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }], resources: {} }] },
        },
        strategy: {},
      },
      status: {},
    });
    expect(decoded[2]).toMatchObject({ kind: 'Secret', data: { a: 'Yg==' } });
    expect(decoded[3]).toMatchObject({ spec: { ports: [{ targetPort: 'http' }] } });
    expect(decoded[7]).toMatchObject({ spec: { hard: { cpu: '1', memory: '1Gi' } } });
    expect(decoded[9]).toMatchObject({ spec: { minAvailable: '50%' } });
  });

  it('PRO-2 has a number for every field of every type that travels', () => {
    const without = allSchemaNames().filter((name) => {
      try {
        protobufTable.fieldsOf(schemaOf(name));
        return false;
      } catch {
        return true;
      }
    });
    expect(without).toEqual(['io.k8s.apimachinery.pkg.version.Info']);
  });

  it('PRO-3 refuses damaged messages with a SyntaxProblem', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...protobuf),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        ({ base64 }, at, byte, cut) => {
          const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
          const place = at % bytes.length;
          bytes[place] = byte;
          try {
            decodeBody(cut ? bytes.subarray(0, place) : bytes, 'application/vnd.kubernetes.protobuf', protobufTable);
          } catch (problem) {
            expect((problem as Error).name).toBe('SyntaxProblem');
          }
        },
      ),
      { numRuns: 500, seed: 11 },
    );
    expect(() => decodeBody(new Uint8Array(), 'application/vnd.kubernetes.protobuf', protobufTable)).toThrow(
      'empty data',
    );
    expect(() =>
      decodeBody(new Uint8Array([1, 2, 3, 4]), 'application/vnd.kubernetes.protobuf', protobufTable),
    ).toThrow('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  });
});

/** The object with one leaf set: `spec.containers[0].name`. Keys may have dots. */
function withValue(base: KubeObject, path: string, value: unknown): unknown {
  const copy = structuredClone(base) as unknown as Record<string, unknown>;
  let at: Record<string, unknown> = copy;
  const parts = [...path.matchAll(/[^.[\]]+/g)].map(([part]) => part);
  while (parts.length > 1) {
    let key = parts.shift() ?? '';
    while (!(key in at) && parts.length > 1) key += `.${parts.shift()}`;
    at = at[key] as Record<string, unknown>;
  }
  at[parts[0] ?? ''] = value === 'a*300' ? 'a'.repeat(300) : value;
  return copy;
}

/** An object with members of the type's names and mostly of its types, some of them wrong. */
function randomObject(schema: StructSchema, stream: fc.Stream<fc.JsonValue>, depth: number): unknown {
  const out: Record<string, unknown> = {};
  for (const { name, schema: type } of schema.fields) {
    const noise = stream.next().value as fc.JsonValue;
    if (noise === null) continue;
    if (typeof noise === 'number' && depth < 6 && type.kind === 'struct')
      out[name] = randomObject(type, stream, depth + 1);
    else if (typeof noise === 'number' && depth < 6 && type.kind === 'list' && type.items.kind === 'struct') {
      out[name] = [randomObject(type.items, stream, depth + 1)];
    } else if (typeof noise === 'string' || typeof noise === 'boolean') {
      out[name] = fitting(type.kind, noise);
    } else if (depth > 4) out[name] = noise;
  }
  return out;
}

function fitting(kind: string, noise: string | boolean): unknown {
  const values: Record<string, unknown> = {
    string: String(noise),
    bool: noise === true,
    int32: 7,
    int64: 8,
    float64: 1.5,
    bytes: 'YQ==',
    time: '2025-01-01T00:00:00Z',
    microTime: '2025-01-01T00:00:00.000001Z',
    quantity: '1500m',
    intOrString: 5,
    any: { z: noise, a: [1] },
    fieldsV1: { 'f:a': {} },
    map: {},
    list: [],
  };
  return values[kind] ?? {};
}
