import { readFileSync } from 'node:fs';
import { protobufTable } from '@tabernetes/api/protobuf';
import { canonical, decodeBody, decodeObject, encodeProtobuf, type KubeObject } from '@tabernetes/apimachinery';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const read = (bytes: Uint8Array): Record<string, unknown> =>
  decodeBody(bytes, PROTOBUF, protobufTable).value as Record<string, unknown>;

describe('PRO-4 what a real server answered comes back from protobuf as it was', () => {
  const recorded = readFileSync(new URL('golden/facts/defaults.jsonl', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly name: string; readonly out: KubeObject });
  for (const { name, out } of recorded) {
    const schema = protobufTable.schemaOf(out.apiVersion, out.kind);
    if (schema === undefined) continue;
    test(name, () => {
      const decoded = decodeObject(schema, read(encodeProtobuf(out, protobufTable) as Uint8Array));
      expect(decoded.unknownFields).toEqual([]);
      expect(canonical(schema, decoded.draft)).toEqual(withoutInnerKinds(out));
    });
  }
});

/** Kinds of objects within objects do not travel; Kubernetes sets them again as defaults. */
function withoutInnerKinds(object: KubeObject): unknown {
  const { spec } = object as { readonly spec?: { readonly volumeClaimTemplates?: readonly KubeObject[] } };
  if (spec?.volumeClaimTemplates === undefined) return object;
  const volumeClaimTemplates = spec.volumeClaimTemplates.map(({ kind: _, apiVersion: __, ...claim }) => claim);
  return { ...object, spec: { ...spec, volumeClaimTemplates } };
}

describe('API-18 protobuf over HTTP', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await createCluster({ nodes: 0, controllers: false, seed: 1, clock: 'virtual', protobuf: protobufTable });
  });
  afterAll(() => cluster.stop());

  const ask = (path: string, accept: string, init: RequestInit = {}): Promise<Response> =>
    cluster.fetch(new Request(`https://cluster${path}`, { ...init, headers: { accept, ...init.headers } }));
  const bytesOf = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());
  const CONFIGMAPS = '/api/v1/namespaces/default/configmaps';
  const create = (name: string, accept = PROTOBUF): Promise<Response> =>
    ask(CONFIGMAPS, accept, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { name }, data: { a: 'b' } }),
    });

  test('API-18 objects, lists and refusals are protobuf for who prefers it', async () => {
    const created = await create('one', `${PROTOBUF},application/json`);
    expect([created.status, created.headers.get('content-type')]).toEqual([201, PROTOBUF]);
    expect(read(await bytesOf(created))).toMatchObject({
      kind: 'ConfigMap',
      metadata: { name: 'one' },
      data: { a: 'b' },
    });

    const list = await ask(CONFIGMAPS, PROTOBUF);
    expect(read(await bytesOf(list))).toMatchObject({ kind: 'ConfigMapList', items: [{ metadata: { name: 'one' } }] });

    const missing = await ask(`${CONFIGMAPS}/nope`, PROTOBUF);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, PROTOBUF]);
    expect(read(await bytesOf(missing))).toMatchObject({
      kind: 'Status',
      reason: 'NotFound',
      details: { name: 'nope' },
    });

    const resources = read(await bytesOf(await ask('/api/v1', PROTOBUF)));
    expect(resources).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' });
  });

  test('API-18 metadata alone is protobuf, a Table never', async () => {
    const as = (kind: string): string => `${PROTOBUF};as=${kind};g=meta.k8s.io;v=v1`;
    const partial = await ask(`${CONFIGMAPS}/one`, as('PartialObjectMetadata'));
    expect(read(await bytesOf(partial))).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'one' } });
    const list = await ask(CONFIGMAPS, as('PartialObjectMetadataList'));
    expect(read(await bytesOf(list))).toMatchObject({ items: [{ metadata: { name: 'one' } }] });
    expect((await ask(CONFIGMAPS, as('Table'))).status).toBe(406);
    const table = await ask(CONFIGMAPS, `${as('Table')},application/json;as=Table;g=meta.k8s.io;v=v1`);
    expect(await table.json()).toMatchObject({ kind: 'Table' });
    // The shape is of objects: a refusal has none, and falls back to JSON.
    const missing = await ask(`${CONFIGMAPS}/nope`, as('PartialObjectMetadata'));
    expect(await missing.json()).toMatchObject({ kind: 'Status', code: 404 });
  });

  test('API-18 a watch is framed by length, and YAML cannot be watched', async () => {
    const response = await ask(`${CONFIGMAPS}?watch=1`, `${PROTOBUF};stream=watch`);
    expect(response.headers.get('content-type')).toBe(`${PROTOBUF};stream=watch`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const { value = new Uint8Array() } = await reader.read();
    const frame = value.subarray(4, 4 + new DataView(value.buffer).getUint32(0));
    expect(frame.length).toBe(value.length - 4);
    expect(new TextDecoder().decode(frame.subarray(2, 7))).toBe('ADDED');
    const at = frame.findIndex((byte, i) => byte === 0x6b && frame[i + 1] === 0x38 && frame[i + 2] === 0x73);
    expect(read(frame.subarray(at))).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'one' } });
    await reader.cancel();
    expect((await ask(`${CONFIGMAPS}?watch=1`, 'application/yaml')).status).toBe(406);
  });
});
