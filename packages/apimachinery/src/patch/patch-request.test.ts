import { deepFreeze } from '@tabernetes/base';
import { describe, expect, it } from 'vitest';
import { canonical } from '../encode/canonical.ts';
import type { KubeObject } from '../object.ts';
import { StatusError } from '../status.ts';
import { gadgetSchema } from '../testing/gadget.ts';
import { type FieldValidation, type PatchedObject, type PatchType, patchObject } from './patch-request.ts';

const schema = gadgetSchema();
const live = deepFreeze({
  kind: 'Gadget',
  apiVersion: 'example.com/v1',
  metadata: { name: 'g', labels: { a: '<1>' } },
  spec: { replicas: 1, parts: [{ name: 'a', image: 'x' }] },
}) as unknown as KubeObject;

const bytes = (text: string) => ({ kind: 'bytes', bytes: new TextEncoder().encode(text) }) as const;
const send = (type: PatchType, text: string, fieldValidation: FieldValidation = 'Warn'): PatchedObject =>
  patchObject({ schema, live, body: bytes(text), type, fieldValidation });
const result = (outcome: PatchedObject) => canonical(schema, outcome.draft as KubeObject, live);

function refusal(type: PatchType, text: string, fieldValidation: FieldValidation = 'Strict'): StatusError {
  try {
    send(type, text, fieldValidation);
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('accepted');
}
const refused = (type: PatchType, text: string, fieldValidation: FieldValidation = 'Strict') => {
  const { code, reason, message } = refusal(type, text, fieldValidation);
  return `${code} ${reason}: ${message}`;
};

describe('what is patched', () => {
  it.each([
    ['json', '[{"op":"replace","path":"/spec/replicas","value":2}]'],
    ['merge', '{"spec":{"replicas":2}}'],
    ['strategic', '{"spec":{"replicas":2}}'],
  ] as const)('PAT-2 %s patches give a draft of their own, which shares when printed', (type, text) => {
    const outcome = send(type, text);
    expect(outcome).toMatchObject({ unchanged: false, warnings: [] });
    const object = result(outcome);
    expect(object).toEqual({ ...live, spec: { replicas: 2, parts: [{ name: 'a', image: 'x' }] } });
    expect(object.metadata).toBe(live.metadata);
  });

  it.each([
    ['json', '[]'],
    ['json', 'null'],
    ['merge', '{}'],
    ['merge', '{"spec":{"replicas":1}}'],
    ['strategic', '{}'],
    ['strategic', 'null'],
    ['strategic', '{"spec":{"parts":[{"name":"a"}]}}'],
  ] as const)('PAT-2 %s %s changes nothing', (type, text) => {
    const outcome = send(type, text);
    expect(outcome.unchanged).toBe(true);
    expect(result(outcome)).toBe(live);
  });

  it('PAT-2 patches in process are as good as bytes', () => {
    const body = { kind: 'object', object: deepFreeze({ spec: { replicas: 3 } }) } as const;
    for (const type of ['merge', 'strategic'] as const) {
      const outcome = patchObject({ schema, live, body, type, fieldValidation: 'Strict' });
      expect(outcome.draft).toMatchObject({ spec: { replicas: 3 } });
    }
  });

  it('PAT-15 there always is metadata', () => {
    expect(send('merge', '{"metadata":null}').draft.metadata).toEqual({});
    expect(send('strategic', '{"$patch":"delete"}').draft).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Gadget',
      metadata: {},
    });
  });
});

describe('refusals', () => {
  it.each([
    [
      'json',
      '{bad',
      'Strict',
      "400 BadRequest: error decoding patch: invalid character 'b' looking for beginning of object key string",
    ],
    ['json', '{bad', 'Ignore', "400 BadRequest: invalid character 'b' looking for beginning of object key string"],
    [
      'json',
      '{}',
      'Warn',
      '400 BadRequest: error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ],
    ['json', '{}', 'Ignore', '400 BadRequest: json: cannot unmarshal object into Go value of type jsonpatch.Patch'],
    [
      'json',
      '[{"op":5}]',
      'Strict',
      '400 BadRequest: error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
    ],
    [
      'json',
      '[5]',
      'Strict',
      '400 BadRequest: error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp',
    ],
    [
      'json',
      '[5]',
      'Ignore',
      '400 BadRequest: json: cannot unmarshal number into Go value of type jsonpatch.Operation',
    ],
    ['json', '[null]', 'Strict', '422 Invalid: the server rejected our request due to an error in our request'],
    [
      'merge',
      '{bad',
      'Strict',
      "400 BadRequest: error decoding patch: invalid character 'b' looking for beginning of object key string",
    ],
    ['merge', '{bad', 'Ignore', '400 BadRequest: Invalid JSON Patch'],
    [
      'merge',
      '[]',
      'Strict',
      '400 BadRequest: error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    ['merge', '5', 'Ignore', '400 BadRequest: Invalid JSON Patch'],
    ['merge', 'null', 'Strict', '400 BadRequest: Invalid JSON Patch'],
    [
      'merge',
      '[]',
      'Ignore',
      '422 Invalid:  "" is invalid: patch: Invalid value: "[]": couldn\'t get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    ],
    ['strategic', '{bad', 'Strict', "400 BadRequest: invalid character 'b' looking for beginning of object key string"],
    [
      'strategic',
      '[]',
      'Ignore',
      '400 BadRequest: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    [
      'strategic',
      '{"spec":{"$deleteFromPrimitiveList":[]}}',
      'Strict',
      '400 BadRequest: invalid patch format of primitive list',
    ],
    [
      'strategic',
      '{"spec":{"parts":[{"$patch":"merge"}]}}',
      'Strict',
      '500 : merging lists cannot yet be specified in the patch',
    ],
  ] as const)('PAT-12 %s %s with %s', (type, text, validation, answer) => {
    expect(refused(type, text, validation)).toBe(answer);
  });

  it('PAT-12 a JSON patch that does not apply is told of without why', () => {
    expect(refusal('json', '[{"op":"test","path":"/spec/replicas","value":7}]').status).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'the server rejected our request due to an error in our request',
      reason: 'Invalid',
      details: {},
      code: 422,
    });
  });

  it('PAT-13 results of JSON and merge patches are decoded, with their text', () => {
    const spec = '"spec":{"parts":[{"name":"a","image":"x"}],"replicas":"two"}';
    const text = `{"apiVersion":"example.com/v1","kind":"Gadget","metadata":{"name":"g","labels":{"a":"\\u003c1\\u003e"}},${spec}}`;
    const message = `422 Invalid:  "" is invalid: patch: Invalid value: ${JSON.stringify(text)}: json: cannot unmarshal string into Go struct field GadgetSpec.spec.replicas of type int32`;
    expect(refused('merge', '{"spec":{"replicas":"two"}}')).toBe(message);
    expect(refused('json', '[{"op":"add","path":"/spec/replicas","value":"two"}]')).toBe(message);
  });

  it('PAT-13 a merge patch writes integers as integers', () => {
    const message = 'json: cannot unmarshal number 1.0 into Go struct field GadgetSpec.spec.replicas of type int32';
    expect(refused('merge', '{"spec":{"replicas":1.0}}')).toContain(message);
    expect(send('merge', '{"spec":{"ratio":1.0}}').draft).toMatchObject({ spec: { ratio: 1 } });
    expect(send('strategic', '{"spec":{"replicas":2.0}}').draft).toMatchObject({ spec: { replicas: 2 } });
  });

  it('PAT-13 results of strategic patches are converted, with the patch', () => {
    expect(refused('strategic', '{"spec":{"replicas":"two","selector":null}}')).toBe(
      '422 Invalid:  "" is invalid: patch: Invalid value: "map[spec:map[replicas:two selector:<nil>]]": unrecognized type: int32',
    );
    expect(refused('strategic', '{"spec":{"until":"x","paused":5}}')).toContain(
      'map[paused:5 until:x]]": unrecognized type: bool',
    );
    expect(refused('strategic', '{"spec":{"until":"x"}}')).toContain('parsing time "x" as "2006-01-02T15:04:05Z07:00"');
    expect(refused('strategic', '{"spec":{"secret":{"a":"?"}}}')).toContain(
      'error decoding from json: illegal base64 data at input byte 0',
    );
    // Directives that were followed are gone from the message.
    expect(
      refused('strategic', '{"spec":{"$setElementOrder/parts":[{"name":"a"}],"parts":[{"name":"a"}],"replicas":"x"}}'),
    ).toContain('"map[spec:map[replicas:x]]"');
  });

  it('PAT-15 the type of an object stays', () => {
    expect(refused('merge', '{"kind":"Other"}')).toContain(
      'no kind "Other" is registered for version "example.com/v1" in scheme',
    );
    expect(refused('merge', '{"apiVersion":"v1"}')).toContain(
      'no kind "Gadget" is registered for version "v1" in scheme',
    );
    expect(refused('merge', '{"apiVersion":"v1","kind":"Pod"}')).toContain(
      'converting (v1.Pod) to (example.Gadget): unknown conversion',
    );
    expect(refused('merge', '{"apiVersion":"a/b/c"}')).toContain('": unexpected GroupVersion string: a/b/c');
    expect(refused('merge', '{"kind":5}')).toContain(
      'json: cannot unmarshal number into Go struct field .kind of type string',
    );
    expect(send('merge', '{"kind":null}', 'Strict').draft.kind).toBe('Gadget');
    expect(send('strategic', '{"kind":"Other","apiVersion":"v9"}', 'Strict').draft).toMatchObject({
      kind: 'Gadget',
      apiVersion: 'example.com/v1',
    });
    const versionless = send('merge', '{"apiVersion":null}');
    expect(versionless.draft.metadata).toEqual({});
    expect(versionless.warnings).toEqual(['unknown field "metadata"', 'unknown field "spec"']);
  });

  it('PAT-15 a custom resource has a kind, and its caller says which', () => {
    const custom = { schema: { ...schema, openapi: undefined }, live, type: 'merge', fieldValidation: 'Warn' } as const;
    const patched = (patch: string) =>
      patchObject({
        ...custom,
        body: bytes(patch),
        fieldValidation: 'Strict',
        readAs: ({ kind }) =>
          kind === 'Gadget' ? undefined : { schema: { ...schema, openapi: undefined, fields: [], byName: new Map() } },
      });
    expect(() => patched('{"kind":"X"}')).toThrow('unknown field "metadata", unknown field "spec"');
    expect(patched('{"apiVersion":"/v1"}').draft.apiVersion).toBe('v1');
    expect(() => patched('{"kind":null}')).toThrow(`: Object 'Kind' is missing in '{"apiVersion":"example.com/v1",`);
    expect(patchObject({ ...custom, body: bytes('{"kind":"X"}') }).draft.kind).toBe('X');
  });

  it('PAT-5 counts operations and copies', () => {
    const many = JSON.stringify(Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'Gadget' })));
    expect(refused('json', many)).toBe(
      '413 RequestEntityTooLarge: Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    );
    const doubling = Array.from({ length: 40 }, (_, i) => ({ op: 'copy', from: '/spec', path: `/spec/c${i}` }));
    expect(refused('json', JSON.stringify(doubling))).toMatch(/^422 /);
  });

  it('PAT-16 patches that are nested too deeply are refused', () => {
    let patch: unknown = 1;
    for (let i = 0; i < 100_000; i++) patch = { spec: patch };
    for (const type of ['merge', 'strategic'] as const) {
      const ask = () =>
        patchObject({ schema, live, body: { kind: 'object', object: patch }, type, fieldValidation: 'Warn' });
      expect(ask).toThrow(StatusError);
    }
  });
});

describe('field validation', () => {
  const unknown = '{"spec":{"nosuch":1,"parts":[{"name":"a","typo":1}]}}';
  it.each(['merge', 'strategic'] as const)('PAT-14 of a %s patch refuses, warns or passes over', (type) => {
    const fields = ['unknown field "spec.nosuch"', 'unknown field "spec.parts[0].typo"'];
    expect(send(type, unknown, 'Warn').warnings).toEqual(fields);
    expect(send(type, unknown, 'Ignore').warnings).toEqual([]);
    expect(refused(type, unknown, 'Strict')).toContain(`": strict decoding error: ${fields.join(', ')}`);
    expect(result(send(type, unknown, 'Ignore'))).not.toHaveProperty('spec.nosuch');
  });

  it('PAT-14 tells of fields that the patch itself sets twice, or should not have', () => {
    expect(send('merge', '{"spec":{"replicas":1,"replicas":2}}').warnings).toEqual(['duplicate field "spec.replicas"']);
    expect(send('strategic', '{"spec":{"replicas":1,"replicas":2}}').draft).toMatchObject({ spec: { replicas: 2 } });
    const operation = '[{"op":"remove","path":"/spec/replicas","op":"remove","comment":"x"}]';
    expect(send('json', operation).warnings).toEqual([
      'json patch duplicate field "[0].op"',
      'json patch unknown field "[0].comment"',
    ]);
    expect(send('json', operation, 'Ignore').warnings).toEqual([]);
    expect(refused('json', operation)).toContain('strict decoding error: json patch duplicate field "[0].op", ');
  });

  it('PAT-14 tells of directives that new items keep', () => {
    const patch = '{"spec":{"parts":[{"name":"n","ports":[{"port":1,"$patch":"delete"}]}]}}';
    expect(send('strategic', patch).warnings).toEqual(['unknown field "spec.parts[0].ports[0].$patch"']);
  });
});
