import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { kinds, openApiSchemas } from '@tabernetes/api';
import type { ApiRequest } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import { createKinds } from '../kinds.ts';
import { operationsOf } from './operations.ts';
import { swagger } from './swagger.ts';
import { swaggerDocument } from './swagger-document.ts';
import { encodeSwagger } from './swagger-protobuf.ts';

const served = createKinds([kinds.deployment, kinds.pod]).list();
const parts = () => {
  const paths = Object.assign({}, ...served.map((resource) => operationsOf(resource).paths));
  const schemas = openApiSchemas(served.flatMap((resource) => [...operationsOf(resource).schemas]));
  return { paths, schemas, version: 'v1.32.0' };
};
const document = swaggerDocument(parts());

describe('OAS-1 the document in 2.0', () => {
  const definitions = document['definitions'] as Record<string, { properties: Record<string, unknown> }>;

  test('has references beside descriptions, and no defaults', () => {
    expect(definitions['io.k8s.api.apps.v1.Deployment']?.properties['spec']).toEqual({
      $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentSpec',
    });
    expect(definitions['io.k8s.api.core.v1.PodSpec']?.properties['volumes']).toMatchObject({
      type: 'array',
      items: { $ref: '#/definitions/io.k8s.api.core.v1.Volume' },
      'x-kubernetes-patch-merge-key': 'name',
    });
    expect(JSON.stringify(definitions)).not.toMatch(/"default":|components|allOf|oneOf/);
  });

  test('names one type where 3.0 names two', () => {
    expect(definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({
      type: 'string',
      format: 'int-or-string',
    });
  });

  test('has bodies as parameters', () => {
    const paths = document['paths'] as Record<string, Record<string, unknown>>;
    expect(paths['/apis/apps/v1/namespaces/{namespace}/deployments']?.['post']).toMatchObject({
      consumes: ['*/*'],
      produces: ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'],
      schemes: ['https'],
      parameters: [
        { name: 'body', in: 'body', required: true, schema: { $ref: '#/definitions/io.k8s.api.apps.v1.Deployment' } },
        { name: 'dryRun', in: 'query', type: 'string', uniqueItems: true },
        { name: 'fieldManager' },
        { name: 'fieldValidation' },
      ],
      responses: { '201': { schema: { $ref: '#/definitions/io.k8s.api.apps.v1.Deployment' } } },
      'x-kubernetes-action': 'post',
    });
  });
});

describe('OAS-2 who asks how', () => {
  const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
  const cases = [
    { accept: undefined, type: 'application/json' },
    { accept: '*/*', type: 'application/json' },
    { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf', type: PROTOBUF },
    { accept: `${PROTOBUF}, application/json;q=0.5`, type: PROTOBUF },
    { accept: `*/*;q=0.1, application/json, ${PROTOBUF};q=0.9`, type: 'application/json' },
    { accept: 'text/plain', type: undefined },
  ];
  const api = swagger(async () => parts());
  for (const { accept, type } of cases) {
    test(`OAS-2 ${accept ?? 'no word'}`, async () => {
      const answer = await api.answer(asked(accept));
      expect(answer.status).toBe(type === undefined ? 406 : 200);
      if (answer.body.kind === 'bytes') expect(answer.body.contentType).toBe(type);
    });
  }

  test('OAS-2 what did not change is not sent again', async () => {
    const { headers } = await api.answer(asked(PROTOBUF));
    const again = await api.answer({ ...asked('*/*'), headers: { 'if-none-match': headers['etag'] ?? '' } });
    expect(again.status).toBe(304);
  });

  const asked = (accept: string | undefined): ApiRequest => ({
    method: 'GET',
    path: '/openapi/v2',
    query: {},
    headers: accept === undefined ? {} : { accept },
    user: { name: 'somebody', groups: [] },
  });
});

test('OAS-3 protobuf has every definition, path and text', () => {
  const fields = fieldsOf(encodeSwagger(document));
  expect(textOf(fields.get(1)?.[0])).toBe('2.0');
  const names = (bytes: Uint8Array | undefined, field: number) =>
    (fieldsOf(bytes).get(field) ?? []).map((entry) => textOf(fieldsOf(entry).get(1)?.[0]));
  expect(names(fields.get(8)?.[0], 2)).toEqual(Object.keys(document['paths'] as object));
  expect(names(fields.get(9)?.[0], 1)).toEqual(Object.keys(document['definitions'] as object));
  const entries = fieldsOf(fields.get(9)?.[0]).get(1) ?? [];
  const pod = entries.find((entry) => textOf(fieldsOf(entry).get(1)?.[0]) === 'io.k8s.api.core.v1.Pod');
  const schema = fieldsOf(fieldsOf(pod).get(2)?.[0]);
  expect(textOf(fieldsOf(schema.get(22)?.[0]).get(1)?.[0])).toBe('object');
  expect(names(schema.get(25)?.[0], 1)).toEqual(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  const [extension] = schema.get(31) ?? [];
  expect(textOf(fieldsOf(fieldsOf(extension).get(2)?.[0]).get(2)?.[0])).toBe(
    '[{"group":"","version":"v1","kind":"Pod"}]\n',
  );
});

const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** Length-delimited fields of a message by number. */
function fieldsOf(bytes: Uint8Array = new Uint8Array()): Map<number, Uint8Array[]> {
  const found = new Map<number, Uint8Array[]>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) found.set(field, [...(found.get(field) ?? []), reader.bytes()]);
    else reader.skip(type);
  }
  return found;
}
