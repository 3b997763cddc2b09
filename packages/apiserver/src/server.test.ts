import { afterEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

describe('createApiServer', () => {
  let api: TestApiServer;
  afterEach(() => api.dispose());

  test('API-1 what is created can be read, listed and deleted', async () => {
    api = await testApiServer();
    const path = '/api/v1/namespaces/default/configmaps';
    const created = await api.send('POST', path, { metadata: { name: 'a' }, data: { x: 'y' } });
    expect(created.status).toBe(201);
    expect(created.object).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: {
        name: 'a',
        namespace: 'default',
        uid: expect.any(String),
        resourceVersion: expect.any(String),
        creationTimestamp: '2025-01-01T00:00:00Z',
        managedFields: [
          {
            manager: 'test',
            operation: 'Update',
            apiVersion: 'v1',
            time: '2025-01-01T00:00:00Z',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { '.': {}, 'f:x': {} } },
          },
        ],
      },
      data: { x: 'y' },
    });
    const read = await api.send('GET', `${path}/a`);
    expect(read.object).toBe(created.object);
    const list = await api.send<{ items: unknown[] }>('GET', path);
    expect(list.object.items).toEqual([created.object]);
    expect(list.object.items[0]).toBe(created.object);
    const deleted = await api.send('DELETE', `${path}/a`);
    expect(deleted.object).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: read.object.metadata.uid },
    });
    expect((await api.send('GET', `${path}/a`)).refusal.message).toBe('configmaps "a" not found');
  });
});
