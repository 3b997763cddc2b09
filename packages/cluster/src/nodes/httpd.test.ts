import { kinds } from '@tabernetes/api';
import type { ConfigMap, Pod } from '@tabernetes/api/types/core-v1';
import { expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';

test('CLU-99 httpd serves its documents, lists directories, and says in its log who asked', async () => {
  const cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
  await cluster.client.resource(kinds.configMap).create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'pages', namespace: 'default' },
    data: { 'a.txt': 'A\n' },
  } as ConfigMap);
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      volumes: [{ name: 'pages', configMap: { name: 'pages' } }],
      containers: [
        {
          name: 'web',
          image: 'httpd:2.4',
          readinessProbe: { httpGet: { path: '/index.html', port: 80 } },
          volumeMounts: [{ name: 'pages', mountPath: '/usr/local/apache2/htdocs/pages' }],
        },
      ],
    },
  } as Pod);
  await cluster.clock.advance(15_000);
  const { status } = await cluster.client.resource(kinds.pod).get('web', 'default');
  expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
  const at = 'https://cluster/api/v1/namespaces/default/pods/web';
  const get = async (path: string) => (await cluster.fetch(new Request(`${at}${path}`))).text();
  expect(await get('/proxy/')).toBe('<html><body><h1>It works!</h1></body></html>\n');
  expect(await get('/proxy/pages/a.txt')).toBe('A\n');
  expect(await get('/proxy/pages/')).toContain(
    '<h1>Index of /pages</h1>\n<ul><li><a href="/api/v1/namespaces/default/pods/web/proxy/"> Parent Directory</a></li>\n',
  );
  expect(await get('/proxy/nope')).toContain('<p>The requested URL was not found on this server.</p>');
  expect(await get('/log')).toMatch(
    /configured -- resuming normal operations\n[\s\S]*"GET \/pages\/a.txt HTTP\/1.1" 200 2\n[\s\S]*"GET \/nope HTTP\/1.1" 404 \d+\n$/,
  );
  await cluster.stop();
});
