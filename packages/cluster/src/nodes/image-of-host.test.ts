import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { ClusterOptions } from '../options.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
afterEach(() => cluster.stop());

async function start(images: ClusterOptions['images'] = {}): Promise<void> {
  cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated', images });
}

async function logsOf(container: object): Promise<string> {
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'own', namespace: 'default' },
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', ...container }] },
  } as Pod);
  await cluster.clock.advance(5_000);
  const response = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/pods/own/log'));
  return response.text();
}

const shop = {
  bin: {
    greet: async ({ argv, env, fs, stdout }) => {
      await stdout.write(`${argv.slice(1).join(' ')} from ${env['SHOP']}, ${fs.readText('/etc/motd')}\n`);
      return 3;
    },
  },
  cmd: ['greet', 'hello'],
  env: { SHOP: 'here' },
  files: { '/etc/motd': 'welcome' },
} satisfies NonNullable<ClusterOptions['images']>[string];

describe('Images of the host', () => {
  test('CLU-78 their programs run with files, environment and arguments, and end as they say', async () => {
    await start({ 'example.invalid/shop': shop });
    expect(await logsOf({ image: 'example.invalid/shop:2' })).toBe('hello from here, welcome\n');
    const { status } = await cluster.client.resource(kinds.pod).get('own', 'default');
    expect(status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(3);
  });

  test('CLU-78 a name with a tag is that tag alone, and comes before the catalogue', async () => {
    await start({ 'busybox:9': { bin: { sh: shop.bin.greet } } });
    expect(await logsOf({ image: 'busybox:1.36', command: ['echo', 'hi'] })).toBe('hi\n');
  });

  test('CLU-79 bitnami/kubectl asks the API as the ServiceAccount of its Pod', async () => {
    await start();
    const args = ['get', 'pods', '--no-headers', '-o', 'name'];
    expect(await logsOf({ image: 'bitnami/kubectl:1.32', args })).toContain(
      'User "system:serviceaccount:default:default" cannot list resource "pods"',
    );
    await cluster.client.resource(kinds.pod).delete('own', 'default', { gracePeriodSeconds: 0 });
    await cluster.kubectl('create clusterrolebinding look --clusterrole=view --serviceaccount=default:default');
    expect(await logsOf({ image: 'bitnami/kubectl:1.32', args })).toBe('pod/own\n');
  });

  test('CLU-79 exec, cp and port-forward of kubectl in a Pod ask as its ServiceAccount, too', async () => {
    await start();
    await cluster.kubectl('run web --image=nginx:1.27');
    await cluster.clock.advance(5_000);
    const script = [
      'kubectl exec web -- hostname',
      'echo hello > /tmp/note',
      'kubectl cp /tmp/note web:/tmp/note',
      'kubectl exec web -- cat /tmp/note',
      'kubectl port-forward pod/web 8080:80 > /dev/null &',
      'sleep 1; wget -q -O - http://localhost:8080/ | grep -c "<title>Welcome to nginx"',
    ].join('\n');
    const container = { image: 'bitnami/kubectl:1.32', command: ['sh', '-c', script] };
    await cluster.kubectl('create clusterrolebinding look --clusterrole=view --serviceaccount=default:default');
    expect(await logsOf(container)).toContain('cannot create resource "pods/exec"');
    await cluster.client.resource(kinds.pod).delete('own', 'default', { gracePeriodSeconds: 0 });
    await cluster.kubectl('create clusterrolebinding all --clusterrole=cluster-admin --serviceaccount=default:default');
    expect(await logsOf(container)).toBe('web\nhello\n1\n');
  });
});
