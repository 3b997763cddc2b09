import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';

test('CLU-96 the server of a kubelet says what runs, and what it uses', async () => {
  const cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
  const ask = async (path: string): Promise<string> =>
    (await cluster.fetch(new Request(`https://cluster/api/v1/nodes/node-1/proxy${path}`))).text();
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'own', namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '600'] }] },
  } as Pod);
  await cluster.clock.advance(5_000);
  expect([await ask('/healthz/ping'), await ask('/healthz/syncloop')]).toEqual(['ok', 'ok']);
  const [pod] = (JSON.parse(await ask('/runningpods/')) as { items: Pod[] }).items;
  expect([pod?.metadata.name, pod?.spec?.containers.map(({ name }) => name)]).toEqual(['own', ['main']]);
  expect(pod?.spec?.containers[0]?.image).toMatch(/^sha256:[\da-f]{64}$/);
  const metrics = await ask('/metrics/resource');
  expect(metrics).toMatch(
    /^container_memory_working_set_bytes\{container="main",namespace="default",pod="own"\} \d+ \d+$/m,
  );
  expect(metrics).toMatch(/^resource_scrape_error 0$/m);
  await cluster.stop();
});

test('CLU-96 the server of a kubelet says how containers have answered their probes', async () => {
  const cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
  const ask = async (): Promise<string> =>
    (await cluster.fetch(new Request('https://cluster/api/v1/nodes/node-1/proxy/metrics/probes'))).text();
  const start =
    '# HELP process_start_time_seconds [ALPHA] Start time of the process since unix epoch in seconds.\n# TYPE process_start_time_seconds gauge\n';
  expect(await ask()).toMatch(
    new RegExp(`^${start.replace(/[[\]]/g, '.')}process_start_time_seconds [\\d.]+e\\+09\\n$`),
  );
  const command = ['sleep', '600'];
  const livenessProbe = { exec: { command: ['true'] }, periodSeconds: 2 };
  const readinessProbe = { exec: { command: ['false'] }, periodSeconds: 2 };
  const made = await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'own', namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'busybox:1.36', command, livenessProbe, readinessProbe }] },
  } as Pod);
  await cluster.clock.advance(9_000);
  const place = 'container="main",namespace="default",pod="own"';
  const lines = (await ask()).split('\n');
  const total = (type: string, result: string): number =>
    Number(
      lines
        .find((line) =>
          line.startsWith(
            `prober_probe_total{${place},pod_uid="${made.metadata.uid}",probe_type="${type}",result="${result}"} `,
          ),
        )
        ?.split(' ')[1],
    );
  expect(total('Liveness', 'successful')).toBe(4);
  expect(total('Readiness', 'failed')).toBeGreaterThanOrEqual(4);
  const durations = lines.filter((line) => line.startsWith('prober_probe_duration_seconds'));
  expect(durations).toHaveLength(14);
  expect(durations.at(-1)).toBe(`prober_probe_duration_seconds_count{${place},probe_type="Liveness"} 4`);
  await cluster.stop();
});

test('CLU-97 the server of a kubelet reads logs, runs commands, tells its configuration and how it is, and refuses in plain text', async () => {
  const cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
  const ask = async (path: string, method = 'GET'): Promise<readonly [number, string]> => {
    const answer = await cluster.fetch(new Request(`https://cluster/api/v1/nodes/node-1/proxy${path}`, { method }));
    return [answer.status, await answer.text()];
  };
  expect(await ask('/pods')).toEqual([200, '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":null}\n']);
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'own', namespace: 'default' },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'busybox:1.36',
          command: ['sh', '-c', 'echo one; echo two; sleep 600'],
          resources: { limits: { memory: '64Mi' } },
        },
      ],
    },
  } as Pod);
  await cluster.clock.advance(5_000);
  expect(await ask('/containerLogs/default/own/main?tailLines=1')).toEqual([200, 'two\n']);
  expect(await ask('/containerLogs/default/own/main?tailLines=x')).toEqual([
    400,
    '{"message": "Unable to decode query."}',
  ]);
  expect(await ask('/containerLogs/default/own/main?limitBytes=0')).toEqual([422, '{"message": "Invalid request."}']);
  expect(await ask('/containerLogs/default/own/other')).toEqual([404, 'container "other" not found in pod "own"']);
  expect(await ask('/containerLogs/default/other/main')).toEqual([404, 'pod "other" does not exist']);
  expect(await ask('/containerLogs/default/own')).toEqual([404, '404: Page Not Found']);
  expect(await ask('/run/default/own/main?cmd=hostname', 'POST')).toEqual([200, 'own\n']);
  expect(await ask('/run/default/own/main?cmd=false', 'POST')).toEqual([500, "command 'false' exited with 1: "]);
  expect(await ask('/run/default/other/main?cmd=false', 'POST')).toEqual([404, 'pod does not exist']);
  expect(await ask('/run/default/own/main?cmd=hostname')).toEqual([405, '405: Method Not Allowed']);
  expect(await ask('/exec/default/own/main')).toEqual([400, 'you must specify at least 1 of stdin, stdout, stderr']);
  expect(await ask('/nosuch')).toEqual([404, '404 page not found\n']);
  expect(await ask('/healthz/nosuch')).toEqual([404, '404 page not found\n']);
  expect(await ask('/healthz?verbose')).toEqual([
    200,
    '[+]ping ok\n[+]log ok\n[+]syncloop ok\n[+]device-plugin ok\nhealthz check passed\n',
  ]);
  expect((await ask('/metrics/slis'))[1]).toMatch(/^kubernetes_healthcheck\{name="ping",type="healthz"\} 1$/m);
  const { kubeletconfig } = JSON.parse((await ask('/configz'))[1]) as { kubeletconfig: Record<string, unknown> };
  expect([kubeletconfig['cpuManagerPolicy'], kubeletconfig['evictionPressureTransitionPeriod']]).toEqual([
    'none',
    '5m0s',
  ]);
  const all = JSON.parse((await ask('/stats/summary'))[1]) as Summary;
  expect([all.node.nodeName, all.node.systemContainers.map(({ name }) => name)]).toEqual(['node-1', ['pods']]);
  expect(all.node.fs?.availableBytes).toBeGreaterThan(0);
  const [own] = all.pods;
  expect([own?.podRef.name, own?.memory.workingSetBytes]).toEqual(['own', own?.containers[0]?.memory.workingSetBytes]);
  expect(own?.containers[0]?.memory).toMatchObject({ availableBytes: 67_108_864 - (own?.memory.workingSetBytes ?? 0) });
  const few = JSON.parse((await ask('/stats/summary?only_cpu_and_memory=true'))[1]) as Summary;
  expect([few.node.fs, few.pods[0]?.containers[0]?.rootfs]).toEqual([undefined, undefined]);
  await cluster.stop();
});

interface Summary {
  readonly node: {
    readonly nodeName: string;
    readonly systemContainers: readonly { readonly name: string }[];
    readonly fs?: { readonly availableBytes: number };
  };
  readonly pods: readonly {
    readonly podRef: { readonly name: string };
    readonly memory: Memory;
    readonly containers: readonly { readonly memory: Memory; readonly rootfs?: unknown }[];
  }[];
}

interface Memory {
  readonly workingSetBytes: number;
}
