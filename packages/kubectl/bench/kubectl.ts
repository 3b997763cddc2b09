import { ADMIN, testApiServer } from '@tabernetes/apiserver/testing';
import { runKubectl } from '../src/testing/run-kubectl.ts';

/** Pods that are listed. */
const PODS = 1_000;

interface Row {
  readonly name: string;
  readonly n: number;
  readonly value: number;
  readonly unit: string;
}

/** How long lines take in process: medians. */
export async function run(report: (row: Row) => void): Promise<void> {
  const api = await testApiServer();
  await api.send('POST', '/api/v1/namespaces/default/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
  for (let at = 0; at < PODS; at++) {
    await api.send('POST', '/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `web-${String(at).padStart(4, '0')}`, labels: { app: 'web' } },
      spec: { containers: [{ name: 'c', image: 'nginx' }] },
    });
  }
  const server = {
    request: (request: Parameters<typeof api.server.request>[0]) => api.server.request({ ...request, user: ADMIN }),
  };

  for (const line of ['get pods', 'get pods -o name', 'describe pod web-0500', '__complete get pods web-05']) {
    const times: number[] = [];
    for (let round = 0; round < 9; round++) {
      const start = performance.now();
      const { code, stderr } = await runKubectl(line.split(' '), { server });
      if (code !== 0) throw new Error(stderr);
      times.push(performance.now() - start);
    }
    const median = times.toSorted((a, b) => a - b)[4] ?? 0;
    report({ name: `kubectl ${line}`, n: PODS, value: median, unit: 'ms' });
  }
  api.dispose();
}
