import { kinds } from '@tabernetes/api';
import { afterEach, expect, test } from 'vitest';
import { type TestKubelet, testKubelet } from '../testing/test-kubelet.ts';

let node: TestKubelet;
afterEach(() => {
  node.dispose();
  expect(node.errors).toEqual([]);
});

test('KUB-31 a Lease that was deleted is made again, unless the Node is gone', async () => {
  node = await testKubelet();
  const leases = node.client.resource(kinds.lease);
  const names = async () => (await leases.list()).items.map((lease) => lease.metadata.name);
  expect(await names()).toEqual(['node-1']);
  await leases.delete('node-1', 'kube-node-lease');
  await node.advance('10s');
  expect(await names()).toEqual(['node-1']);
  await leases.delete('node-1', 'kube-node-lease');
  await node.client.resource(kinds.node).delete('node-1');
  await node.advance('20s');
  expect(await names()).toEqual([]);
});
