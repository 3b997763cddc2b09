import { kinds } from '@tabernetes/api';
import type { ConfigMap } from '@tabernetes/api/types/core-v1';
import { failure, type Transport } from '@tabernetes/apimachinery';
import { testApiServer } from '@tabernetes/apiserver/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, createClient } from './client.ts';
import { createInformer } from './informer.ts';

const ADMIN = { name: 'admin', groups: ['system:masters'] };
const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

describe('informer', () => {
  let cluster: Awaited<ReturnType<typeof testApiServer>>;
  let client: Client;
  beforeEach(async () => {
    cluster = await testApiServer();
    client = createClient(cluster.server, { user: ADMIN, userAgent: 'test' });
  });
  afterEach(() => cluster.dispose());

  const follow = (transport: Transport = cluster.server) => {
    const seen: string[] = [];
    const resource = createClient(transport, { user: ADMIN, userAgent: 'test' }).resource(kinds.configMap);
    const informer = createInformer({ client: resource, clock: cluster.clock, onError: () => undefined });
    informer.addHandler({
      onAdd: (o) => seen.push(`+${o.metadata.name} ${informer.lister.get(o.metadata.name ?? '', 'default') === o}`),
      onUpdate: (o, old) => seen.push(`~${o.metadata.name} ${old.data?.['a']}>${o.data?.['a']}`),
      onDelete: (o) =>
        seen.push(`-${o.metadata.name} ${informer.lister.get(o.metadata.name ?? '', 'default') === undefined}`),
    });
    return { informer, seen };
  };

  test('CLT-4 CLT-5 sees what is there and every change, before a write resolves', async () => {
    const maps = client.resource(kinds.configMap);
    await maps.create(configMap('a', { a: '1' }));
    const { informer, seen } = follow();
    await informer.start();
    expect(seen).toEqual(['+a true']);
    const b = await maps.create(configMap('b'));
    expect(informer.lister.get('b', 'default')).toBe(b);
    await maps.patch('a', 'default', 'merge', { data: { a: '2' } });
    await maps.delete('b', 'default');
    expect(seen).toEqual(['+a true', '+b true', '~a 1>2', '-b true']);
    informer.dispose();
  });

  test('CLT-6 a first list that fails when all is over keeps nobody waiting', async () => {
    let refuse = (): void => undefined;
    const { informer } = follow({
      request: () =>
        new Promise((_, reject) => {
          refuse = () => reject(new Error('gone'));
        }),
    });
    const started = informer.start();
    informer.dispose();
    refuse();
    await started;
  }, 5_000);

  test('CLT-6 catches up after a watch that was lost for good', async () => {
    const maps = client.resource(kinds.configMap);
    await maps.create(configMap('kept', { a: '1' }));
    await maps.create(configMap('goes'));
    let end: (() => void) | undefined;
    let expired = false;
    // A transport whose watch can be cut, and whose next watch is told that its revision is gone.
    const flaky: Transport = {
      async request(request) {
        if (request.query['watch'] !== 'true') return cluster.server.request(request);
        if (expired) {
          expired = false;
          const { status } = failure(410, 'Expired', 'too old resource version');
          return { status: 410, headers: {}, body: { kind: 'object', object: status } };
        }
        const response = await cluster.server.request(request);
        if (response.body.kind !== 'watch') return response;
        const { watch } = response.body;
        return {
          ...response,
          body: {
            kind: 'watch',
            watch: {
              start(sink) {
                const stop = watch.start(sink);
                end = () => {
                  stop();
                  sink.end();
                };
                return stop;
              },
            },
          },
        };
      },
    };
    const { informer, seen } = follow(flaky);
    await informer.start();
    seen.length = 0;
    expired = true;
    end?.();
    await maps.delete('goes', 'default');
    await maps.patch('kept', 'default', 'merge', { data: { a: '2' } });
    await maps.create(configMap('new'));
    expect(seen).toEqual([]);
    await cluster.clock.advance('5s');
    expect(seen).toEqual(['-goes true', '~kept 1>2', '+new true']);
    informer.dispose();
  });

  test('CLT-7 keeps its indexes', async () => {
    const maps = client.resource(kinds.configMap);
    const { informer } = follow();
    informer.addIndex('a', (o) => (o.data?.['a'] === undefined ? [] : [o.data['a']]));
    await informer.start();
    await maps.create(configMap('x', { a: '1' }));
    await maps.create(configMap('y', { a: '1' }));
    const names = (value: string) => informer.lister.byIndex('a', value).map((o) => o.metadata.name);
    expect(names('1')).toEqual(['x', 'y']);
    await maps.patch('x', 'default', 'merge', { data: { a: '2' } });
    await maps.delete('y', 'default');
    expect([names('1'), names('2')]).toEqual([[], ['x']]);
    informer.dispose();
  });
});
