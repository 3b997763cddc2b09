import { afterEach, describe, expect, test } from 'vitest';
import { type TestKubelet, testKubelet } from '../testing/test-kubelet.ts';

let node: TestKubelet;
afterEach(() => {
  node.dispose();
  expect(node.errors).toEqual([]);
});
const phase = async (name: string) => (await node.get(name)).status?.phase;

describe('a status that is refused', () => {
  for (const code of [500, 409]) {
    test(`KUB-27 with ${code} is written again more and more rarely, and at last`, async () => {
      node = await testKubelet();
      const refusal = node.faults.add({ match: { path: /pods\/bad\/status/ }, fault: { kind: 'refuse', code } });
      await node.run('bad');
      await node.advance('1m');
      expect(node.faults.struck).toBeGreaterThan(5);
      expect(node.faults.struck).toBeLessThan(20);
      refusal.dispose();
      await node.advance(10_000);
      expect(await phase('bad')).toBe('Running');
    });
  }

  test('KUB-27 keeps no other from being written at once', async () => {
    node = await testKubelet();
    node.faults.add({ match: { path: /pods\/bad\/status/ }, fault: { kind: 'refuse', code: 500 } });
    await node.run('bad');
    await node.advance('1m');
    expect((await node.run('good')).status?.phase).toBe('Running');
    expect(await phase('bad')).toBe('Pending');
  });
});
