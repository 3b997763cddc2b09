import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Runs a script as a user would: plain Node, ES modules, no build step of their own. */
function node(script: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: HERE,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim();
}

describe('import { createCluster } from "tabernetes"', () => {
  test('does what the README says, the same in every run', () => {
    const script = `
      import { createCluster } from 'tabernetes';
      const cluster = await createCluster({ seed: 1, clock: 'virtual' });
      const response = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/serviceaccounts/default'));
      console.log((await response.json()).metadata.uid);
      await cluster.clock.advance('10m');
      await cluster.stop();
    `;
    const uid = node(script);
    expect(uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(node(script)).toBe(uid);
  });

  test('ends with the process: a stopped cluster holds nothing open, at real pace too', () => {
    expect(
      node(`
      import { createCluster } from 'tabernetes';
      const cluster = await createCluster();
      const { items } = await cluster.client.resource({ group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false }).list();
      await cluster.stop();
      console.log(items.length);
    `),
    ).toBe('3');
  });
});
