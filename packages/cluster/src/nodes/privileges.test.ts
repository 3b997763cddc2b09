import { kinds } from '@tabernetes/api';
import type { Container, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
});
afterEach(() => cluster.stop());

async function run(script: string, container: Partial<Container>, spec: Partial<PodSpec> = {}): Promise<Pod> {
  const main = { name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script], ...container };
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'own', namespace: 'default' },
    spec: { restartPolicy: 'Never', containers: [main], ...spec },
  } as Pod);
  await cluster.clock.advance(5_000);
  return cluster.client.resource(kinds.pod).get('own', 'default');
}

const logs = async (): Promise<string> =>
  (await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/pods/own/log'))).text();

describe('What containers may do', () => {
  test('CLU-95 the groups of a process are in order', async () => {
    const securityContext = { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] };
    await run('id', {}, { securityContext });
    expect(await logs()).toBe('uid=1000 gid=3000 groups=2000,3000,4000\n');
  });

  test('CLU-95 root of busybox is in the group wheel too, and has the directories of its image', async () => {
    await run('id; id -G; ls /', {});
    expect(await logs()).toBe(
      'uid=0(root) gid=0(root) groups=0(root),10(wheel)\n0 10\nbin\ndev\netc\nhome\nlib\nlib64\nproc\nroot\nsys\ntmp\nusr\nvar\n',
    );
  });

  test('CLU-95 root without capabilities is stopped as others are', async () => {
    await run('touch a; chown 1000 a; mkdir -m 700 b; ping -c 1 127.0.0.1', {
      securityContext: { capabilities: { drop: ['ALL'] } },
    });
    expect(await logs()).toBe(
      'chown: a: Operation not permitted\nPING 127.0.0.1 (127.0.0.1): 56 data bytes\nping: permission denied (are you root?)\n',
    );
  });

  test('CLU-95 processes of others are not to be signalled', async () => {
    const script = 'sleep 1; kill -9 1; kill -0 1; timeout 1 kill -0 1; kill -0 0 && echo own';
    await run(script, { securityContext: { runAsUser: 1000 } }, { shareProcessNamespace: true });
    const refused = "can't kill pid 1: Operation not permitted\n";
    expect(await logs()).toBe(`sh: ${refused}sh: ${refused}kill: ${refused}own\n`);
  });

  test('CLU-95 an interrupt ends a shell that is the first process, at its next command', async () => {
    const pod = await run('(sleep 1; kill -INT 1) & while :; do sleep 0.2; done', {});
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(130);
  });

  test('CLU-95 a directory is not mounted on a file', async () => {
    const pod = await run(
      'true',
      { volumeMounts: [{ name: 'v', mountPath: '/etc/passwd' }] },
      { volumes: [{ name: 'v', emptyDir: {} }] },
    );
    const { reason, exitCode, message } = pod.status?.containerStatuses?.[0]?.state?.terminated ?? {};
    expect([reason, exitCode]).toEqual(['StartError', 128]);
    expect(message).toMatch(
      /error mounting ".*\/volumes\/kubernetes.io~empty-dir\/v" to rootfs at "\/etc\/passwd": mount .*, flags: 0x5000: not a directory: unknown$/,
    );
  });

  test('CLU-95 a file for the termination message is not mounted on a directory', async () => {
    const pod = await run('true', { terminationMessagePath: '/tmp' });
    const { reason, message } = pod.status?.containerStatuses?.[0]?.state?.terminated ?? {};
    expect(reason).toBe('StartError');
    expect(message).toMatch(
      /error mounting "\/var\/lib\/kubelet\/pods\/[-\da-f]+\/containers\/main\/[\da-f]{8}" to rootfs at "\/tmp": mount .*, flags: 0x5000: not a directory: unknown$/,
    );
  });

  test('CLU-95 a group without a user gets no sandbox', async () => {
    await run('true', {}, { securityContext: { runAsGroup: 5 } });
    const { items } = await cluster.client.resource(kinds.event).list({ namespace: 'default' });
    expect(items.map(({ reason, message }) => [reason, message])).toContainEqual([
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to generate sanbdox container spec options: failed to generate user string: user group "5" is specified without user',
    ]);
  });

  test('CLU-95 a Pod shares what its termination messages may take', async () => {
    const script = 'head -c 4096 /dev/zero | tr "\\\\0" x > /dev/termination-log';
    const others = ['a', 'b', 'c'].map((name) => ({ name, image: 'busybox:1.36', command: ['true'] }));
    const main = { name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script] };
    const pod = await run(script, {}, { containers: [...others, main] });
    const status = pod.status?.containerStatuses?.find(({ name }) => name === 'main');
    expect(status?.state?.terminated?.message?.length).toBe(3072);
  });
});
