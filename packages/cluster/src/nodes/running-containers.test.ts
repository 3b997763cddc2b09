import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
let errors: unknown[];
beforeEach(async () => {
  errors = [];
  cluster = await createCluster({
    nodes: 2,
    clock: 'virtual',
    kubelet: 'simulated',
    onError: (error) => void errors.push(error),
  });
});
afterEach(async () => {
  await cluster.stop();
  expect(errors).toEqual([]);
});

async function run(name: string, image: string, container: object = {}, spec: object = {}): Promise<void> {
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { run: name } },
    spec: { ...spec, containers: [{ name: 'main', image, ...container }] },
  } as Pod);
  await cluster.clock.advance(3_000);
}

const get = (name: string): Promise<Pod> => cluster.client.resource(kinds.pod).get(name, 'default');
async function logs(name: string, query = ''): Promise<string> {
  const response = await cluster.fetch(
    new Request(`https://cluster/api/v1/namespaces/default/pods/${name}/log${query}`),
  );
  return response.text();
}

describe('Pods whose containers run', () => {
  test('CLU-60 a server runs and logs; an unknown image stays up and says that it is simulated', async () => {
    await run('web', 'nginx:1.27', { ports: [{ containerPort: 80 }] });
    await run('other', 'acme/thing:2', { ports: [{ containerPort: 8080 }] });
    expect((await get('web')).status?.phase).toBe('Running');
    expect(await logs('web')).toBe('/docker-entrypoint.sh: Configuration complete; ready for start up\n');
    expect((await get('other')).status?.containerStatuses?.[0]?.ready).toBe(true);
    expect(await logs('other')).toContain('a simulated image');
  });

  test('CLU-60 what a program prints is its log, and its exit code its fate', async () => {
    await run('hello', 'busybox', { command: ['echo', 'hello'] }, { restartPolicy: 'Never' });
    await run('wrong', 'busybox', { command: ['false'] }, { restartPolicy: 'Never' });
    expect(await logs('hello')).toBe('hello\n');
    expect((await get('hello')).status?.phase).toBe('Succeeded');
    const { status } = await get('wrong');
    expect([status?.phase, status?.containerStatuses?.[0]?.state?.terminated?.exitCode]).toEqual(['Failed', 1]);
  });

  test('CLU-60 a script that cannot be run here does not end well', async () => {
    await run('split', 'perl', { command: ['perl', '-ne', 'print if $. < 3'] }, { restartPolicy: 'Never' });
    const { status } = await get('split');
    expect([status?.phase, status?.containerStatuses?.[0]?.state?.terminated?.exitCode]).toEqual(['Failed', 255]);
    expect(await logs('split')).toContain('knows `print bpi(N)` alone');
  });

  test('CLU-60 a program that ends is started again, with a back-off that doubles', async () => {
    await run('crash', 'busybox', { command: ['false'] });
    await cluster.clock.advance('2m');
    const [container] = (await get('crash')).status?.containerStatuses ?? [];
    expect(container?.restartCount).toBe(4);
    expect(container?.state?.waiting?.reason).toBe('CrashLoopBackOff');
    expect(container?.lastState?.terminated?.exitCode).toBe(1);
  });

  test('CLU-60 images that are not there and programs that are not in them are told of', async () => {
    await run('absent', 'nginx:bad');
    await run('empty', 'busybox', { command: ['nosuchprogram'] });
    expect((await get('absent')).status?.containerStatuses?.[0]?.state?.waiting?.reason).toMatch(
      /^(ErrImagePull|ImagePullBackOff)$/,
    );
    const [container] = (await get('empty')).status?.containerStatuses ?? [];
    expect(container?.lastState?.terminated ?? container?.state?.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
    });
  });

  test('CLU-60 a Pod that is deleted has its program stopped', async () => {
    await run('web', 'nginx:1.27');
    await cluster.client.resource(kinds.pod).delete('web', 'default');
    await cluster.clock.advance(2_000);
    await expect(get('web')).rejects.toThrow('not found');
  });

  test('CLU-60 a server that is killed leaves its port, and is started again on it', async () => {
    await run('web', 'nginx:1.27', {
      ports: [{ containerPort: 80 }],
      livenessProbe: { exec: { command: ['false'] }, periodSeconds: 1 },
    });
    await cluster.clock.advance('1m');
    const [container] = (await get('web')).status?.containerStatuses ?? [];
    expect(container?.restartCount).toBeGreaterThan(0);
    expect(container?.lastState?.terminated?.exitCode).toBe(0);
  });

  test('CLU-60 a Service leads to what runs', async () => {
    await run('web', 'nginx:1.27', { ports: [{ containerPort: 80 }] });
    await cluster.client.resource(kinds.service).create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { run: 'web' }, ports: [{ port: 80 }] },
    } as never);
    await cluster.clock.advance(1_000);
    const response = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/services/web/proxy/'));
    expect(await response.text()).toContain('Welcome to nginx!');
  });
});

describe("busybox's web server", () => {
  test('CLU-60 serves files and programs, and says what it answered', async () => {
    const script = [
      'mkdir -p /w/cgi-bin /w/dir; echo hello > /w/index.html',
      `printf '#!/bin/sh\\necho "Status: 503 No"\\necho\\necho "$REQUEST_METHOD $QUERY_STRING $(cat)"\\n' > /w/cgi-bin/no`,
      'chmod +x /w/cgi-bin/no; httpd -f -v -p 8080 -h /w',
    ].join('; ');
    await run('www', 'busybox', { command: ['sh', '-c', script] });
    const get = (path: string, init: RequestInit = {}): Promise<Response> =>
      cluster.fetch(new Request(`https://cluster/api/v1/namespaces/default/pods/www:8080/proxy/${path}`, init));
    const said = async (answer: Promise<Response>): Promise<string> =>
      `${(await answer).status} ${await (await answer).text()}`;
    expect(await said(get(''))).toBe('200 hello\n');
    expect(await said(get('nosuch'))).toMatch(/^404 <html>.*\n.*\nThe requested URL was not found\n/);
    expect(await said(get('cgi-bin/no?a=1', { method: 'POST', body: 'sent' }))).toBe('503 POST a=1 sent\n');
    expect(await said(get('index.html', { method: 'POST', body: 'sent' }))).toMatch(/^501 /);
    expect((await logs('www')).replace(/\[::ffff:[\d.]+\]:\d+/g, 'PEER').split('\n')).toEqual([
      'PEER: response:200',
      'PEER: response:404',
      'PEER: response:501',
      '',
    ]);
  });
});
