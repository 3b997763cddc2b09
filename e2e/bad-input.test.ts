import { protobufTable } from '@tabernetes/api/protobuf';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MAPS = '/api/v1/namespaces/default/configmaps';
const JSON_TYPE = 'application/json';
const object = (extra: string): string => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}${extra}}`;
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const bomb = `a: &a [x,x,x,x,x,x,x,x,x]
${'bcdefghi'
  .split('')
  .map((c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(8)}*${'abcdefgh'[i]}]`)
  .join('\n')}
`;

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly code: number;
  readonly reason?: string;
  readonly message: string | RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'broken JSON',
    body: '{"a":',
    code: 400,
    reason: 'BadRequest',
    message: /json parse error: unexpected end of JSON input/,
  },
  {
    name: 'JSON of another shape',
    body: '[]',
    code: 400,
    reason: 'BadRequest',
    message: /couldn't get version\/kind; json parse error: json: cannot unmarshal array/,
  },
  {
    name: 'broken YAML',
    type: 'application/yaml',
    body: 'a: [',
    code: 400,
    reason: 'BadRequest',
    message: /yaml: line 1/,
  },
  {
    name: 'a YAML alias bomb',
    type: 'application/yaml',
    body: bomb,
    code: 400,
    reason: 'BadRequest',
    message: /excessive aliasing/,
  },
  {
    name: 'protobuf that is none',
    type: 'application/vnd.kubernetes.protobuf',
    body: new Uint8Array([1, 2, 3]),
    code: 400,
    reason: 'BadRequest',
    message: /ConfigMap/,
  },
  {
    name: 'protobuf that is cut off',
    type: 'application/vnd.kubernetes.protobuf',
    body: new Uint8Array([0x6b, 0x38, 0x73, 0, 0x0a, 0xff]),
    code: 400,
    reason: 'BadRequest',
    message: /./,
  },
  {
    name: 'a body over 3 MiB',
    body: object(`,"data":{"a":"${'x'.repeat(3 * 1024 * 1024)}"}`),
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: 'Request entity too large: limit is 3145728',
  },
  { name: 'deep nesting', body: object(`,"data":${nested(20_000)}`), code: 400, reason: 'BadRequest', message: /./ },
  {
    name: 'the wrong content type',
    type: 'text/plain',
    body: object(''),
    code: 415,
    reason: 'UnsupportedMediaType',
    message: /accepted media types include/,
  },
  {
    name: 'an unknown resource',
    method: 'GET',
    path: '/api/v1/nosuchthings',
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
  },
  {
    name: 'an illegal name',
    body: '{"metadata":{"name":"Bad_Name"}}',
    code: 422,
    reason: 'Invalid',
    message:
      /^ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain/,
  },
  {
    name: 'a name of wrong type',
    body: '{"metadata":{"name":7}}',
    code: 400,
    reason: 'BadRequest',
    message: /cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string/,
  },
  {
    name: 'a patch without a type',
    method: 'PATCH',
    path: `${MAPS}/x`,
    body: '{}',
    code: 415,
    reason: 'UnsupportedMediaType',
    message: '415: Unsupported Media Type',
  },
  {
    name: 'a method that nobody knows',
    method: 'BREW',
    path: MAPS,
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
  },
];

describe('bad input', () => {
  let cluster: Cluster;
  const unexpected: unknown[] = [];
  beforeAll(async () => {
    cluster = await createCluster({
      nodes: 0,
      seed: 1,
      clock: 'virtual',
      protobuf: protobufTable,
      onError: (error) => unexpected.push(error),
    });
  });
  afterAll(() => cluster.stop());

  const send = async (method: string, path: string, type: string, body: string | Uint8Array | undefined) => {
    const response = await cluster.fetch(
      new Request(`https://cluster${path}`, {
        method,
        headers: { 'content-type': type },
        ...(body !== undefined && { body: body as BodyInit }),
      }),
    );
    const text = await response.text();
    return { code: response.status, status: text.startsWith('{') ? JSON.parse(text) : { message: text } };
  };

  for (const { name, method = 'POST', path = MAPS, type = JSON_TYPE, body, code, reason, message } of CASES) {
    test(`refuses ${name}`, async () => {
      const answer = await send(method, path, type, body);
      expect(answer).toMatchObject({
        code,
        status: {
          ...(reason && { kind: 'Status', status: 'Failure', code, reason }),
          message: typeof message === 'string' ? message : expect.stringMatching(message),
        },
      });
      expect(unexpected).toEqual([]);
    });
  }

  test('keeps __proto__ and constructor as the keys that they are', async () => {
    const body = '{"metadata":{"name":"proto","labels":{"constructor":"a"}},"data":{"__proto__":"b","toString":"c"}}';
    const made = await send('POST', MAPS, JSON_TYPE, body);
    expect(made.code).toBe(201);
    const back = await send('GET', `${MAPS}/proto`, JSON_TYPE, undefined);
    expect(JSON.stringify(back.status.data)).toBe('{"__proto__":"b","toString":"c"}');
    expect(back.status.metadata.labels).toEqual({ constructor: 'a' });
    const patched = await send(
      'PATCH',
      `${MAPS}/proto`,
      'application/merge-patch+json',
      '{"data":{"__proto__":null,"a":"d"}}',
    );
    expect(JSON.stringify(patched.status.data)).toBe('{"a":"d","toString":"c"}');
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test('goes on when a client vanishes in the middle of a watch', async () => {
    const open = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const controller = new AbortController();
        const response = await cluster.fetch(
          new Request(`https://cluster${MAPS}?watch=true`, { signal: controller.signal }),
        );
        const reader = response.body?.getReader();
        await reader?.read();
        return { controller, reader };
      }),
    );
    for (const [i, { controller, reader }] of open.entries()) {
      if (i % 2 === 0) controller.abort();
      else await reader?.cancel();
    }
    const made = await send('POST', MAPS, JSON_TYPE, '{"metadata":{"name":"after"}}');
    expect(made.code).toBe(201);
    expect(unexpected).toEqual([]);
  });
});
