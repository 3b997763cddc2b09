import type { Status, UserInfo } from '@tabernetes/apimachinery';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const ALICE: UserInfo = { name: 'alice', groups: ['developers'] };
const CM = '/api/v1/namespaces/demo/configmaps';
const JSON_TYPE = { 'content-type': 'application/json' };
const A = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"y"}}';

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly code: number;
  readonly message: string;
  readonly reason?: string;
  readonly details?: unknown;
}

// Recorded from Kubernetes 1.32.13 with curl.
const CASES: readonly Case[] = [
  {
    name: 'API-11 a watch of what can only be listed',
    path: '/api/v1/componentstatuses?watch=1',
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'watch is not supported on resources of kind "componentstatuses"',
    details: { kind: 'componentstatuses' },
  },
  {
    name: 'API-11 documents of the router are read with GET alone',
    method: 'POST',
    path: '/api/v1',
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  },
  {
    name: 'API-11 so is the version',
    method: 'PUT',
    path: '/version',
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  },
  {
    name: 'API-11 an unknown version of a known group',
    method: 'GET',
    path: '/apis/apps/v2',
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  },
  {
    name: 'API-11 an unknown version of the core group',
    method: 'GET',
    path: '/api/v2',
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  },
  {
    name: 'API-60 logs are only read',
    method: 'POST',
    path: '/api/v1/namespaces/demo/pods/x/log',
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  },
  {
    name: 'API-60 the scale of a Deployment that is not there',
    path: '/apis/apps/v1/namespaces/demo/deployments/x/scale',
    code: 404,
    reason: 'NotFound',
    message: 'deployments/scale.apps "x" not found',
    details: { name: 'x', group: 'apps', kind: 'deployments/scale' },
  },
  {
    name: 'API-13 a media type with a broken parameter',
    method: 'POST',
    path: CM,
    headers: { 'content-type': 'application/json;x' },
    body: A,
    code: 415,
    reason: 'UnsupportedMediaType',
    message:
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  },
  {
    name: 'API-10 anonymous users may not list',
    path: '/api/v1/namespaces',
    headers: { authorization: '' },
    code: 403,
    reason: 'Forbidden',
    message:
      'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" at the cluster scope',
    details: { kind: 'namespaces' },
  },
  {
    name: 'API-10 unknown tokens are refused',
    path: '/api/v1/namespaces',
    headers: { authorization: 'Bearer wrong' },
    code: 401,
    reason: 'Unauthorized',
    message: 'Unauthorized',
  },
  {
    name: 'API-11 a missing object',
    path: '/api/v1/namespaces/demo/pods/nope',
    code: 404,
    reason: 'NotFound',
    message: 'pods "nope" not found',
    details: { name: 'nope', kind: 'pods' },
  },
  {
    name: 'API-11 a missing resource',
    path: '/api/v1/nosuchthings',
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  },
  {
    name: 'API-12 a name that is taken',
    method: 'POST',
    path: CM,
    headers: JSON_TYPE,
    body: A,
    code: 409,
    reason: 'AlreadyExists',
    message: 'configmaps "a" already exists',
    details: { name: 'a', kind: 'configmaps' },
  },
  {
    name: 'API-12 a namespace that does not exist',
    method: 'POST',
    path: '/api/v1/namespaces/nosuch/configmaps',
    headers: JSON_TYPE,
    body: A,
    code: 404,
    reason: 'NotFound',
    message: 'namespaces "nosuch" not found',
    details: { name: 'nosuch', kind: 'namespaces' },
  },
  {
    name: 'API-12 a namespace other than that of the path',
    method: 'POST',
    path: CM,
    headers: JSON_TYPE,
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"other"}}',
    code: 400,
    reason: 'BadRequest',
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  },
  {
    name: 'API-13 another kind than that of the path',
    method: 'POST',
    path: CM,
    headers: JSON_TYPE,
    body: '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}',
    code: 400,
    reason: 'BadRequest',
    message:
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
  },
  {
    name: 'API-12 no name',
    method: 'POST',
    path: CM,
    headers: JSON_TYPE,
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{}}',
    code: 422,
    reason: 'Invalid',
    message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    details: {
      kind: 'ConfigMap',
      causes: [
        {
          reason: 'FieldValueRequired',
          message: 'Required value: name or generateName is required',
          field: 'metadata.name',
        },
      ],
    },
  },
  {
    name: 'API-13 no JSON',
    method: 'POST',
    path: CM,
    headers: JSON_TYPE,
    body: '{not json',
    code: 400,
    reason: 'BadRequest',
    message:
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character 'n' looking for beginning of object key string ({not json)",
  },
  {
    name: 'API-13 nothing',
    method: 'POST',
    path: CM,
    headers: JSON_TYPE,
    body: '',
    code: 400,
    reason: 'BadRequest',
    message:
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
  },
  {
    name: 'API-13 an unknown media type',
    method: 'POST',
    path: CM,
    headers: { 'content-type': 'text/plain' },
    body: A,
    code: 415,
    reason: 'UnsupportedMediaType',
    message:
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  },
  {
    name: 'API-13 unknown fields under strict validation',
    method: 'POST',
    path: `${CM}?fieldValidation=Strict`,
    headers: JSON_TYPE,
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"p","bogus":1}}',
    code: 400,
    reason: 'BadRequest',
    message:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "metadata.bogus"',
  },
  {
    name: 'API-14 another name than that of the path',
    method: 'PUT',
    path: `${CM}/b`,
    headers: JSON_TYPE,
    body: A,
    code: 400,
    reason: 'BadRequest',
    message: 'the name of the object (a) does not match the name on the URL (b)',
  },
  {
    name: 'API-14 an old resourceVersion',
    method: 'PUT',
    path: `${CM}/a`,
    headers: JSON_TYPE,
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"1"}}',
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    details: { name: 'a', kind: 'configmaps' },
  },
  {
    name: 'API-14 a resourceVersion that is no number',
    method: 'PUT',
    path: `${CM}/a`,
    headers: JSON_TYPE,
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"abc"}}',
    code: 500,
    message: 'strconv.ParseUint: parsing "abc": invalid syntax',
  },
  {
    name: 'API-14 a resourceVersion beyond 64 bits',
    method: 'PUT',
    path: `${CM}/a`,
    headers: JSON_TYPE,
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"18446744073709551616"}}',
    code: 500,
    message: 'strconv.ParseUint: parsing "18446744073709551616": value out of range',
  },
  {
    name: 'API-14 PUT of an object that is not there',
    method: 'PUT',
    path: `${CM}/new`,
    headers: JSON_TYPE,
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new"}}',
    code: 404,
    reason: 'NotFound',
    message: 'configmaps "new" not found',
    details: { name: 'new', kind: 'configmaps' },
  },
  {
    name: 'API-15 a patch of no known type',
    method: 'PATCH',
    path: `${CM}/a`,
    headers: JSON_TYPE,
    body: '{}',
    code: 415,
    reason: 'UnsupportedMediaType',
    message: '415: Unsupported Media Type',
    details: {},
  },
  {
    name: 'API-15 a patch of an old resourceVersion',
    method: 'PATCH',
    path: `${CM}/a`,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: '{"metadata":{"resourceVersion":"1"}}',
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    details: { name: 'a', kind: 'configmaps' },
  },
  {
    name: 'API-16 an apply without a manager',
    method: 'PATCH',
    path: `${CM}/a`,
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}',
    code: 422,
    reason: 'Invalid',
    message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    details: {
      group: 'meta.k8s.io',
      kind: 'PatchOptions',
      causes: [
        {
          reason: 'FieldValueRequired',
          message: 'Required value: is required for apply patch',
          field: 'fieldManager',
        },
      ],
    },
  },
  {
    name: 'API-16 an apply of what another manager owns',
    method: 'PATCH',
    path: `${CM}/a?fieldManager=m`,
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"z"}}',
    code: 409,
    reason: 'Conflict',
    message: 'Apply failed with 1 conflict: conflict with "curl" using v1: .data.x',
    details: {
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "curl" using v1', field: '.data.x' }],
    },
  },
  {
    name: 'API-17 deleting what is not there',
    method: 'DELETE',
    path: `${CM}/zzz`,
    code: 404,
    reason: 'NotFound',
    message: 'configmaps "zzz" not found',
    details: { name: 'zzz', kind: 'configmaps' },
  },
  {
    name: 'API-17 options of a deletion that are an object of another kind',
    method: 'DELETE',
    path: `${CM}/a`,
    headers: JSON_TYPE,
    body: '{"apiVersion":"v1","kind":"Pod"}',
    code: 500,
    message: 'no kind "Pod" is registered for version "v1" in scheme "pkg/runtime/scheme.go:100"',
  },
  {
    name: 'API-17 deleting another object of the same name',
    method: 'DELETE',
    path: `${CM}/a`,
    headers: JSON_TYPE,
    body: '{"preconditions":{"uid":"bad"}}',
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (bad) does not match the UID in record (<uid>). The object might have been deleted and then recreated',
    details: { name: 'a', kind: 'ConfigMap' },
  },
  {
    name: 'API-11 methods that a path does not have',
    method: 'DELETE',
    path: '/api/v1/namespaces',
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  },
  {
    name: 'API-11 POST to an object',
    method: 'POST',
    path: `${CM}/a`,
    headers: JSON_TYPE,
    body: '{}',
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  },
  {
    name: 'API-13 a media type is looked at before the options of a creation',
    method: 'POST',
    path: `${CM}?dryRun=bad`,
    headers: { 'content-type': 'text/plain' },
    body: '{}',
    code: 415,
    reason: 'UnsupportedMediaType',
    message:
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  },
  {
    name: 'API-14 another namespace than that of the path, before anything is looked for',
    method: 'PUT',
    path: `${CM}/none`,
    headers: JSON_TYPE,
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"other","namespace":"x"}}',
    code: 400,
    reason: 'BadRequest',
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  },
  {
    name: 'API-18 the router knows no ranges of media types but all of them',
    path: `${CM}/none`,
    headers: { accept: 'application/*' },
    code: 406,
    reason: 'NotAcceptable',
    message:
      '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    details: {},
  },
  {
    name: 'API-18 nothing that the client accepts',
    path: CM,
    headers: { accept: 'text/html' },
    code: 406,
    reason: 'NotAcceptable',
    message:
      '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    details: {},
  },
  {
    name: 'API-19 a label selector that cannot be read',
    path: `${CM}?labelSelector=a%20b`,
    code: 400,
    reason: 'BadRequest',
    message: "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
  },
  {
    name: 'API-19 a field selector that the kind does not have',
    path: '/api/v1/namespaces/demo/pods?fieldSelector=spec.bogus=1',
    code: 400,
    reason: 'BadRequest',
    message: 'field label not supported: spec.bogus',
  },
  {
    name: 'API-19 a limit that is no number',
    path: '/api/v1/namespaces/demo/pods?limit=abc',
    code: 400,
    reason: 'BadRequest',
    message: 'strconv.ParseInt: parsing "abc": invalid syntax',
  },
  {
    name: 'API-19 a resourceVersion that is no number',
    path: '/api/v1/namespaces/demo/pods?resourceVersion=abc',
    code: 500,
    message: 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
  },
  {
    name: 'API-19 a timeout that is no duration, whoever asks',
    path: '/api/v1/namespaces/demo/pods?timeout=soon',
    headers: { authorization: '' },
    code: 400,
    reason: 'BadRequest',
    message: 'invalid timeout specified in the request URL - time: invalid duration "soon"',
  },
  {
    name: 'API-19 a watch that begins anywhere has no pages',
    path: '/api/v1/namespaces/demo/pods?watch=1&continue=abc',
    code: 422,
    reason: 'Invalid',
    message:
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided',
    details: {
      group: 'meta.k8s.io',
      kind: 'ListOptions',
      causes: [
        {
          reason: 'FieldValueForbidden',
          message: 'Forbidden: resourceVersionMatch is forbidden when continue is provided',
          field: 'resourceVersionMatch',
        },
      ],
    },
  },
  {
    name: 'API-19 a continue token that is none',
    path: '/api/v1/namespaces/demo/pods?continue=abc',
    code: 400,
    reason: 'BadRequest',
    message: "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
  },
];

describe('refusals over HTTP', () => {
  let api: TestApiServer;
  beforeAll(async () => {
    api = await testApiServer({ namespaces: ['default', 'demo'] });
    const headers = { ...JSON_TYPE, 'user-agent': 'curl/8.5.0' };
    await api.http('POST', CM, { headers, body: A });
  });
  afterAll(() => api.dispose());

  for (const { name, method = 'GET', path, headers = {}, body, ...want } of CASES) {
    test(name, async () => {
      const { authorization, ...rest } = headers;
      const sent = authorization === '' ? { ...rest, authorization: 'Basic x' } : headers;
      const response = await api.http(method, path, { headers: sent, ...(body !== undefined && { body }) });
      const status = (await response.json()) as Status;
      const message = status.message
        ?.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, '<uid>')
        .replace(/current: \d+/, 'current: <rv>');
      expect(response.status).toBe(want.code);
      expect({ ...status, message }).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: want.message,
        ...(want.reason && { reason: want.reason }),
        ...(want.details !== undefined && { details: want.details }),
        code: want.code,
      });
    });
  }

  test('API-11 an unknown group is answered with plain text', async () => {
    const response = await api.http('GET', '/apis/nosuch.example.com/v1/things');
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      404,
      'text/plain; charset=utf-8',
      '404 page not found\n',
    ]);
  });

  test('API-10 users without rights', async () => {
    const { refusal } = await api.send('GET', '/api/v1/namespaces/demo/pods', undefined, { user: ALICE });
    expect(refusal.message).toBe(
      'pods is forbidden: User "alice" cannot list resource "pods" in API group "" in the namespace "demo"',
    );
  });

  test('API-13 what YAML repeats is a warning for each line, what nobody knows comes by name', async () => {
    const warned = async (method: string, path: string, type: string, body: string) =>
      (await api.http(method, path, { headers: { 'content-type': type }, body })).headers.get('warning');
    const head = 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: w';
    const data = '}\ndata: {a: b, a: c}\n';
    expect(await warned('POST', `${CM}?dryRun=All`, 'application/yaml', `${head}, x: 1${data}bogus: 1\n`)).toBe(
      '299 - "line 4: key \\"a\\" already set in map", 299 - "unknown field \\"bogus\\"", 299 - "unknown field \\"metadata.x\\""',
    );
    const apply = (query: string) => `${CM}/w?dryRun=All&fieldManager=m${query}`;
    expect(await warned('PATCH', apply(''), 'application/apply-patch+yaml', head + data)).toBe(
      '299 - "line 4: key \\"a\\" already set in map"',
    );
    for (const [query, body, why] of [
      ['&fieldValidation=Strict', head + data, 'yaml: unmarshal errors:\n  line 4: key "a" already set in map'],
      ['', 'a: [', 'yaml: line 1: did not find expected node content'],
    ] as const) {
      const headers = { 'content-type': 'application/apply-patch+yaml' };
      const refused = await (await api.http('PATCH', apply(query), { headers, body })).json();
      const strictly = query === '' ? '' : 'strict ';
      expect(refused.message).toBe(`error ${strictly}decoding YAML: error converting YAML to JSON: ${why}`);
    }
  });

  test('API-13 unknown fields are told in warnings', async () => {
    const response = await api.http('POST', CM, {
      headers: JSON_TYPE,
      body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"A","bogus":1}}',
    });
    expect([response.status, response.headers.get('warning')]).toEqual([
      422,
      '299 - "unknown field \\"metadata.bogus\\""',
    ]);
  });
});
