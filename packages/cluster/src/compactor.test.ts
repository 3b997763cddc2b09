import { expect, test } from 'vitest';
import { createCluster } from './cluster.ts';

test('CLU-100 history is kept for one interval, and no longer than two', async () => {
  const cluster = await createCluster({ nodes: 0, clock: 'virtual', compactionIntervalMs: 300_000 });
  const list = async (query: string) => {
    const answer = await cluster.fetch(new Request(`https://cluster/api/v1/namespaces?limit=1${query}`));
    return { status: answer.status, body: await answer.json() };
  };
  const token = (await list('')).body.metadata.continue;
  await cluster.clock.advance('4m');
  expect(await list(`&continue=${token}`)).toMatchObject({ status: 200 });
  await cluster.client.request({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { kind: 'object', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } } },
  });
  await cluster.clock.advance('11m');
  const late = await list(`&continue=${token}`);
  expect(late).toMatchObject({ status: 410, body: { reason: 'Expired', metadata: { continue: expect.any(String) } } });
  expect(await list(`&continue=${late.body.metadata.continue}`)).toMatchObject({ status: 200 });
  await cluster.stop();
});
