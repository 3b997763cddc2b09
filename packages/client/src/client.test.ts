import { kinds } from '@tabernetes/api';
import type { ConfigMap } from '@tabernetes/api/types/core-v1';
import { StatusError } from '@tabernetes/apimachinery';
import { testApiServer } from '@tabernetes/apiserver/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient } from './client.ts';
import { httpTransport } from './http-transport.ts';

const object: ConfigMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'default' },
  data: { a: '1' },
};

describe('client', () => {
  let cluster: Awaited<ReturnType<typeof testApiServer>>;
  beforeEach(async () => {
    cluster = await testApiServer();
  });
  afterEach(() => cluster.dispose());

  const clients = {
    'in process': () =>
      createClient(cluster.server, { user: { name: 'admin', groups: ['system:masters'] }, userAgent: 'test' }),
    'over HTTP': () =>
      createClient(httpTransport({ server: 'https://cluster', token: 'admintoken', fetch: cluster.server.fetch }), {
        userAgent: 'test',
      }),
  };

  for (const [name, make] of Object.entries(clients)) {
    test(`CLT-8 reads, writes and refuses ${name}`, async () => {
      const maps = make().resource(kinds.configMap);
      const made = await maps.create(object);
      expect(await maps.get('c', 'default')).toEqual(made);
      expect((await maps.list({ namespace: 'default' })).items.map((o) => o.metadata.name)).toContain('c');
      const updated = await maps.update({ ...made, data: { a: '2' } });
      await expect(maps.update({ ...made, data: { a: '3' } })).rejects.toMatchObject({ reason: 'Conflict', code: 409 });
      expect(updated.data).toEqual({ a: '2' });
      const applied = await maps.apply(
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' }, data: { b: '1' } },
        { fieldManager: 'm' },
      );
      expect(applied.data).toEqual({ a: '2', b: '1' });
      await maps.delete('c', 'default');
      const error = await maps.get('c', 'default').catch((e: unknown) => e);
      expect(error).toBeInstanceOf(StatusError);
      expect(error).toMatchObject({ reason: 'NotFound', message: 'configmaps "c" not found' });
    });

    test(`CLT-8 watches ${name}`, async () => {
      const maps = make().resource(kinds.configMap);
      const source = await maps.watch({
        namespace: 'default',
        resourceVersion: (await maps.list()).metadata.resourceVersion ?? '',
      });
      const seen: string[] = [];
      const three = new Promise<void>((resolve) => {
        source.start({
          next: (e) => e.type !== 'ERROR' && seen.push(`${e.type} ${e.object.metadata.name}`) === 3 && resolve(),
          end: () => undefined,
        });
      });
      await maps.create(object);
      await maps.patch('c', 'default', 'merge', { data: { a: '2' } });
      await maps.delete('c', 'default');
      await three;
      expect(seen).toEqual(['ADDED c', 'MODIFIED c', 'DELETED c']);
    });
  }
});
