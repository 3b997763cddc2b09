import { kinds } from '@tabernetes/api';
import { expect, test } from 'vitest';
import { startHarness } from '../testing/harness.ts';
import { nodeTtlController } from './node-ttl-controller.ts';

test('NTL-1 every Node says for how long a kubelet may trust its caches; longer in a larger cluster', async () => {
  const h = await startHarness({ controllers: [nodeTtlController] });
  const make = (i: number) =>
    h.client.resource(kinds.node).create({ apiVersion: 'v1', kind: 'Node', metadata: { name: `n${i}` } });
  const ttl = async (i: number) => (await h.get(kinds.node, `n${i}`)).metadata.annotations;
  for (let i = 1; i <= 100; i++) await make(i);
  await h.settle();
  expect(await ttl(100)).toEqual({ 'node.alpha.kubernetes.io/ttl': '0' });
  await make(101);
  await h.settle();
  expect(await ttl(101)).toEqual({ 'node.alpha.kubernetes.io/ttl': '15' });
  // Others follow when something of them changes.
  expect(await ttl(1)).toEqual({ 'node.alpha.kubernetes.io/ttl': '0' });
  await h.patch(kinds.node, 'n1', { metadata: { labels: { a: 'b' } } });
  expect(await ttl(1)).toEqual({ 'node.alpha.kubernetes.io/ttl': '15' });
  for (let i = 90; i <= 101; i++) await h.client.resource(kinds.node).delete(`n${i}`);
  await h.patch(kinds.node, 'n1', { metadata: { labels: { a: 'c' } } });
  expect(await ttl(1)).toEqual({ 'node.alpha.kubernetes.io/ttl': '0' });
  expect(h.errors).toEqual([]);
  h.dispose();
});
